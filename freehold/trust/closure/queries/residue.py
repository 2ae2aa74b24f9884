"""
The last look: an address that should be gone is searched in every text, JSON and binary column of the database.

What is declared as kept may hold it, and so may prose that others wrote: their words are theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from psycopg import sql

from freehold.kit import privacy
from freehold.kit.cards import card
from freehold.kit.privacy import Fate, Subject
from freehold.trust.closure.queries.plan import is_late

_WORDY = (
    "text", "character varying", "character", "json", "jsonb", "bytea", "ARRAY", "tsvector", "inet", "USER-DEFINED",
)  # fmt: skip


@card
class Hit:
    """Where something was found: table and column, never the value."""

    table: str
    column: str
    rows: int


def tables() -> dict[str, list[tuple[str, str]]]:
    """Every table of the database with its columns that can hold words."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c"
            " JOIN information_schema.tables t USING (table_schema, table_name)"
            " WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.data_type = ANY(%s)"
            " ORDER BY 1, c.ordinal_position",
            [list(_WORDY)],
        )
        found: dict[str, list[tuple[str, str]]] = {}
        for table, column, kind in cursor.fetchall():
            found.setdefault(table, []).append((column, kind))
    return found


def vacuum() -> int:
    """
    Rewrite the statistics of every table that held something of a person; outside a transaction also its dead rows.

    :returns: how many tables
    """
    touched = sorted({d.model._meta.db_table for d in privacy.DECLARED})
    words = sql.SQL("ANALYZE {}" if connection.in_atomic_block else "VACUUM (ANALYZE) {}")
    for table in touched:
        with connection.cursor() as cursor:
            cursor.execute(words.format(sql.Identifier(table)))
    return len(touched)


def residue(value: str, subject: Subject) -> list[Hit]:
    """Where an address is still found although it should be gone."""
    if not value:
        return []
    skipped, prose = _kept_tables(), _prose()
    hits = []
    for table, columns in tables().items():
        if table in skipped:
            continue
        looked = [(c, kind) for c, kind in columns if (table, c) not in prose]
        hits += _search(table, looked, value)
    return hits + _own_rows(value, subject)


def search_everywhere(value: str) -> list[Hit]:
    """Where a value is found at all, kept or not; for proofs."""
    return [hit for table, columns in tables().items() for hit in _search(table, columns, value)]


def _search(table: str, columns: Iterable[tuple[str, str]], value: str) -> list[Hit]:
    asked = list(columns)
    if not asked:
        return []
    # psycopg composes the names; nothing of it comes from people.
    counts = sql.SQL(", ").join(
        sql.SQL("count(*) FILTER (WHERE {} )").format(_holds(column, kind)) for column, kind in asked
    )
    statement = sql.SQL("SELECT {} FROM {}").format(counts, sql.Identifier(table))
    with connection.cursor() as cursor:
        cursor.execute(statement, {"value": value.lower(), "bytes": value.lower().encode()})
        found = cursor.fetchone() or ()
    return [Hit(table=table, column=c, rows=n) for (c, _kind), n in zip(asked, found, strict=True) if n]


def _holds(column: str, kind: str) -> sql.Composed:
    name = sql.Identifier(column)
    if kind == "bytea":
        return sql.SQL("position(%(bytes)s::bytea in {}) > 0").format(name)
    return sql.SQL("position(%(value)s in lower({}::text)) > 0").format(name)


def _kept_tables() -> set[str]:
    """Tables whose rows outlive a person, and those emptied together with the address."""
    kept = {d.model._meta.db_table for d in privacy.DECLARED if d.fate in (Fate.KEEP, Fate.PSEUDONYM) or is_late(d)}
    return kept | {"accounts_account", "accounts_mailedlink", "account_emailaddress", "django_session"}


def _prose() -> set[tuple[str, str]]:
    """Columns with texts of several people: there only the subject's own rows must be clean."""
    return {
        (d.model._meta.db_table, str(f.column))
        for d in privacy.DECLARED
        for f in d.model._meta.concrete_fields
        if f.get_internal_type() in ("TextField", "JSONField", "SearchVectorField")
    }


def _own_rows(value: str, subject: Subject) -> list[Hit]:
    hits: list[Hit] = []
    for declared in privacy.DECLARED:
        if declared.fate not in (Fate.ERASE, Fate.BLANK) or is_late(declared):
            continue
        rows: Any = declared.rows(subject)
        left = rows.count() if declared.fate == Fate.ERASE and declared.erase is None else 0
        for column in declared.columns:
            left += sum(1 for text in rows.values_list(column, flat=True) if value.lower() in str(text).lower())
        if left:
            hits.append(Hit(table=declared.model._meta.db_table, column="", rows=left))
    return hits
