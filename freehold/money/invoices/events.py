"""Facts about documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from freehold.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class DocumentWritten(Event):
    """A document was written with the money's move; its number follows in a moment."""

    document_id: UUID
    series_id: UUID
    name = "money.document.written"
    subject: ClassVar[tuple[str, str]] = ("series", "series_id")


@dataclass(frozen=True, kw_only=True)
class DocumentIssued(Event):
    """A document has its number and can be read and downloaded."""

    document_id: UUID
    kind: str
    issuer_id: UUID | None
    receiver_id: UUID | None
    currency: str
    amount: int
    name = "money.document.issued"
    subject: ClassVar[tuple[str, str]] = ("document", "document_id")
