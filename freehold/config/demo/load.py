"""The making of the demo: who is there, who does what, and how far it is."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import secrets
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection

from freehold.config.demo import cast, deals, leads
from freehold.config.demo.cast import Member
from freehold.config.demo.people import businesses, everybody
from freehold.config.demo.stage import Stage, Story
from freehold.config.demo.trades import Trade, trades
from freehold.kit import clock, jobs
from freehold.kit.models import DemoProgress

log = structlog.get_logger(__name__)

POSTS, COMPANIES, HIRES = 1_500, 70, 150
_YEAR, _TOLD = timedelta(days=365), timedelta(days=10)
#: seconds one part waits for another at the end of a day
_PATIENCE = 300.0
_STEPS = 1_000


def load(progress: Callable[[str], None], *, posts: int = POSTS, share: float = 1.0, parts: int = 2) -> None:
    """
    Make the demo market: the same people, posts and contracts each time, up to now.

    :param progress: told how far it is
    :param posts: how many posts there are in the year
    :param share: the share of people who take part (tests make a small market)
    :param parts: processes that play side by side, each with people and trades of its own
    :raises RuntimeError: when one of them fell over
    """
    DemoProgress.objects.update_or_create(
        pk=1, defaults={"done": 0, "total": _STEPS, "step": "", "finished_at": None}
    )
    end = clock.now().replace(microsecond=0)
    if parts == 1:
        _play(0, 1, end, posts, share, lambda: None, progress)
    else:
        _play_together(parts, end, posts, share, progress)
    jobs.drain()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    DemoProgress.objects.filter(pk=1).update(done=_STEPS, finished_at=end)


def _play_together(parts: int, end: datetime, posts: int, share: float, progress: Callable[[str], None]) -> None:
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(parts, timeout=_PATIENCE)
    connection.close()
    others = [
        context.Process(target=_play, args=(n, parts, end, posts, share, barrier.wait, progress), daemon=True)
        for n in range(1, parts)
    ]
    for other in others:
        other.start()
    _play(0, parts, end, posts, share, barrier.wait, progress)
    for other in others:
        other.join()
    if any(other.exitcode for other in others):
        raise RuntimeError("A part of the demo fell over; its log is above.")


def _play(
    part: int, parts: int, end: datetime, posts: int, share: float, meet: Callable[[], object],
    progress: Callable[[str], None],
) -> None:  # fmt: skip
    """Play one part of the market."""
    stage = Stage(end - _YEAR, end, told_from=end - _TOLD, part=part, parts=parts, meet=meet)
    _set_out(stage, posts // parts, share)
    done = 0

    def tell(share_done: float) -> None:
        nonlocal done
        steps = min(int(share_done * _STEPS), _STEPS)
        if part == 0 and steps > done:
            done = steps
            DemoProgress.objects.filter(pk=1).update(done=steps, step=f"{stage.at:%B %Y}")
            progress(f"{stage.at:%B %Y}, {steps * 100 // _STEPS} %")

    with _in_a_hurry(), cast.quick_passwords():
        stage.play(tell)
    clock.forget()
    log.info("demo.played", part=part, steps=stage.steps, refused=stage.refused, broken=stage.broken)
    connection.close()


@contextlib.contextmanager
def _in_a_hurry() -> Iterator[None]:
    """A demo cut off half-way is made anew, so its commits need not wait for the disk."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    gc.freeze()
    gc.set_threshold(200_000, 50, 50)  # a short-lived process that makes many small things
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")


def _set_out(stage: Stage, posts: int, share: float) -> None:
    """Give everybody of this part a story and a day to begin it."""
    luck = stage.luck
    people = everybody()
    people = people[: max(12 * stage.parts, int(len(people) * share))][stage.part :: stage.parts]
    firms = max(4, len(people) * COMPANIES // len(everybody()))
    kinds = businesses()[stage.part :: stage.parts]
    work = trades()[stage.part :: stage.parts]
    clients = [
        _client(p, kinds[n % len(kinds)], n // len(kinds), luck.choice(work)) for n, p in enumerate(people[:firms])
    ]
    workers = [Member(p, work[n % len(work)]) for n, p in enumerate(people[firms:])]
    for n, worker in enumerate(workers):
        day = 0 if n % 3 else luck.randint(0, 320)
        story = cast.freelancer(stage, worker, secrets.token_hex(16), pictures=2 if n % 4 == 0 else 0)
        stage.tell(story, _morning(stage, stage.at + timedelta(days=day)))
    for n, client in enumerate(clients):
        day = 0 if n % 4 else luck.randint(0, 200)
        story = cast.company(stage, client, secrets.token_hex(16))
        stage.tell(story, _morning(stage, stage.at + timedelta(days=day)))
    stage.tell(_market(stage, clients, workers, work, posts), stage.at + timedelta(days=10))
    if stage.part == 0:
        leads.enter(stage, clients, workers)


def _client(person: Any, kind: tuple[str, str], again: int, trade: Trade) -> Member:
    name = kind[1] if not again else f"{kind[1]} {person.city}"
    return Member(person, trade, business=kind[0], company=name)


def _market(
    stage: Stage, clients: list[Member], workers: list[Member], work: Sequence[Trade], posts: int
) -> Story:
    """Posts day by day: a third of them in the last six weeks, so that there is much to find."""
    luck = stage.luck
    begin, late = stage.at, stage.end - timedelta(days=42)
    moments = sorted(_moments(stage, begin, late, posts))
    hiring = set(luck.sample(range(len(moments)), min(HIRES * posts // POSTS, len(moments))))
    for n, moment in enumerate(moments):
        yield moment
        ready = [c for c in clients if c.ready]
        if not ready:
            continue
        client = luck.choice(ready)
        trade = client.trade if stage.chance(0.25) else luck.choice(work)
        crowd = _crowd(stage, workers)
        stage.tell(deals.post(stage, client, trade, crowd, hires=n in hiring))


def _moments(stage: Stage, begin: datetime, late: datetime, posts: int) -> Iterator[datetime]:
    for n in range(posts):
        first, last = (begin, late) if n % 3 else (late, stage.end - timedelta(hours=2))
        yield first + (last - first) * stage.luck.random()


def _crowd(stage: Stage, workers: list[Member]) -> deals.Crowd:
    def choose(trade: Trade, count: int) -> list[Member]:
        near = [w for w in workers if w.ready and w.trade is trade]
        far = [w for w in workers if w.ready and w.trade is not trade]
        stage.luck.shuffle(near)
        found = near[:count]
        if len(found) < count and far:
            found += stage.luck.sample(far, min(len(far), count - len(found)))
        return found

    return choose


def _morning(stage: Stage, day: datetime) -> datetime:
    return day.replace(hour=8, minute=0, second=0) + stage.hours(0, 9)
