"""What the clock makes happen to accounts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from procrastinate.contrib.django import app

from freehold.kit import clock, deadlines
from freehold.kit.actors import Actor
from freehold.people.accounts import actions, queries


def _delete_unconfirmed(_actor: Actor, account_id: UUID, at: datetime) -> None:
    actions.delete_unconfirmed(account_id=account_id, at=at)


deadlines.deadline(
    "accounts.delete_unconfirmed", waiting=queries.unconfirmed, field="confirm_due_at", act=_delete_unconfirmed
)


@app.periodic(cron="41 * * * *")
@app.task(name="accounts.sweep_attempts", queueing_lock="accounts.sweep_attempts")
def sweep_attempts(timestamp: int) -> None:
    """Drop counts of attempts whose window is over."""
    actions.sweep_attempts(at=clock.now())
