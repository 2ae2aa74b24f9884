"""Absences end on their day; addresses given up become free again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from freehold.kit.actors import Actor
from freehold.kit.deadlines import deadline
from freehold.market.profiles import actions, queries


def _come_back(actor: Actor, profile_id: UUID, due: datetime) -> None:
    actions.come_back(actor=actor, profile_id=profile_id, at=due)


def _free(actor: Actor, handle_id: int, due: datetime) -> None:
    actions.free_old_handle(actor=actor, handle_id=handle_id, at=due)


deadline("profiles.come_back", waiting=queries.away, field="away_due_at", act=_come_back)
deadline("profiles.free_handle", waiting=queries.old_handles, field="free_at", act=_free)
