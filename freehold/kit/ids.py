"""Identifiers: UUIDv7 for records (sorted by birth), UUIDv4 where the birth must not show."""

from __future__ import annotations

import os
import secrets
import time
import uuid


def uuid7() -> uuid.UUID:
    """
    Make a time-ordered identifier.

    :returns: a version 7 UUID (RFC 9562 section 5.7) from the wall clock in milliseconds and 74 random bits
    """
    stamp = time.time_ns() // 1_000_000
    value = (stamp & ((1 << 48) - 1)) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)


#: Letters and digits nobody mistakes for one another when read aloud.
READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def readable(length: int) -> str:
    """Draw an unguessable code of ``length`` characters that can be read aloud."""
    return "".join(secrets.choice(READABLE) for _ in range(length))
