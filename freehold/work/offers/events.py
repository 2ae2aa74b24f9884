"""Facts about offers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from freehold.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class _AboutOffer(Event):
    offer_id: UUID
    company_id: UUID
    worker_id: UUID
    proposal_id: UUID | None = None
    subject: ClassVar[tuple[str, str]] = ("offer", "offer_id")


class OfferDrafted(_AboutOffer):
    """Somebody began to write an offer."""

    name = "work.offer.drafted"


@dataclass(frozen=True, kw_only=True)
class OfferSent(_AboutOffer):
    """The first milestone's money is held and the worker may answer until ``due_at``."""

    version: int
    due_at: datetime
    currency: str
    amount: int
    name = "work.offer.sent"


@dataclass(frozen=True, kw_only=True)
class OfferFundingFailed(_AboutOffer):
    """The charge did not go through; the offer is a draft again."""

    code: str
    name = "work.offer.funding_failed"


@dataclass(frozen=True, kw_only=True)
class OfferAccepted(_AboutOffer):
    """The worker said yes: there is a contract."""

    contract_id: UUID
    name = "work.offer.accepted"


class OfferDeclined(_AboutOffer):
    """The worker said no; the money went back."""

    name = "work.offer.declined"


class OfferWithdrawn(_AboutOffer):
    """The company took it back; the money went back."""

    name = "work.offer.withdrawn"


class OfferExpired(_AboutOffer):
    """Nobody answered in time; the money went back."""

    name = "work.offer.expired"


class OfferVoided(_AboutOffer):
    """One side cannot deal any more; the money went back."""

    name = "work.offer.voided"


@dataclass(frozen=True, kw_only=True)
class OfferEnding(_AboutOffer):
    """A reminder: the offer will soon expire."""

    due_at: datetime
    name = "work.offer.ending"
