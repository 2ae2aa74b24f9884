"""What may clear a closure: every fact that any app declared."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from uuid import UUID

from freehold.kit import privacy
from freehold.kit.events import Event, when
from freehold.trust.closure import queries, tasks
from freehold.trust.closure.events import ClosureRequested


@when(ClosureRequested)
def go_on(event: ClosureRequested, *, at: datetime) -> None:
    """Settle and clear, in case whoever asked did not get that far."""
    tasks.wind_down.defer(closure_id=str(event.closure_id))


def look_again(event: Event, *, at: datetime) -> None:
    """Something happened that may have cleared a blocker, or opened one during a grace period."""
    values = (getattr(event, field.name) for field in dataclasses.fields(event))
    touched = {value for value in values if isinstance(value, UUID)}
    for closure_id in queries.recheck_ids(touched):
        tasks.wind_down.defer(closure_id=str(closure_id))


def watch() -> None:
    """React to every fact some blocker is cleared on. All apps below have declared by now."""
    facts = {fact for blocker in privacy.BLOCKERS.values() for fact in blocker.clears_on}
    when(*sorted(facts, key=lambda fact: fact.name))(look_again)


watch()
