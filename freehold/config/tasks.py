"""What the clock makes happen: due deadlines every minute, seals, and sweeping up."""

from __future__ import annotations

from django.core.management import call_command
from procrastinate.contrib.django import app

from freehold.kit import clock, deadlines, seals


@app.periodic(cron="* * * * *")
@app.task(name="config.run_due", queueing_lock="config.run_due")
def run_due(timestamp: int) -> None:
    """Carry out every default whose deadline has come."""
    deadlines.forget_stuck()
    deadlines.run_due(clock.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="config.seal", queueing_lock="config.seal")
def seal(timestamp: int) -> None:
    """Chain what was written since, so that tampering would show."""
    for source in seals.SOURCES:
        seals.seal(source, at=clock.now())


@app.periodic(cron="17 4 * * *")
@app.task(name="config.sweep", queueing_lock="config.sweep")
def sweep(timestamp: int) -> None:
    """Forget sessions that ended."""
    call_command("clearsessions")
