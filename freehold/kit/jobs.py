"""Jobs: procrastinate's queue as the outbox's legs, and a way to drain it in process (tests, demo, clock advance)."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any, NamedTuple

import structlog
from django.db import connection, transaction
from procrastinate.contrib.django import app

log = structlog.get_logger(__name__)

OUTBOX = "outbox"

class Call(NamedTuple):
    """One reaction to one fact; those with the same lock run one after the other."""

    fact_id: int
    reaction: str
    lock: str | None


Kept = list[tuple[int, str]]
_kept: ContextVar[tuple[Kept, Callable[[str], bool]] | None] = ContextVar("reactions_kept", default=None)


@app.task(name="kit.deliver", queue=OUTBOX, retry=8)
def deliver(fact_id: int, reaction: str) -> None:
    """Run one reaction for one fact."""
    from freehold.kit import events

    events.deliver(fact_id, reaction)


def defer_reactions(calls: list[Call]) -> None:
    """Queue one job per reaction, in the caller's transaction; facts about one subject keep their order."""
    if (kept := _kept.get()) is not None:
        kept[0].extend((c.fact_id, c.reaction) for c in calls if kept[1](c.reaction))
    elif calls:
        job = deliver.configure().job
        app.job_manager.batch_defer_jobs(
            [job.evolve(lock=c.lock, task_kwargs={"fact_id": c.fact_id, "reaction": c.reaction}) for c in calls]
        )


@contextlib.contextmanager
def kept(wanted: Callable[[str], bool]) -> Iterator[Kept]:
    """
    Keep reactions in a list instead of the queue; the caller delivers them (the demo's making).

    :param wanted: told a reaction's name, says whether anybody needs it
    """
    waiting: Kept = []
    token = _kept.set((waiting, wanted))
    try:
        yield waiting
    finally:
        _kept.reset(token)


def drain(limit: int = 100_000) -> int:
    """
    Run waiting jobs here and now, oldest first, until none is due.

    :returns: how many ran
    """
    done = 0
    while done < limit:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo'"
                " AND (scheduled_at IS NULL OR scheduled_at <= now()) ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED"
            )
            row = cursor.fetchone()
            if row is None:
                return done
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [row[0]])
        _run(*row)
        done += 1
    return done


def _run(job_id: int, task_name: str, args: Any) -> None:
    arguments = json.loads(args) if isinstance(args, str) else args
    status = "failed"
    try:
        app.tasks[task_name].func(**arguments)
        status = "succeeded"
    finally:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [status, job_id])
