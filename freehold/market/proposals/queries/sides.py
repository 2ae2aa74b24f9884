"""What there is to see of proposals, from both sides."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, Q, QuerySet

from freehold.kit.actors import Actor
from freehold.kit.cards import card
from freehold.kit.money import Money, exponent
from freehold.market.jobs.states import Duration
from freehold.market.profiles import queries as profiles
from freehold.market.proposals.models import Mark, Proposal
from freehold.market.proposals.states import LIVE, STANDING, DeclineReason, S, Terms, WithdrawReason
from freehold.people.teams import queries as teams
from freehold.people.teams.states import Can

SHAPES = {
    S.DRAFT: "plan", S.SUBMITTED: "wait", S.ACTIVE: "review", S.OFFERED: "brand", S.HIRED: "ok", S.DECLINED: "plan",
    S.WITHDRAWN: "plan", S.ARCHIVED: "plan", S.INVALID: "bad",
}  # fmt: skip


@card
class PartCard:
    text: str
    amount: Money
    due_on: date | None


@card
class MineCard:
    """What a worker's list shows of a proposal."""

    proposal_id: UUID
    post_id: UUID
    title: str
    state: str
    state_label: str
    shape: str
    hourly: bool
    amount: Money | None
    cost: int
    sent_at: datetime | None
    saved_at: datetime
    opened_at: datetime | None
    returned_at: datetime | None
    unseen_due_at: datetime | None
    draft_due_at: datetime | None
    post_open: bool
    post_hires: int
    reason: str


@card
class CandidateCard:
    """What a client's list shows of a proposal."""

    proposal_id: UUID
    name: str
    account_id: UUID
    party_id: UUID
    photo: str
    country: str
    headline: str
    level: str
    rate: Money | None
    href: str
    skills: tuple[str, ...]
    hourly: bool
    amount: Money
    parts: int
    duration: str
    letter: str
    ai_assisted: bool
    state: str
    state_label: str
    shape: str
    sent_at: datetime
    opened_at: datetime | None
    shortlisted: bool
    put_away: bool
    rating: int | None


def profile_of(party_id: UUID) -> UUID | None:
    """The profile a client will read beside the proposal, once it was published."""
    if not profiles.is_published(party_id):
        return None
    found = profiles.cards_of_parties([party_id]).get(party_id)
    return found.profile_id if found else None


def standing(party_id: UUID | None, post_id: UUID) -> Proposal | None:
    """What a side has on a post: a proposal, else its draft."""
    if party_id is None:
        return None
    rows = Proposal.objects.filter(worker_id=party_id, post_id=post_id, state__in=(*STANDING, S.DRAFT))
    return max(rows, key=lambda p: p.state != S.DRAFT, default=None)


def took_part(actor: Actor, post_id: UUID) -> bool:
    """Did one of the actor's sides send a proposal on the post?"""
    sides = [p for p in (actor.party_id, *actor.other_parties) if p]
    return bool(sides) and Proposal.objects.sent().filter(post_id=post_id, worker_id__in=sides).exists()


def visible(actor: Actor, proposal_id: UUID) -> Proposal:
    """
    A proposal with its post.

    :raises NotFound: unless the actor is one of its sides
    """
    return Proposal.objects.visible_to(actor).select_related("post").found(pk=proposal_id)


def parts_of(proposal: Proposal) -> tuple[PartCard, ...]:
    rows = proposal.milestones.order_by("position")
    return tuple(PartCard(text=m.text, amount=Money(m.amount, proposal.currency), due_on=m.due_on) for m in rows)


def mark_of(proposal_id: UUID) -> Mark | None:
    return Mark.objects.filter(proposal_id=proposal_id).first()


#: tab of a worker's list → states
MINE_TABS: dict[str, tuple[str, ...]] = {
    "active": (S.OFFERED, S.ACTIVE, S.SUBMITTED),
    "drafts": (S.DRAFT,),
    "past": (S.HIRED, S.ARCHIVED, S.DECLINED, S.WITHDRAWN, S.INVALID),
}


def mine(party_id: UUID, tab: str) -> list[MineCard]:
    """A worker side's proposals in a tab, in one query."""
    rows = Proposal.objects.filter(worker_id=party_id, state__in=MINE_TABS[tab]).select_related("post")
    order = {S.OFFERED: 0, S.ACTIVE: 1}
    found = sorted(rows.order_by("-saved_at", "-pk")[:200], key=lambda p: order.get(S(p.state), 2))
    return [_mine(p) for p in found]


def mine_counts(party_id: UUID) -> dict[str, int]:
    rows = dict(Proposal.objects.filter(worker_id=party_id).values_list("state").annotate(n=Count("pk")))
    return {tab: sum(rows.get(str(s), 0) for s in states) for tab, states in MINE_TABS.items()}


def _mine(p: Proposal) -> MineCard:
    return MineCard(
        proposal_id=p.pk,
        post_id=p.post_id,
        title=p.post.title,
        state=p.state,
        state_label=str(S(p.state).label),
        shape=SHAPES[S(p.state)],
        hourly=p.terms == Terms.HOURLY,
        amount=p.money if p.amount else None,
        cost=p.cost,
        sent_at=p.submitted_at,
        saved_at=p.saved_at,
        opened_at=p.opened_at,
        returned_at=p.returned_at,
        unseen_due_at=p.unseen_due_at,
        draft_due_at=p.draft_due_at,
        post_open=p.post.state == "OPEN",
        post_hires=p.post.hires,
        reason=reason_of(p),
    )


def reason_of(p: Proposal) -> str:
    if p.decline_reason:
        return str(DeclineReason(p.decline_reason).label)
    return str(WithdrawReason(p.withdraw_reason).label) if p.withdraw_reason else ""


#: tab of a client's list → its rows
CLIENT_TABS: dict[str, Q] = {
    "all": Q(state__in=(*LIVE, S.HIRED, S.ARCHIVED)) & ~Q(mark__put_away_at__isnull=False),
    "shortlisted": Q(mark__shortlisted_at__isnull=False) & ~Q(state__in=(S.DECLINED, S.WITHDRAWN, S.INVALID)),
    "offers": Q(state__in=(S.OFFERED, S.HIRED)),
    "archived": Q(mark__put_away_at__isnull=False),
    "declined": Q(state__in=(S.DECLINED, S.WITHDRAWN, S.INVALID)),
}
CLIENT_SORTS = {
    "newest": ("-submitted_at", "-pk"),
    "lowest": ("amount", "-submitted_at", "-pk"),
    "rating": ("-mark__rating", "-submitted_at", "-pk"),
}


def candidates(post_id: UUID, viewer: Actor, *, tab: str, sort: str) -> list[CandidateCard]:
    """A post's proposals in a tab, with their workers, in a fixed number of queries."""
    rows = Proposal.objects.sent().filter(CLIENT_TABS[tab], post_id=post_id).select_related("mark")
    if sort == "rating":
        rows = rows.exclude(mark__rating__isnull=True) | rows.filter(mark__rating__isnull=True)
    found = list(rows.annotate(part_count=Count("milestones")).order_by(*CLIENT_SORTS[sort])[:200])
    if sort == "rating":
        found.sort(key=lambda p: -(getattr(_mark(p), "rating", None) or 0))
    sides = [p.worker_id for p in found]
    cards = profiles.cards_of_parties(sides, viewer)
    faces = teams.faces([p for p in sides if p not in cards], viewer)
    return [candidate(p, cards.get(p.worker_id) or faces[p.worker_id]) for p in found]


def candidate_counts(post_id: UUID) -> dict[str, int]:
    """How many proposals each tab holds, in one query."""
    rows = Proposal.objects.sent().filter(post_id=post_id)
    return dict(rows.aggregate(**{tab: Count("pk", filter=where) for tab, where in CLIENT_TABS.items()}))


def candidate(p: Proposal, who: profiles.ProfileCard | teams.Face) -> CandidateCard:
    """A proposal with its worker: the profile's card, or the bare face of somebody without one."""
    profile = who if isinstance(who, profiles.ProfileCard) else None
    mark = _mark(p)
    assert p.submitted_at is not None
    return CandidateCard(
        proposal_id=p.pk,
        name=who.name,
        account_id=who.account_id,
        party_id=p.worker_id,
        photo=profile.photo if profile else "",
        country=profile.country_name if profile else who.country,
        headline=profile.title if profile else "",
        level=profile.level_label if profile else "",
        rate=profile.rate if profile else None,
        href=profile.href if profile else "",
        skills=profile.skills[:6] if profile else (),
        hourly=p.terms == Terms.HOURLY,
        amount=p.money,
        parts=getattr(p, "part_count", 0),
        duration=str(Duration(p.duration).label) if p.duration else "",
        letter=p.letter,
        ai_assisted=p.ai_assisted,
        state=p.state,
        state_label=str(S(p.state).label),
        shape=SHAPES[S(p.state)],
        sent_at=p.submitted_at,
        opened_at=p.opened_at,
        shortlisted=bool(mark and mark.shortlisted_at),
        put_away=bool(mark and mark.put_away_at),
        rating=mark.rating if mark else None,
    )


def _mark(p: Proposal) -> Mark | None:
    return getattr(p, "mark", None)


def next_unread(post_id: UUID, but: UUID) -> UUID | None:
    """Another proposal the client has not opened, the oldest first."""
    rows = Proposal.objects.live().filter(post_id=post_id, opened_at__isnull=True).exclude(pk=but)
    found: UUID | None = rows.order_by("submitted_at", "pk").values_list("pk", flat=True).first()
    return found


def titles(proposal_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Titles of the posts some proposals are for."""
    return dict(Proposal.objects.filter(pk__in=list(proposal_ids)).values_list("pk", "post__title"))


@card
class Forecast:
    """What proposals have cost a side so far."""

    sent: int
    average: float
    hired: int


def forecast(party_id: UUID) -> Forecast:
    row = Proposal.objects.sent().filter(worker_id=party_id).aggregate(
        n=Count("pk"), mean=Avg("cost"), hired=Count("pk", filter=Q(state=S.HIRED))
    )
    return Forecast(sent=row["n"], average=round(float(row["mean"] or 0), 1), hired=row["hired"])


def live_senders(post_id: UUID) -> tuple[UUID, ...]:
    """Accounts whose proposals wait on a post: whom a notice about it reaches."""
    rows = Proposal.objects.filter(post_id=post_id, state__in=(*LIVE, S.ARCHIVED))
    return tuple(rows.values_list("worker__owner_id", flat=True).distinct())


def waiting_unseen() -> QuerySet[Proposal]:
    return Proposal.objects.filter(state__in=(S.SUBMITTED, S.ACTIVE))


def drafts() -> QuerySet[Proposal]:
    return Proposal.objects.filter(state=S.DRAFT)


def unsettled(party_ids: Iterable[UUID]) -> list[tuple[UUID, str]]:
    """Ids and states of a side's proposals that are neither decided nor offered."""
    states = (S.DRAFT, S.SUBMITTED, S.ACTIVE, S.ARCHIVED)
    rows = Proposal.objects.filter(worker_id__in=list(party_ids), state__in=states).order_by("pk")
    return list(rows.values_list("pk", "state"))


def live_of(party_id: UUID) -> list[UUID]:
    """A worker side's proposals that wait for somebody."""
    return list(Proposal.objects.live().filter(worker_id=party_id).order_by("pk").values_list("pk", flat=True))


def works(actor: Actor) -> bool:
    """Does the actor act as a worker side?"""
    return actor.party_id is not None and Can.PROPOSALS_SEND in actor.permissions


def state_label(proposal: Proposal | None) -> str:
    return str(S(proposal.state).label) if proposal else ""


def shape(proposal: Proposal) -> str:
    return SHAPES[S(proposal.state)]


def duration_label(proposal: Proposal) -> str:
    return str(Duration(proposal.duration).label) if proposal.duration else ""


@card
class EarlierTerms:
    """What a proposal asked for before its author changed it."""

    until: datetime
    amount: Money


def earlier_terms(proposal: Proposal) -> tuple[EarlierTerms, ...]:
    return tuple(
        EarlierTerms(until=datetime.fromisoformat(row["until"]), amount=Money(row["amount"], proposal.currency))
        for row in proposal.earlier_terms
    )


def typed_from(proposal: Proposal) -> dict[str, Any]:
    """A sent proposal as its form shows it."""
    places = exponent(proposal.currency)
    shown: dict[str, Any] = {
        "terms": proposal.terms,
        "amount": f"{proposal.money.decimal:.{places}f}" if proposal.terms != Terms.MILESTONES else "",
        "duration": proposal.duration,
        "letter": proposal.letter,
        "ai_assisted": proposal.ai_assisted,
    }
    for n, part in enumerate(parts_of(proposal)):
        shown[f"part_text_{n}"], shown[f"part_amount_{n}"] = part.text, f"{part.amount.decimal:.{places}f}"
        shown[f"part_due_{n}"] = part.due_on
    return shown | {f"answer_{n}": answer for n, answer in enumerate(proposal.answers)}
