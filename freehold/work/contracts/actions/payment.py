"""Payment: held money goes to the worker, or back to the client because the worker says so."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.events import publish
from freehold.kit.refusals import IllegalMove, Invalid, NotFound, Refusal
from freehold.work.contracts import policies
from freehold.work.contracts.actions import purse
from freehold.work.contracts.actions.upkeep import about, clocks_off, in_time, settle_up, sides, touch
from freehold.work.contracts.events import CarryReleased, CarryReturned, MilestoneRefunded, MilestoneReleased
from freehold.work.contracts.models import Contract, Milestone, RefundRequest
from freehold.work.contracts.states import MILESTONE, REFUND


class NotThatMuch(Refusal):
    """More than what is held was named."""

    status = 422
    sentence = _("Only %(held)s is held here. Enter that amount or less. No money moved.")


class NoBonusYet(Refusal):
    """Paying more than what is held would be a bonus."""

    status = 422
    sentence = _(
        "Only %(held)s is held here, so no more than that can be released. No money moved. "
        "Plan and fund another milestone to pay more."
    )


@action
def release_milestone(*, actor: Actor, milestone_id: UUID, at: datetime) -> Milestone:
    """
    Pay the worker everything the client set aside for a milestone.

    :raises NotAllowed: unless the actor may manage the company's contracts
    :raises IllegalMove: unless the milestone is funded, in review, or changes were asked
    :raises ReviewOver: after the review clock
    """
    milestone = _seen(actor, milestone_id)
    require(policies.can_release(actor, milestone))
    in_time(milestone, actor, at)
    pay(milestone, milestone.amount, actor=actor, at=at)
    return milestone


@action
def release_part(*, actor: Actor, milestone_id: UUID, amount: int, at: datetime) -> Milestone:
    """
    Pay a part of a milestone; the rest stays held as the contract's carry.

    :param amount: minor units, from 1 to all that is held
    :raises NotAllowed: unless the actor may manage the company's contracts
    :raises IllegalMove: unless the milestone is funded, in review, or changes were asked
    :raises NoBonusYet: for more than what is held
    :raises ReviewOver: after the review clock
    """
    milestone = _seen(actor, milestone_id)
    require(policies.can_release(actor, milestone))
    in_time(milestone, actor, at)
    require(MILESTONE.allows(milestone, "release"), IllegalMove)
    require(amount >= 1, Invalid(fields={"amount": _("Enter an amount.")}))
    require(amount <= milestone.amount, NoBonusYet(held=milestone.price))
    pay(milestone, amount, actor=actor, at=at)
    return milestone


@action
def release_by_silence(*, actor: Actor, milestone_id: UUID, at: datetime) -> Milestone:
    """
    The client let the review clock run out: the worker is paid in full, dated at the deadline.

    :raises NotAllowed: unless the machine itself acts
    :raises IllegalMove: unless the milestone is in review and its clock has ended
    """
    milestone = Milestone.objects.locked(milestone_id)
    require(actor.is_system)
    require(milestone.review_due_at is not None and milestone.review_due_at <= at, IllegalMove)
    pay(milestone, milestone.amount, actor=actor, at=at, by_silence=True)
    return milestone


@action
def return_milestone(*, actor: Actor, milestone_id: UUID, amount: int, at: datetime) -> Milestone:
    """
    Give held money of a milestone back to the client: all of it, or a part, which makes the milestone smaller.

    :param amount: minor units, from 1 to all that is held
    :raises NotAllowed: unless the actor is the contract's worker
    :raises IllegalMove: unless the milestone is funded, in review, or changes were asked
    :raises NotThatMuch: for more than what is held
    :raises ReviewOver: after the review clock
    """
    milestone = _seen(actor, milestone_id)
    require(policies.can_return(actor, milestone.contract))
    in_time(milestone, actor, at)
    require(MILESTONE.allows(milestone, "return"), IllegalMove)
    require(amount >= 1, Invalid(fields={"amount": _("Enter an amount.")}))
    require(amount <= milestone.amount, NotThatMuch(held=milestone.price))
    give_back(milestone, amount, actor=actor, at=at)
    return milestone


@action
def return_carry(*, actor: Actor, contract_id: UUID, amount: int, at: datetime) -> Contract:
    """
    Give held money no milestone claims back to the client.

    :param amount: minor units, from 1 to what no funding under way was promised
    :raises NotAllowed: unless the actor is the contract's worker
    :raises NotThatMuch: for more than what is held
    """
    contract = Contract.objects.locked(contract_id)
    require(policies.can_see(actor, contract), NotFound)
    require(policies.can_return(actor, contract))
    require(amount >= 1, Invalid(fields={"amount": _("Enter an amount.")}))
    spare = purse.carry_left(contract)
    require(amount <= spare, NotThatMuch(held=contract.money(spare)))
    give_carry_back(contract, amount, actor=actor, at=at)
    return contract


def pay(milestone: Milestone, amount: int, *, actor: Actor, at: datetime, by_silence: bool = False) -> None:
    """
    Release ``amount`` of a locked milestone; the rest becomes carry.

    :raises IllegalMove: unless its money is held
    """
    contract, rest = milestone.contract, milestone.amount - amount
    MILESTONE.move(milestone, "release", at=at, save=False)
    paid = purse.pay_milestone(milestone, amount, at)
    columns = {**clocks_off(), "released_amount": amount, "entry_id": paid.entry_id}
    for column, value in columns.items():
        setattr(milestone, column, value)
    milestone.save(update_fields=["state", "closed_at", *columns])
    drop_request(milestone, at)
    touch(contract, actor, at)
    publish(
        MilestoneReleased(
            **about(milestone, amount),
            entry_id=paid.entry_id,
            fee=paid.service_fee.amount,
            net=paid.net.amount,
            rest=rest,
            by_silence=by_silence,
        ),
        actor=actor,
        at=at,
    )
    settle_up(contract, at)


def pay_carry(contract: Contract, amount: int, *, actor: Actor, at: datetime) -> None:
    """Release ``amount`` of the carry of a locked contract; the caller knows that so much is there."""
    paid = purse.pay_carry(contract, amount, at)
    publish(
        CarryReleased(
            **sides(contract),
            currency=contract.currency,
            amount=amount,
            entry_id=paid.entry_id,
            fee=paid.service_fee.amount,
            net=paid.net.amount,
        ),
        actor=actor,
        at=at,
    )


def give_back(milestone: Milestone, amount: int, *, actor: Actor, at: datetime) -> None:
    """
    Send ``amount`` of a locked milestone's held money back to the client.

    :raises IllegalMove: unless its money is held
    """
    contract, left = milestone.contract, milestone.amount - amount
    require(MILESTONE.allows(milestone, "return"), IllegalMove)
    assert milestone.hold_id is not None
    purse.send_back(contract, milestone.hold_id, amount, ("milestone", milestone.pk), at)
    gone = milestone.refunded_amount + amount
    if left:
        milestone.amount, milestone.refunded_amount = left, gone
        milestone.save(update_fields=["amount", "refunded_amount"])
    else:
        MILESTONE.move(milestone, "return", at=at, refunded_amount=gone, **clocks_off())
        drop_request(milestone, at)
    touch(contract, actor, at)
    publish(MilestoneRefunded(**about(milestone, amount), left=left), actor=actor, at=at)
    settle_up(contract, at)


def give_carry_back(contract: Contract, amount: int, *, actor: Actor, at: datetime) -> None:
    """Send ``amount`` of the carry of a locked contract back to the client; the caller knows it is there."""
    assert contract.carry_hold_id is not None
    purse.send_back(contract, contract.carry_hold_id, amount, ("contract", contract.pk), at)
    touch(contract, actor, at)
    publish(CarryReturned(**sides(contract), currency=contract.currency, amount=amount), actor=actor, at=at)
    settle_up(contract, at)


def drop_request(milestone: Milestone, at: datetime) -> None:
    """The money is gone: a refund request still waiting for an answer has no object any more."""
    for request in RefundRequest.objects.asked().filter(milestone=milestone):
        REFUND.move(request, "withdraw", at=at, reply_due_at=None, remind_due_at=None)


def _seen(actor: Actor, milestone_id: UUID) -> Milestone:
    milestone = Milestone.objects.locked(milestone_id)
    require(policies.can_see(actor, milestone.contract), NotFound)
    return milestone
