"""Refunds: back to the cards the money came from, else to the payer's account balance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from freehold.kit.actions import action
from freehold.kit.actors import Actor
from freehold.kit.events import Event, publish
from freehold.money.ledger import actions as ledger
from freehold.money.ledger import states as chart
from freehold.money.ledger.actions import Leg
from freehold.money.payments.events import RefundBegun, RefundRerouted, RefundSettled
from freehold.money.payments.models import Charge, Refund
from freehold.money.payments.states import REFUND, C, R

_HOUR = timedelta(hours=1)
#: a card takes money back for this long after its charge
ROUTE_OPEN = timedelta(days=180)


@action
def begin_refund(
    *,
    sources: Sequence[tuple[str, int]],
    party_id: UUID,
    currency: str,
    subject: tuple[str, UUID],
    at: datetime,
    origins: Sequence[tuple[str, UUID]] = (),
) -> Refund:
    """
    Set money aside for its payer and decide the way back: the newest open charges it came from, else the balance.

    No page calls this; the action above decided that the money goes back.

    :param sources: ledger accounts the money is taken from, and how much of each
    :param party_id: the payer
    :param subject: what the refund is about
    :param origins: further subjects whose charges the money may have come from (a hold that changed its subject)
    :raises NotEnough: when a source does not hold its amount
    """
    parts = [(name, amount) for name, amount in sources if amount]
    refund = Refund(
        party_id=party_id,
        subject_kind=subject[0],
        subject_id=subject[1],
        currency=currency,
        amount=sum(amount for _name, amount in parts),
        sources=[[name, amount] for name, amount in parts],
        begun_at=at,
        ask_due_at=at + _HOUR,
    )
    refund.parts = _ways_back(refund, {name for name, _amount in parts}, [subject, *origins], at)

    legs = [Leg(name, chart.refund(refund.pk), amount) for name, amount in parts]
    ledger.post(kind="refund", key=f"refund:{refund.pk}:begin", currency=currency, legs=legs, at=at)
    refund.save(force_insert=True)

    publish(_fact(RefundBegun, refund), actor=Actor.system("payments.refund"), at=at)
    return refund


@action
def settle_refund(*, refund_id: UUID, refused: Sequence[UUID], at: datetime) -> Refund:
    """
    The providers answered: what they took is gone, the rest stands on the payer's account balance.

    :param refused: charges whose card took nothing back
    """
    refund = Refund.objects.locked(refund_id)
    if refund.state != R.SENDING:
        return refund

    taken: dict[str, int] = {}
    by_id = {c.pk: c for c in _locked([UUID(key) for key, _amount in refund.parts])}
    for key, amount in refund.parts:
        charge = by_id[UUID(key)]
        if charge.pk in refused:
            charge.refunded -= amount
            charge.save(update_fields=["refunded"])
        else:
            name = chart.provider(charge.provider)
            taken[name] = taken.get(name, 0) + amount
    rest = refund.amount - sum(taken.values())
    way = "reroute" if rest else "settle"
    REFUND.move(refund, way, at=at, rerouted=rest, ask_due_at=None)

    own = chart.refund(refund.pk)
    legs = [Leg(own, name, amount) for name, amount in sorted(taken.items())]
    legs += [Leg(own, chart.wallet(refund.party_id, "available"), rest)] if rest else []
    ending = "fail" if rest else "settle"
    ledger.post(
        kind=f"refund_{ending}", key=f"refund:{refund.pk}:{ending}", currency=refund.currency, legs=legs, at=at
    )

    fact = _fact(RefundRerouted, refund, rerouted=rest) if rest else _fact(RefundSettled, refund)
    publish(fact, actor=Actor.system("payments.refund"), at=at)
    return refund


@action
def fail_refund(*, refund_id: UUID, at: datetime) -> Refund:
    """No card took the money back: all of it goes to the payer's account balance."""
    refund = Refund.objects.locked(refund_id)
    return settle_refund(refund_id=refund_id, refused=[UUID(key) for key, _amount in refund.parts], at=at)


@action
def ask_refund_again(*, refund_id: UUID, at: datetime) -> Refund:
    """The provider does not know yet: ask again in an hour, after three days once a day."""
    refund = Refund.objects.locked(refund_id)
    if refund.state == R.SENDING:
        old = at - refund.begun_at >= timedelta(days=3)
        refund.ask_due_at = at + (timedelta(days=1) if old else _HOUR)
        refund.stuck_at = refund.stuck_at or (at if old else None)
        refund.save(update_fields=["ask_due_at", "stuck_at"])
    return refund


def _ways_back(
    refund: Refund, names: set[str], subjects: Sequence[tuple[str, UUID]], at: datetime
) -> list[list[Any]]:
    """Newest charges first; each takes back at most what it brought and has not returned."""
    found = Charge.objects.filter(
        party_id=refund.party_id, currency=refund.currency, state=C.SETTLED, method__isnull=False,
        settled_at__gt=at - ROUTE_OPEN,
    ).order_by("-settled_at", "-pk")  # fmt: skip
    wanted = {(kind, key) for kind, key in subjects}
    newest = [
        (pk, kind, subject, {name for name, _amount in allocations})
        for pk, kind, subject, allocations in found.values_list("pk", "subject_kind", "subject_id", "allocations")[:500]
    ]
    mine = [
        pk
        for pk, kind, subject, accounts in newest
        if accounts & names or (kind, subject) in wanted or ("charge", pk) in wanted
    ]
    charges = {c.pk: c for c in _locked(mine)}
    parts: list[list[Any]] = []
    left = refund.amount
    for pk in mine:
        charge = charges[pk]
        share = min(left, charge.amount - charge.refunded)
        if share > 0:
            charge.refunded += share
            charge.save(update_fields=["refunded"])
            parts.append([str(pk), share])
            left -= share
    return parts


def _locked(charge_ids: Sequence[UUID]) -> list[Charge]:
    rows = Charge.objects.select_for_update(no_key=True).filter(pk__in=charge_ids).order_by("pk")
    return list(rows)


def _fact(event: Callable[..., Event], refund: Refund, **more: Any) -> Event:
    return event(
        refund_id=refund.pk,
        party_id=refund.party_id,
        subject_kind=refund.subject_kind,
        subject_id=refund.subject_id,
        currency=refund.currency,
        amount=refund.amount,
        **more,
    )
