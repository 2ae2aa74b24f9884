"""Winding down: settle what we can, wait for what clears by itself, then mark the account for deletion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from freehold.kit import privacy
from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.calendar import business_days_after, days_after
from freehold.kit.events import publish
from freehold.kit.privacy import Kind
from freehold.kit.refusals import NotAllowed, Refusal
from freehold.kit.settings import current
from freehold.people.accounts import actions as accounts
from freehold.trust.closure import policies, queries
from freehold.trust.closure.actions.grace import resolve_closure
from freehold.trust.closure.events import (
    ClosureExtended,
    ClosureMarked,
    ClosureOverdue,
    ClosureStaffed,
    ClosureWaitingChanged,
)
from freehold.trust.closure.models import Closure
from freehold.trust.closure.states import CLOSURE, IN_GRACE, WINDING_DOWN, S

log = structlog.get_logger(__name__)
_SYSTEM = Actor.system("closure.wind_down")


@dataclass(frozen=True)
class Outcome:
    """What became of one remedy: its key, whether it worked, and the refusal's sentence if not."""

    key: str
    done: bool
    sentence: str = ""


def settle_everything(*, actor: Actor, account_id: UUID, at: datetime) -> list[Outcome]:
    """
    Run every remedy that needs nobody, each as actions of its own app; what one refuses does not stop the others.

    :raises NotAllowed: unless it is the actor's own account, or the machine acts for an open closure
    """
    require(actor.is_system or policies.can_settle(actor, account_id))
    closure, results = queries.open_closure(account_id), []
    for blocker in sorted(privacy.BLOCKERS.values(), key=lambda b: (b.order, b.key)):
        if blocker.settle is None:
            continue
        subject = queries.subject_of(account_id, closure)
        # Before the request only what is done for the member; afterwards also what ends once it has cleared.
        kinds = (Kind.AUTO, Kind.WAITS) if closure is not None else (Kind.AUTO,)
        if not any(one.kind in kinds for one in blocker.find(subject, at)):
            continue
        try:
            blocker.settle(subject, actor, at)
        except Refusal as refusal:
            log.info("closure.remedy_refused", remedy=blocker.key, code=refusal.code)
            results.append(Outcome(blocker.key, False, str(refusal)))
        else:
            results.append(Outcome(blocker.key, True))
    return results


def wind_down(*, closure_id: UUID, at: datetime) -> Closure | None:
    """Look at a closure again: settle, then clear it, or note what it waits for. Safe to repeat at any time."""
    closure = queries.by_id(closure_id)
    if closure is None or closure.state not in (*WINDING_DOWN, *IN_GRACE):
        return closure
    if closure.state in (*WINDING_DOWN, S.INTERRUPTED):
        settle_everything(actor=_SYSTEM, account_id=closure.account_id, at=at)
    if closure.state in IN_GRACE:
        return resolve_closure(actor=_SYSTEM, closure_id=closure.pk, at=at)
    return clear_closure(actor=_SYSTEM, closure_id=closure.pk, at=at)


@action
def clear_closure(*, actor: Actor, closure_id: UUID, at: datetime) -> Closure:
    """
    Mark the account for deletion if nothing is open any more; otherwise note what still waits and look again later.

    One of this and :func:`cancel_closure` wins: both hold the closure's row.

    :raises NotAllowed: unless the machine acts
    """
    closure = Closure.objects.locked(closure_id)
    require(policies.can_carry_on(actor))
    if closure.state not in WINDING_DOWN:
        return closure
    found = queries.checklist(closure.account_id, at)
    if found.all:
        _wait(closure, found, actor, at)
        return closure
    subject = queries.subject_of(closure.account_id, closure)
    end = queries.final_day(at)
    CLOSURE.move(
        closure, "clear", at=at, erase_due_at=end, warn_due_at=end - timedelta(days=current().closure.warn_days),
        recheck_due_at=None, waiting_due_at=None, staff_due_at=None, waiting_until=None, needs=[],
    )  # fmt: skip
    for hook in privacy.ON_MARKING:
        hook(subject, at)
    accounts.close_account(actor=actor, account_id=closure.account_id, at=at)
    publish(ClosureMarked(closure_id=closure.pk, account_id=closure.account_id, erase_at=end), actor=actor, at=at)
    return closure


def _wait(closure: Closure, found: queries.Checklist, actor: Actor, at: datetime) -> None:
    rules = current().closure
    needs = sorted({m.key for m in found.act})
    is_new = set(needs) - set(closure.needs)
    hour = at + timedelta(hours=rules.recheck_hours)
    # What has a day of its own clears on it, and facts knock by themselves; the rest is looked at every hour.
    quiet = not found.act and not found.auto and found.next_clears_at is not None
    closure.recheck_due_at = max(hour, found.next_clears_at) if quiet and found.next_clears_at else hour
    closure.waiting_until, closure.needs = (None if found.act else found.clears_at), needs
    closure.save(update_fields=["recheck_due_at", "waiting_until", "needs"])
    if is_new:
        changed = ClosureWaitingChanged(closure_id=closure.pk, account_id=closure.account_id, needs=len(needs))
        publish(changed, actor=actor, at=at)


@action
def stall_closure(*, actor: Actor, closure_id: UUID, at: datetime) -> Closure:
    """
    Hand a closure that waited too long to the staff; it still goes on by itself once nothing is open.

    :raises NotAllowed: unless the machine acts
    :raises IllegalMove: unless the closure waits
    """
    closure = Closure.objects.locked(closure_id)
    require(policies.can_carry_on(actor))
    due = business_days_after(at, current().closure.staff_days)
    CLOSURE.move(closure, "stall", at=at, staff_due_at=due, waiting_due_at=None)
    publish(ClosureStaffed(closure_id=closure.pk, account_id=closure.account_id), actor=actor, at=at)
    return closure


@action
def alert_staff(*, actor: Actor, closure_id: UUID, at: datetime) -> Closure:
    """
    Remind the administrators, every day, of a closure they have not answered.

    :raises NotAllowed: unless the machine acts
    """
    closure = Closure.objects.locked(closure_id)
    require(policies.can_carry_on(actor))
    if closure.state == S.STAFFED:
        closure.staff_due_at = days_after(at, 0)
        closure.save(update_fields=["staff_due_at"])
        publish(ClosureOverdue(closure_id=closure.pk, account_id=closure.account_id), actor=actor, at=at)
    return closure


@action
def extend_closure(*, actor: Actor, closure_id: UUID, at: datetime) -> Closure:
    """
    Give a closure more time, at most twice.

    :raises NotAllowed: unless an administrator acts, or when it was extended twice
    :raises IllegalMove: unless the closure is with the staff
    """
    closure = Closure.objects.locked(closure_id)
    require(policies.can_extend(actor))
    require(closure.extensions < 2, NotAllowed)
    until = days_after(at, current().closure.extension_days)
    CLOSURE.move(
        closure, "extend", at=at, waiting_due_at=until, staff_due_at=None, extensions=closure.extensions + 1,
        recheck_due_at=at + timedelta(hours=current().closure.recheck_hours),
    )  # fmt: skip
    publish(ClosureExtended(closure_id=closure.pk, account_id=closure.account_id, until=until), actor=actor, at=at)
    return closure
