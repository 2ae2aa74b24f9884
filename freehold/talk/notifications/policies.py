"""Whose notices are whose."""

from __future__ import annotations

from freehold.kit import clock
from freehold.kit.actors import Actor


def can_read(actor: Actor) -> bool:
    return actor.is_known


def can_open_mailbox() -> bool:
    """The development mailbox shows everybody's mail, so it exists nowhere near production."""
    return clock.movable()
