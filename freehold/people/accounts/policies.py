"""Who may do what with an account."""

from __future__ import annotations

from freehold.kit.actors import Actor
from freehold.people.accounts.models import Account


def can_edit(actor: Actor, account: Account) -> bool:
    return actor.is_person(account.pk)


def can_secure(actor: Actor, account: Account) -> bool:
    """Password, second step, address, sessions: only the person at the keyboard, never a token."""
    return actor.is_person(account.pk) and actor.scopes is None


def can_close(actor: Actor, account: Account) -> bool:
    """The person, or the machine once nothing is open any more."""
    return actor.is_system or can_secure(actor, account)


def can_name_administrators(actor: Actor) -> bool:
    return actor.is_staff("admin") and actor.scopes is None
