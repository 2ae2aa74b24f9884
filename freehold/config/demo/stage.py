"""
The stage: many stories told at once, in the order of the market's clock.

A story is a generator. It acts at ``stage.at`` and yields how long it waits, or until when. Every few days everything
that fell due is carried out, each at its own moment, so silence has its effects here as it would in life.
"""

from __future__ import annotations

import heapq
import itertools
import random
import zlib
from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from procrastinate.contrib.django import app
from procrastinate.testing import InMemoryConnector

from freehold.kit import clock, deadlines, events, jobs
from freehold.kit.refusals import Refusal

log = structlog.get_logger(__name__)

Story = Generator[timedelta | datetime, None, None]
Hired = Generator[timedelta | datetime, None, UUID]

_STRIDE = timedelta(days=3)


class Stage:
    """
    :ivar at: the moment the play is at
    :ivar end: nothing happens after it
    :ivar luck: the one source of chance
    :ivar told_from: from when on people are told what happened; nobody reads last year's notices
    :ivar part: which of several stages this is; they play side by side, and meet every few days
    """

    def __init__(
        self, begin: datetime, end: datetime, *, told_from: datetime, part: int = 0, parts: int = 1,
        meet: Callable[[], object] = lambda: None,
    ) -> None:  # fmt: skip
        self.at, self.end, self.told_from = begin, end, told_from
        self.part, self.parts, self.meet = part, parts, meet
        self.luck = random.Random(20 + part)  # noqa: S311
        self.refused = self.broken = self.steps = 0
        self._waiting: list[tuple[datetime, int, Story]] = []
        self._count = itertools.count()
        self._next_stop = begin.replace(hour=0, minute=0, second=0, microsecond=0) + _STRIDE

    def tell(self, story: Story, at: datetime | None = None) -> None:
        """Begin a story at a moment, or now."""
        heapq.heappush(self._waiting, (at or self.at, next(self._count), story))

    def play(self, progress: Callable[[float], None]) -> None:
        """Play until the end; ``progress`` is told the share that is done."""
        begin = self.at
        with jobs.kept(self._wanted) as reactions, app.replace_connector(InMemoryConnector()) as queue:
            self._queue: Any = queue.connector
            while self._waiting and self._waiting[0][0] <= self.end:
                at, _n, story = heapq.heappop(self._waiting)
                while self._next_stop <= at:
                    self._stop(reactions)
                    progress((self._next_stop - begin) / (self.end - begin))
                self._be_at(at)
                self._step(story)
                self._react(reactions)
            while self._next_stop <= self.end:
                self._stop(reactions)
            self._fall_due(self.end, reactions)

    def _be_at(self, at: datetime) -> None:
        self.at = at
        clock.pin(at)

    def _step(self, story: Story) -> None:
        self.steps += 1
        try:
            wait = next(story)
        except StopIteration:
            return
        except Refusal as refusal:
            self.refused += 1
            log.debug("demo.refused", code=refusal.code, sentence=str(refusal))
            return
        except Exception:
            self.broken += 1
            log.exception("demo.story_broke")
            return
        self.tell(story, max(self.at, self.at + wait if isinstance(wait, timedelta) else wait))

    def _stop(self, reactions: jobs.Kept) -> None:
        self._fall_due(self._next_stop, reactions)
        self._next_stop += _STRIDE

    def _fall_due(self, at: datetime, reactions: jobs.Kept) -> None:
        """Carry out what fell due; several stages share the kinds of deadlines between them."""
        self.meet()
        self._be_at(at)
        deadlines.run_due(at, kinds=lambda name: zlib.crc32(name.encode()) % self.parts == self.part)
        self._react(reactions)
        self.meet()

    def _react(self, reactions: jobs.Kept) -> None:
        """Let everybody hear of it, and do at once what was put into the queue."""
        while reactions or self._queue.jobs:
            todo, reactions[:] = reactions[:], []
            for fact_id, reaction in todo:
                events.deliver(fact_id, reaction)
            waiting, self._queue.jobs = self._queue.jobs, {}
            for job in waiting.values():
                app.tasks[job["task_name"]].func(**job["args"])

    def _wanted(self, reaction: str) -> bool:
        return ".notices." not in reaction or self.at >= self.told_from

    # --- chance ---------------------------------------------------------------------------------------

    def chance(self, share: float) -> bool:
        return self.luck.random() < share

    def hours(self, low: float, high: float) -> timedelta:
        return timedelta(minutes=self.luck.randint(int(low * 60), int(high * 60)))

    def days(self, low: float, high: float) -> timedelta:
        return self.hours(low * 24, high * 24)
