"""Who may do what about leaving."""

from __future__ import annotations

from uuid import UUID

from freehold.kit.actors import Actor
from freehold.trust.closure.models import Closure


def can_request(actor: Actor, account_id: UUID) -> bool:
    """Only the person at the keyboard: no token, no staff, no colleague."""
    return actor.is_person(account_id) and actor.scopes is None


def can_cancel(actor: Actor, closure: Closure) -> bool:
    return actor.is_person(closure.account_id) and actor.scopes is None


def can_settle(actor: Actor, account_id: UUID) -> bool:
    return can_request(actor, account_id)


def can_carry_on(actor: Actor) -> bool:
    """Clocks, facts and erasers: the machine's own part."""
    return actor.is_system


def can_extend(actor: Actor) -> bool:
    return actor.is_staff("admin")
