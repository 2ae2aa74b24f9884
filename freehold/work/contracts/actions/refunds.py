"""Refund requests: the client asks for held money back; silence gives it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.calendar import days_after, next_reminder
from freehold.kit.events import publish
from freehold.kit.refusals import IllegalMove, Invalid, NotFound, Refusal
from freehold.kit.text import clean
from freehold.work.contracts import policies
from freehold.work.contracts.actions import payment, purse
from freehold.work.contracts.actions.payment import NotThatMuch
from freehold.work.contracts.actions.upkeep import (
    REVIEW,
    ReplyOver,
    in_time,
    review_goes_on,
    review_stands_still,
    settle_up,
    sides,
    touch,
)
from freehold.work.contracts.events import RefundAsked, RefundGranted, RefundRefused, RefundWithdrawn
from freehold.work.contracts.models import Contract, Milestone, RefundRequest
from freehold.work.contracts.states import REFUND, R

#: in a contract that has ended, an answered request leaves a review at least this long
_LEAST_DAYS = 3


class AskedBefore(Refusal):
    """One request per milestone and submission."""

    sentence = _(
        "A refund was already asked for this milestone as it stands. No money moved. "
        "Another request is possible after the next hand-in."
    )


@action
def ask_refund(*, actor: Actor, milestone_id: UUID, amount: int, text: str, at: datetime) -> RefundRequest:
    """
    Ask the worker for held money of a milestone back; its review clock stands still meanwhile.

    :param amount: minor units, from 1 to all that is held
    :raises NotAllowed: unless the actor may manage the company's contracts
    :raises IllegalMove: unless the milestone's money is held
    :raises NotThatMuch: for more than what is held
    :raises AskedBefore: when this submission was asked about already
    :raises ReviewOver: after the review clock
    """
    milestone = Milestone.objects.locked(milestone_id)
    require(policies.can_see(actor, milestone.contract), NotFound)
    require(policies.can_ask_refund(actor, milestone.contract))
    in_time(milestone, actor, at)
    require(milestone.is_held, IllegalMove)
    text = _reason(text)
    require(amount >= 1, Invalid(fields={"amount": _("Enter an amount.")}))
    require(amount <= milestone.amount, NotThatMuch(held=milestone.price))
    before = RefundRequest.objects.filter(milestone=milestone).exclude(state=R.WITHDRAWN)
    asked = before.filter(state=R.ASKED) | before.filter(submission_number=milestone.submissions_count, by_rule=False)
    require(not asked.exists(), AskedBefore)
    request = open_request(milestone.contract, milestone, amount, text, actor=actor, at=at)
    touch(milestone.contract, actor, at)
    return request


@action
def ask_carry_refund(*, actor: Actor, contract_id: UUID, amount: int, text: str, at: datetime) -> RefundRequest:
    """
    Ask the worker for held money no milestone claims back.

    :param amount: minor units, from 1 to what no funding under way was promised
    :raises NotAllowed: unless the actor may manage the company's contracts
    :raises NotThatMuch: for more than what is held
    :raises AskedBefore: while another request for it waits
    """
    contract = Contract.objects.locked(contract_id)
    require(policies.can_see(actor, contract), NotFound)
    require(policies.can_ask_refund(actor, contract))
    text, spare = _reason(text), purse.carry_left(contract)
    require(amount >= 1, Invalid(fields={"amount": _("Enter an amount.")}))
    require(amount <= spare, NotThatMuch(held=contract.money(spare)))
    waiting = RefundRequest.objects.asked().filter(contract=contract, milestone__isnull=True)
    require(not waiting.exists(), AskedBefore)
    request = open_request(contract, None, amount, text, actor=actor, at=at)
    touch(contract, actor, at)
    return request


@action
def agree_refund(*, actor: Actor, request_id: UUID, amount: int, at: datetime) -> RefundRequest:
    """
    Give the client all or a part of what was asked for; the rest goes on as before.

    :param amount: minor units, from 1 to what was asked for
    :raises NotAllowed: unless the actor is the contract's worker
    :raises IllegalMove: unless the request waits for an answer
    :raises NotThatMuch: for more than was asked for
    :raises ReplyOver: after its clock
    """
    request = _seen(actor, request_id)
    require(policies.can_answer_refund(actor, request))
    _in_time(request, actor, at)
    require(REFUND.allows(request, "agree"), IllegalMove)
    require(amount >= 1, Invalid(fields={"amount": _("Enter an amount.")}))
    require(amount <= request.amount, NotThatMuch(held=request.money()))
    _grant(request, amount, actor=actor, at=at)
    return request


@action
def grant_by_silence(*, actor: Actor, request_id: UUID, at: datetime) -> RefundRequest:
    """
    The worker let the clock run out: the client gets what was asked for, dated at the deadline.

    :raises NotAllowed: unless the machine itself acts
    :raises IllegalMove: unless the request waits for an answer and its clock has ended
    """
    request = RefundRequest.objects.locked(request_id)
    require(actor.is_system)
    require(request.reply_due_at is not None and request.reply_due_at <= at, IllegalMove)
    _grant(request, request.amount, actor=actor, at=at, by_silence=True)
    return request


@action
def refuse_refund(*, actor: Actor, request_id: UUID, text: str, at: datetime) -> RefundRequest:
    """
    Say no; the review goes on with the days it had left.

    :raises NotAllowed: unless the actor is the contract's worker
    :raises IllegalMove: unless the request waits for an answer
    :raises Invalid: without a reason
    :raises ReplyOver: after its clock
    """
    request = _seen(actor, request_id)
    require(policies.can_answer_refund(actor, request))
    _in_time(request, actor, at)
    require(REFUND.allows(request, "refuse"), IllegalMove)
    answer = _reason(text)
    REFUND.move(request, "refuse", at=at, answer_text=answer, reply_due_at=None, remind_due_at=None)
    _go_on(request, actor, at)
    publish(RefundRefused(**_about(request, request.amount)), actor=actor, at=at)
    return request


@action
def withdraw_refund(*, actor: Actor, request_id: UUID, at: datetime) -> RefundRequest:
    """
    Take a refund request back; the review goes on with the days it had left.

    :raises NotAllowed: unless the actor may manage the company's contracts
    :raises IllegalMove: unless the request waits for an answer
    :raises ReplyOver: after its clock
    """
    request = _seen(actor, request_id)
    require(policies.can_withdraw_refund(actor, request))
    _in_time(request, actor, at)
    REFUND.move(request, "withdraw", at=at, reply_due_at=None, remind_due_at=None)
    _go_on(request, actor, at)
    publish(RefundWithdrawn(**_about(request, request.amount)), actor=actor, at=at)
    return request


def open_request(
    contract: Contract,
    milestone: Milestone | None,
    amount: int,
    text: str,
    *,
    actor: Actor,
    at: datetime,
    by_rule: bool = False,
) -> RefundRequest:
    """Open a request on locked rows; the caller has asked everything there is to ask."""
    due = days_after(at, contract.refund_reply_days)
    request = RefundRequest.objects.create(
        contract=contract,
        milestone=milestone,
        submission_number=milestone.submissions_count if milestone else 0,
        amount=amount,
        by_rule=by_rule,
        text=text,
        asked_at=at,
        reply_due_at=due,
        remind_due_at=next_reminder(due, at),
    )
    if milestone is not None:
        review_stands_still(milestone, at)
        milestone.save(update_fields=REVIEW)
    publish(RefundAsked(**_about(request, amount), due_at=due), actor=actor, at=at)
    return request


def _grant(request: RefundRequest, amount: int, *, actor: Actor, at: datetime, by_silence: bool = False) -> None:
    contract, milestone = request.contract, request.milestone
    left = milestone.amount if milestone else purse.carry_left(contract)
    amount = min(amount, left)
    REFUND.move(request, "agree", at=at, agreed_amount=amount, reply_due_at=None, remind_due_at=None)
    publish(RefundGranted(**_about(request, amount), by_silence=by_silence), actor=actor, at=at)
    if milestone is not None and milestone.is_held:
        payment.give_back(milestone, amount, actor=actor, at=at)
        if milestone.is_held:
            _go_on(request, actor, at)
    elif milestone is None and amount:
        payment.give_carry_back(contract, amount, actor=actor, at=at)
    settle_up(contract, at)


def _go_on(request: RefundRequest, actor: Actor, at: datetime) -> None:
    """What the request stopped runs again."""
    contract, milestone = request.contract, request.milestone
    if milestone is not None:
        review_goes_on(milestone, at, least=0 if contract.is_open else _LEAST_DAYS)
        milestone.save(update_fields=REVIEW)
    touch(contract, actor, at)


def _about(request: RefundRequest, amount: int) -> dict[str, Any]:
    return {
        **sides(request.contract),
        "request_id": request.pk,
        "milestone_id": request.milestone_id,
        "position": request.milestone.position if request.milestone else 0,
        "currency": request.contract.currency,
        "amount": amount,
    }


def _seen(actor: Actor, request_id: UUID) -> RefundRequest:
    request = RefundRequest.objects.locked(request_id)
    require(policies.can_see(actor, request.contract), NotFound)
    return request


def _in_time(request: RefundRequest, actor: Actor, at: datetime) -> None:
    if not actor.is_system and request.reply_due_at is not None and at >= request.reply_due_at:
        raise ReplyOver()


def _reason(text: str) -> str:
    text = clean(text)
    if not 1 <= len(text) <= 2000:
        raise Invalid(fields={"text": _("Say why, in 1 to 2,000 characters.")})
    return text
