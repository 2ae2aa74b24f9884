"""What happens because nobody did anything; every effect is dated at its deadline."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.calendar import days_after, next_reminder
from freehold.kit.events import publish
from freehold.kit.refusals import IllegalMove
from freehold.kit.settings import current
from freehold.work.contracts.actions import payment, purse, refunds
from freehold.work.contracts.actions.upkeep import SYSTEM, about, close, settle_up, sides
from freehold.work.contracts.events import ContractIdle, MilestoneDormant, RefundReplyEnding, ReviewEnding
from freehold.work.contracts.models import Contract, Milestone, RefundRequest
from freehold.work.contracts.states import AT_WORK, HELD, C, M, Reason, Side


@action
def grow_dormant(*, actor: Actor, milestone_id: UUID, at: datetime) -> Milestone:
    """
    Nobody acted on held money for long: ask the client, then the worker, then give it back.

    :raises NotAllowed: unless the machine itself acts
    :raises IllegalMove: unless it is the worker's turn and the clock has ended
    """
    milestone = Milestone.objects.locked(milestone_id)
    contract = milestone.contract
    require(actor.is_system)
    due = milestone.dormant_due_at
    require(milestone.state in AT_WORK and due is not None and due <= at, IllegalMove)
    if milestone.dormant_step >= 2:
        payment.give_back(milestone, milestone.amount, actor=actor, at=at)
        return milestone
    milestone.dormant_step += 1
    milestone.dormant_due_at = days_after(at, contract.dormant_notice_days)
    milestone.save(update_fields=["dormant_step", "dormant_due_at"])
    fact = MilestoneDormant(**about(milestone), step=milestone.dormant_step, due_at=milestone.dormant_due_at)
    publish(fact, actor=actor, at=at)
    return milestone


@action
def near_limit(*, actor: Actor, milestone_id: UUID, at: datetime) -> Milestone:
    """
    A week before the payment provider's limit: open a refund request for money nobody has worked for yet.

    :raises NotAllowed: unless the machine itself acts
    :raises IllegalMove: unless the money is held and the clock has ended
    """
    milestone = Milestone.objects.locked(milestone_id)
    require(actor.is_system)
    require(milestone.is_held and milestone.limit_due_at is not None and milestone.limit_due_at <= at, IllegalMove)
    milestone.limit_due_at = None
    milestone.save(update_fields=["limit_due_at"])
    asked = RefundRequest.objects.asked().filter(milestone=milestone).exists()
    if milestone.state in AT_WORK and not asked:
        text = _("The payment provider cannot keep this money any longer.")
        refunds.open_request(milestone.contract, milestone, milestone.amount, text, actor=actor, at=at, by_rule=True)
    return milestone


@action
def remind_of_review(*, actor: Actor, milestone_id: UUID, at: datetime) -> Milestone:
    """
    Remind both sides that silence will release the money soon.

    :raises NotAllowed: unless the machine itself acts
    :raises IllegalMove: unless the milestone is in review and its clock runs
    """
    milestone = Milestone.objects.locked(milestone_id)
    require(actor.is_system)
    due = milestone.review_due_at
    require(milestone.remind_due_at is not None and due is not None, IllegalMove)
    assert due is not None
    milestone.remind_due_at = next_reminder(due, at)
    milestone.save(update_fields=["remind_due_at"])
    publish(ReviewEnding(**about(milestone), due_at=due), actor=actor, at=at)
    return milestone


@action
def remind_of_reply(*, actor: Actor, request_id: UUID, at: datetime) -> RefundRequest:
    """
    Remind the worker that silence will give the money back soon.

    :raises NotAllowed: unless the machine itself acts
    :raises IllegalMove: unless the request waits for an answer
    """
    request = RefundRequest.objects.locked(request_id)
    require(actor.is_system)
    due = request.reply_due_at
    require(request.remind_due_at is not None and due is not None, IllegalMove)
    assert due is not None
    request.remind_due_at = next_reminder(due, at)
    request.save(update_fields=["remind_due_at"])
    publish(
        RefundReplyEnding(
            **sides(request.contract),
            request_id=request.pk,
            milestone_id=request.milestone_id,
            position=request.milestone.position if request.milestone else 0,
            currency=request.contract.currency,
            amount=request.amount,
            due_at=due,
        ),
        actor=actor,
        at=at,
    )
    return request


@action
def notice_idle(*, actor: Actor, contract_id: UUID, at: datetime) -> Contract:
    """
    Nobody acted in a contract: remind the client, and end it much later when nothing is held in it.

    :raises NotAllowed: unless the machine itself acts
    :raises IllegalMove: when it has ended, or its clock has not
    """
    contract = Contract.objects.locked(contract_id)
    require(actor.is_system)
    require(contract.is_open and contract.idle_due_at is not None and contract.idle_due_at <= at, IllegalMove)
    terms = current().contract
    last = days_after(contract.acted_at, terms.idle_end_days)
    busy = Milestone.objects.filter(contract=contract, state__in=[*HELD, M.FUNDING]).exists()
    if at >= last and not busy and not purse.carry_left(contract):
        close(contract, side=Side.SYSTEM, reason=Reason.UNRESPONSIVE, actor=SYSTEM, at=at)
        settle_up(contract, at)
        return contract
    next_one = days_after(at, terms.idle_warn_days)
    if contract.state != C.PAUSED and at < last:
        next_one = last
    contract.idle_step += 1
    contract.idle_due_at = next_one if at >= last else min(next_one, last)
    contract.save(update_fields=["idle_step", "idle_due_at"])
    if not busy:
        publish(ContractIdle(**sides(contract)), actor=actor, at=at)
    return contract
