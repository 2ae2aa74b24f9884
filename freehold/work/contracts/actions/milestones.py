"""Planning: milestones before there is money in them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.calendar import day_of, days_after
from freehold.kit.events import publish
from freehold.kit.money import LIMIT
from freehold.kit.rates import threshold
from freehold.kit.refusals import Invalid, NotFound, Refusal, Stale, TooLate
from freehold.kit.settings import current
from freehold.kit.text import clean
from freehold.work.contracts import policies
from freehold.work.contracts.actions.upkeep import about, touch
from freehold.work.contracts.events import (
    MilestoneAgreed,
    MilestoneCanceled,
    MilestoneChanged,
    MilestonePlanned,
    MilestoneProposed,
)
from freehold.work.contracts.models import Contract, Milestone, Part
from freehold.work.contracts.states import MILESTONE, M


class ContractOver(Refusal):
    """Nothing new begins in a contract that has ended or is winding down."""

    sentence = _("This contract has ended or is about to: nothing new can begin in it. No money moved.")


class TooManyMilestones(Refusal):
    """A contract has a limit of milestones."""

    sentence = _("A contract has %(most)s milestones at most. Nothing was added.")


class ProposalOver(TooLate):
    """The clock of a proposed milestone ran out."""

    sentence = _("The time to answer this proposed milestone is over; it was dropped. Ask for a new one.")


def checked_part(part: Part, *, currency: str, at: datetime, field: str = "") -> Part:
    """
    A milestone with its words cleaned.

    :param field: put before the field names of complaints, e.g. ``2-`` for the second of several
    :raises Invalid: with a sentence per field
    """
    title, text = clean(part.title), clean(part.text)
    least = threshold(current().escrow.milestone_min, currency)
    wrong: dict[str, Any] = {}
    if not 1 <= len(title) <= 100:
        wrong["title"] = _("Give the milestone a title of 1 to 100 characters.")
    if len(text) > 5000:
        wrong["text"] = _("At most 5,000 characters.")
    if not least.amount <= part.amount <= LIMIT:
        wrong["amount"] = _("A milestone costs at least %(least)s.") % {"least": least}
    if part.due_on is not None and part.due_on < day_of(at):
        wrong["due_on"] = _("This day has passed. Choose a later one or leave it empty.")
    if wrong:
        raise Invalid(fields={f"{field}{name}": sentence for name, sentence in wrong.items()})
    return Part(title=title, text=text, amount=part.amount, due_on=part.due_on)


@action
def plan_milestone(
    *,
    actor: Actor,
    contract_id: UUID,
    title: str,
    amount: int,
    at: datetime,
    text: str = "",
    due_on: date | None = None,
) -> Milestone:
    """
    Add a milestone to the plan; nothing is held until it is funded.

    :raises NotAllowed: unless the actor may manage the company's contracts
    :raises ContractOver: when the contract has ended or is winding down
    :raises Invalid: when title, amount or day will not do
    """
    contract = Contract.objects.locked(contract_id)
    require(policies.can_see(actor, contract), NotFound)
    require(policies.can_plan(actor, contract))
    milestone = _add(contract, Part(title=title, text=text, amount=amount, due_on=due_on), M.AGREED, actor, at)
    publish(MilestonePlanned(**about(milestone)), actor=actor, at=at)
    return milestone


@action
def propose_milestone(
    *,
    actor: Actor,
    contract_id: UUID,
    title: str,
    amount: int,
    at: datetime,
    text: str = "",
    due_on: date | None = None,
) -> Milestone:
    """
    Suggest a milestone to the client, who may agree until the clock ends.

    :raises NotAllowed: unless the actor is the contract's worker
    :raises ContractOver: when the contract has ended or is winding down
    :raises Invalid: when title, amount or day will not do
    """
    contract = Contract.objects.locked(contract_id)
    require(policies.can_see(actor, contract), NotFound)
    require(policies.can_propose(actor, contract))
    due = days_after(at, current().offer.ttl_days)
    part = Part(title=title, text=text, amount=amount, due_on=due_on)
    milestone = _add(contract, part, M.PROPOSED, actor, at, answer_due_at=due)
    publish(MilestoneProposed(**about(milestone), due_at=due), actor=actor, at=at)
    return milestone


@action
def agree_milestone(*, actor: Actor, milestone_id: UUID, at: datetime) -> Milestone:
    """
    Take up a milestone the worker proposed.

    :raises NotAllowed: unless the actor may manage the company's contracts
    :raises IllegalMove: unless it is proposed
    :raises ProposalOver: after its clock
    """
    milestone = _seen(actor, milestone_id)
    require(policies.can_agree(actor, milestone))
    require(not MILESTONE.allows(milestone, "agree") or _in_time(milestone, at), ProposalOver)
    MILESTONE.move(milestone, "agree", at=at, answer_due_at=None)
    touch(milestone.contract, actor, at)
    publish(MilestoneAgreed(**about(milestone)), actor=actor, at=at)
    return milestone


@action
def decline_milestone(*, actor: Actor, milestone_id: UUID, at: datetime) -> Milestone:
    """
    Say no to a milestone the worker proposed.

    :raises NotAllowed: unless the actor may manage the company's contracts
    :raises IllegalMove: unless it is proposed
    """
    milestone = _seen(actor, milestone_id)
    require(policies.can_decline(actor, milestone))
    MILESTONE.move(milestone, "decline", at=at, answer_due_at=None)
    touch(milestone.contract, actor, at)
    publish(MilestoneCanceled(**about(milestone)), actor=actor, at=at)
    return milestone


@action
def edit_milestone(
    *, actor: Actor, milestone_id: UUID, version: int, title: str, amount: int, at: datetime, text: str = "",
    due_on: date | None = None,
) -> Milestone:  # fmt: skip
    """
    Change a milestone that has no money in it yet; once funded its text is frozen.

    :raises NotAllowed: unless the actor may manage the company's contracts
    :raises IllegalMove: unless it is planned and unfunded
    :raises Stale: when somebody changed it meanwhile
    :raises Invalid: when title, amount or day will not do
    """
    milestone = _seen(actor, milestone_id)
    require(policies.can_edit(actor, milestone))
    require(not MILESTONE.allows(milestone, "edit") or milestone.version == version, Stale)
    part = Part(title=title, text=text, amount=amount, due_on=due_on)
    part = checked_part(part, currency=milestone.contract.currency, at=at)
    MILESTONE.move(
        milestone,
        "edit",
        at=at,
        title=part.title,
        text=part.text,
        amount=part.amount,
        due_on=part.due_on,
        version=milestone.version + 1,
    )
    touch(milestone.contract, actor, at)
    publish(MilestoneChanged(**about(milestone)), actor=actor, at=at)
    return milestone


@action
def cancel_milestone(*, actor: Actor, milestone_id: UUID, at: datetime) -> Milestone:
    """
    Drop a milestone without money.

    :raises NotAllowed: unless the actor manages the company's contracts, or proposed it themselves
    :raises IllegalMove: when it is funded or closed
    """
    milestone = _seen(actor, milestone_id)
    require(policies.can_cancel(actor, milestone))
    MILESTONE.move(milestone, "cancel", at=at, answer_due_at=None)
    touch(milestone.contract, actor, at)
    publish(MilestoneCanceled(**about(milestone)), actor=actor, at=at)
    return milestone


@action
def lapse_milestone(*, actor: Actor, milestone_id: UUID, at: datetime) -> Milestone:
    """
    Drop a proposed milestone nobody answered in time.

    :raises NotAllowed: unless the machine itself acts
    :raises IllegalMove: unless it is proposed
    """
    milestone = Milestone.objects.locked(milestone_id)
    require(actor.is_system)
    MILESTONE.move(milestone, "decline", at=at, answer_due_at=None)
    publish(MilestoneCanceled(**about(milestone)), actor=actor, at=at)
    return milestone


def _seen(actor: Actor, milestone_id: UUID) -> Milestone:
    milestone = Milestone.objects.locked(milestone_id)
    require(policies.can_see(actor, milestone.contract), NotFound)
    return milestone


def _in_time(milestone: Milestone, at: datetime) -> bool:
    return milestone.answer_due_at is None or at < milestone.answer_due_at


def _add(contract: Contract, part: Part, state: M, actor: Actor, at: datetime, **columns: Any) -> Milestone:
    require(contract.is_open and not contract.ends_when_settled, ContractOver)
    part, most = checked_part(part, currency=contract.currency, at=at), current().contract.milestones_max
    places = list(Milestone.objects.filter(contract=contract).values_list("position", flat=True))
    require(len(places) < most, TooManyMilestones(most=most))
    milestone = Milestone.objects.create(
        contract=contract,
        position=max(places, default=0) + 1,
        title=part.title,
        text=part.text,
        amount=part.amount,
        due_on=part.due_on,
        state=state,
        created_at=at,
        **columns,
    )
    touch(contract, actor, at)
    return milestone
