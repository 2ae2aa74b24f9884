"""
What a page costs: processor time and queries.

One process answers requests through the whole WSGI stack: middleware, session, view, template. Its own processor time
and that of its database backend are counted, so a busy neighbour changes little; the same run measures

* a million squares and one raw query, which say how fast this machine and its way to the database are,
* a page without a view of its own (``/robots.txt``, signed in) as the floor of the stack,
* the same frame around a plain text (``/accessibility``), which is what every page pays for its looks.

Run: ``uv run python benches/pages.py [--posts 400] [--requests 60] [--strict]``. Goals: ≤ 6 ms and ≤ 12 queries on the
search page, ≤ 6 ms and ≤ 20 queries on a contract's page. Too many queries fail; milliseconds only with ``--strict``.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
THINGS = ("museum", "library", "clinic", "bakery", "observatory", "ferry", "choir", "bicycles", "orchard", "theater")
WORKS = ("Labels for a", "A booking page for the", "Translate papers of a", "New drawings for our", "Move data of a")
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Page:
    """A page with its goals."""

    name: str
    path: str
    who: str = ""
    queries: int | None = None
    milliseconds: float | None = None


@dataclass(frozen=True)
class Cost:
    own: float
    database: float
    queries: int
    kilobytes: float

    @property
    def whole(self) -> float:
        return self.own + self.database


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[1])
    options.add_argument("--posts", type=int, default=400)
    options.add_argument("--requests", type=int, default=60)
    options.add_argument("--strict", action="store_true", help="milliseconds over their goal fail, too")
    given = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="freehold-bench-"))
    end = begin(folder)
    try:
        return tell(measure(given), given)
    finally:
        end()
        shutil.rmtree(folder, ignore_errors=True)


def begin(folder: Path) -> Callable[[], None]:
    """A database of its own on a throw-away server, or on the one the tests use; returns what takes it away again."""
    os.environ |= {
        "FREEHOLD_MODE": "test",
        "FREEHOLD_DATA": str(folder / "data"),
        "DJANGO_SETTINGS_MODULE": "freehold.config.settings",
    }
    from tests import databases

    cluster = None
    server = os.environ.get("FREEHOLD_TEST_SERVER", "")
    if not server:
        from freehold.config import postgres

        cluster = postgres.throw_away(folder)
        server = cluster.url
    name = databases.own_name()
    os.environ["FREEHOLD_DATABASE_URL"] = databases.url_of(server, name)
    import django

    django.setup()
    databases.make(server, name)
    from django.db import connection

    # As in life: one connection, kept.
    connection.settings_dict.update(CONN_MAX_AGE=600, CONN_HEALTH_CHECKS=True)

    def end() -> None:
        connection.close()
        databases.drop(server, name)
        if cluster:
            cluster.stop()

    return end


def measure(given: Any) -> list[tuple[Page, Cost]]:
    from freehold.kit import clock

    clock.set_now(AT, frozen=True)
    people, places = fill(given.posts)
    pages = [
        Page("the stack alone", "/robots.txt", "basil"),
        Page("the frame alone", "/accessibility", "basil"),
        Page("search, a visitor", "/jobs", "", 12, 6),
        Page("search, a member", "/jobs?q=museum+OR+clinics&kind=FIXED", "basil", 12, 6),
        Page("a post", f"/jobs/{places['post']}", "basil", 20),
        Page("a contract, the client", f"/contracts/{places['contract']}", "ada", 20, 6),
        Page("a contract, the freelancer", f"/contracts/{places['contract']}", "basil", 20, 6),
        Page("home, a freelancer", "/home", "basil", 22),
        Page("wallet", "/money", "basil", 20),
    ]
    print(f"a million squares: {squares():.0f} ms; one raw query: {raw_query():.2f} ms of our processor time")
    return [(page, cost(page, people, given.requests)) for page in pages]


def squares() -> float:
    begun = time.process_time()
    sum(n * n for n in range(1_000_000))
    return (time.process_time() - begun) * 1000


def raw_query(times: int = 300) -> float:
    from django.db import connection

    with connection.cursor() as cursor:
        begun = time.process_time()
        for _n in range(times):
            cursor.execute("SELECT 1")
            cursor.fetchone()
        return (time.process_time() - begun) * 1000 / times


def cost(page: Page, cookies: dict[str, str], requests: int) -> Cost:
    """Processor time per request, the median of ten rounds."""
    ask = asking(page, cookies)
    size = len(ask())
    for _n in range(5):
        ask()
    own, database = [], []
    per_round = max(1, requests // 10)
    for _round in range(10):
        mine, theirs = time.process_time(), backend_time()
        for _n in range(per_round):
            ask()
        own.append((time.process_time() - mine) * 1000 / per_round)
        database.append((backend_time() - theirs) * 1000 / per_round)
    # A backend's time is told in ticks of 10 ms: its mean over all rounds is what can be known.
    return Cost(statistics.median(own), statistics.fmean(database), count(ask), size / 1024)


def asking(page: Page, cookies: dict[str, str]) -> Callable[[], bytes]:
    from django.core.handlers.wsgi import WSGIHandler

    handler = WSGIHandler()
    path, _mark, query = page.path.partition("?")
    said: list[str] = []

    def ask() -> bytes:
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "127.0.0.1", "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "HTTP_ACCEPT": "text/html",
            "HTTP_COOKIE": cookies.get(page.who, ""),
        }  # fmt: skip
        said.clear()
        answer = handler(environ, lambda status, _headers, _info=None: said.append(status))
        body = b"".join(answer)
        answer.close()
        if not said[0].startswith("200"):
            raise SystemExit(f"{page.path} answered {said[0]}")
        return body

    return ask


def backend_time() -> float:
    """Seconds of processor time the database's side of our connection has taken."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0  # the server is elsewhere
    return (int(fields[11]) + int(fields[12])) / TICK


def count(ask: Callable[[], bytes]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        ask()
    return len(queries)


# --- something to look at ------------------------------------------------------------------------------


def fill(posts: int) -> tuple[dict[str, str], dict[str, Any]]:
    """Open posts of many companies and one long contract, all made by actions."""
    from freehold.kit import jobs
    from freehold.market.taxonomy import queries as taxonomy
    from freehold.work.contracts import actions
    from tests.cast import assemble, player
    from tests.market.jobs.factories import an_open_post
    from tests.market.profiles.factories import a_profile
    from tests.market.proposals.factories import a_proposal
    from tests.work.contracts.factories import a_contract, a_submitted_milestone, fund, milestone_of

    began = AT - timedelta(days=60)
    cast = assemble(began)
    a_profile(cast.basil, began)
    places = [s for c in taxonomy.tree() for s in c.subcategories]
    words = sorted({w for s in places for w in s.label.lower().split() if w.isalpha()} | set(THINGS))
    luck = random.Random(7)
    clients = [player(f"Client{n}", "Moss", began, hires=f"Company {n}") for n in range(max(1, posts // 20))]
    post = None
    for n in range(posts):
        title = f"{luck.choice(WORKS)} {luck.choice(THINGS)}: {' '.join(luck.sample(words, 3))}"
        text = " ".join(luck.sample(words, 60)).capitalize() + "."
        at = began + (AT - began) * n / posts
        by, place = clients[n % len(clients)], places[n * 7 % len(places)]
        post = an_open_post(cast, at, by=by, title=title, description=text, place=place)
    assert post is not None
    a_proposal(cast, AT - timedelta(hours=1), post_id=post.pk)
    amounts = (160_000, 70_000, 40_000, 90_000, 30_000, 55_000)
    contract = a_contract(cast, began, amounts=amounts, title="Exhibition guide")
    jobs.drain()
    first, later, yesterday = milestone_of(contract, 1), began + timedelta(days=2), AT - timedelta(days=1)
    actions.submit_work(actor=cast.basil.actor, milestone_id=first.pk, message="Here it is.", at=began)
    actions.release_milestone(actor=cast.ada.actor, milestone_id=first.pk, at=later)
    second = fund(cast, milestone_of(contract, 2), later)
    actions.submit_work(actor=cast.basil.actor, milestone_id=second.pk, message="The second.", at=yesterday)
    a_submitted_milestone(cast, yesterday, title="Night signs")
    jobs.drain()
    analyze()
    return {name: cookie(getattr(cast, name).account) for name in ("ada", "basil")}, {
        "post": post.pk,
        "contract": contract.pk,
    }


def analyze() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def cookie(account: Any) -> str:
    from tests.stories.conftest import session_cookie

    return "=".join(session_cookie(account))


# --- what was found ------------------------------------------------------------------------------------


def tell(found: list[tuple[Page, Cost]], given: Any) -> int:
    print(f"\n{given.posts} open posts; milliseconds of processor time per request, {given.requests} requests a page\n")
    print(f"{'':28}{'ours':>8}{'database':>10}{'both':>8}{'goal':>6}{'queries':>9}{'goal':>6}{'kB':>7}")
    slow = wordy = 0
    for page, cost in found:
        slow += page.milliseconds is not None and cost.whole > page.milliseconds
        wordy += page.queries is not None and cost.queries > page.queries
        print(
            f"{page.name:28}{cost.own:>8.2f}{cost.database:>10.2f}{cost.whole:>8.2f}{page.milliseconds or '':>6}"
            f"{cost.queries:>9}{page.queries or '':>6}{cost.kilobytes:>7.0f}"
        )
    frame = next(cost for page, cost in found if page.name == "the frame alone")
    print(f"\nThe frame around a page costs {frame.own:.2f} ms and {frame.queries} queries.")
    return 1 if wordy or (given.strict and slow) else 0


if __name__ == "__main__":
    raise SystemExit(main())
