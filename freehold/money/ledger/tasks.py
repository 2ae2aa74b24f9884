"""What the books need now and then."""

from __future__ import annotations

from procrastinate.contrib.django import app

from freehold.kit import clock
from freehold.kit.seals import seals
from freehold.money.ledger import actions

seals("entries", "ledger_entry")


@app.periodic(cron="*/2 * * * *")
@app.task(name="ledger.count_tails", queueing_lock="ledger.count_tails")
def count_tails(timestamp: int) -> None:
    """Count what busy accounts moved, so that reading their balances stays quick."""
    actions.count_tails(at=clock.now())
