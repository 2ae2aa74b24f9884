"""What there is to see of offers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from freehold.kit.actors import Actor
from freehold.kit.cards import card
from freehold.kit.money import Money
from freehold.kit.refusals import NotFound
from freehold.market.jobs import queries as jobs
from freehold.market.proposals import queries as proposals
from freehold.money.fees import queries as fees
from freehold.money.payments.states import Reason as PaymentReason
from freehold.people.teams import queries as teams
from freehold.people.teams.states import Can
from freehold.work.contracts.models import Part
from freehold.work.offers import policies
from freehold.work.offers.models import Content, Offer, OfferMilestone, OfferVersion
from freehold.work.offers.states import OFFER, OPEN, O

MARKS = {
    O.DRAFT: "plan",
    O.FUNDING: "wait",
    O.SENT: "wait",
    O.ACCEPTED: "ok",
    O.DECLINED: "plan",
    O.EXPIRED: "plan",
    O.WITHDRAWN: "plan",
    O.VOID: "plan",
}


@card
class OfferCard:
    """An offer in a list."""

    offer_id: UUID
    title: str
    role: str
    other: teams.Face
    state_label: str
    mark: str
    is_open: bool
    mine: bool
    total: Money
    first: Money
    count: int
    sent_at: datetime | None
    answer_due_at: datetime | None
    contract_id: UUID | None


@card
class PartView:
    """A milestone of an offer with what it costs and brings."""

    position: int
    title: str
    text: str
    amount: Money
    due_on: date | None
    quote: fees.Quote
    changed: bool


@card
class OfferView:
    """
    An offer as one of its sides reads it.

    :ivar acts: names of the acts this reader may do at this moment
    :ivar why: why the last funding failed, in words
    """

    offer_id: UUID
    role: str
    other: teams.Face
    title: str
    text: str
    currency: str
    starts_on: date | None
    close_post: bool
    state_label: str
    mark: str
    is_draft: bool
    is_funding: bool
    is_sent: bool
    is_over: bool
    is_accepted: bool
    version: int
    changes: tuple[str, ...]
    parts: tuple[PartView, ...]
    first: Money
    total: Money
    to_pay: Money
    quote: fees.Quote
    first_quote: fees.Quote
    terms: fees.Terms
    post_id: UUID | None
    post_title: str
    proposal_id: UUID | None
    contract_id: UUID | None
    charge_id: UUID | None
    why: str
    decline_text: str
    sent_at: datetime | None
    answer_due_at: datetime | None
    funding_due_at: datetime | None
    ended_at: datetime | None
    acts: frozenset[str]


def visible_to(actor: Actor) -> Q:
    """The company's readers; the worker once it was sent."""
    sees = Q(worker_id=actor.party_id, version__gt=0) & ~Q(state=O.DRAFT)
    if Can.CONTRACTS_READ in actor.permissions:
        sees |= Q(company_id=actor.party_id)
    return sees if actor.party_id else Q(pk__in=[])


def cards(actor: Actor, *, limit: int = 200) -> list[OfferCard]:
    """The actor's offers, open ones with the nearest clock first; three queries."""
    rows = Offer.objects.filter(visible_to(actor)).defer("text", "terms").order_by("-created_at")[:limit]
    offers = list(rows)
    sums: dict[UUID, list[int]] = {}
    parts = OfferMilestone.objects.filter(offer__in=[o.pk for o in offers]).order_by("position")
    for offer_id, amount in parts.values_list("offer_id", "amount"):
        sums.setdefault(offer_id, []).append(amount)
    faces = teams.faces({_other(o, actor) for o in offers}, actor)
    found = [_card(o, sums.get(o.pk, [0]), faces[_other(o, actor)], actor) for o in offers]
    return sorted(found, key=lambda o: (not o.is_open, str(o.answer_due_at or "9")))


def _other(offer: Offer, actor: Actor) -> UUID:
    return offer.worker_id if actor.party_id == offer.company_id else offer.company_id


def _card(offer: Offer, amounts: list[int], other: teams.Face, actor: Actor) -> OfferCard:
    client = actor.party_id == offer.company_id
    return OfferCard(
        offer_id=offer.pk,
        title=offer.title,
        role="client" if client else "worker",
        other=other,
        state_label=str(O(offer.state).label),
        mark=MARKS[O(offer.state)],
        is_open=offer.state in OPEN,
        mine=(offer.state == O.DRAFT) if client else (offer.state == O.SENT),
        total=offer.money(sum(amounts)),
        first=offer.money(amounts[0]),
        count=len(amounts),
        sent_at=offer.sent_at,
        answer_due_at=offer.answer_due_at,
        contract_id=offer.contract_id,
    )


def detail(actor: Actor, offer_id: UUID, at: datetime) -> OfferView:
    """
    One offer.

    :raises NotFound: unless the actor stands on one of its sides
    """
    offer = Offer.objects.filter(visible_to(actor)).filter(pk=offer_id).first()
    if offer is None:
        raise NotFound()
    rows = list(OfferMilestone.objects.filter(offer=offer).order_by("position"))
    before = OfferVersion.objects.filter(offer=offer, number=offer.version - 1).first() if offer.version > 1 else None
    return _view(offer, rows, before.content if before else None, actor, at)


def _view(
    offer: Offer, rows: list[OfferMilestone], before: dict[str, Any] | None, actor: Actor, at: datetime
) -> OfferView:
    other, terms, state = _other(offer, actor), fees.Terms.from_json(offer.terms), O(offer.state)
    old = dict(enumerate(before["milestones"], 1)) if before else {}
    total, first = offer.money(sum(r.amount for r in rows)), offer.money(rows[0].amount)
    parts = tuple(
        PartView(
            position=r.position,
            title=r.title,
            text=r.text,
            amount=offer.money(r.amount),
            due_on=r.due_on,
            quote=fees.quote(offer.money(r.amount), terms, with_contract_fee=r.position == 1),
            changed=before is not None and _differs(old.get(r.position), r),
        )
        for r in rows
    )
    whole = fees.quote(total, terms, with_contract_fee=True)
    first_quote = fees.quote(first, terms, with_contract_fee=True)
    return OfferView(
        offer_id=offer.pk,
        role="client" if actor.party_id == offer.company_id else "worker",
        other=teams.faces({other}, actor)[other],
        title=offer.title,
        text=offer.text,
        currency=offer.currency,
        starts_on=offer.starts_on,
        close_post=offer.close_post,
        state_label=str(state.label),
        mark=MARKS[state],
        is_draft=state == O.DRAFT,
        is_funding=state == O.FUNDING,
        is_sent=state == O.SENT,
        is_over=state not in OPEN,
        is_accepted=state == O.ACCEPTED,
        version=offer.version,
        changes=_changes(offer, before, len(rows)) if before else (),
        parts=parts,
        first=first,
        total=total,
        to_pay=first_quote.total,
        quote=whole,
        first_quote=first_quote,
        terms=terms,
        post_id=offer.post_id,
        post_title=jobs.title_of(offer.post_id) if offer.post_id else "",
        proposal_id=offer.proposal_id,
        contract_id=offer.contract_id,
        charge_id=offer.charge_id,
        why=_why(offer.fail_code),
        decline_text=offer.decline_text,
        sent_at=offer.sent_at,
        answer_due_at=offer.answer_due_at,
        funding_due_at=offer.funding_due_at,
        ended_at=offer.ended_at,
        acts=_acts(offer, actor, at),
    )


def _acts(offer: Offer, actor: Actor, at: datetime) -> frozenset[str]:
    late = offer.answer_due_at is not None and at >= offer.answer_due_at
    asked = {
        "edit": policies.can_send(actor, offer),
        "send": policies.can_send(actor, offer),
        "revise": not late and policies.can_send(actor, offer),
        "withdraw": not late and policies.can_withdraw(actor, offer),
        "accept": not late and policies.can_accept(actor, offer),
        "decline": not late and policies.can_decline(actor, offer),
    }
    return frozenset(name for name, may in asked.items() if may and OFFER.allows(offer, name))


def _differs(old: dict[str, Any] | None, row: OfferMilestone) -> bool:
    due = row.due_on.isoformat() if row.due_on else ""
    return old is None or (old["title"], old["text"], old["amount"], old["due_on"]) != (
        row.title, row.text, row.amount, due
    )  # fmt: skip


def _changes(offer: Offer, before: dict[str, Any], count: int) -> tuple[str, ...]:
    """Names of what is different from the version before."""
    due = offer.starts_on.isoformat() if offer.starts_on else ""
    found = {
        "title": before["title"] != offer.title,
        "text": before["text"] != offer.text,
        "starts_on": before["starts_on"] != due,
        "milestones": len(before["milestones"]) != count,
    }
    return tuple(name for name, differs in found.items() if differs)


def _why(code: str) -> str:
    if not code:
        return ""
    return str(PaymentReason(code).label) if code in PaymentReason.values else str(PaymentReason.PROVIDER.label)


@card
class Blank:
    """What an offer's form begins with: the proposal's terms, or the open draft."""

    proposal_id: UUID
    post_id: UUID
    post_title: str
    other: teams.Face
    currency: str
    content: Content
    offer_id: UUID | None
    is_open: bool
    why: str


def blank(actor: Actor, proposal_id: UUID) -> Blank:
    """
    What the offer's form for a proposal shows.

    :raises NotFound: unless the proposal was sent to the actor's company
    """
    proposal = proposals.visible(actor, proposal_id)
    if not policies.can_draft(actor, proposal.post.company_id):
        raise NotFound()
    open_one = Offer.objects.filter(proposal_id=proposal_id, state__in=OPEN).first()
    draft = open_one if open_one is not None and open_one.state == O.DRAFT else None
    faces = teams.faces({proposal.worker_id}, actor)
    return Blank(
        proposal_id=proposal.pk,
        post_id=proposal.post_id,
        post_title=proposal.post.title,
        other=faces[proposal.worker_id],
        currency=proposal.currency,
        content=_content(draft) if draft else _from_proposal(proposal),
        offer_id=open_one.pk if open_one else None,
        is_open=open_one is not None and draft is None,
        why=_why(draft.fail_code) if draft else "",
    )


def _from_proposal(proposal: Any) -> Content:
    proposed = proposals.parts_of(proposal)
    parts = tuple(
        Part(title=p.text[:100], text=p.text if len(p.text) > 100 else "", amount=p.amount.amount, due_on=p.due_on)
        for p in proposed
    )
    hourly = proposal.terms == "HOURLY"
    whole = Part(title=proposal.post.title[:100], amount=0 if hourly else proposal.amount)
    return Content(title=proposal.post.title[:100], text=proposal.post.description, parts=parts or (whole,))


def content_of(actor: Actor, offer_id: UUID) -> Content:
    """
    What an offer of the actor's company says now, for its form.

    :raises NotFound: unless it is theirs
    """
    offer = Offer.objects.filter(pk=offer_id, company_id=actor.party_id).first()
    if offer is None:
        raise NotFound()
    return _content(offer)


def _content(offer: Offer) -> Content:
    rows = OfferMilestone.objects.filter(offer=offer).order_by("position")
    return Content(
        title=offer.title,
        text=offer.text,
        starts_on=offer.starts_on,
        close_post=offer.close_post,
        parts=tuple(Part(title=m.title, text=m.text, amount=m.amount, due_on=m.due_on) for m in rows),
    )


def open_of_proposal(proposal_id: UUID) -> UUID | None:
    """The offer under way for a proposal."""
    return Offer.objects.open().filter(proposal_id=proposal_id).values_list("pk", flat=True).first()


def open_offers_of(party_ids: Iterable[UUID]) -> list[Offer]:
    """Offers of some parties, sent or received, that have not ended; drafts only for those who wrote them."""
    wanted = list(party_ids)
    mine = Q(company_id__in=wanted) | Q(worker_id__in=wanted, version__gt=0)
    return list(Offer.objects.open().filter(mine).order_by("pk"))


def totals(offer_ids: Iterable[UUID]) -> dict[UUID, int]:
    """What some offers are worth in all, in minor units."""
    rows = OfferMilestone.objects.filter(offer_id__in=list(offer_ids)).values("offer_id").annotate(all=Sum("amount"))
    return {row["offer_id"]: int(row["all"]) for row in rows}


# Rows whose clock runs, for the sweep of deadlines.


def sent() -> QuerySet[Offer]:
    return Offer.objects.filter(state=O.SENT, answer_due_at__isnull=False)


def reminding() -> QuerySet[Offer]:
    return Offer.objects.filter(state=O.SENT, remind_due_at__isnull=False)


def funding() -> QuerySet[Offer]:
    return Offer.objects.filter(state=O.FUNDING, funding_due_at__isnull=False)


def drafts() -> QuerySet[Offer]:
    return Offer.objects.filter(state=O.DRAFT, draft_due_at__isnull=False)


def title_of(offer_id: UUID) -> str:
    """What a notice calls an offer."""
    return Offer.objects.filter(pk=offer_id).values_list("title", flat=True).first() or ""


def was_sent(offer_id: UUID) -> bool:
    """Did the worker ever see it?"""
    return Offer.objects.filter(pk=offer_id, version__gt=0).exists()
