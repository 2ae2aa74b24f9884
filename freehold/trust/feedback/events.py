"""Facts about feedback. Their subject is the contract, so that its timeline is one question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from freehold.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class _AboutContract(Event):
    contract_id: UUID
    company_id: UUID
    worker_id: UUID
    subject: ClassVar[tuple[str, str]] = ("contract", "contract_id")


@dataclass(frozen=True, kw_only=True)
class FeedbackAsked(_AboutContract):
    """A contract ended: both sides may leave feedback until ``due_at``."""

    due_at: datetime
    name: ClassVar[str] = "trust.feedback.asked"


@dataclass(frozen=True, kw_only=True)
class _AboutReview(_AboutContract):
    review_id: UUID
    author_id: UUID
    receiver_id: UUID


class FeedbackLeft(_AboutReview):
    """One side has left feedback; nobody reads it yet."""

    name = "trust.feedback.left"


class FeedbackReminded(_AboutReview):
    """Three days are left to leave feedback."""

    name = "trust.feedback.reminded"


class FeedbackPublished(_AboutReview):
    """A review is public now."""

    name = "trust.feedback.published"


class FeedbackExpired(_AboutReview):
    """The window is over and one side left nothing."""

    name = "trust.feedback.expired"


class FeedbackReplied(_AboutReview):
    """The receiver answered a review in public, once and for good."""

    name = "trust.feedback.replied"


class FeedbackSunk(_AboutReview):
    """Too little is paid in the contract any more: the review is hidden and not counted."""

    name = "trust.feedback.sunk"


class FeedbackRisen(_AboutReview):
    """Enough is paid again: the review is shown and counted."""

    name = "trust.feedback.risen"
