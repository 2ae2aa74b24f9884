"""
Deadlines: ``due_at`` columns swept in time order.

Every state that waits for a person has one. A late sweep dates its effect at the deadline, not at the sweep.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
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
    :ivar waiting: a queryset of the rows whose clock runs; built once, so it depends neither on settings nor the moment
    :ivar field: the column with the instant the default takes effect
    :ivar act: called with the system actor, the row's primary key and the deadline
    """

    name: str
    waiting: Callable[[], QuerySet[Any]]
    field: str
    act: Callable[[Actor, Any, datetime], Any]


Kinds = Callable[[str], bool]

DEADLINES: dict[str, Deadline] = {}
_statements: dict[tuple[str, bool, int], tuple[str, tuple[Any, ...]]] = {}
#: stands in kept statements for the moment that is asked about
_AT = datetime(1, 1, 1, tzinfo=UTC)

#: rows whose default was refused or broke lately, so that one bad row never stops the others
_stuck: set[tuple[str, Any, datetime]] = set()


def deadline(name: str, *, waiting: Callable[[], QuerySet[Any]], field: str, act: Callable[..., Any]) -> None:
    """Declare a clock and its default for silence."""
    DEADLINES[name] = Deadline(name, waiting, field, act)
    _statements.clear()


def next_due() -> datetime | None:
    """The earliest instant at which something falls due, or None."""
    found = [due for _d, _pk, due in _upcoming(None, 1, lambda _name: True)]
    return min(found, default=None)


def run_due(at: datetime, *, kinds: Kinds = lambda _name: True) -> int:
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


def _upcoming(at: datetime | None, limit: int, kinds: Kinds) -> list[tuple[Deadline, Any, datetime]]:
    """What falls due of every kind, asked in one statement: there are some fifty kinds and mostly nothing is due."""
    lines = [line for line in DEADLINES.values() if kinds(line.name)]
    parts: list[str] = []
    given: list[Any] = []
    for number, line in enumerate(lines):
        sql, params = _statement(line, at is not None, limit)
        if sql:
            parts.append(f"SELECT {number}, key::text, due FROM ({sql}) AS kind (key, due)")  # noqa: S608
            given += [at if param is _AT else param for param in params]
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), given)
        found = cursor.fetchall()
    return [(lines[n], lines[n].waiting().model._meta.pk.to_python(key), due) for n, key, due in found]


def _statement(line: Deadline, has_come: bool, limit: int) -> tuple[str, tuple[Any, ...]]:
    """One kind's query; building it takes longer than running it, so it is kept while no row of the kind is stuck."""
    skipped = [pk for name, pk, _due in _stuck if name == line.name]
    key = (line.name, has_come, limit)
    if not skipped and key in _statements:
        return _statements[key]
    rows = line.waiting().filter(**{f"{line.field}__isnull": False})
    if has_come:
        rows = rows.filter(**{f"{line.field}__lte": _AT})
    if skipped:
        rows = rows.exclude(pk__in=skipped)
    try:
        built = rows.order_by(line.field).values_list("pk", line.field)[:limit].query.sql_with_params()
    except EmptyResultSet:
        built = ("", ())
    if not skipped:
        _statements[key] = built
    return built


def forget_stuck() -> None:
    """Give rows that broke another chance (each worker minute, each test)."""
    _stuck.clear()
