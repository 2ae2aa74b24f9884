"""Facts about held and earned money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from freehold.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class EarningsMatured(Event):
    """A pending earning became available; ``to_debt`` of it paid what the member owed."""

    name = "money.earning.available"
    subject: ClassVar[tuple[str, str]] = ("party", "party_id")
    earning_id: UUID
    party_id: UUID
    currency: str
    amount: int
    to_debt: int
    entry_id: int


@dataclass(frozen=True, kw_only=True)
class HoldExpiring(Event):
    """The payment provider keeps this hold's money for two more weeks only."""

    name = "money.hold.expiring"
    subject: ClassVar[tuple[str, str]] = ("hold", "hold_id")
    hold_id: UUID
    subject_kind: str
    subject_id: UUID
    payer_id: UUID
    payee_id: UUID | None
    currency: str
    amount: int
