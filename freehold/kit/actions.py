"""
Actions: every write is one, and an action is one transaction.

Six paragraphs, the same in every action: lock · may I · move · money · fact · answer.
"""

from __future__ import annotations

import contextlib
import functools
import random
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import OperationalError, connection, models, transaction

from freehold.kit.refusals import NotAllowed, NotFound, Refusal

F = TypeVar("F", bound=Callable[..., Any])
M = TypeVar("M", bound=models.Model)

_depth: ContextVar[int] = ContextVar("action_depth", default=0)
_joining: ContextVar[bool] = ContextVar("action_joining", default=False)
#: what the running action writes when it ends: how → the rows
_last: ContextVar[dict[Callable[[list[Any]], None], list[Any]] | None] = ContextVar("action_last", default=None)
#: Names of all actions, for tests that walk them.
ACTIONS: dict[str, Callable[..., Any]] = {}

#: serialization failure, deadlock, lock not available: never a person's fault, so tried again
_RETRY = {"40001", "40P01", "55P03"}
_TRIES = 5


def action(fn: F) -> F:
    """
    Make a function an action: keyword arguments only, one transaction.

    The outermost action is durable; an action called inside joins it and takes its fate. A deadlock or a lock
    time-out is tried again up to five times, since the whole action is safe to repeat.
    """

    @functools.wraps(fn)
    def run(**arguments: Any) -> Any:
        depth = _depth.get()
        token = _depth.set(depth + 1)
        try:
            if depth:
                with transaction.atomic(savepoint=False):
                    return fn(**arguments)
            return _outermost(fn, arguments)
        finally:
            _depth.reset(token)

    ACTIONS[f"{fn.__module__}.{fn.__name__}"] = run
    return run  # type: ignore[return-value]


def _outermost(fn: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    for attempt in range(1, _TRIES + 1):
        nested = connection.in_atomic_block
        last: dict[Callable[[list[Any]], None], list[Any]] = {}
        token = _last.set(last)
        try:
            with transaction.atomic(durable=not _joining.get()):
                answer = fn(**arguments)
                for write, rows in last.items():
                    write(rows)
                return answer
        except OperationalError as error:
            state = getattr(error.__cause__, "sqlstate", None)
            if state not in _RETRY or attempt == _TRIES or nested:
                raise
            time.sleep(random.uniform(0.005, 0.03) * attempt)  # noqa: S311
        finally:
            _last.reset(token)
    raise AssertionError("unreachable")


@contextlib.contextmanager
def joining() -> Iterator[None]:
    """Let actions called inside join the transaction around, each with a savepoint: a reaction may catch a refusal."""
    token = _joining.set(True)
    try:
        yield
    finally:
        _joining.reset(token)


def at_the_end(write: Callable[[list[Any]], None], row: Any) -> None:
    """
    Let ``write`` have the rows of an action all at once: when the outermost one ends, still in its transaction.

    Outside an action it is called now.
    """
    last = _last.get()
    if last is None:
        write([row])
    else:
        last.setdefault(write, []).append(row)


def in_action() -> bool:
    return _depth.get() > 0


def require(allowed: bool, refusal: Refusal | type[Refusal] = NotAllowed) -> None:
    """
    Ask a policy's answer.

    :raises Refusal: the given one (by default :class:`NotAllowed`) when the answer is no
    """
    if not allowed:
        raise refusal if isinstance(refusal, Refusal) else refusal()


class LockingQuerySet(models.QuerySet[M]):
    """A queryset with the one spelling of a lock."""

    def locked(self, pk: Any) -> M:
        """
        Read one row and keep others from changing it until the transaction ends.

        :raises NotFound: when there is no such row
        """
        for row in self.select_for_update(of=("self",), no_key=True).filter(pk=pk):
            return row
        raise NotFound()

    def found(self, **lookup: Any) -> M:
        """
        Read one row.

        :raises NotFound: when there is no such row
        """
        row = self.filter(**lookup).first()
        if row is None:
            raise NotFound()
        return row
