"""Facts about files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from freehold.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class FileReadied(Event):
    """A file came in, passed the checks and can be attached."""

    name = "talk.file.readied"
    subject: ClassVar[tuple[str, str]] = ("file", "file_id")
    file_id: UUID
    size: int


@dataclass(frozen=True, kw_only=True)
class FileErased(Event):
    """A file's record is gone; its bytes follow, found by the random names they were stored under."""

    name = "talk.file.erased"
    subject: ClassVar[tuple[str, str]] = ("file", "file_id")
    file_id: UUID
    blobs: tuple[str, ...]
