"""Facts about contracts. Their subject is always the contract, so that its timeline is one question."""

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
class _AboutMilestone(_AboutContract):
    milestone_id: UUID
    position: int
    currency: str
    amount: int


class ContractOpened(_AboutContract):
    """An offer was accepted: the contract exists."""

    name = "work.contract.opened"


class ContractStarted(_AboutContract):
    """The start day of a contract agreed ahead has come."""

    name = "work.contract.started"


@dataclass(frozen=True, kw_only=True)
class ContractPaused(_AboutContract):
    """One side paused the contract; clocks of work handed in go on."""

    side: str
    name = "work.contract.paused"


@dataclass(frozen=True, kw_only=True)
class ContractResumed(_AboutContract):
    """The side that paused it goes on."""

    side: str
    name = "work.contract.resumed"


@dataclass(frozen=True, kw_only=True)
class ContractEnded(_AboutContract):
    """The contract is over; what is still held keeps its clock. ``released`` was paid out of it, before fees."""

    side: str
    reason: str
    currency: str
    released: int
    name = "work.contract.ended"


class ContractSettled(_AboutContract):
    """The contract ended and nothing is held, asked or waiting any more."""

    name = "work.contract.settled"


class ContractIdle(_AboutContract):
    """Nobody acted for a while."""

    name = "work.contract.idle"


class MilestonePlanned(_AboutMilestone):
    """The client planned a milestone."""

    name = "work.milestone.planned"


@dataclass(frozen=True, kw_only=True)
class MilestoneProposed(_AboutMilestone):
    """The worker proposed a milestone; the client may agree until the end of the clock."""

    due_at: datetime
    name = "work.milestone.proposed"


class MilestoneAgreed(_AboutMilestone):
    """The client agreed to a proposed milestone."""

    name = "work.milestone.agreed"


class MilestoneChanged(_AboutMilestone):
    """The client changed an unfunded milestone."""

    name = "work.milestone.changed"


class MilestoneCanceled(_AboutMilestone):
    """A milestone without money was dropped, declined or not answered in time."""

    name = "work.milestone.canceled"


@dataclass(frozen=True, kw_only=True)
class MilestoneFunded(_AboutMilestone):
    """The money of a milestone is held, because somebody paid; ``carried`` of it came from the contract's carry."""

    hold_id: UUID
    carried: int = 0
    payer_account_id: UUID | None = None
    name = "work.milestone.funded"


@dataclass(frozen=True, kw_only=True)
class MilestoneFundingFailed(_AboutMilestone):
    """The charge for a milestone did not go through; nothing is held."""

    code: str
    name = "work.milestone.funding_failed"


@dataclass(frozen=True, kw_only=True)
class MilestoneSubmitted(_AboutMilestone):
    """Work was handed in; silence until ``due_at`` releases the money."""

    submission_id: UUID
    number: int
    due_at: datetime
    name = "work.milestone.submitted"


class SubmissionTakenBack(_AboutMilestone):
    """The worker took work handed in back; its clock is void."""

    name = "work.milestone.taken_back"


class ChangesAsked(_AboutMilestone):
    """The client asked for changes; a full new clock starts when work is handed in again."""

    name = "work.milestone.changes_asked"


@dataclass(frozen=True, kw_only=True)
class MilestoneReleased(_AboutMilestone):
    """The client, or silence, paid for a milestone. ``rest`` became carry."""

    entry_id: int
    fee: int
    net: int
    rest: int = 0
    by_silence: bool = False
    name = "work.milestone.released"


@dataclass(frozen=True, kw_only=True)
class MilestoneRefunded(_AboutMilestone):
    """Held money of a milestone went back to the client: ``amount`` of it; ``left`` is still held."""

    left: int
    name = "work.milestone.refunded"


@dataclass(frozen=True, kw_only=True)
class CarryReturned(_AboutContract):
    """Held money no milestone claimed went back to the client."""

    currency: str
    amount: int
    name = "work.carry.returned"


@dataclass(frozen=True, kw_only=True)
class CarryReleased(_AboutContract):
    """The client paid held money no milestone claimed to the worker at the end."""

    currency: str
    amount: int
    entry_id: int
    fee: int
    net: int
    name = "work.carry.released"


@dataclass(frozen=True, kw_only=True)
class MilestoneDormant(_AboutMilestone):
    """Nobody acted on held money for long: first the client is asked, then the worker, then it goes back."""

    step: int
    due_at: datetime
    name = "work.milestone.going_dormant"


@dataclass(frozen=True, kw_only=True)
class ReviewEnding(_AboutMilestone):
    """A reminder: silence will soon release the money of work handed in."""

    due_at: datetime
    name = "work.milestone.review_ending"


@dataclass(frozen=True, kw_only=True)
class _AboutRefund(_AboutContract):
    request_id: UUID
    milestone_id: UUID | None
    position: int
    currency: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class RefundAsked(_AboutRefund):
    """The client asked for held money back; silence until ``due_at`` gives it."""

    due_at: datetime
    name = "work.refund.asked"


@dataclass(frozen=True, kw_only=True)
class RefundGranted(_AboutRefund):
    """The worker, or silence, gave ``amount`` back."""

    by_silence: bool = False
    name = "work.refund.granted"


class RefundRefused(_AboutRefund):
    """The worker refused; the review goes on."""

    name = "work.refund.refused"


class RefundWithdrawn(_AboutRefund):
    """The client took the request back; the review goes on."""

    name = "work.refund.withdrawn"


@dataclass(frozen=True, kw_only=True)
class RefundReplyEnding(_AboutRefund):
    """A reminder: silence will soon give the money back."""

    due_at: datetime
    name = "work.refund.reply_ending"
