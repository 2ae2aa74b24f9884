"""
The market's clock.

Doors ask it once per request and pass the answer down as ``at``; nothing below a door asks. In demo, development and
tests it can be moved ahead of the wall: one row in the database, so that web, worker and command line agree.
"""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime, timedelta

from django.conf import settings

from freehold.kit.models import ClockShift
from freehold.kit.refusals import NotAllowed

_SECONDS_KEPT = 1.0
_kept: tuple[float, timedelta, datetime | None] | None = None


def movable() -> bool:
    """May this installation's clock be moved? Never in production."""
    return settings.FREEHOLD_MODE in ("demo", "development", "test")


def now() -> datetime:
    """The market's moment, in UTC."""
    if not movable():
        return datetime.now(UTC)
    global _kept
    if _kept is None or time.monotonic() - _kept[0] > _SECONDS_KEPT:
        row = ClockShift.objects.filter(pk=1).values_list("seconds", "frozen_at").first()
        _kept = (time.monotonic(), timedelta(seconds=row[0] if row else 0), row[1] if row else None)
    return _kept[2] or datetime.now(UTC) + _kept[1]


def forget() -> None:
    """Drop what this process remembers of the clock."""
    global _kept
    _kept = None


def pin(moment: datetime) -> None:
    """
    Let this process alone stand at a moment until :func:`forget` (the demo's making, tests).

    :raises NotAllowed: in production
    """
    global _kept
    if not movable():
        raise NotAllowed("The clock of a market in production cannot be moved.")
    _kept = (math.inf, timedelta(0), moment)


def set_now(moment: datetime, *, frozen: bool = False) -> None:
    """
    Move the clock so that now is ``moment``.

    :param frozen: stand still there (tests and the demo's making) instead of running on
    :raises NotAllowed: in production
    """
    if not movable():
        raise NotAllowed("The clock of a market in production cannot be moved.")
    shift = int((moment - datetime.now(UTC)).total_seconds())
    ClockShift.objects.update_or_create(
        pk=1, defaults={"seconds": shift, "frozen_at": moment if frozen else None}
    )
    forget()


def advance(by: timedelta) -> int:
    """
    Move the clock forward, stopping at every deadline on the way and running what fell due.

    :returns: how many deadlines ran
    :raises NotAllowed: in production, or when ``by`` is negative
    """
    from freehold.kit import deadlines, jobs

    if by < timedelta(0):
        raise NotAllowed("The clock only moves forward.")
    goal, ran = now() + by, 0
    jobs.drain()
    while (stop := deadlines.next_due()) is not None and stop <= goal:
        set_now(max(stop, now()))
        ran += deadlines.run_due(stop)
        jobs.drain()
    set_now(goal)
    jobs.drain()
    return ran
