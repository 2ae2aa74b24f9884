"""Calls to the provider, and the clocks of methods and payouts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from procrastinate.contrib.django import app

from freehold.kit import clock
from freehold.kit.actors import Actor
from freehold.kit.deadlines import deadline
from freehold.kit.jobs import OUTBOX
from freehold.money.payouts import actions, providers, queries


@app.task(name="payouts.call_provider", queue=OUTBOX, retry=8)
def call_provider(payout_id: str) -> None:
    """Send the money, outside of any transaction; the payout's id keeps a second call from being a second payment."""
    at = clock.now()
    payout = queries.payout_row(UUID(payout_id))
    if payout.state == "SENDING":
        answer = providers.in_use().begin_payout(actions.order_of(payout), at=at)
        actions.take_answer(payout_id=payout.pk, answer=answer, at=at)


@app.task(name="payouts.let_go", queue=OUTBOX, retry=8)
def let_go(payout_id: str) -> None:
    """Send a payout that need not wait: an account's last one."""
    if queries.payout_row(UUID(payout_id)).state == "SCHEDULED":
        actions.send_payout(payout_id=UUID(payout_id), at=clock.now())


def ask(_actor: Actor, payout_id: UUID, due: datetime) -> None:
    """Ask the provider how a payout ended, or whether one that arrived came back."""
    payout = queries.payout_row(payout_id)
    answer = providers.in_use().status(actions.order_of(payout), at=due)
    actions.take_answer(payout_id=payout_id, answer=answer, at=due)


deadline(
    "payouts.method_active",
    waiting=queries.methods_waiting,
    field="active_due_at",
    act=lambda _actor, pk, due: actions.activate_method(method_id=pk, at=due),
)
deadline(
    "payouts.send",
    waiting=queries.payouts_scheduled,
    field="send_due_at",
    act=lambda _actor, pk, due: actions.send_payout(payout_id=pk, at=due),
)
deadline("payouts.ask", waiting=queries.payouts_asked, field="ask_due_at", act=ask)
