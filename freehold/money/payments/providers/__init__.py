"""
What a payment provider can do, in few words; each is a folder one can delete.

Our own id is the idempotency key of every call: asking twice is asking once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from django.conf import settings

Outcome = Literal["settled", "failed", "needs_action", "pending"]


@dataclass(frozen=True, kw_only=True)
class VerifiedCard:
    """What we may keep of a card."""

    token: str
    brand: str
    last_four: str


@dataclass(frozen=True, kw_only=True)
class ChargeOrder:
    """
    :ivar key: our charge's id, the idempotency key
    """

    key: UUID
    token: str
    currency: str
    amount: int
    begun_at: datetime


@dataclass(frozen=True, kw_only=True)
class RefundOrder:
    """
    :ivar key: idempotency key, one per part of a refund
    :ivar reference: the provider's reference of the charge
    """

    key: str
    token: str
    reference: str
    currency: str
    amount: int
    begun_at: datetime


@dataclass(frozen=True, kw_only=True)
class Answer:
    """
    What a provider says about a charge or a refund.

    :ivar reason: a code of :class:`~freehold.money.payments.states.Reason`
    :ivar notices: raw messages that came along, to be kept word for word first
    """

    outcome: Outcome
    reference: str
    currency: str
    amount: int
    reason: str = ""
    notices: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Told:
    """A notice a provider sent by itself, read."""

    external_id: str
    charge_id: UUID
    answer: Answer


class Provider(Protocol):
    """One payment provider."""

    name: str

    def verify_card(self, *, number: str, month: int, year: int, holder: str) -> VerifiedCard:
        """Hand over a card; its number stays with the provider."""

    def begin_charge(self, order: ChargeOrder, *, at: datetime) -> Answer:
        """Take money from a card."""

    def charge_status(self, order: ChargeOrder, *, at: datetime) -> Answer:
        """How did that charge end?"""

    def confirm(self, order: ChargeOrder, *, approved: bool, at: datetime) -> Answer:
        """The payer answered on the bank's page."""

    def begin_refund(self, order: RefundOrder, *, at: datetime) -> Answer:
        """Send money back to the card of a charge."""

    def refund_status(self, order: RefundOrder, *, at: datetime) -> Answer:
        """How did that refund end?"""

    def parse_notice(self, body: dict[str, Any]) -> Told:
        """Read a message the provider sent by itself."""


def named(name: str) -> Provider:
    """
    A provider by its name.

    :raises LookupError: when there is none
    """
    from freehold.money.payments.providers.sandbox import Sandbox

    if name == Sandbox.name:
        return Sandbox()
    raise LookupError(name)


def in_use() -> str:
    """The provider new cards are kept with."""
    return "sandbox"


def shows_test_cards() -> bool:
    """May pages show the sandbox's test numbers? Never in production."""
    return settings.FREEHOLD_MODE in ("demo", "development", "test")
