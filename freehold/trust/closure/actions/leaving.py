"""The confirm button: ask, then settle and clear at once as far as possible."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from freehold.kit.actors import Actor
from freehold.trust.closure.actions.requests import request_closure
from freehold.trust.closure.actions.winding import wind_down
from freehold.trust.closure.models import Closure


def leave(*, actor: Actor, account_id: UUID, options: Iterable[str] = (), at: datetime) -> Closure:
    """
    Request a closure and carry it as far as it goes now: to the grace period when nothing waits.

    :raises NotAllowed: unless it is the actor's own account and no token acts
    :raises AlreadyLeaving: while another closure of the account is open
    :raises NeedsYou: while something needs the member first
    """
    closure = request_closure(actor=actor, account_id=account_id, options=options, at=at)
    return wind_down(closure_id=closure.pk, at=at) or closure
