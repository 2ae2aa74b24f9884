"""Clocks of feedback."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from freehold.kit.actors import Actor
from freehold.kit.deadlines import deadline
from freehold.trust.feedback import actions, queries


def _close(actor: Actor, review_id: UUID, at: datetime) -> None:
    actions.close_window(actor=actor, review_id=review_id, at=at)


def _remind(actor: Actor, review_id: UUID, at: datetime) -> None:
    actions.remind(actor=actor, review_id=review_id, at=at)


deadline("feedback.window", waiting=queries.waiting, field="due_at", act=_close)
deadline("feedback.remind", waiting=queries.reminding, field="remind_due_at", act=_remind)
