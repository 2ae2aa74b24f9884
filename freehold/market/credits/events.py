"""Facts about credits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from freehold.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class _AboutCredits(Event):
    party_id: UUID
    count: int
    subject: ClassVar[tuple[str, str]] = ("party", "party_id")


@dataclass(frozen=True, kw_only=True)
class CreditsGranted(_AboutCredits):
    """Credits came in."""

    source: str
    lot_id: UUID
    name = "market.credits.granted"


@dataclass(frozen=True, kw_only=True)
class CreditsSpent(_AboutCredits):
    """Credits were spent on something."""

    ref_kind: str
    ref_id: UUID
    name = "market.credits.spent"


@dataclass(frozen=True, kw_only=True)
class CreditsReturned(_AboutCredits):
    """Credits came back to the lots they were taken from."""

    ref_kind: str
    ref_id: UUID
    name = "market.credits.returned"


@dataclass(frozen=True, kw_only=True)
class CreditsExpiring(_AboutCredits):
    """A lot with something left lapses soon."""

    lot_id: UUID
    name = "market.credits.expiring"


@dataclass(frozen=True, kw_only=True)
class CreditsLapsed(_AboutCredits):
    """A lot reached its end with something left."""

    lot_id: UUID
    name = "market.credits.lapsed"
