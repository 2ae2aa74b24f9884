"""Payout methods and payouts for other tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from freehold.money.payouts import actions
from freehold.money.payouts.models import Payout, PayoutMethod

OK = "DE39 1001 0010 0000 0011 11"
FAILS = "DE15 1001 0010 0000 0022 22"
RETURNS = "DE88 1001 0010 0000 0033 33"
SLOW = "DE64 1001 0010 0000 0044 44"


def a_method(player: Any, at: datetime, number: str = OK, *, ready: bool = True, rail: str = "SEPA") -> PayoutMethod:
    """A payout method; ready ones were added long enough ago. The number chooses what happens to payouts."""
    added = at - timedelta(days=4) if ready else at
    method = actions.add_method(
        actor=player.actor, party_id=player.party_id, number=number, holder=player.account.name, rail=rail, at=added
    )
    if ready and method.state == "WAITING":
        return actions.activate_method(method_id=method.pk, at=added + timedelta(days=3))
    return method


def a_payout(player: Any, at: datetime, amount: int = 20_000, method: PayoutMethod | None = None, **more: Any) -> Payout:
    """A payout that was asked for; the wallet must hold the amount."""
    method = method or a_method(player, at)
    return actions.request_payout(
        actor=player.actor, party_id=player.party_id, currency="USD", amount=amount, method_id=method.pk, at=at, **more
    )
