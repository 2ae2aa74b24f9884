"""What may clear a closure: every fact that any app declared."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from uuid import UUID

from freehold.kit import privacy
from freehold.kit.actors import Actor
from freehold.kit.events import Event, when
from freehold.people.accounts.events import AddressTried, EmailRestored
from freehold.trust.closure import actions, queries, tasks
from freehold.trust.closure.events import ClosureRequested


@when(ClosureRequested)
def go_on(event: ClosureRequested, *, at: datetime) -> None:
    """Settle and clear, in case whoever asked did not get that far."""
    tasks.wind_down.defer(closure_id=str(event.closure_id))


@when(AddressTried)
def show_the_way_back(event: AddressTried, *, at: datetime) -> None:
    """Somebody tried to join with an address in its grace period: the mailbox alone gets the reopening link."""
    door = queries.door(event.account_id)
    if door is not None and door.can_reopen:
        actions.send_reopening_link(account_id=event.account_id, at=at)


@when(EmailRestored)
def stop_a_stranger(event: EmailRestored, *, at: datetime) -> None:
    """The old mailbox took the address back: whoever had changed it does not get to close the account."""
    closure = queries.open_closure(event.account_id)
    if closure is None:
        return
    if queries.winding(event.account_id, at) is not None:
        actions.cancel_closure(actor=Actor(account_id=event.account_id), closure_id=closure.pk, at=at)
    else:
        show_the_way_back(AddressTried(account_id=event.account_id), at=at)


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
