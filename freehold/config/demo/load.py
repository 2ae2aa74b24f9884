"""The making of the demo: who is there, who does what, and how far it is."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from freehold.config.demo import cast, deals, leads
from freehold.config.demo.cast import Member
from freehold.config.demo.people import businesses, everybody
from freehold.config.demo.stage import Stage, Story
from freehold.config.demo.trades import Trade, trades
from freehold.kit import clock, jobs
from freehold.kit.models import DemoProgress

POSTS, COMPANIES, HIRES = 1_500, 70, 150
_YEAR = timedelta(days=365)
_STEPS = 1_000


def load(progress: Callable[[str], None], *, posts: int = POSTS, share: float = 1.0) -> Stage:
    """
    Make the demo market: the same people, posts and contracts each time, up to now.

    :param progress: told how far it is
    :param posts: how many posts there are in the year
    :param share: the share of people who take part (tests make a small market)
    """
    row, _new = DemoProgress.objects.update_or_create(
        pk=1, defaults={"done": 0, "total": _STEPS, "step": "people", "finished_at": None}
    )
    end = clock.now().replace(microsecond=0)
    stage = Stage(end - _YEAR, end, told_from=end - timedelta(days=10))
    _hurry(True)
    _set_out(stage, posts, share)

    def tell(done: float) -> None:
        steps = min(int(done * _STEPS), _STEPS)
        if steps > row.done:
            row.done, row.step = steps, f"{stage.at:%B %Y}"
            row.save(update_fields=["done", "step"])
            progress(f"{stage.at:%B %Y}, {steps * 100 // _STEPS} %")

    with cast.quick_passwords():
        stage.play(tell)
    jobs.drain()
    _hurry(False)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    row.done, row.finished_at = _STEPS, timezone.now()
    row.save(update_fields=["done", "finished_at"])
    return stage


def _hurry(on: bool) -> None:
    """A demo cut off half-way is made anew, so its commits need not wait for the disk."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET synchronous_commit = {'off' if on else 'on'}")


def _set_out(stage: Stage, posts: int, share: float) -> None:
    """Give everybody a story and a day to begin it."""
    luck = stage.luck
    people = everybody()
    people = people[: max(12, int(len(people) * share))]
    firms = max(4, int(COMPANIES * len(people) / len(everybody())))
    kinds = businesses()
    work = list(trades())
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
        stage.tell(cast.company(stage, client, secrets.token_hex(16)), _morning(stage, stage.at + timedelta(days=day)))
    stage.tell(_market(stage, clients, workers, posts), stage.at + timedelta(days=10))
    leads.enter(stage, clients, workers)


def _client(person: Any, kind: tuple[str, str], again: int, trade: Trade) -> Member:
    name = kind[1] if not again else f"{kind[1]} {person.city}"
    return Member(person, trade, business=kind[0], company=name)


def _market(stage: Stage, clients: list[Member], workers: list[Member], posts: int) -> Story:
    """Posts day by day: a third of them in the last six weeks, so that there is much to find."""
    luck = stage.luck
    begin, late = stage.at, stage.end - timedelta(days=42)
    moments = sorted(_moments(stage, begin, late, posts))
    hiring = set(luck.sample(range(len(moments)), min(HIRES * posts // POSTS, len(moments))))
    everything = trades()
    for n, moment in enumerate(moments):
        yield moment
        ready = [c for c in clients if c.ready]
        if not ready:
            continue
        client = luck.choice(ready)
        trade = client.trade if stage.chance(0.25) else luck.choice(everything)
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
