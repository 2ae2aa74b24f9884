"""Why people leave, in their words and linked to nobody."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from freehold.kit.actions import action
from freehold.kit.calendar import day_of
from freehold.kit.text import clean
from freehold.trust.closure.models import ExitAnswer


@action
def keep_answer(*, reasons: Iterable[str], text: str, at: datetime) -> ExitAnswer | None:
    """Keep why somebody left: no actor, no fact, no moment. An empty answer is not kept."""
    known = [r for r in ExitAnswer.Reason.values if r in set(reasons)]
    words = clean(text)[:1000]
    if not known and not words:
        return None
    return ExitAnswer.objects.create(id=uuid.uuid4(), reasons=known, text=words, month=day_of(at).replace(day=1))
