"""An installation's database: found or started, brought up to date, looked at."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from freehold.config import data, postgres
from freehold.config.binaries import OLDEST, Missing


def wake() -> None:
    """Load Django, once the settings know where the database is."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "freehold.config.settings")
    import django

    django.setup()


@contextlib.contextmanager
def database() -> Iterator[None]:
    """
    Have the installation's database for one command: the one in use, or one started for the command.

    :raises Missing: when there is no market yet, or its server cannot be reached
    """
    cluster, started = None, False
    if not os.environ.get("FREEHOLD_DATABASE_URL"):
        if not data.folder().is_dir():
            raise Missing(f"There is no market in {data.folder()} yet. Make one with: freehold up --demo")
        cluster = postgres.of_data_folder(data.folder())
        if not (cluster.pgdata / "PG_VERSION").exists():
            raise Missing(f"There is no market in {data.folder()} yet. Make one with: freehold up --demo")
        if not cluster.running():
            cluster.start()
            started = True
        data.note_database(cluster.url)
    try:
        wake()
        answer_or_complain()
        yield
    finally:
        if started and cluster:
            from django.db import connections

            connections.close_all()
            cluster.stop()


def answer_or_complain() -> int:
    """
    Ask the server for its version.

    :raises Missing: when it does not answer, or is too old
    """
    from django.db import OperationalError, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version_num")
            version = int(cursor.fetchone()[0]) // 10_000
    except OperationalError as error:
        said = re.sub(r"://[^@\s]*@", "://…@", str(error).strip().splitlines()[0])
        raise Missing(
            f"The database does not answer: {said}\n"
            "Look at FREEHOLD_DATABASE_URL, and whether that server runs."
        ) from None
    if version < OLDEST:
        raise Missing(f"This server is PostgreSQL {version}; Freehold needs {OLDEST} or newer.")
    return version


def waiting_migrations() -> list[Any]:
    """Migrations the database has not seen."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


def migrate(progress: Callable[[str], None]) -> int:
    """
    Bring the database up to date.

    :param progress: told ``12 of 80`` along the way
    :returns: how many migrations were applied
    """
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    plan = waiting_migrations()
    if not plan:
        return 0
    done = 0

    class Telling(MigrationExecutor):
        def apply_migration(self, *args: Any, **kw: Any) -> Any:
            nonlocal done
            state = super().apply_migration(*args, **kw)
            done += 1
            progress(f"{done} of {len(plan)}")
            return state

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(7330002)")  # two installations never migrate at once
        try:
            executor = Telling(connection)
            executor.migrate(executor.loader.graph.leaf_nodes())
            call_command("migrate", verbosity=0, interactive=False)  # tells Django's own listeners
        finally:
            cursor.execute("SELECT pg_advisory_unlock(7330002)")
    return done


def empty() -> None:
    """Throw the market away: every table, every file."""
    import shutil

    from django.conf import settings
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


def load_reference() -> bool:
    """Load what every market starts with: categories and skills."""
    from freehold.config.apps import exists
    from freehold.kit import clock

    if not exists("freehold.market.taxonomy.actions"):
        return False
    from freehold.market.taxonomy.actions import load_reference as load

    load(at=clock.now())
    return True


def collect_static() -> int:
    """
    Copy every app's static files into the data folder under hashed names, unless nothing changed.

    :returns: how many files there are
    """
    import hashlib

    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    digest, count = hashlib.sha256(), 0
    for finder in get_finders():
        for path, storage in finder.list([]):
            file = Path(storage.path(path))
            found = file.stat()
            digest.update(f"{file} {found.st_size} {found.st_mtime_ns}\n".encode())
            count += 1
    stamp = settings.STATIC_ROOT / ".collected"
    if not stamp.exists() or stamp.read_text() != digest.hexdigest():
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(digest.hexdigest())
    return count
