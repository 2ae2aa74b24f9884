"""Charges: two actions around a call, and everything a provider may say in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.events import Event, publish
from freehold.kit.money import LIMIT, exponent
from freehold.kit.refusals import Invalid, NotAllowed, NotFound, Refusal
from freehold.kit.settings import current
from freehold.money.ledger import actions as ledger
from freehold.money.ledger import states as chart
from freehold.money.ledger.actions import Leg
from freehold.money.payments import policies, providers
from freehold.money.payments.actions.refunds import begin_refund
from freehold.money.payments.events import (
    ChargeBegun,
    ChargeFailed,
    ChargeNeedsAction,
    ChargeSettled,
    ChargeSettledLate,
    ChargeStuck,
)
from freehold.money.payments.models import Charge, PaymentMethod, ProviderNotice
from freehold.money.payments.providers import Answer
from freehold.money.payments.states import CHARGE, METHOD, C, M, Reason
from freehold.people.teams.models import Party

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
#: reasons that lie with the card, so that it is shown as broken until a charge succeeds
_CARD_AT_FAULT = {Reason.DECLINED, Reason.INSUFFICIENT, Reason.EXPIRED_CARD}


class MethodGone(Refusal):
    """The chosen card is not there any more."""

    sentence = _("This card is no longer on file. No money moved. Choose another one, or add a card.")


class CardExpired(Refusal):
    """The chosen card is past its date."""

    sentence = _("This card has expired. No money moved. Choose another one, or add the new card.")


class AnswerDiffers(Refusal):
    """A provider speaks of another amount or currency than we asked for: nothing is posted, staff look into it."""

    sentence = _("The payment provider names another amount than we asked for. Nothing was posted.")


@action
def begin_charge(
    *,
    actor: Actor,
    method_id: UUID | None,
    subject: tuple[str, UUID],
    currency: str,
    allocations: Sequence[tuple[str, int]],
    at: datetime,
) -> Charge:
    """
    Ask a card for money; where it goes is decided now, when it comes is told later by a fact.

    The caller's action asked whether the actor may spend for this subject. Without a method the whole amount is taken
    from the party's account balance, and the charge settles at once.

    :param allocations: ledger account and amount; zeros are left out
    :raises NotAllowed: unless the actor acts for a party
    :raises MethodGone: when the card is not one of the party's
    :raises CardExpired: when it is past its date
    :raises Invalid: for amounts that are none
    :raises NotEnough: when the balance does not hold the amount
    """
    require(actor.is_system or actor.party_id is not None)
    method = _usable(actor, method_id, at) if method_id else None
    parts = [(name, amount) for name, amount in allocations if amount]
    total = sum(amount for _name, amount in parts)
    exponent(currency)
    if not parts or min(amount for _name, amount in parts) < 0 or total > LIMIT:
        raise Invalid(_("That amount cannot be charged. No money moved."))
    payer = method.party_id if method else actor.party_id
    if payer is None:
        raise NotAllowed()
    if method is None:
        require(Party.objects.filter(pk=payer).exists(), NotFound)

    charge = Charge(
        party_id=payer,
        account_id=actor.account_id,
        method=method,
        provider=method.provider if method else "",
        subject_kind=subject[0],
        subject_id=subject[1],
        currency=currency,
        amount=total,
        allocations=[[name, amount] for name, amount in parts],
        begun_at=at,
        ask_due_at=at + _HOUR if method else None,
    )
    if method is None:
        source = chart.wallet(charge.party_id, "available")
        _post(charge, source, at)
        CHARGE.move(charge, "settle", at=at, save=False)
    charge.save(force_insert=True)

    publish(_fact(ChargeBegun, charge), actor=actor, at=at)
    if method is None:
        publish(_fact(ChargeSettled, charge, entry_id=charge.entry_id), actor=actor, at=at)
    return charge


@action
def take_answer(*, charge_id: UUID, answer: Answer, at: datetime) -> Charge:
    """
    Do what a provider's answer asks for; the same answer again changes nothing.

    :raises AnswerDiffers: when it speaks of another amount or currency
    """
    if answer.outcome == "settled":
        return settle_charge(
            charge_id=charge_id, reference=answer.reference, currency=answer.currency, amount=answer.amount, at=at
        )
    if answer.outcome == "failed":
        return fail_charge(charge_id=charge_id, reason=answer.reason, at=at, reference=answer.reference)
    if answer.outcome == "needs_action":
        return need_action(charge_id=charge_id, reference=answer.reference, at=at)
    return ask_again(charge_id=charge_id, reference=answer.reference, at=at)


@action
def settle_charge(*, charge_id: UUID, reference: str, currency: str, amount: int, at: datetime) -> Charge:
    """
    The money came: post it where it belongs. Money that comes after a failure goes straight back.

    :raises AnswerDiffers: when amount or currency are not what was asked for
    """
    charge = Charge.objects.locked(charge_id)
    if charge.state in (C.SETTLED, C.REVERSED):
        return charge
    require((charge.currency, charge.amount) == (currency, amount), AnswerDiffers)
    if charge.state == C.FAILED:
        return _settle_late(charge, reference, at)

    CHARGE.move(charge, "settle", at=at, save=False)
    _post(charge, chart.provider(charge.provider), at)
    charge.reference, charge.action_due_at, charge.ask_due_at = reference, None, None
    charge.save()
    _mark_method(charge, "verify", at)

    publish(_fact(ChargeSettled, charge, entry_id=charge.entry_id), actor=_provider(charge), at=at)
    return charge


@action
def fail_charge(*, charge_id: UUID, reason: str, at: datetime, reference: str = "") -> Charge:
    """The money will not come; nothing was posted and nothing is. A charge that ended before keeps its end."""
    charge = Charge.objects.locked(charge_id)
    if not CHARGE.allows(charge, "fail"):
        return _stop_asking(charge, at)

    known = reason if reason in Reason.values else Reason.PROVIDER
    # A provider that failed is asked once more, a day later: money may come late.
    later = at + _DAY + _HOUR if known == Reason.PROVIDER else None
    CHARGE.move(
        charge, "fail", at=at, reason=known, reference=reference or charge.reference, action_due_at=None,
        ask_due_at=later,
    )  # fmt: skip
    if known in _CARD_AT_FAULT:
        _mark_method(charge, "break", at)

    publish(_fact(ChargeFailed, charge, reason=str(known)), actor=_provider(charge), at=at)
    return charge


@action
def need_action(*, charge_id: UUID, reference: str, at: datetime) -> Charge:
    """The payer's bank wants a confirmation; silence fails the charge after ``charge.action_hours``."""
    charge = Charge.objects.locked(charge_id)
    if not CHARGE.allows(charge, "need_action"):
        return charge

    due = at + timedelta(hours=current().charge.action_hours)
    CHARGE.move(charge, "need_action", at=at, reference=reference, action_due_at=due, ask_due_at=None)

    publish(_fact(ChargeNeedsAction, charge), actor=_provider(charge), at=at)
    return charge


@action
def confirm_action(*, actor: Actor, charge_id: UUID, approved: bool, at: datetime) -> Charge:
    """
    Take the payer's answer from the bank's page to the provider and do what it says.

    :raises NotFound: unless the actor may see the charge
    :raises IllegalMove: when nothing waits for a confirmation any more
    """
    charge = Charge.objects.select_related("method").locked(charge_id)
    require(policies.can_confirm(actor, charge), NotFound)
    require(charge.state == C.NEEDS_ACTION, _NothingToConfirm)
    require(charge.action_due_at is None or at < charge.action_due_at, _NothingToConfirm)

    answer = providers.named(charge.provider).confirm(order_of(charge), approved=approved, at=at)
    return take_answer(charge_id=charge.pk, answer=answer, at=at)


class _NothingToConfirm(Refusal):
    sentence = _("This payment does not wait for a confirmation any more. Look at the payment to see how it ended.")


@action
def ask_again(*, charge_id: UUID, at: datetime, reference: str = "") -> Charge:
    """
    The provider does not know yet: ask again in an hour, and after ``charge.stuck_days`` once a day.

    Nothing is assumed and nothing is sent twice; staff are told once.
    """
    charge = Charge.objects.locked(charge_id)
    if charge.state != C.SENDING:
        return _stop_asking(charge, at)

    stuck = at >= charge.begun_at + timedelta(days=current().charge.stuck_days)
    told = charge.stuck_at is not None
    charge.reference = reference or charge.reference
    charge.ask_due_at = at + (_DAY if stuck else _HOUR)
    charge.stuck_at = charge.stuck_at or (at if stuck else None)
    charge.save(update_fields=["reference", "ask_due_at", "stuck_at"])

    if stuck and not told:
        publish(_fact(ChargeStuck, charge), actor=_provider(charge), at=at)
    return charge


@action
def keep_notice(*, provider: str, external_id: str, body: dict[str, Any], at: datetime) -> tuple[ProviderNotice, bool]:
    """
    Keep what a provider said, word for word.

    :returns: the notice, and whether it is new
    """
    return ProviderNotice.objects.get_or_create(
        provider=provider, external_id=external_id, defaults={"body": body, "received_at": at}
    )


@action
def handle_notice(*, notice_id: int, at: datetime) -> None:
    """Do what a kept notice says; a notice handled before has no effect."""
    notice = ProviderNotice.objects.locked(notice_id)
    if notice.handled_at is not None:
        return
    told = providers.named(notice.provider).parse_notice(notice.body)

    take_answer(charge_id=told.charge_id, answer=told.answer, at=at)
    notice.handled_at = at
    notice.save(update_fields=["handled_at"])


def order_of(charge: Charge) -> providers.ChargeOrder:
    """What a provider is asked, the same each time."""
    return providers.ChargeOrder(
        key=charge.pk,
        token=charge.method.token if charge.method else "",
        currency=charge.currency,
        amount=charge.amount,
        begun_at=charge.begun_at,
    )


def _usable(actor: Actor, method_id: UUID, at: datetime) -> PaymentMethod:
    method = PaymentMethod.objects.filter(pk=method_id).first()
    if method is None or not (actor.is_system or actor.acts_for(method.party_id)) or method.state == M.REMOVED:
        raise MethodGone()
    require(not policies.has_expired(method, at), CardExpired)
    return method


def _post(charge: Charge, source: str, at: datetime) -> None:
    legs = [Leg(source, name, amount) for name, amount in charge.allocations]
    charge.entry_id = ledger.post(
        kind="charge", key=f"charge:{charge.pk}", currency=charge.currency, legs=legs, at=at
    ).entry_id


def _settle_late(charge: Charge, reference: str, at: datetime) -> Charge:
    CHARGE.move(charge, "settle_late", at=at, save=False)
    balance = chart.wallet(charge.party_id, "available")
    legs = [Leg(chart.provider(charge.provider), balance, charge.amount)]
    charge.entry_id = ledger.post(
        kind="charge_late", key=f"charge:{charge.pk}", currency=charge.currency, legs=legs, at=at
    ).entry_id
    charge.reference, charge.ask_due_at = reference, None
    charge.save()

    publish(_fact(ChargeSettledLate, charge, entry_id=charge.entry_id), actor=_provider(charge), at=at)
    begin_refund(
        sources=[(balance, charge.amount)],
        party_id=charge.party_id,
        currency=charge.currency,
        subject=("charge", charge.pk),
        at=at,
    )
    return charge


def _stop_asking(charge: Charge, at: datetime) -> Charge:
    """A charge that ended needs no further question, once the last one was asked."""
    if charge.ask_due_at is not None and charge.ask_due_at <= at:
        charge.ask_due_at = None
        charge.save(update_fields=["ask_due_at"])
    return charge


def _mark_method(charge: Charge, step: str, at: datetime) -> None:
    if charge.method_id is not None:
        method = PaymentMethod.objects.locked(charge.method_id)
        if METHOD.allows(method, step):
            METHOD.move(method, step, at=at)


def _provider(charge: Charge) -> Actor:
    return Actor.system(f"payments.{charge.provider or 'balance'}")


def _fact(event: Callable[..., Event], charge: Charge, **more: Any) -> Event:
    return event(
        charge_id=charge.pk,
        party_id=charge.party_id,
        subject_kind=charge.subject_kind,
        subject_id=charge.subject_id,
        currency=charge.currency,
        amount=charge.amount,
        **more,
    )


