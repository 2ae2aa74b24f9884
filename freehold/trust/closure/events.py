"""Facts about leaving: ids, counts and days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from freehold.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class _AboutClosure(Event):
    closure_id: UUID
    account_id: UUID
    subject: ClassVar[tuple[str, str]] = ("closure", "closure_id")


@dataclass(frozen=True, kw_only=True)
class ClosureRequested(_AboutClosure):
    """Somebody confirmed that they leave; open matters are being settled."""

    waiting: int
    name: ClassVar[str] = "trust.closure.requested"


@dataclass(frozen=True, kw_only=True)
class ClosureWaitingChanged(_AboutClosure):
    """Something that would have cleared by itself now needs the member."""

    needs: int
    name: ClassVar[str] = "trust.closure.waiting_changed"


class ClosureStaffed(_AboutClosure):
    """A closure waited too long and went to the staff."""

    name = "trust.closure.staffed"


class ClosureOverdue(_AboutClosure):
    """The staff has not answered about a closure in time."""

    name = "trust.closure.overdue"


@dataclass(frozen=True, kw_only=True)
class ClosureExtended(_AboutClosure):
    """The staff gave a waiting closure more time."""

    until: datetime
    name: ClassVar[str] = "trust.closure.extended"


class ClosureCanceled(_AboutClosure):
    """The member stays; what was ended meanwhile stays ended."""

    name = "trust.closure.canceled"


@dataclass(frozen=True, kw_only=True)
class ClosureMarked(_AboutClosure):
    """The account is closed and will be erased when the grace period ends."""

    erase_at: datetime
    name: ClassVar[str] = "trust.closure.marked"


class ClosureReminded(_AboutClosure):
    """A few days are left before the account is erased."""

    name = "trust.closure.reminded"


class ClosureReopened(_AboutClosure):
    """The member came back within the grace period."""

    name = "trust.closure.reopened"


@dataclass(frozen=True, kw_only=True)
class ClosureInterrupted(_AboutClosure):
    """Something came up during the grace period, such as a payout that came back."""

    until: datetime
    name: ClassVar[str] = "trust.closure.interrupted"


class ClosureResolved(_AboutClosure):
    """What had interrupted the grace period is settled."""

    name = "trust.closure.resolved"


class ErasureStuck(_AboutClosure):
    """An erasure is late: a step fails, or the last look found something that should be gone."""

    name = "trust.closure.erasure_stuck"


class ClosureErased(_AboutClosure):
    """Personal data is destroyed except what the receipt lists."""

    name = "trust.closure.erased"


@dataclass(frozen=True, kw_only=True)
class RetentionPurged(Event):
    """What a law kept reached its day and was emptied."""

    on: date
    count: int
    name: ClassVar[str] = "trust.retention.purged"
    subject: ClassVar[tuple[str, str]] = ("", "")


class ReopeningAsked(_AboutClosure):
    """Somebody asked for the link that brings a closed account back."""

    name = "trust.closure.reopening_asked"
