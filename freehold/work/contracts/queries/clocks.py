"""Clocks in words: who acts, until when, what silence does, and the same instant for the other side."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from freehold.kit.calendar import zone
from freehold.kit.cards import card
from freehold.kit.pages import moment, until
from freehold.people.teams.queries import Face
from freehold.work.contracts.models import Milestone
from freehold.work.contracts.queries.shapes import ContractView, MilestoneView, RefundView


@card
class Clock:
    """
    A clock that runs.

    :ivar title: whose turn and until when
    :ivar silence: what happens if nobody acts
    :ivar note: the same instant elsewhere
    :ivar mine: it is this reader's turn
    """

    key: str
    title: str
    silence: str
    note: str
    mine: bool
    due_at: datetime | None
    tone: str = ""


def clocks(contract: ContractView, at: datetime) -> dict[UUID, Clock]:
    """Every clock of a contract, by milestone or refund request."""
    found: dict[UUID, Clock] = {}
    for one in contract.milestones:
        clock = _clock(contract, one, at)
        if clock is not None:
            found[one.milestone_id] = clock
        for request in one.refunds:
            if request.is_open:
                found[request.request_id] = _refund(contract, request, at)
    for request in contract.carry_refunds:
        if request.is_open:
            found[request.request_id] = _refund(contract, request, at)
    return found


def _clock(contract: ContractView, one: MilestoneView, at: datetime) -> Clock | None:
    if one.review_due_at is not None:
        silence = _("If nobody acts: %(amount)s is released to %(name)s in full.")
        return _running(
            contract, f"review-{one.position}", contract.role == "client", contract.company, one.review_due_at,
            silence % {"amount": one.planned, "name": contract.worker.short}, at,
        )  # fmt: skip
    if one.is_proposed and one.answer_due_at is not None:
        silence = _("If nobody acts, the proposed milestone is dropped. No money moves.")
        mine = contract.role == "client"
        return _running(contract, f"agree-{one.position}", mine, contract.company, one.answer_due_at, silence, at)
    if one.dormant_step and one.dormant_due_at is not None:
        return _dormant(contract, one, at)
    return None


def _dormant(contract: ContractView, one: MilestoneView, at: datetime) -> Clock:
    assert one.dormant_due_at is not None
    first = one.dormant_step == 1
    silence = (
        _("Nobody has acted for long. Release, or end the contract. If nobody acts, the freelancer is asked next.")
        if first
        else _("Nobody has acted for long. Hand in, or return the money. If nobody acts, %(amount)s goes back.")
        % {"amount": one.planned}
    )
    mine, who = (contract.role == "client") == first, contract.company if first else contract.worker
    return _running(contract, f"dormant-{one.position}", mine, who, one.dormant_due_at, silence, at)


def _refund(contract: ContractView, request: RefundView, at: datetime) -> Clock:
    silence = _("If nobody acts: %(amount)s goes back to %(name)s.") % {
        "amount": request.amount, "name": contract.company.name
    }  # fmt: skip
    mine = contract.role == "worker"
    key = f"refund-{request.request_id}"
    if request.reply_due_at is None:
        return Clock(key=key, title="", silence=silence, note="", mine=mine, due_at=None)
    return _running(contract, key, mine, contract.worker, request.reply_due_at, silence, at)


def _running(
    contract: ContractView, key: str, mine: bool, who: Face, due: datetime, silence: str, at: datetime
) -> Clock:
    places = {"when": moment(due), "left": until(due, at), "name": who.short}
    title = (
        _("Your turn: until %(when)s (%(left)s)") if mine else _("%(name)s has until %(when)s (%(left)s)")
    ) % places
    return Clock(
        key=key, title=title, silence=silence, note=_elsewhere(contract, due), mine=mine, due_at=due,
        tone="" if mine else "quiet",
    )  # fmt: skip


def _elsewhere(contract: ContractView, due: datetime) -> str:
    """The same instant for the other side, and the zone money clocks count in."""
    billing = zone()
    parts = []
    if contract.other.time_zone and contract.other.time_zone != timezone.get_current_timezone_name():
        parts.append(
            _("Same instant for %(name)s: %(when)s.")
            % {"name": contract.other.short, "when": _local(due, ZoneInfo(contract.other.time_zone))}
        )
    parts.append(_("Billing zone: %(zone)s.") % {"zone": billing.key})
    return " ".join(parts)


def _local(at: datetime, where: ZoneInfo) -> str:
    locale = (get_language() or "en").replace("-", "_").split("_")[0]
    local = at.astimezone(where)
    return f"{format_datetime(local, 'EEE, MMM d, HH:mm', locale=locale)} {local.tzname() or ''}".strip()


def belongs(milestone_id: UUID, contract_id: UUID) -> bool:
    """Is the milestone one of the contract's?"""
    return Milestone.objects.filter(pk=milestone_id, contract_id=contract_id).exists()
