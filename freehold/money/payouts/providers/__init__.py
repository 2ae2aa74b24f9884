"""
Who carries money out. Each provider is a folder one can delete.

The payout's number is the idempotency key of every call: asking twice is asking once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from django.conf import settings

Outcome = Literal["paid", "failed", "returned", "pending"]


@dataclass(frozen=True, kw_only=True)
class PayoutOrder:
    """
    :ivar key: our payout's id, the idempotency key
    :ivar account: the unsealed number: an IBAN, or a provider's token for a card
    :ivar amount: what is to arrive
    """

    key: UUID
    number: str
    rail: str
    holder: str
    account: str
    currency: str
    amount: int
    sent_at: datetime


@dataclass(frozen=True, kw_only=True)
class Answer:
    """
    What a provider says about a payout.

    :ivar back: of a returned payout, what came back
    :ivar look_again_at: when to ask once more though it is paid: banks return money late
    """

    outcome: Outcome
    reference: str
    reason: str = ""
    back: int = 0
    look_again_at: datetime | None = None


class Provider(Protocol):
    """One carrier."""

    name: str

    def keep_card(self, number: str) -> str:
        """Hand over a card's number; what comes back is a token for it."""

    def begin_payout(self, order: PayoutOrder, *, at: datetime) -> Answer:
        """Send money."""

    def status(self, order: PayoutOrder, *, at: datetime) -> Answer:
        """How did that payout end?"""


def in_use() -> Provider:
    """The provider payouts go through."""
    from freehold.money.payouts.providers.sandbox import Sandbox

    return Sandbox()


def shows_test_accounts() -> bool:
    """May pages show the sandbox's test accounts? Never in production."""
    return settings.FREEHOLD_MODE in ("demo", "development", "test")
