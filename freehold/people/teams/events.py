"""Facts about parties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from freehold.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class _AboutParty(Event):
    party_id: UUID
    subject: ClassVar[tuple[str, str]] = ("party", "party_id")


class PartyOpened(_AboutParty):
    """A freelancer side or a company came to be."""

    name = "people.party.opened"


class PartyChanged(_AboutParty):
    """What others see of a party, or what stands on its invoices, changed."""

    name = "people.party.changed"


class PartyClosed(_AboutParty):
    """A freelancer side or a company was closed with its owner's account or alone."""

    name = "people.party.closed"
