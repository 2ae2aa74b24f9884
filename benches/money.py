"""
How fast is the money? Measured against this machine's own limit.

A throw-away PostgreSQL with durable commits; 8 clients; pgbench's TPC-B beside

* the database function that posts five legs (a release with fees and their tax), every call at once on the two accounts
  of the house and the two of the tax office,
* the function through Django (the action ``post``), in processes,
* the whole action ``release_milestone``, in processes, where work/contracts exists.

Run: ``uv run python benches/money.py [--seconds 10] [--rounds 3] [--only sql]``. Goals: function ≥ 0.80 of TPC-B, whole
action ≥ 0.30. Rounds alternate, so that a noisy neighbour hits all of them; the median of the ratios counts.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
CLIENTS = 8
HOLDS = 10_000
#: milestones each process makes ahead per second of measuring; who runs out stops, and its own time counts
PREPARED = int(os.environ.get('BENCH_PREPARED', '40'))
GOALS = {"five legs in SQL": 0.80, "five legs through Django": 0.45, "release_milestone": 0.30}

#: one posting: a hold's release with service fee, client's fee, and tax on both; its key is new every time
FIVE = """
\\set h random(1, {holds})
SELECT bench_five(:h);
"""
PREPARE = """
CREATE SEQUENCE IF NOT EXISTS bench_key CACHE 100;

CREATE OR REPLACE FUNCTION bench_id(n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT '00000000-0000-7000-8000-' || lpad(n::text, 12, '0') $$;

CREATE OR REPLACE FUNCTION bench_five(n bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE id text := bench_id(n); hold text := 'hold:' || id; advance text := 'advance:' || id;
BEGIN RETURN (SELECT entry_id FROM ledger_post('release', 'bench:' || nextval('bench_key'), 'USD',
    ARRAY[hold, hold, hold, advance, advance],
    ARRAY['wallet:' || id || ':pending', 'house:fees:service', 'tax:de:vat', 'house:fees:client', 'tax:de:vat'],
    ARRAY[80, 10, 2, 3, 1]::bigint[], now())); END $$;

SELECT ledger_post('charge', 'fill:' || n, 'USD', ARRAY['provider:sandbox', 'provider:sandbox'],
    ARRAY['hold:' || bench_id(n), 'advance:' || bench_id(n)], ARRAY[1000000000, 1000000000]::bigint[], now())
FROM generate_series(1, {holds}) n;

SELECT ledger_post('fill', 'fill:wallet:' || n, 'USD', ARRAY['provider:sandbox'],
    ARRAY['wallet:' || bench_id(n) || ':pending'], ARRAY[1]::bigint[], now()) FROM generate_series(1, {holds}) n;

VACUUM ANALYZE;

CHECKPOINT;
"""


class Bench:
    """A server for one run: durable, as in production."""

    def __init__(self) -> None:
        from freehold.config.postgres import Cluster

        self.folder = Path(tempfile.mkdtemp(prefix="freehold-bench-"))
        self.folder.chmod(0o711)
        self.cluster = Cluster(self.folder / "pg", throw_away=True, durable=True)
        self.cluster.start()
        self.folder_of_programs = self._programs()

    def _programs(self) -> Path:
        from freehold.config.binaries import find_binaries

        own = find_binaries().folder
        for folder in (own, *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)):
            if (folder / "pgbench").exists():
                return folder
        raise SystemExit("There is no pgbench beside the server's programs.")

    def database(self, name: str) -> str:
        import psycopg

        with psycopg.connect(self.cluster.url, autocommit=True) as db:
            db.execute(f"CREATE DATABASE {name}")
        return self.cluster.url.replace("@/postgres?", f"@/{name}?")

    def pgbench(self, url: str, *arguments: str) -> float:
        """Run pgbench; returns transactions per second."""
        done = subprocess.run(
            [self.folder_of_programs / "pgbench", *arguments, url], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(done.stderr)
        found = re.search(r"tps = ([\d.]+) \(without", done.stdout)
        failed = re.search(r"number of failed transactions: (\d+)", done.stdout)
        if failed and int(failed[1]):
            raise SystemExit(f"{failed[1]} transactions failed")
        return float(found[1]) if found else 0.0

    def close(self) -> None:
        self.cluster.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[1])
    options.add_argument("--seconds", type=int, default=10)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--only", choices=["sql", "django", "release"])
    options.add_argument("--holds", type=int, default=HOLDS)
    given = options.parse_args()
    os.environ["FREEHOLD_MODE"] = "test"
    bench = Bench()
    try:
        return measure(bench, given)
    finally:
        bench.close()


def measure(bench: Bench, given: Any) -> int:
    tpcb, books = bench.database("tpcb"), bench.database("books")
    bench.pgbench(tpcb, "-i", "-q", "-s", "20")
    migrate(books, given.holds)
    script = bench.folder / "five.sql"
    script.write_text(FIVE.format(holds=given.holds))
    load = ["-c", str(CLIENTS), "-j", "2", "-M", "prepared", "-T", str(given.seconds), "-n"]

    runs: dict[str, Callable[[], float]] = {}
    if given.only in (None, "sql"):
        runs["five legs in SQL"] = lambda: bench.pgbench(books, *load, "-f", str(script))
    if given.only in (None, "django"):
        runs["five legs through Django"] = lambda: spread(post_five, books, given.seconds, given.holds)
    release = find_release()
    if given.only in (None, "release") and release:
        runs["release_milestone"] = lambda: spread(release, books, given.seconds, given.holds)

    found: dict[str, list[float]] = {name: [] for name in ("pgbench TPC-B", *runs)}
    for n in range(given.rounds):
        found["pgbench TPC-B"].append(bench.pgbench(tpcb, *load))
        for name, run in runs.items():
            found[name].append(run())
        print(f"round {n + 1}: " + ", ".join(f"{name} {per[-1]:,.0f}/s" for name, per in found.items()), flush=True)
    return tell(found, check(books))


def tell(found: dict[str, list[float]], broken: list[Any]) -> int:
    limit = found.pop("pgbench TPC-B")
    print(f"\n{'':28}{'per second':>12}{'of TPC-B':>10}{'goal':>8}")
    print(f"{'pgbench TPC-B':28}{statistics.median(limit):>12,.0f}{1:>10.2f}")
    missed = 0
    for name, per in found.items():
        ratio = statistics.median(a / b for a, b in zip(per, limit, strict=True))
        missed += ratio < GOALS[name]
        print(f"{name:28}{statistics.median(per):>12,.0f}{ratio:>10.2f}{GOALS[name]:>8.2f}")
    print("The books balance." if not broken else f"The books are broken: {broken[:3]}")
    return 1 if missed or broken else 0


# --- the market's side ---


def wake(url: str) -> None:
    os.environ["FREEHOLD_DATABASE_URL"] = url
    os.environ["FREEHOLD_MODE"] = "test"
    os.environ.setdefault("FREEHOLD_DATA", tempfile.gettempdir() + "/freehold-bench-data")
    os.environ["DJANGO_SETTINGS_MODULE"] = "freehold.config.settings"
    import django

    django.setup()
    from django.db import connection

    connection.settings_dict["CONN_MAX_AGE"] = None


def in_process(work: Callable[..., Any], *arguments: Any) -> Any:
    """Do something in a fresh process, so that this one never wakes Django."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def migrate(url: str, holds: int) -> None:
    in_process(_migrate, url)
    import psycopg

    with psycopg.connect(url, autocommit=True) as db:
        for statement in PREPARE.format(holds=holds).split(";\n\n"):
            if statement.strip():
                db.execute(statement)


def _migrate(url: str) -> None:
    wake(url)
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def check(url: str) -> list[Any]:
    return list(in_process(_check, url))


def _check(url: str) -> list[Any]:
    wake(url)
    from freehold.money.ledger.queries import LAWS, broken_laws

    # the bench fills holds straight into the books: only the ledger's own laws apply to them
    return [str(broken) for name in LAWS if not name.startswith("4 ") for broken in broken_laws(name)]


def spread(work: Callable[..., None], url: str, seconds: int, holds: int) -> float:
    """Let 8 processes work for some seconds; returns what they did per second."""
    context = multiprocessing.get_context("spawn")
    ready, counts = context.Barrier(CLIENTS), context.Queue()
    workers = [
        context.Process(target=guarded, args=(work, url, seconds, holds, n, ready, counts), daemon=True)
        for n in range(CLIENTS)
    ]
    for worker in workers:
        worker.start()
    results = [counts.get(timeout=600) for _ in workers]
    for worker in workers:
        worker.join()
    if failed := [one for one in results if isinstance(one, str)]:
        raise SystemExit(failed[0])
    return sum(results)


def guarded(work: Callable[..., None], *arguments: Any) -> None:
    """Hand a failure on instead of letting the others wait for it."""
    try:
        work(*arguments)
    except Exception:
        *_rest, ready, counts = arguments
        ready.abort()
        counts.put(traceback.format_exc())


def clocked(step: Callable[[int], Any], seconds: int, ready: Any, counts: Any) -> None:
    """Repeat a step until the time is over and report the rate; all processes begin together."""
    ready.wait()
    begin, done = time.perf_counter(), 0
    while (spent := time.perf_counter() - begin) < seconds:
        if step(done) is False:
            break
        done += 1
    counts.put(done / spent)


def post_five(url: str, seconds: int, holds: int, n: int, ready: Any, counts: Any) -> None:
    wake(url)
    import random
    from uuid import UUID, uuid4

    from django.utils import timezone

    from freehold.money.ledger.actions import Leg, post

    def step(_n: int) -> None:
        one = UUID("00000000-0000-7000-8000-" + str(random.randint(1, holds)).zfill(12))
        hold, advance = f"hold:{one}", f"advance:{one}"
        legs = [
            Leg(hold, f"wallet:{one}:pending", 80),
            Leg(hold, "house:fees:service", 10),
            Leg(hold, "tax:de:vat", 2),
            Leg(advance, "house:fees:client", 3),
            Leg(advance, "tax:de:vat", 1),
        ]
        post(kind="release", key=f"bench:{uuid4()}", currency="USD", legs=legs, at=timezone.now())

    for warm in range(20):
        step(warm)
    clocked(step, seconds, ready, counts)


def find_release() -> Callable[..., None] | None:
    """The whole action, where there is one."""
    if not (ROOT / "freehold/work/contracts/actions").exists():
        return None
    return release_milestones


def release_milestones(url: str, seconds: int, holds: int, n: int, ready: Any, counts: Any) -> None:
    """Release one milestone after another, each of a contract of its own, made before the clock starts."""
    wake(url)
    from django.utils import timezone

    from freehold.money.escrow import actions as escrow
    from freehold.money.fees import queries as fees
    from freehold.money.ledger import states as chart
    from freehold.money.ledger.actions import Leg, post
    from freehold.people.teams import queries as teams
    from freehold.work.contracts import actions
    from freehold.work.contracts.models import Agreement, Milestone, Part
    from tests.cast import player

    at, run = timezone.now(), f"{os.getpid()}"
    client = player(f"Client{run}", "Bench", at, hires=f"Company {run}")
    worker = player(f"Worker{run}", "Bench", at)
    terms, team = fees.terms_now(), teams.first_team(client.party_id)

    def funded() -> Any:
        hold = escrow.open_hold(
            subject=("bench", client.party_id), payer_id=client.party_id, payee_id=worker.party_id, currency="USD",
            amount=160_000, advance=4_800, at=at,
        )  # fmt: skip
        gives = chart.provider("sandbox")
        legs = [Leg(gives, chart.hold(hold.pk), 160_000), Leg(gives, chart.advance(hold.pk), 4_800)]
        post(kind="charge", key=f"charge:{hold.pk}", currency="USD", legs=legs, at=at)
        escrow.fund_hold(hold_id=hold.pk, at=at)
        agreement = Agreement(
            company_id=client.party_id, team_id=team, worker_id=worker.party_id, hiring_account_id=client.account.pk,
            title="Bench", text="Bench", currency="USD", terms=terms.as_json(),
            parts=(Part(title="All of it", text="As agreed.", amount=160_000),),
        )  # fmt: skip
        contract = actions.open_contract(actor=worker.actor, agreement=agreement, hold_id=hold.pk, at=at)
        return Milestone.objects.get(contract=contract).pk

    actor = client.actor
    ripe = [funded() for _ in range(PREPARED * seconds)]
    actions.release_milestone(actor=actor, milestone_id=ripe.pop(), at=at)

    def step(_n: int) -> bool:
        if not ripe:
            return False
        actions.release_milestone(actor=actor, milestone_id=ripe.pop(), at=at)
        return True

    clocked(step, seconds, ready, counts)


if __name__ == "__main__":
    raise SystemExit(main())
