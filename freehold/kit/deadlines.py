"""
Deadlines: ``due_at`` columns swept in time order.

Every state that waits for a person has one. A late sweep dates its effect at the deadline, not at the sweep.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from freehold.kit.actors import Actor
from freehold.kit.refusals import Refusal

log = structlog.get_logger(__name__)

_BATCH = 200


@dataclass(frozen=True)
class Deadline:
    """
    :ivar name: which part of the machine acts, e.g. ``contracts.auto_release``
    :ivar waiting: a queryset of the rows whose clock runs
    :ivar field: the column with the instant the default takes effect
    :ivar act: called with the system actor, the row's primary key and the deadline
    """

    name: str
    waiting: Callable[[], QuerySet[Any]]
    field: str
    act: Callable[[Actor, Any, datetime], Any]


DEADLINES: dict[str, Deadline] = {}

#: rows whose default was refused or broke lately, so that one bad row never stops the others
_stuck: set[tuple[str, Any, datetime]] = set()


def deadline(name: str, *, waiting: Callable[[], QuerySet[Any]], field: str, act: Callable[..., Any]) -> None:
    """Declare a clock and its default for silence."""
    DEADLINES[name] = Deadline(name, waiting, field, act)


def next_due() -> datetime | None:
    """The earliest instant at which something falls due, or None."""
    found = [due for _d, _pk, due in _upcoming(None, 1)]
    return min(found, default=None)


def run_due(at: datetime, *, kinds: Callable[[str], bool] = lambda _name: True) -> int:
    """
    Run every default whose deadline has come, earliest first.

    :param at: the market's moment
    :param kinds: only those whose name it says yes to
    :returns: how many ran
    """
    ran = 0
    while batch := _upcoming(at, _BATCH, kinds):
        counts: dict[str, list[datetime]] = {}
        for line, _pk, due in batch:
            counts.setdefault(line.name, []).append(due)
        horizon = min((dues[-1] for dues in counts.values() if len(dues) == _BATCH), default=at)
        for line, pk, due in sorted(batch, key=lambda found: found[2]):
            if due <= horizon:
                ran += _run(line, pk, due)
    return ran


def _run(line: Deadline, pk: Any, due: datetime) -> int:
    try:
        line.act(Actor.system(line.name), pk, due)
    except Refusal as refusal:
        log.info("deadline.refused", deadline=line.name, row=str(pk), code=refusal.code)
    except Exception:
        log.exception("deadline.broke", deadline=line.name, row=str(pk))
    else:
        if not line.waiting().filter(**{"pk": pk, line.field: due}).exists():
            return 1
        log.error("deadline.unmoved", deadline=line.name, row=str(pk))
    _stuck.add((line.name, pk, due))
    return 0


def _upcoming(
    at: datetime | None, limit: int, kinds: Callable[[str], bool] = lambda _name: True
) -> list[tuple[Deadline, Any, datetime]]:
    """What falls due of every kind, asked in one statement: there are some fifty kinds and mostly nothing is due."""
    lines = [line for line in DEADLINES.values() if kinds(line.name)]
    parts: list[str] = []
    given: list[Any] = []
    keys: dict[int, Callable[[Any], Any]] = {}
    for number, line in enumerate(lines):
        rows = line.waiting().filter(**{f"{line.field}__isnull": False})
        if at is not None:
            rows = rows.filter(**{f"{line.field}__lte": at})
        skipped = [pk for name, pk, _due in _stuck if name == line.name]
        if skipped:
            rows = rows.exclude(pk__in=skipped)
        keys[number] = rows.model._meta.pk.to_python
        try:
            sql, params = rows.order_by(line.field).values_list("pk", line.field)[:limit].query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"SELECT {number}, key::text, due FROM ({sql}) AS kind (key, due)")  # noqa: S608
        given += params
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), given)
        return [(lines[number], keys[number](key), due) for number, key, due in cursor.fetchall()]


def forget_stuck() -> None:
    """Give rows that broke another chance (each worker minute, each test)."""
    _stuck.clear()
