"""Files nobody attached are swept."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from freehold.kit.actors import Actor
from freehold.kit.deadlines import deadline
from freehold.talk.files import actions, queries


def _sweep(actor: Actor, file_id: UUID, due: datetime) -> None:
    actions.sweep_file(actor=actor, file_id=file_id, at=due)


deadline("files.sweep", waiting=queries.unattached, field="unattached_due_at", act=_sweep)
