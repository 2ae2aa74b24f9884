"""
Databases for tests: one server, one migrated template, one copy per process.

The template is named after everything it is made of, so it is built once per state of the migrations; an advisory lock
lets several runs share a server.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import re
import secrets
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

ROOT = Path(__file__).resolve().parent.parent
PREFIX, TEMPLATE = "freehold_test_", "freehold_template_"
_LOCK = 7_330_001


def own_name() -> str:
    """A database name that says which process it belongs to."""
    return f"{PREFIX}{os.getpid()}_{secrets.token_hex(3)}"


def url_of(server: str, name: str) -> str:
    """The address of another database on the same server."""
    return make_conninfo(**{**conninfo_to_dict(server), "dbname": name})


def state() -> str:
    """A hash of everything the template is made of."""
    digest = hashlib.sha256()
    for package in ("django", "django-allauth", "procrastinate"):
        digest.update(importlib.metadata.version(package).encode())
    made_of = [*ROOT.glob("freehold/**/migrations/*"), *ROOT.glob("freehold/**/*.sql")]
    made_of += [*ROOT.glob("freehold/market/taxonomy/data/*"), ROOT / "freehold/market/taxonomy/actions.py"]
    made_of.append(ROOT / "freehold/config/apps.py")
    for path in sorted(p for p in made_of if p.is_file() and p.suffix != ".pyc"):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def connect(server: str) -> psycopg.Connection[Any]:
    return psycopg.connect(server, autocommit=True)


def make(server: str, name: str) -> None:
    """Make a copy of the template, and the template first where it is missing or stale."""
    template = TEMPLATE + state_once()
    with connect(server) as db:
        if not _exists(db, template):
            db.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            if not _exists(db, template):
                _sweep(db, template)
                _build(db, template)
            db.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
        copy(db, template, name)


def copy(db: psycopg.Connection[Any], template: str, name: str) -> None:
    make_copy = "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy"
    db.execute(sql.SQL(make_copy).format(sql.Identifier(name), sql.Identifier(template)))


def renew(server: str, name: str) -> None:
    """Put a used copy back into the template's state."""
    with connect(server) as db:
        _drop(db, name)
        copy(db, TEMPLATE + state_once(), name)


_state: str = ""


def state_once() -> str:
    """The state the process started with."""
    global _state
    _state = _state or state()
    return _state


def drop(server: str, name: str) -> None:
    with connect(server) as db:
        _drop(db, name)


def _drop(db: psycopg.Connection[Any], name: str) -> None:
    db.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _exists(db: psycopg.Connection[Any], name: str) -> bool:
    return db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _sweep(db: psycopg.Connection[Any], keep: str) -> None:
    """Drop what dead processes left, and templates nobody copied for an hour."""
    rows = db.execute(
        "SELECT datname, coalesce((pg_stat_file('base/' || oid || '/PG_VERSION')).modification < now() - interval '1 hour',"
        " true) FROM pg_database WHERE datname LIKE 'freehold\\_te%'"
    ).fetchall()
    for name, old in rows:
        process = re.match(rf"{PREFIX}(\d+)_", name)
        left = process is not None and not Path(f"/proc/{process[1]}").exists()
        if left or (name.startswith(TEMPLATE) and name != keep and old):
            _drop(db, name)


def _build(db: psycopg.Connection[Any], template: str) -> None:
    """Migrate an empty database and load the reference data every market has."""
    from datetime import UTC, datetime

    from django.core.management import call_command
    from django.db import connection

    building = f"{PREFIX}{os.getpid()}_template"
    _drop(db, building)
    db.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(building)))
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = building
    try:
        call_command("migrate", verbosity=0, interactive=False)
        load_reference(datetime(2026, 1, 1, tzinfo=UTC))
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
    if TEMPLATE + state() != template:
        raise RuntimeError("The migrations changed while the tests' database was made from them: run again.")
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    db.execute(rename.format(sql.Identifier(building), sql.Identifier(template)))


def load_reference(at: Any) -> None:
    try:
        from freehold.market.taxonomy.actions import load_reference as load
    except ImportError:
        return
    load(at=at)
