"""Holds for tests; upper chapters import these too."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from freehold.money.escrow import actions
from freehold.money.escrow.models import Hold
from freehold.money.ledger import states as chart
from freehold.money.ledger.actions import Leg, post


def pay_in(allocations: dict[str, int], at: datetime, *, currency: str = "USD", key: str = "") -> int:
    """What a settled charge posts: from the provider to each allocation."""
    legs = [Leg(chart.provider("sandbox"), name, amount) for name, amount in allocations.items()]
    return post(kind="charge", key=key or f"charge:{uuid4()}", currency=currency, legs=legs, at=at).entry_id


def an_open_hold(at: datetime, amount: int = 10_000, advance: int = 300, *, payer_id: UUID | None = None,
                 payee_id: UUID | None = None, currency: str = "USD", subject: tuple[str, UUID] | None = None) -> Hold:
    return actions.open_hold(
        subject=subject or ("milestone", uuid4()), payer_id=payer_id or uuid4(), payee_id=payee_id or uuid4(),
        currency=currency, amount=amount, advance=advance, at=at,
    )


def a_hold(at: datetime, amount: int = 10_000, advance: int = 300, **terms) -> Hold:
    """A hold with its money in it."""
    hold = an_open_hold(at, amount, advance, **terms)
    pay_in({chart.hold(hold.pk): amount, chart.advance(hold.pk): advance}, at, currency=hold.currency)
    return actions.fund_hold(hold_id=hold.pk, at=at)


def a_carry(at: datetime, **terms) -> Hold:
    """A hold that collects."""
    return an_open_hold(at, 0, 0, subject=("contract", uuid4()), **terms)


def send_back(sources: list[tuple[str, int]], at: datetime, *, currency: str = "USD") -> str:
    """What a refund's beginning posts; returns the refund's account."""
    account = chart.refund(uuid4())
    legs = [Leg(name, account, amount) for name, amount in sources]
    post(kind="refund", key=f"{account}:begin", currency=currency, legs=legs, at=at)
    return account
