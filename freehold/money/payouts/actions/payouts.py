"""Payouts: reserved, sent a moment later, and what a bank may say afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from freehold.kit import calendar
from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.events import Event, publish
from freehold.kit.ids import readable, uuid7
from freehold.kit.money import LIMIT, Money
from freehold.kit.rates import threshold
from freehold.kit.refusals import IllegalMove, Invalid, NotFound, Refusal
from freehold.kit.settings import current
from freehold.money.ledger import actions as ledger
from freehold.money.ledger import queries as books
from freehold.money.ledger import states as chart
from freehold.money.ledger.actions import Leg
from freehold.money.payouts import policies, providers
from freehold.money.payouts.actions.methods import unseal
from freehold.money.payouts.events import (
    PayoutCanceled,
    PayoutFailed,
    PayoutMethodBroken,
    PayoutPaid,
    PayoutRequested,
    PayoutReturned,
    PayoutSent,
    PayoutStuck,
)
from freehold.money.payouts.models import Payout, PayoutMethod
from freehold.money.payouts.providers import Answer
from freehold.money.payouts.states import METHOD, PAYOUT, M, P, Reason
from freehold.people.teams.models import Party

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
PROVIDER = "sandbox"


class BelowMinimum(Refusal):
    """Less than the smallest payout."""

    status = 422
    sentence = _("The smallest payout is %(minimum)s. No money moved.")


class MoreThanAvailable(Refusal):
    """More than can be paid out now."""

    status = 422
    sentence = _("You can pay out %(available)s now, and no more. No money moved.")


class FeeTakesAll(Refusal):
    """Nothing would arrive."""

    status = 422
    sentence = _("The fee of %(fee)s would take all of it. Choose a cheaper way, or a larger amount. No money moved.")


class MethodNotReady(Refusal):
    """The chosen method waits, is broken, or is gone."""

    sentence = _("This payout method cannot be used now. Choose another one. No money moved.")


class NoMethod(Refusal):
    """There is no method money could go to."""

    sentence = _("Add a payout method first: there is none that can be used now. No money moved.")


@action
def request_payout(
    *,
    actor: Actor,
    party_id: UUID,
    currency: str,
    amount: int,
    method_id: UUID,
    at: datetime,
    payout_id: UUID | None = None,
) -> Payout:
    """
    Reserve an amount of the available money and send it when the time to call it off is over.

    :param amount: minor units, the fee included
    :param payout_id: drawn by the form, so that sending it twice is sending it once
    :raises NotAllowed: unless the actor may request the party's payouts
    :raises NotFound: for somebody else's method
    :raises MethodNotReady: unless the method is active
    :raises BelowMinimum: under ``payout.minimum``
    :raises MoreThanAvailable: above what is available after debts
    """
    method = PayoutMethod.objects.locked(method_id)
    require(policies.can_request(actor, party_id))
    require(method.party_id == party_id, NotFound)
    same = Payout.objects.filter(pk=payout_id).first() if payout_id else None
    if same is not None:
        require(same.party_id == party_id and (same.amount, same.currency) == (amount, currency), IllegalMove)
        return same
    least = policies.minimum(currency)
    if not 0 < amount <= LIMIT:
        raise Invalid(_("Enter the amount you want to pay out. No money moved."))
    if amount < least.amount:
        raise BelowMinimum(minimum=least)
    leaves_at = at + timedelta(minutes=current().payout.cancel_minutes)
    return _reserve(actor, method, Money(amount, currency), payout_id or uuid7(), leaves_at, at)


@action
def request_last_payout(*, actor: Actor, party_id: UUID, currency: str, at: datetime) -> Payout:
    """
    Pay out everything there is by the cheapest way, the minimum waived, at once: for accounts that close.

    :raises NotAllowed: unless the actor may request the party's payouts, or is the machine
    :raises NoMethod: when no method is active
    :raises MoreThanAvailable: when nothing is available
    """
    Party.objects.locked(party_id)
    require(actor.is_system or policies.can_request(actor, party_id))
    usable = PayoutMethod.objects.usable().filter(party_id=party_id).order_by("added_at", "pk")
    choice = sorted(usable, key=lambda m: policies.fee(m.rail, currency).amount)
    if not choice:
        raise NoMethod()
    method = PayoutMethod.objects.locked(choice[0].pk)
    return _reserve(actor, method, _free(party_id, currency), uuid7(), at, at)


@action
def cancel_payout(*, actor: Actor, payout_id: UUID, at: datetime) -> Payout:
    """
    Call a payout off before it leaves; the money is available again.

    :raises NotFound: unless the actor acts for its party
    :raises NotAllowed: unless they may request payouts
    :raises IllegalMove: once it has left
    """
    payout = Payout.objects.locked(payout_id)
    require(actor.acts_for(payout.party_id), NotFound)
    require(policies.can_cancel(actor, payout))
    require(payout.send_due_at is None or at < payout.send_due_at, IllegalMove)
    PAYOUT.move(payout, "cancel", at=at, send_due_at=None)
    _post(payout, "cancel", [Leg(chart.payout(payout.pk), _wallet(payout), payout.amount)], at)

    publish(_fact(PayoutCanceled, payout), actor=actor, at=at)
    return payout


@action
def send_payout(*, payout_id: UUID, at: datetime) -> Payout:
    """
    Let a payout go: a task calls the provider a moment later. A method that broke meanwhile brings the money back.

    :raises IllegalMove: unless the payout is scheduled
    """
    payout = Payout.objects.locked(payout_id)
    if payout.state != P.SCHEDULED:
        raise IllegalMove()
    method = PayoutMethod.objects.locked(payout.method_id)
    if method.state != M.ACTIVE:
        return fail_payout(payout_id=payout_id, reason=Reason.METHOD_GONE, at=at)

    PAYOUT.move(payout, "send", at=at, send_due_at=None, ask_due_at=at + _HOUR)
    publish(_fact(PayoutSent, payout), actor=_machine(), at=at)
    return payout


@action
def take_answer(*, payout_id: UUID, answer: Answer, at: datetime) -> Payout:
    """Do what a provider's answer asks for; the same answer again changes nothing."""
    payout = Payout.objects.locked(payout_id)
    if answer.outcome == "paid":
        return settle_payout(
            payout_id=payout_id, reference=answer.reference, look_again_at=answer.look_again_at, at=at
        )
    if answer.outcome == "failed":
        return fail_payout(payout_id=payout_id, reason=answer.reason, at=at)
    if answer.outcome == "returned":
        if payout.state == P.SENDING:
            settle_payout(payout_id=payout_id, reference=answer.reference, look_again_at=None, at=at)
        return return_payout(payout_id=payout_id, reason=answer.reason, back=answer.back, at=at)
    return ask_again(payout_id=payout_id, at=at)


@action
def settle_payout(
    *, payout_id: UUID, reference: str, at: datetime, look_again_at: datetime | None = None
) -> Payout:
    """The provider says the money arrived; a payout that ended before keeps its end."""
    payout = Payout.objects.locked(payout_id)
    if not PAYOUT.allows(payout, "settle"):
        if payout.ask_due_at is not None and payout.ask_due_at <= at:
            payout.ask_due_at = look_again_at if look_again_at and look_again_at > at else None
            payout.save(update_fields=["ask_due_at"])
        return payout
    again = look_again_at if look_again_at and look_again_at > at else None
    PAYOUT.move(payout, "settle", at=at, reference=reference, ask_due_at=again)
    own = chart.payout(payout.pk)
    legs = [
        Leg(own, chart.provider(PROVIDER), payout.amount - payout.fee),
        Leg(own, chart.house("fees:payout"), payout.fee),
    ]
    _post(payout, "settle", legs, at)

    publish(_fact(PayoutPaid, payout), actor=_machine(), at=at)
    return payout


@action
def fail_payout(*, payout_id: UUID, reason: str, at: datetime) -> Payout:
    """The money did not arrive: all of it, the fee included, is available again, and the method is broken."""
    payout = Payout.objects.locked(payout_id)
    if not PAYOUT.allows(payout, "fail"):
        return payout
    known = reason if reason in Reason.values else Reason.REJECTED
    PAYOUT.move(payout, "fail", at=at, reason=known, send_due_at=None, ask_due_at=None)
    _break(payout, known, at)
    _post(payout, "fail", [Leg(chart.payout(payout.pk), _wallet(payout), payout.amount)], at)

    publish(_fact(PayoutFailed, payout, reason=str(known)), actor=_machine(), at=at)
    return payout


@action
def return_payout(*, payout_id: UUID, reason: str, back: int, at: datetime) -> Payout:
    """A bank sent a paid-out amount back: what came is available again, and the method is broken."""
    payout = Payout.objects.locked(payout_id)
    if not PAYOUT.allows(payout, "return"):
        return payout
    if not 0 < back <= payout.amount:
        raise ValueError(f"{payout.number}: {back} cannot come back")
    known = reason if reason in Reason.values else Reason.REJECTED
    PAYOUT.move(payout, "return", at=at, reason=known, ask_due_at=None)
    _break(payout, known, at)
    _post(payout, "return", [Leg(chart.provider(PROVIDER), _wallet(payout), back)], at)

    publish(_fact(PayoutReturned, payout, reason=str(known), back=back), actor=_machine(), at=at)
    return payout


@action
def ask_again(*, payout_id: UUID, at: datetime) -> Payout:
    """The provider does not know yet: ask again in an hour, after ``payout.stuck_days`` business days once a day."""
    payout = Payout.objects.locked(payout_id)
    if payout.state != P.SENDING or payout.sent_at is None:
        return payout
    stuck = at >= calendar.business_days_after(payout.sent_at, current().payout.stuck_days)
    told = payout.stuck_at is not None
    payout.ask_due_at = at + (_DAY if stuck else _HOUR)
    payout.stuck_at = payout.stuck_at or (at if stuck else None)
    payout.save(update_fields=["ask_due_at", "stuck_at"])
    if stuck and not told:
        publish(_fact(PayoutStuck, payout), actor=_machine(), at=at)
    return payout


@action
def write_off_debt(*, party_id: UUID, currency: str, at: datetime) -> int:
    """
    Let go of a debt below ``payout.write_off_under``, so that it keeps nobody from leaving.

    :returns: how much was written off
    """
    Party.objects.locked(party_id)
    name = chart.owed(party_id)
    owed = -books.balance(name, currency).amount
    if not 0 < owed < threshold(current().payout.write_off_under, currency).amount:
        return 0
    ledger.post(
        kind="write_off", key=f"writeoff:{party_id}:{currency}:{at.isoformat()}", currency=currency,
        legs=[Leg(chart.house("write_off"), name, owed)], at=at,
    )  # fmt: skip
    return owed


def order_of(payout: Payout) -> providers.PayoutOrder:
    """What the provider is asked, the same each time."""
    return providers.PayoutOrder(
        key=payout.pk,
        number=payout.number,
        rail=payout.method.rail,
        holder=payout.method.holder,
        account=unseal(payout.method),
        currency=payout.currency,
        amount=payout.amount - payout.fee,
        sent_at=payout.sent_at or payout.requested_at,
    )


def _reserve(actor: Actor, method: PayoutMethod, amount: Money, key: UUID, leaves_at: datetime, at: datetime) -> Payout:
    require(method.state == M.ACTIVE, MethodNotReady)
    available = _free(method.party_id, amount.currency)
    if amount.amount > available.amount or amount.amount <= 0:
        raise MoreThanAvailable(available=available)
    company = Party.objects.filter(pk=method.party_id, kind=Party.Kind.COMPANY).exists()
    fee = policies.fee(method.rail, amount.currency, company=company)
    if fee.amount >= amount.amount:
        raise FeeTakesAll(fee=fee)
    payout = Payout(
        pk=key,
        number=f"P-{readable(6)}",
        party_id=method.party_id,
        method=method,
        currency=amount.currency,
        amount=amount.amount,
        fee=fee.amount,
        requested_at=at,
        send_due_at=leaves_at,
    )
    entry = _post(payout, "begin", [Leg(_wallet(payout), chart.payout(payout.pk), payout.amount)], at)
    payout.entry_id = entry
    payout.save(force_insert=True)

    publish(_fact(PayoutRequested, payout), actor=actor, at=at)
    return payout


def _free(party_id: UUID, currency: str) -> Money:
    """What is available after debts."""
    wallet, debt = chart.wallet(party_id, "available"), chart.owed(party_id)
    found = books.balances([wallet, debt], currency)
    return Money(max(0, found[wallet].amount + found[debt].amount), currency)


def _wallet(payout: Payout) -> str:
    return chart.wallet(payout.party_id, "available")


def _post(payout: Payout, step: str, legs: list[Leg], at: datetime) -> int:
    return ledger.post(
        kind=f"payout_{step}", key=f"payout:{payout.pk}:{step}", currency=payout.currency, legs=legs, at=at
    ).entry_id


def _break(payout: Payout, reason: str, at: datetime) -> None:
    method = PayoutMethod.objects.locked(payout.method_id)
    if METHOD.allows(method, "break") and method.state != M.BROKEN:
        METHOD.move(method, "break", at=at, reason=reason, active_due_at=None)
        publish(PayoutMethodBroken(method_id=method.pk, party_id=method.party_id), actor=_machine(), at=at)


def _machine() -> Actor:
    return Actor.system(f"payouts.{PROVIDER}")


def _fact(event: Callable[..., Event], payout: Payout, **more: Any) -> Event:
    return event(
        payout_id=payout.pk,
        party_id=payout.party_id,
        method_id=payout.method_id,
        currency=payout.currency,
        amount=payout.amount,
        fee=payout.fee,
        **more,
    )
