"""
Seals: closed ranges of append-only tables, chained outside the hot path, so that tampering shows.

A source names a table with ``id`` and ``hash`` columns. The sealer takes a SHARE lock for a moment to find a horizon
no running transaction can still write below, then hashes the range at leisure.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import connection, transaction

from freehold.kit.models import Seal

SOURCES: dict[str, str] = {"facts": "kit_fact"}


def seals(source: str, table: str) -> None:
    """Declare an append-only table whose ranges are sealed."""
    SOURCES[source] = table


def seal(source: str, *, at: datetime) -> int:
    """
    Seal everything written since the last seal.

    :returns: how many rows the new seal covers, 0 for none
    """
    last = _horizon(SOURCES[source])
    before = Seal.objects.filter(source=source).order_by("-last_id").first()
    first = before.last_id + 1 if before else 1
    if last < first:
        return 0
    rows, digest = _digest(SOURCES[source], first, last, bytes(before.hash) if before else b"")
    if not rows:
        return 0
    Seal.objects.create(source=source, first_id=first, last_id=last, rows=rows, hash=digest, sealed_at=at)
    return rows


def broken(source: str) -> list[int]:
    """Ids of the seals whose range no longer hashes to what was sealed."""
    wrong, before = [], b""
    for one in Seal.objects.filter(source=source).order_by("first_id"):
        rows, digest = _digest(SOURCES[source], one.first_id, one.last_id, before)
        if digest != bytes(one.hash) or rows != one.rows:
            wrong.append(one.pk)
        before = bytes(one.hash)
    return wrong


def _horizon(table: str) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")  # noqa: S608
        return int(cursor.fetchone()[0])


def _digest(table: str, first: int, last: int, before: bytes) -> tuple[int, bytes]:
    chain, rows = hashlib.sha256(before), 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT id, hash FROM {table} WHERE id BETWEEN %s AND %s ORDER BY id", [first, last])  # noqa: S608
        while batch := cursor.fetchmany(5_000):
            for pk, digest in batch:
                chain.update(int(pk).to_bytes(8, "big") + bytes(digest))
                rows += 1
    return rows, chain.digest()
