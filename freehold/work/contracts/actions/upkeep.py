"""What every act on a contract keeps in order: clocks of idleness, and the moment nothing is open any more."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from freehold.kit.actors import Actor
from freehold.kit.calendar import day_of, days_after, next_reminder, start_of
from freehold.kit.events import publish
from freehold.kit.refusals import TooLate
from freehold.kit.settings import current
from freehold.work.contracts.actions import purse
from freehold.work.contracts.events import ContractEnded, ContractSettled
from freehold.work.contracts.models import Contract, Milestone, RefundRequest
from freehold.work.contracts.states import CONTRACT, HELD, C, M, Reason, Side

#: columns of a milestone that only make sense while its money is held
_CLOCKS: dict[str, Any] = {
    "review_due_at": None,
    "review_left_days": None,
    "remind_due_at": None,
    "dormant_due_at": None,
    "dormant_step": 0,
    "limit_due_at": None,
}
SYSTEM = Actor.system("contracts")


class ReviewOver(TooLate):
    """The silence of the client has already released the money."""

    sentence = _(
        "The review time of this milestone is over: its money is being released. Nothing else can be done with it now."
    )


class ReplyOver(TooLate):
    """The silence of the worker has already given the money back."""

    sentence = _("The time to answer is over: the money is going back to the client.")


def clocks_off() -> dict[str, Any]:
    """Column values of a milestone whose money is no longer held."""
    return dict(_CLOCKS)


def sides(contract: Contract) -> dict[str, Any]:
    """The ids every fact about a contract carries."""
    return {"contract_id": contract.pk, "company_id": contract.company_id, "worker_id": contract.worker_id}


def about(milestone: Milestone, amount: int | None = None) -> dict[str, Any]:
    """The ids and the amount every fact about a milestone carries."""
    return {
        **sides(milestone.contract),
        "milestone_id": milestone.pk,
        "position": milestone.position,
        "currency": milestone.contract.currency,
        "amount": milestone.amount if amount is None else amount,
    }


def in_time(milestone: Milestone, actor: Actor, at: datetime) -> None:
    """
    A deadline is the first instant at which people are too late.

    :raises ReviewOver: when the review clock has run out, though the machine has not come round to it yet
    """
    if not actor.is_system and milestone.review_due_at is not None and at >= milestone.review_due_at:
        raise ReviewOver()


def touch(contract: Contract, actor: Actor, at: datetime) -> None:
    """Somebody acted: idleness and dormancy count from now. What the machine does is no act."""
    if actor.is_system:
        return
    contract.acted_at, contract.idle_step = at, 0
    contract.idle_due_at = days_after(at, current().contract.idle_warn_days) if contract.is_open else None
    contract.save(update_fields=["acted_at", "idle_step", "idle_due_at"])
    at_work = Milestone.objects.filter(contract=contract).at_work().order_by("pk")
    for pk, due_on, due_at, step in at_work.values_list("pk", "due_on", "dormant_due_at", "dormant_step"):
        due = dormant_from(contract, due_on, at)
        if (due_at, step) != (due, 0):
            Milestone.objects.filter(pk=pk).update(dormant_due_at=due, dormant_step=0)


def dormant_from(contract: Contract, due_on: date | None, at: datetime) -> datetime | None:
    """When held money nobody acts on is asked about; the clock stands still while the contract is paused."""
    if contract.state == C.PAUSED:
        return None
    begins = max(at, start_of(due_on)) if due_on else at
    return days_after(begins, contract.dormant_days)


def held_columns(contract: Contract, milestone: Milestone, limit_at: datetime | None, at: datetime) -> dict[str, Any]:
    """Column values of a milestone whose money has just come to be held."""
    return {
        "dormant_due_at": dormant_from(contract, milestone.due_on, at),
        "dormant_step": 0,
        "limit_due_at": limit_at - timedelta(days=7) if limit_at else None,
        "fail_code": "",
    }


def review_stands_still(milestone: Milestone, at: datetime) -> None:
    """A refund request is open: keep how many days of the review are left. Saves nothing."""
    if milestone.review_due_at is not None:
        milestone.review_left_days = max(0, (day_of(milestone.review_due_at) - day_of(at)).days - 1)
    milestone.review_due_at = milestone.remind_due_at = None


def review_goes_on(milestone: Milestone, at: datetime, *, least: int = 0) -> None:
    """The refund request is answered: the review goes on with the days it had left. Saves nothing."""
    if milestone.state == M.SUBMITTED and milestone.review_left_days is not None:
        milestone.review_due_at = days_after(at, max(milestone.review_left_days, least))
        milestone.remind_due_at = next_reminder(milestone.review_due_at, at)
    milestone.review_left_days = None


REVIEW = ["review_due_at", "review_left_days", "remind_due_at"]


def released(contract: Contract) -> int:
    """What was paid out of the contract so far, before fees."""
    return int(Milestone.objects.filter(contract=contract).aggregate(sum=Sum("released_amount"))["sum"] or 0)


def is_settled(contract: Contract) -> bool:
    """Nothing held, on its way in, or asked for."""
    waiting = Milestone.objects.filter(contract=contract, state__in=[*HELD, M.FUNDING]).exists()
    return not waiting and not purse.carry_left(contract) and not _asked(contract)


def _asked(contract: Contract) -> bool:
    return RefundRequest.objects.asked().filter(contract=contract).exists()


def settle_up(contract: Contract, at: datetime) -> None:
    """After money left a contract: end it if it waited for that, and say once that everything is settled."""
    if contract.is_open and not contract.ends_when_settled:
        return
    if contract.settled_at is not None or not is_settled(contract):
        return
    if contract.is_open:
        close(contract, side=Side.SYSTEM, reason=Reason.COMPLETED, actor=SYSTEM, at=at)
    contract.settled_at = at
    contract.save(update_fields=["settled_at"])
    publish(ContractSettled(**sides(contract)), actor=SYSTEM, at=at)


def close(contract: Contract, *, side: Side, reason: str, actor: Actor, at: datetime) -> None:
    """End a contract: what was only planned is dropped; the caller has dealt with what is held."""
    CONTRACT.move(
        contract, "end", at=at, ended_by=side, end_reason=reason, idle_due_at=None, start_due_at=None, paused_by=""
    )
    unfunded = Milestone.objects.filter(contract=contract, state__in=[M.PROPOSED, M.AGREED])
    unfunded.update(state=M.CANCELED, closed_at=at, answer_due_at=None)
    publish(
        ContractEnded(
            **sides(contract), side=side, reason=reason, currency=contract.currency, released=released(contract)
        ),
        actor=actor,
        at=at,
    )
