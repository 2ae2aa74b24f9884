"""Contracts in lists, and what other apps ask about them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from freehold.kit.actors import Actor
from freehold.kit.cards import card
from freehold.kit.money import Money
from freehold.kit.refusals import NotFound
from freehold.money.escrow import queries as holds
from freehold.people.teams import queries as teams
from freehold.people.teams.states import Can
from freehold.work.contracts.models import Contract, Milestone, RefundRequest
from freehold.work.contracts.states import AT_WORK, C, M

CONTRACT_MARKS = {C.SCHEDULED: "plan", C.ACTIVE: "ok", C.PAUSED: "wait", C.ENDED: "plan"}


@card
class ContractCard:
    """
    A contract in a list.

    :ivar step: what comes next: ``review``, ``answer_refund``, ``asked_refund``, ``agree``, ``work``, ``changes``,
        ``fund``, ``end``, ``paused``, ``scheduled``, ``ended`` or ``settled``
    :ivar mine: it is this reader's turn
    :ivar due_at: when silence decides, if a clock runs
    """

    contract_id: UUID
    number: str
    title: str
    state: str
    state_label: str
    mark: str
    role: str
    other: teams.Face
    opened_at: datetime
    ended_at: datetime | None
    planned: Money
    held: Money
    in_review: Money
    paid: Money
    done: int
    total: int
    step: str
    step_title: str
    step_words: str
    mine: bool
    due_at: datetime | None


def visible_to(actor: Actor) -> Q:
    """The two sides; the company's members need the permission to read contracts."""
    sees = Q(worker_id=actor.party_id)
    if Can.CONTRACTS_READ in actor.permissions:
        sees |= Q(company_id=actor.party_id)
    return sees if actor.party_id else Q(pk__in=[])


def cards(actor: Actor, *, contract_ids: Iterable[UUID] | None = None, limit: int = 200) -> list[ContractCard]:
    """The actor's contracts, running ones with the nearest clock first, ended ones last; six queries."""
    rows = Contract.objects.filter(visible_to(actor)).defer("text", "terms")
    if contract_ids is not None:
        rows = rows.filter(pk__in=list(contract_ids))
    contracts = list(rows.order_by("-opened_at")[:limit])
    ids = [c.pk for c in contracts]
    by_contract: dict[UUID, list[Milestone]] = {pk: [] for pk in ids}
    for milestone in Milestone.objects.filter(contract_id__in=ids).defer("text").order_by("position"):
        by_contract[milestone.contract_id].append(milestone)
    asked: dict[UUID, RefundRequest] = {}
    for request in RefundRequest.objects.asked().filter(contract_id__in=ids).order_by("-reply_due_at"):
        asked[request.contract_id] = request
    carried = holds.held_for("carry", [c.pk for c in contracts if c.carry_hold_id])
    faces = teams.faces({c.other_side(actor.party_id) for c in contracts}, actor)
    found = [
        _card(c, by_contract[c.pk], asked.get(c.pk), carried[c.pk].held if c.pk in carried else None, faces, actor)
        for c in contracts
    ]
    return sorted(found, key=_urgency)


def _urgency(one: ContractCard) -> tuple[bool, bool, bool, float]:
    when = one.due_at.timestamp() if one.due_at else -one.opened_at.timestamp()
    return (one.state == C.ENDED, not one.mine, one.due_at is None, when)


def _card(
    contract: Contract,
    milestones: list[Milestone],
    asked: RefundRequest | None,
    carried: Money | None,
    faces: dict[UUID, teams.Face],
    actor: Actor,
) -> ContractCard:
    client = actor.party_id == contract.company_id
    step, title, due = next_step(contract, milestones, asked)
    other = faces[contract.other_side(actor.party_id)]
    turn = {"review": True, "agree": True, "fund": True, "asked_refund": False, "work": False, "changes": False}
    mine = step in turn and turn[step] == client
    held = sum(m.amount for m in milestones if m.state in AT_WORK) + (carried.amount if carried else 0)
    real = [m for m in milestones if m.state not in (M.CANCELED, M.PROPOSED)]
    return ContractCard(
        contract_id=contract.pk,
        number=contract.number,
        title=contract.title,
        state=contract.state,
        state_label=str(C(contract.state).label),
        mark=CONTRACT_MARKS[C(contract.state)],
        role="client" if client else "worker",
        other=other,
        opened_at=contract.opened_at,
        ended_at=contract.ended_at,
        planned=contract.money(sum(m.amount for m in milestones if m.state in (M.AGREED, M.FUNDING))),
        held=contract.money(held),
        in_review=contract.money(sum(m.amount for m in milestones if m.state == M.SUBMITTED)),
        paid=contract.money(sum(m.released_amount for m in milestones)),
        done=sum(1 for m in real if m.state == M.PAID),
        total=len(real),
        step=step,
        step_title=title,
        step_words=_words(step, title, mine, other),
        mine=mine,
        due_at=due,
    )


def _words(step: str, title: str, mine: bool, other: teams.Face) -> str:
    """The next step in a sentence, from the reader's side."""
    mine_words = {
        "review": _("You review “%(title)s”"),
        "asked_refund": _("You answer a refund request"),
        "agree": _("You answer the proposed milestone “%(title)s”"),
        "work": _("You hand in “%(title)s”"),
        "changes": _("You hand in “%(title)s” again"),
        "fund": _("You fund “%(title)s” when you are ready"),
    }
    their_words = {
        "review": _("%(name)s reviews “%(title)s”"),
        "asked_refund": _("%(name)s answers your refund request"),
        "agree": _("%(name)s answers your milestone “%(title)s”"),
        "work": _("%(name)s hands in “%(title)s”"),
        "changes": _("%(name)s hands in “%(title)s” again"),
        "fund": _("%(name)s may fund “%(title)s” next"),
        "funding": _("The payment for “%(title)s” is under way"),
        "end": _("Nothing is planned. Add a milestone, or end the contract"),
        "paused": _("Paused"),
        "ended": _("Ended, not everything is settled"),
        "settled": _("Ended and settled"),
    }
    words = mine_words.get(step) if mine else their_words.get(step)
    return (words or "") % {"title": title, "name": other.short}


def next_step(
    contract: Contract, milestones: list[Milestone], asked: RefundRequest | None
) -> tuple[str, str, datetime | None]:
    """What comes next in a contract, about which milestone, and until when."""
    titles = {m.pk: m.title for m in milestones}
    if asked is not None:
        return "asked_refund", titles.get(asked.milestone_id, "") if asked.milestone_id else "", asked.reply_due_at
    reviewed = sorted(
        (m for m in milestones if m.state == M.SUBMITTED), key=lambda m: (str(m.review_due_at), m.position)
    )
    if reviewed:
        return "review", reviewed[0].title, reviewed[0].review_due_at
    for state, step in (
        (M.PROPOSED, "agree"),
        (M.CHANGES_ASKED, "changes"),
        (M.FUNDED, "work"),
        (M.FUNDING, "funding"),
    ):
        for milestone in milestones:
            if milestone.state == state and (contract.is_open or state in AT_WORK):
                return step, milestone.title, milestone.answer_due_at if state == M.PROPOSED else None
    if contract.state == C.ENDED:
        return ("settled" if contract.settled_at else "ended"), "", None
    if contract.state == C.PAUSED:
        return "paused", "", None
    planned = next((m for m in milestones if m.state == M.AGREED), None)
    return ("fund", planned.title, None) if planned else ("end", "", None)


def open_contracts_of(party_id: UUID | None) -> list[Contract]:
    """A party's contracts that have not ended, oldest first."""
    return list(Contract.objects.open().of_party(party_id).order_by("opened_at", "pk"))


def parties_of(contract_id: UUID) -> tuple[UUID, UUID]:
    """
    Company and worker of a contract.

    :raises NotFound: when there is none
    """
    found = Contract.objects.filter(pk=contract_id).values_list("company_id", "worker_id").first()
    if found is None:
        raise NotFound()
    return found


def paid_totals(contract_ids: Iterable[UUID]) -> dict[UUID, Money]:
    """What was released in each of some contracts, before fees; contracts without a release are left out."""
    rows = Milestone.objects.filter(contract_id__in=list(contract_ids), released_amount__gt=0)
    sums = rows.values("contract_id", "contract__currency").annotate(paid=Sum("released_amount"))
    return {row["contract_id"]: Money(int(row["paid"]), row["contract__currency"]) for row in sums}


def hired_before(company_id: UUID, worker_id: UUID) -> bool:
    """Did these two have a contract at any time?"""
    return Contract.objects.filter(company_id=company_id, worker_id=worker_id).exists()


def contract_of_proposal(proposal_id: UUID) -> UUID | None:
    return Contract.objects.filter(proposal_id=proposal_id).values_list("pk", flat=True).first()


@card
class About:
    """The ids a notice about a milestone needs."""

    contract_id: UUID
    company_id: UUID
    worker_id: UUID
    milestone_id: UUID


def about_milestone(milestone_id: UUID) -> About | None:
    """Whom a milestone concerns."""
    found = Milestone.objects.select_related("contract").filter(pk=milestone_id).first()
    if found is None:
        return None
    contract = found.contract
    return About(
        contract_id=contract.pk, company_id=contract.company_id, worker_id=contract.worker_id, milestone_id=found.pk
    )


def words_of(contract_id: UUID, milestone_id: UUID | None) -> dict[str, str]:
    """What a notice calls a contract and, if one is named, its milestone."""
    found = Contract.objects.filter(pk=contract_id).values_list("number", "title").first() or ("", "")
    title = Milestone.objects.filter(pk=milestone_id).values_list("title", flat=True).first() if milestone_id else ""
    return {"number": found[0], "contract": found[1], "milestone": title or found[1]}
