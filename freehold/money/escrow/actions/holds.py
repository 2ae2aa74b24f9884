"""
What can be done with money set aside.

No page calls these: whoever owns a hold's subject decides who may, and calls them inside its own action.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from freehold.kit.actions import action, require
from freehold.kit.calendar import days_after, security_end
from freehold.kit.money import Money, half_up
from freehold.kit.refusals import IllegalMove, Invalid, NotFound
from freehold.kit.settings import current
from freehold.money.escrow.models import Earning, Hold
from freehold.money.escrow.states import HOLD, H
from freehold.money.ledger import queries as books
from freehold.money.ledger import states as chart
from freehold.money.ledger.actions import Leg, NotEnough, post

#: how long before the payment provider's limit both sides are told
WARN_DAYS = 14

#: accounts and amounts a refund is paid from, each above zero
Sources = list[tuple[str, int]]


@dataclass(frozen=True, kw_only=True)
class Release:
    """
    What a release paid.

    :ivar rest: what went to the carry, or stayed in the hold
    :ivar due_at: when the net becomes available
    """

    entry_id: int
    hold_id: UUID
    payer_id: UUID
    payee_id: UUID
    gross: Money
    service_fee: Money
    client_fee: Money
    net: Money
    rest: Money
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What went from one hold to another."""

    entry_id: int
    amount: Money
    advance: Money


@action
def open_hold(
    *,
    subject: tuple[str, UUID],
    payer_id: UUID,
    payee_id: UUID | None,
    currency: str,
    amount: int,
    advance: int,
    at: datetime,
) -> Hold:
    """
    Open a hold that is to be funded; with an amount of zero, one that collects what other holds leave over.

    :param subject: kind and id of what it is for
    :param advance: the client's fee that comes with it
    :raises Invalid: for amounts below zero
    """
    require(amount >= 0 and advance >= 0 and (amount > 0 or advance == 0), Invalid)
    return Hold.objects.create(
        subject_kind=subject[0],
        subject_id=subject[1],
        payer_id=payer_id,
        payee_id=payee_id,
        currency=currency,
        collects=amount == 0,
        amount=amount,
        advance=advance,
        opened_at=at,
    )


@action
def fund_hold(*, hold_id: UUID, at: datetime) -> Hold:
    """
    Note that the money of a hold has arrived in the books.

    :raises IllegalMove: unless it is being funded
    :raises NotEnough: when the books do not have all of it
    """
    hold = Hold.objects.locked(hold_id)
    names = [chart.hold(hold.pk), chart.advance(hold.pk)]
    found = books.balances(names, hold.currency)

    require(HOLD.allows(hold, "fund"), IllegalMove)
    require(found[names[0]].amount == hold.amount, NotEnough)

    # What a carry brought along may differ from the planned fee by a rounding: the books know.
    HOLD.move(hold, "fund", at=at, advance=found[names[1]].amount, **_limits(hold, at))
    return hold


@action
def abandon_hold(*, hold_id: UUID, carry_id: UUID | None = None, at: datetime) -> Hold:
    """
    Close a hold whose funding came to nothing.

    :param carry_id: where what it got from the carry goes back to
    :raises IllegalMove: unless it is being funded, or when money would be stranded in it
    """
    holds = _locked(hold_id, carry_id)
    hold = holds[hold_id]
    names = [chart.hold(hold.pk), chart.advance(hold.pk)]
    found = books.balances(names, hold.currency)
    there, fee = found[names[0]].amount, found[names[1]].amount

    require(HOLD.allows(hold, "abandon"), IllegalMove)
    require(not (there or fee) or carry_id is not None, IllegalMove)

    HOLD.move(hold, "abandon", at=at, amount=there, advance=fee, moved=there, advance_moved=fee)
    if carry_id is not None and (there or fee):
        carry = holds[carry_id]
        _receive(carry, there, fee, hold, at)
        _post_between("back", f"hold:{hold.pk}:back", hold, carry, there, fee, at)
    return hold


@action
def hand_over(*, hold_id: UUID, subject: tuple[str, UUID], payee_id: UUID | None = None, at: datetime) -> Hold:
    """
    Give a hold another subject, as when an accepted offer becomes a milestone; no money moves.

    :param payee_id: who it will be paid to, if that was open
    :raises IllegalMove: when it is closed or frozen
    """
    hold = Hold.objects.locked(hold_id)
    require(hold.state in (H.OPENING, H.HELD), IllegalMove)
    hold.subject_kind, hold.subject_id = subject
    hold.payee_id = payee_id or hold.payee_id
    hold.save(update_fields=["subject_kind", "subject_id", "payee_id"])
    return hold


@action
def move(*, from_hold_id: UUID, to_hold_id: UUID, amount: int, at: datetime) -> Moved:
    """
    Move money from one hold to another, with its share of the client's fee.

    A hold being funded is held once all of its amount is there; one that collects just grows.

    :raises NotEnough: when the first has less
    :raises IllegalMove: when the first is not held, or the second can take nothing (more)
    """
    holds = _locked(from_hold_id, to_hold_id)
    giver, taker = holds[from_hold_id], holds[to_hold_id]
    there = 0 if taker.collects else books.balance(chart.hold(taker.pk), taker.currency).amount

    require(HOLD.allows(giver, "pay"), IllegalMove)
    require(taker.collects or (taker.state == H.OPENING and there + amount <= taker.amount), IllegalMove)
    require(giver.currency == taker.currency and amount > 0, Invalid)
    require(amount <= giver.remaining, NotEnough)

    fee = _share(giver, amount)
    _leave(giver, at, moved=amount, advance_moved=fee)
    n = "" if taker.collects or not there else ":more"
    key = f"hold:{giver.pk}:to:{taker.pk}:{giver.moved}" if taker.collects else f"hold:{taker.pk}:carry{n}"
    entry = _post_between("carry", key, giver, taker, amount, fee, at)
    if taker.collects:
        _receive(taker, amount, fee, giver, at)
    elif there + amount == taker.amount:
        advance = books.balance(chart.advance(taker.pk), taker.currency).amount
        HOLD.move(taker, "fund", at=at, advance=advance, **_limits(taker, at, giver))
    return Moved(entry_id=entry, amount=Money(amount, giver.currency), advance=Money(fee, giver.currency))


@action
def release(*, hold_id: UUID, amount: int, service_fee: int, carry_id: UUID | None = None, at: datetime) -> Release:
    """
    Pay from a hold: the net to the payee's pending wallet, the fees to the house, the rest to the carry.

    :param carry_id: the hold that collects the rest; without one the rest stays where it is
    :raises IllegalMove: unless money is held in it
    :raises NotEnough: when less is held
    """
    holds = _locked(hold_id, carry_id)
    hold, carry = holds[hold_id], holds.get(carry_id) if carry_id else None

    require(HOLD.allows(hold, "pay") and hold.payee_id is not None, IllegalMove)
    require(amount > 0 and 0 <= service_fee <= amount, Invalid)
    require(amount <= hold.remaining, NotEnough)
    require(carry is None or (carry.collects and carry.currency == hold.currency), Invalid)

    payee_id, currency, net = _payee(hold), hold.currency, amount - service_fee
    fee = _share(hold, amount)
    key = f"hold:{hold.pk}:release" + (f":{hold.releases + 1}" if hold.releases else "")
    rest = hold.remaining - amount
    rest_fee = hold.advance_remaining - fee
    onward = {"moved": rest, "advance_moved": rest_fee} if carry else {}
    _leave(hold, at, released=amount, advance_released=fee, releases=1, **onward)
    legs = [
        Leg(chart.hold(hold.pk), chart.wallet(payee_id, "pending"), net),
        Leg(chart.hold(hold.pk), chart.house("fees:service"), service_fee),
        Leg(chart.advance(hold.pk), chart.house("fees:client"), fee),
    ]
    if carry and (rest or rest_fee):
        _receive(carry, rest, rest_fee, hold, at)
        legs.append(Leg(chart.hold(hold.pk), chart.hold(carry.pk), rest))
        legs.append(Leg(chart.advance(hold.pk), chart.advance(carry.pk), rest_fee))
    entry = post(kind="release", key=key, currency=currency, legs=legs, at=at)

    due_at = security_end(at, current().earnings.security_days)
    if net:
        Earning.objects.create(
            party_id=payee_id,
            hold_id=hold.pk,
            currency=currency,
            amount=net,
            entry_id=entry.entry_id,
            earned_at=at,
            due_at=due_at,
        )
    return Release(
        entry_id=entry.entry_id,
        hold_id=hold.pk,
        payer_id=hold.payer_id,
        payee_id=payee_id,
        gross=Money(amount, currency),
        service_fee=Money(service_fee, currency),
        client_fee=Money(fee, currency),
        net=Money(net, currency),
        rest=Money(rest, currency),
        due_at=due_at,
    )


@action
def give_back(*, hold_id: UUID, amount: int, at: datetime) -> Sources:
    """
    Mark money of a hold, with its share of the client's fee, as going back to the payer.

    Nothing is posted here: the caller begins a refund from the returned accounts in the same transaction.

    :raises IllegalMove: unless money is held in it
    :raises NotEnough: when less is held
    """
    hold = Hold.objects.locked(hold_id)

    require(HOLD.allows(hold, "pay"), IllegalMove)
    require(amount > 0, Invalid)
    require(amount <= hold.remaining, NotEnough)

    fee = _returned(hold, amount)
    _leave(hold, at, refunded=amount, advance_refunded=fee)
    sources = [(chart.hold(hold.pk), amount), (chart.advance(hold.pk), fee)]
    return [(name, part) for name, part in sources if part]


@action
def freeze_hold(*, hold_id: UUID, at: datetime) -> Hold:
    """
    Let nothing leave a hold while somebody disputes it.

    :raises IllegalMove: unless money is held in it
    """
    hold = Hold.objects.locked(hold_id)
    HOLD.move(hold, "freeze", at=at)
    return hold


@action
def unfreeze_hold(*, hold_id: UUID, at: datetime) -> Hold:
    """
    Let money leave a hold again.

    :raises IllegalMove: unless it is frozen
    """
    hold = Hold.objects.locked(hold_id)
    HOLD.move(hold, "unfreeze", at=at)
    return hold


# --- inside ---


def _locked(*ids: UUID | None) -> dict[UUID, Hold]:
    """Lock some holds in the order of their ids."""
    wanted = {one for one in ids if one is not None}
    found = {h.pk: h for h in Hold.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True)}
    if len(found) != len(wanted):
        raise NotFound()
    return found


def _payee(hold: Hold) -> UUID:
    if hold.payee_id is None:
        raise IllegalMove()
    return hold.payee_id


def _share(hold: Hold, amount: int) -> int:
    """The part of the client's fee that goes with an amount; the last part takes what is left."""
    if amount == hold.remaining:
        return hold.advance_remaining
    return min(half_up(Fraction(hold.advance * amount, hold.amount)), hold.advance_remaining)


def _returned(hold: Hold, amount: int) -> int:
    """As :func:`_share` for refunds, rounded over all of them: fee × refunded ÷ amount, half up, in total."""
    if amount == hold.remaining:
        return hold.advance_remaining
    total = half_up(Fraction(hold.advance * (hold.refunded + amount), hold.amount))
    return min(max(total - hold.advance_refunded, 0), hold.advance_remaining)


def _leave(hold: Hold, at: datetime, **columns: int) -> None:
    """Count what leaves a hold, and close it with the last of it."""
    left = hold.remaining - sum(columns.get(name, 0) for name in ("released", "refunded", "moved"))
    changed: dict[str, Any] = {name: getattr(hold, name) + value for name, value in columns.items()}
    if left:
        HOLD.move(hold, "pay", at=at, **changed)
    else:
        HOLD.move(hold, "empty", at=at, limit_warn_due_at=None, **changed)


def _receive(carry: Hold, amount: int, advance: int, giver: Hold, at: datetime) -> None:
    limits = _limits(carry, carry.funded_at or at, giver)
    limits |= {"amount": carry.amount + amount, "advance": carry.advance + advance, "closed_at": None}
    HOLD.move(carry, "receive", at=at, funded_at=carry.funded_at or at, **limits)


def _limits(hold: Hold, at: datetime, giver: Hold | None = None) -> dict[str, Any]:
    """Until when the provider keeps the money: for carried money, as long as where it came from."""
    days = current().escrow.provider_hold_days
    known = [h.provider_limit_at for h in (giver, hold if hold.held else None) if h and h.provider_limit_at]
    limit = min(known) if known else (days_after(at, days) if days and giver is None else None)
    if limit == hold.provider_limit_at:
        return {}
    return {"provider_limit_at": limit, "limit_warn_due_at": limit - timedelta(days=WARN_DAYS) if limit else None}


def _post_between(kind: str, key: str, giver: Hold, taker: Hold, amount: int, fee: int, at: datetime) -> int:
    legs = [
        Leg(chart.hold(giver.pk), chart.hold(taker.pk), amount),
        Leg(chart.advance(giver.pk), chart.advance(taker.pk), fee),
    ]
    return post(kind=kind, key=key, currency=giver.currency, legs=legs, at=at).entry_id
