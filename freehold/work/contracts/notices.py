"""What both sides are told about contracts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse

from freehold.kit.money import Money
from freehold.kit.notices import Notice, notice
from freehold.money.escrow.events import HoldExpiring
from freehold.people.teams import queries as teams
from freehold.people.teams.states import Can
from freehold.work.contracts import queries
from freehold.work.contracts.events import (
    CarryReleased,
    CarryReturned,
    ChangesAsked,
    ContractEnded,
    ContractIdle,
    ContractOpened,
    ContractPaused,
    ContractResumed,
    ContractSettled,
    MilestoneAgreed,
    MilestoneCanceled,
    MilestoneDormant,
    MilestoneFunded,
    MilestoneFundingFailed,
    MilestoneProposed,
    MilestoneRefunded,
    MilestoneReleased,
    MilestoneSubmitted,
    RefundAsked,
    RefundGranted,
    RefundRefused,
    RefundReplyEnding,
    RefundWithdrawn,
    ReviewEnding,
)
from freehold.work.contracts.states import Side


def _client(event: Any, words: str, *, always: bool = False, link: str = "", **places: Any) -> Notice:
    return _tell(event, words, teams.members_with(event.company_id, Can.CONTRACTS_MANAGE), always, link, places)


def _worker(event: Any, words: str, *, always: bool = False, link: str = "", **places: Any) -> Notice:
    return _tell(event, words, teams.members_with(event.worker_id, Can.WORK_SUBMIT), always, link, places)


def _both(event: Any, words: str, *, always: bool = False, **places: Any) -> list[Notice]:
    return [_client(event, words, always=always, **places), _worker(event, words, always=always, **places)]


def _tell(event: Any, words: str, to: tuple[UUID, ...], always: bool, link: str, places: dict[str, Any]) -> Notice:
    milestone_id = getattr(event, "milestone_id", None)
    here = reverse("contracts:detail", kwargs={"contract_id": event.contract_id})
    return Notice(
        to=to,
        words=f"contracts/notices/{words}",
        link=link or here + (f"#m-{milestone_id}" if milestone_id else ""),
        places={**queries.words_of(event.contract_id, milestone_id), **places},
        always=always,
    )


def _money(event: Any, amount: int | None = None) -> Money:
    return Money(event.amount if amount is None else amount, event.currency)


@notice(ContractOpened)
def contract_opened(event: ContractOpened) -> Notice:
    return _client(event, "opened")


@notice(ContractPaused, ContractResumed)
def contract_paused(event: ContractPaused | ContractResumed) -> Notice:
    words = "paused" if isinstance(event, ContractPaused) else "resumed"
    return _worker(event, words) if event.side == Side.COMPANY else _client(event, words)


@notice(ContractEnded)
def contract_ended(event: ContractEnded) -> Notice | list[Notice]:
    if event.side == Side.SYSTEM:
        return _both(event, "ended")
    return _worker(event, "ended") if event.side == Side.COMPANY else _client(event, "ended")


@notice(ContractSettled)
def contract_settled(event: ContractSettled) -> list[Notice]:
    return _both(event, "settled")


@notice(ContractIdle)
def contract_idle(event: ContractIdle) -> Notice:
    return _client(event, "idle")


@notice(MilestoneProposed)
def milestone_proposed(event: MilestoneProposed) -> Notice:
    return _client(event, "proposed", amount=_money(event), due_at=event.due_at)


@notice(MilestoneAgreed)
def milestone_agreed(event: MilestoneAgreed) -> Notice:
    return _worker(event, "agreed", amount=_money(event))


@notice(MilestoneCanceled)
def milestone_canceled(event: MilestoneCanceled) -> Notice:
    return _worker(event, "canceled", amount=_money(event))


@notice(MilestoneFunded)
def milestone_funded(event: MilestoneFunded) -> Notice:
    return _worker(event, "funded", amount=_money(event))


@notice(MilestoneFundingFailed)
def funding_failed(event: MilestoneFundingFailed) -> Notice:
    return _client(event, "funding_failed", amount=_money(event))


@notice(MilestoneSubmitted)
def work_handed_in(event: MilestoneSubmitted) -> Notice:
    return _client(event, "submitted", amount=_money(event), due_at=event.due_at)


@notice(ChangesAsked)
def changes_asked(event: ChangesAsked) -> Notice:
    return _worker(event, "changes_asked", amount=_money(event))


@notice(MilestoneReleased)
def milestone_released(event: MilestoneReleased) -> list[Notice]:
    """The worker is told of every release, the client of one by silence."""
    places: dict[str, Any] = {"amount": _money(event), "net": _money(event, event.net), "by_silence": event.by_silence}
    told = [_worker(event, "released", **places)]
    return [*told, _client(event, "released_by_silence", **places)] if event.by_silence else told


@notice(MilestoneRefunded)
def milestone_refunded(event: MilestoneRefunded) -> list[Notice]:
    return _both(event, "refunded", amount=_money(event))


@notice(CarryReturned)
def carry_returned(event: CarryReturned) -> list[Notice]:
    return _both(event, "refunded", amount=_money(event))


@notice(CarryReleased)
def carry_released(event: CarryReleased) -> Notice:
    return _worker(event, "released", amount=_money(event), net=_money(event, event.net), by_silence=False)


@notice(ReviewEnding)
def review_ending(event: ReviewEnding) -> Notice:
    return _client(event, "review_ending", amount=_money(event), due_at=event.due_at)


@notice(RefundAsked)
def refund_asked(event: RefundAsked) -> Notice:
    return _worker(event, "refund_asked", always=True, link=_request(event), amount=_money(event), due_at=event.due_at)


@notice(RefundReplyEnding)
def refund_reply_ending(event: RefundReplyEnding) -> Notice:
    return _worker(
        event, "refund_reply_ending", always=True, link=_request(event), amount=_money(event), due_at=event.due_at
    )


@notice(RefundGranted)
def refund_granted(event: RefundGranted) -> list[Notice]:
    told = [_client(event, "refund_granted", always=True, amount=_money(event))]
    return [*told, _worker(event, "refund_granted", always=True, amount=_money(event))] if event.by_silence else told


@notice(RefundRefused)
def refund_refused(event: RefundRefused) -> Notice:
    return _client(event, "refund_refused", always=True, amount=_money(event))


@notice(RefundWithdrawn)
def refund_withdrawn(event: RefundWithdrawn) -> Notice:
    return _worker(event, "refund_withdrawn", amount=_money(event))


@notice(MilestoneDormant)
def milestone_dormant(event: MilestoneDormant) -> list[Notice]:
    return _both(event, "dormant", always=True, amount=_money(event), due_at=event.due_at, step=event.step)


@notice(HoldExpiring)
def hold_expiring(event: HoldExpiring) -> list[Notice] | None:
    """The provider cannot keep a milestone's money much longer: both sides are told."""
    about = queries.about_milestone(event.subject_id) if event.subject_kind == "milestone" else None
    return _both(about, "hold_expiring", always=True, amount=_money(event)) if about else None


def _request(event: RefundAsked | RefundReplyEnding) -> str:
    return reverse("contracts:answer_refund", kwargs={"contract_id": event.contract_id, "request_id": event.request_id})
