"""Cards and charges for other tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from freehold.kit.ids import uuid7
from freehold.money.ledger import states as chart
from freehold.money.payments import actions
from freehold.money.payments.models import Charge, PaymentMethod
from freehold.people.teams.models import Party

OK = "4242 4242 4242 4242"
DECLINE = "4000 0000 0000 0002"
INSUFFICIENT = "4000 0000 0000 9995"
NEEDS_ACTION = "4000 0000 0000 3220"
SLOW = "4000 0000 0000 0077"
LATE = "4000 0000 0000 0184"
TWICE = "4000 0000 0000 0267"
SILENT = "4000 0000 0000 0341"
NO_REFUNDS = "4000 0000 0000 0424"


def a_card(player: Any, at: datetime, number: str = OK) -> PaymentMethod:
    """A card of the player's company; the number chooses what happens to charges."""
    return actions.add_card(
        actor=player.actor, party_id=player.party_id, number=number, expiry="12/30", holder="Ada Lovelace", at=at
    )


def a_charge(
    player: Any,
    at: datetime,
    *,
    number: str = OK,
    amount: int = 10_300,
    to: str = "",
    subject: tuple[str, UUID] | None = None,
    method: PaymentMethod | None = None,
    currency: str = "USD",
) -> Charge:
    """A charge that was begun; run the jobs to have the provider asked."""
    method = method or a_card(player, at, number)
    return actions.begin_charge(
        actor=player.actor,
        method_id=method.pk,
        subject=subject or ("test", uuid7()),
        currency=currency,
        allocations=[(to or chart.wallet(player.party_id, "available"), amount)],
        at=at,
    )


def money_in(party_id: UUID, at: datetime, amount: int = 50_000, bucket: Any = "available", currency: str = "USD") -> None:
    """Put money into a wallet, from nowhere but the sandbox."""
    from freehold.money.ledger.actions import Leg, post

    Party.objects.get(pk=party_id)
    legs = [Leg(chart.provider("sandbox"), chart.wallet(party_id, bucket), amount)]
    post(kind="deposit", key=f"deposit:{uuid7()}", currency=currency, legs=legs, at=at)
