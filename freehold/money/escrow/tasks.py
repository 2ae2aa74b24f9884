"""Clocks of held and earned money."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from freehold.kit.actors import Actor
from freehold.kit.deadlines import deadline
from freehold.money.escrow import actions, queries


def _mature(actor: Actor, earning_id: UUID, at: datetime) -> None:
    actions.mature(actor=actor, earning_id=earning_id, at=at)


def _warn(actor: Actor, hold_id: UUID, at: datetime) -> None:
    actions.warn_of_limit(actor=actor, hold_id=hold_id, at=at)


deadline("escrow.mature", waiting=queries.ripening, field="due_at", act=_mature)
deadline("escrow.warn_of_limit", waiting=queries.nearing_limit, field="limit_warn_due_at", act=_warn)
