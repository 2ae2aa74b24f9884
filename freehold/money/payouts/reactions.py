"""When a payout leaves, the provider is called a moment later."""

from __future__ import annotations

from datetime import datetime

from freehold.kit.events import when
from freehold.money.payouts import queries, tasks
from freehold.money.payouts.events import PayoutRequested, PayoutSent


@when(PayoutRequested)
def let_go(event: PayoutRequested, *, at: datetime) -> None:
    payout = queries.payout_row(event.payout_id)
    if payout.send_due_at is not None and payout.send_due_at <= at:
        tasks.let_go.defer(payout_id=str(event.payout_id))


@when(PayoutSent)
def send(event: PayoutSent, *, at: datetime) -> None:
    tasks.call_provider.defer(payout_id=str(event.payout_id))
