"""What there is to see of posts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, Sum

from freehold.kit.actors import Actor
from freehold.kit.cards import card
from freehold.kit.money import Money
from freehold.market.jobs.models import Post, PostSkill, PostVersion
from freehold.market.jobs.states import Duration, Kind, Level, Load, Outcome, P, Size, Weight
from freehold.market.taxonomy import queries as taxonomy
from freehold.people.teams.models import Party

#: bands in which the number of proposals is told
BANDS = ((50, "50+"), (20, "20–50"), (10, "10–20"), (5, "5–10"), (0, "< 5"))
#: closed posts answer so long, then only those who took part see them
SHOWN_DAYS = 30
#: posts open longer than this count as decided in the hire rate
DECIDED_DAYS = 30


@card
class PostCard:
    """What a list shows of a company's own post."""

    post_id: UUID
    title: str
    state: str
    state_label: str
    kind_label: str
    budget: Money | None
    rates: tuple[Money, Money] | None
    proposals: int
    live: int
    hires: int
    saved_at: datetime
    published_at: datetime | None
    closed_at: datetime | None
    idle_due_at: datetime | None
    draft_due_at: datetime | None


@card
class ClientFacts:
    """What everybody sees of a client, whatever they pay."""

    party_id: UUID
    country: str
    since: datetime
    posts: int
    open_posts: int
    hires: int
    hire_rate: int | None


@card
class PostPage:
    """Everything the page of a post shows."""

    post_id: UUID
    company_id: UUID
    title: str
    description: str
    category: str
    category_slug: str
    subcategory: str
    subcategory_slug: str
    kind: str
    kind_label: str
    currency: str
    budget: Money | None
    rates: tuple[Money, Money] | None
    load: str
    duration: str
    size: str
    level: str
    deliverables: str
    deadline_on: date | None
    questions: tuple[str, ...]
    must: tuple[str, ...]
    nice: tuple[str, ...]
    hires_wanted: int
    hires: int
    letter_required: bool
    ai_assisted: bool
    visibility: str
    state: str
    outcome: str
    version: int
    band: str
    seen_at: datetime | None
    published_at: datetime
    changed_at: datetime | None
    closed_at: datetime | None
    idle_due_at: datetime | None
    client: ClientFacts

    @property
    def is_open(self) -> bool:
        return self.state == P.OPEN


def visible(actor: Actor, post_id: UUID) -> Post:
    """
    A post somebody may read.

    :raises NotFound: when they may not
    """
    return Post.objects.visible_to(actor).found(pk=post_id)


def own(actor: Actor, post_id: UUID) -> Post:
    """
    A post of the company the actor acts for, drafts included.

    :raises NotFound: when it is not
    """
    return Post.objects.of_company(actor.party_id).found(pk=post_id) if actor.party_id else visible(actor, post_id)


def is_over(post: Post, at: datetime) -> bool:
    """Was the post closed so long ago that only those who took part still see it?"""
    return post.closed_at is not None and at >= post.closed_at + timedelta(days=SHOWN_DAYS)


def post_page(post: Post, at: datetime) -> PostPage:
    """The page of a published post, in four queries."""
    place = taxonomy.subcategories([post.subcategory_id])[post.subcategory_id] if post.subcategory_id else None
    skills = skills_of([post.pk]).get(post.pk, {})
    assert post.published_at is not None
    assert place is not None
    return PostPage(
        post_id=post.pk,
        company_id=post.company_id,
        title=post.title,
        description=post.description,
        category=place.category_label,
        category_slug=place.category_slug,
        subcategory=place.label,
        subcategory_slug=place.slug,
        kind=post.kind,
        kind_label=label(Kind, post.kind),
        currency=post.currency,
        budget=post.budget_money,
        rates=post.rates,
        load=label(Load, post.load),
        duration=label(Duration, post.duration),
        size=label(Size, post.size),
        level=label(Level, post.level),
        deliverables=post.deliverables,
        deadline_on=post.deadline_on,
        questions=tuple(post.questions),
        must=tuple(skills.get(Weight.MUST, ())),
        nice=tuple(skills.get(Weight.NICE, ())),
        hires_wanted=post.hires_wanted,
        hires=post.hires,
        letter_required=post.letter_required,
        ai_assisted=post.ai_assisted,
        visibility=post.visibility,
        state=post.state,
        outcome=label(Outcome, post.outcome),
        version=post.version,
        band=band(post.proposals),
        seen_at=post.seen_at,
        published_at=post.published_at,
        changed_at=post.changed_at,
        closed_at=post.closed_at,
        idle_due_at=post.idle_due_at,
        client=client_facts([post.company_id], at)[post.company_id],
    )


def label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value else ""


def teaser(text: str, most: int) -> str:
    """The beginning of a description in one line, without marks of markup, cut between words."""
    words = " ".join(re.sub(r"[*_`>#]+|\[([^\]]*)\]\([^)]*\)", r"\1", text).split())
    return words if len(words) <= most else words[:most].rsplit(" ", 1)[0].rstrip(",;:.") + "…"


def band(count: int) -> str:
    """The number of proposals as people see it."""
    return next(words for floor, words in BANDS if count >= floor)


def skills_of(post_ids: Iterable[UUID]) -> dict[UUID, dict[str, list[str]]]:
    """Labels of the skills posts ask for, by weight, in their order."""
    found: dict[UUID, dict[str, list[str]]] = {}
    rows = PostSkill.objects.filter(post_id__in=list(post_ids)).order_by("position")
    for post_id, weight, words in rows.values_list("post_id", "weight", "skill__label"):
        found.setdefault(post_id, {}).setdefault(weight, []).append(words)
    return found


def client_facts(company_ids: Iterable[UUID], at: datetime | None = None) -> dict[UUID, ClientFacts]:
    """Facts about clients, in two queries."""
    wanted = set(company_ids)
    decided = Q(state=P.CLOSED)
    if at is not None:
        decided |= Q(state=P.OPEN, published_at__lt=at - timedelta(days=DECIDED_DAYS))
    # A post canceled within a day without proposals says nothing about hiring.
    a_day = F("published_at") + timedelta(hours=24)
    idle = Q(state=P.CLOSED, outcome=Outcome.CANCELED, proposals=0, closed_at__lt=a_day)
    counts = Post.objects.filter(company_id__in=wanted).exclude(state=P.DRAFT).values("company_id").annotate(
        posts=Count("pk"),
        open_posts=Count("pk", filter=Q(state=P.OPEN)),
        hired=Sum("hires"),
        decided=Count("pk", filter=(decided | Q(hires__gt=0)) & ~idle),
        hired_from=Count("pk", filter=Q(hires__gt=0)),
    )  # fmt: skip
    by_party = {row["company_id"]: row for row in counts}
    facts = {}
    for party in Party.objects.filter(pk__in=wanted):
        row = by_party.get(party.pk, {"posts": 0, "open_posts": 0, "hired": 0, "decided": 0, "hired_from": 0})
        shown = row["decided"] >= 2
        facts[party.pk] = ClientFacts(
            party_id=party.pk,
            country=party.country,
            since=party.created_at,
            posts=row["posts"],
            open_posts=row["open_posts"],
            hires=row["hired"] or 0,
            hire_rate=round(100 * row["hired_from"] / row["decided"]) if shown else None,
        )
    return facts


def mine(company_id: UUID, state: str) -> list[PostCard]:
    """A company's posts in one state, the latest first, in one query."""
    order = {P.DRAFT: "-saved_at", P.OPEN: "-published_at"}.get(P(state), "-closed_at")
    rows = Post.objects.of_company(company_id).filter(state=state).order_by(order, "-pk")
    return [_card(post) for post in rows[:200]]


def counts(company_id: UUID) -> dict[str, int]:
    """How many posts a company has per state."""
    rows = Post.objects.of_company(company_id).values_list("state").annotate(n=Count("pk"))
    return dict.fromkeys(P.values, 0) | dict(rows)


def _card(post: Post) -> PostCard:
    title = post.title or str(post.typed.get("title", ""))
    return PostCard(
        post_id=post.pk,
        title=title,
        state=post.state,
        state_label=label(Outcome, post.outcome) or label(P, post.state),
        kind_label=label(Kind, post.kind) if post.state != P.DRAFT else "",
        budget=post.budget_money,
        rates=post.rates,
        proposals=post.proposals,
        live=post.live_proposals,
        hires=post.hires,
        saved_at=post.saved_at,
        published_at=post.published_at,
        closed_at=post.closed_at,
        idle_due_at=post.idle_due_at,
        draft_due_at=post.draft_due_at,
    )


def version(post_id: UUID, number: int) -> dict[str, Any]:
    """How a post read in some version; empty when there was none."""
    row = PostVersion.objects.filter(post_id=post_id, version=number).values_list("brief", flat=True).first()
    return row or {}


def title_of(post_id: UUID) -> str:
    row = Post.objects.filter(pk=post_id).values_list("title", "typed").first()
    return (row[0] or str(row[1].get("title", ""))) if row else ""


def open_posts() -> Any:
    return Post.objects.open()


def drafts() -> Any:
    return Post.objects.filter(state=P.DRAFT)


def unsettled(party_ids: Iterable[UUID]) -> list[tuple[UUID, str]]:
    """Ids and states of posts that are not closed."""
    rows = Post.objects.filter(company_id__in=list(party_ids), state__in=(P.DRAFT, P.OPEN)).order_by("pk")
    return list(rows.values_list("pk", "state"))


def job_posting(post: Post, company: str) -> dict[str, Any]:
    """A post in the words of schema.org."""
    assert post.published_at is not None
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": post.title,
        "description": post.description,
        "datePosted": post.published_at.date().isoformat(),
        "employmentType": "CONTRACTOR",
        "jobLocationType": "TELECOMMUTE",
        "hiringOrganization": {"@type": "Organization", "name": company},
        "identifier": {"@type": "PropertyValue", "name": "post", "value": str(post.pk)},
    }
    if post.deadline_on:
        found["validThrough"] = post.deadline_on.isoformat()
    pay = post.rates or (post.budget_money, post.budget_money)
    if pay[0] is not None and pay[1] is not None:
        unit = "HOUR" if post.rates else "PROJECT"
        value = {"minValue": str(pay[0].decimal), "maxValue": str(pay[1].decimal), "unitText": unit}
        value = {"@type": "QuantitativeValue"} | value
        found["baseSalary"] = {"@type": "MonetaryAmount", "currency": post.currency, "value": value}
    return found


def idle_due(post_id: UUID) -> datetime | None:
    """When an open post closes by itself."""
    found: datetime | None = Post.objects.open().filter(pk=post_id).values_list("idle_due_at", flat=True).first()
    return found


def draft_due(post_id: UUID) -> datetime | None:
    found: datetime | None = drafts().filter(pk=post_id).values_list("draft_due_at", flat=True).first()
    return found
