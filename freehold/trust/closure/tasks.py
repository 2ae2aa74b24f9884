"""Clocks of leaving, and the erasure itself: load, call one action, go on."""

from __future__ import annotations

import html as markup
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.core.mail import EmailMultiAlternatives
from django.template import engines
from django.utils import translation
from procrastinate.contrib.django import app

from freehold.kit import clock
from freehold.kit.actors import Actor
from freehold.kit.deadlines import deadline
from freehold.kit.refusals import Refusal
from freehold.kit.settings import current
from freehold.talk.notifications import actions as notifications
from freehold.trust.closure import actions, queries

log = structlog.get_logger(__name__)
_ERASER = Actor.system("closure.erase")


# --- winding down ---------------------------------------------------------------------------------


@app.task(name="closure.wind_down", retry=5)
def wind_down(closure_id: str) -> None:
    """Look at one closure again because something happened that may have cleared it."""
    actions.wind_down(closure_id=UUID(closure_id), at=clock.now())


@app.periodic(cron="23 * * * *")
@app.task(name="closure.recheck", queueing_lock="closure.recheck")
def recheck(timestamp: int) -> None:
    """Look at every closure that waits, whether or not a fact knocked."""
    for closure_id in queries.all_closures_due():
        actions.wind_down(closure_id=closure_id, at=clock.now())


def _recheck_due(actor: Actor, closure_id: UUID, at: datetime) -> None:
    """Look again whether the open matters have cleared."""
    actions.wind_down(closure_id=closure_id, at=at)


def _stall(actor: Actor, closure_id: UUID, at: datetime) -> None:
    actions.stall_closure(actor=actor, closure_id=closure_id, at=at)


def _alert(actor: Actor, closure_id: UUID, at: datetime) -> None:
    actions.alert_staff(actor=actor, closure_id=closure_id, at=at)


def _remind(actor: Actor, closure_id: UUID, at: datetime) -> None:
    actions.remind(actor=actor, closure_id=closure_id, at=at)


# --- erasure --------------------------------------------------------------------------------------


def _erase(actor: Actor, closure_id: UUID, at: datetime) -> None:
    actions.begin_erasure(actor=actor, closure_id=closure_id, at=at)
    carry_on(closure_id, at)


def _resume(actor: Actor, closure_id: UUID, at: datetime) -> None:
    """Go on with an erasure that stopped on its way."""
    carry_on(closure_id, at)


def carry_on(closure_id: UUID, at: datetime) -> bool:
    """
    Do what an erasure still has to do, step by step; called again after a crash, it goes on where it stopped.

    :returns: True when only a tombstone is left
    """
    closure = queries.by_id(closure_id)
    if closure is None or closure.state != "ERASING":
        return False
    for step_id in queries.open_steps(closure_id):
        if not _attempt(closure_id, step_id, at):
            return False
    hits = queries.last_look(closure_id)
    for hit in hits or ():
        log.error("closure.residue", table=hit.table, column=hit.column, rows=hit.rows)
    if hits is not None:
        actions.note_hits(actor=_ERASER, closure_id=closure_id, hits=sum(h.rows for h in hits), at=at)
        if hits:
            return False
    actions.issue_receipt(actor=_ERASER, closure_id=closure_id, at=at)
    if not _hand_over(closure_id, at):
        return False
    actions.forget(actor=_ERASER, closure_id=closure_id, at=at)
    return True


def _attempt(closure_id: UUID, step_id: UUID, at: datetime) -> bool:
    try:
        actions.run_step(actor=_ERASER, step_id=step_id, at=at)
    except Exception as error:
        # The name of the error only: its text may quote what was to be erased.
        log.error("closure.step_failed", step=str(step_id), error=type(error).__name__)
        actions.note_failure(actor=_ERASER, closure_id=closure_id, step_id=step_id, at=at)
        return False
    return True


def _hand_over(closure_id: UUID, at: datetime) -> bool:
    """Mail the receipt; if that fails for ``closure.erase_hours``, go on and keep the text for its holder."""
    closure, receipt = queries.by_id(closure_id), queries.receipt_text(closure_id)
    if closure is None or receipt is None or receipt.handed_over:
        return receipt is not None
    address = queries.address_of(closure.account_id)
    try:
        _mail_receipt(address, closure, receipt)
    except (OSError, Refusal) as error:
        log.error("closure.receipt_not_mailed", error=type(error).__name__)
        if (at - receipt.issued_at).total_seconds() < current().closure.erase_hours * 3600:
            actions.note_failure(actor=_ERASER, closure_id=closure_id, step_id=None, at=at)
            return False
        return True
    actions.note_handed_over(actor=_ERASER, closure_id=closure_id, at=at)
    notifications.forget_address(actor=_ERASER, address=address, name=closure.pseudonym)
    return True


def _mail_receipt(address: str, closure: Any, receipt: queries.ReceiptText) -> None:
    frame = {
        "receipt": receipt,
        "closure": closure,
        "retained": queries.retained_table(closure),
        "market": current().market,
        "backup_days": current().retention.backup_days,
    }
    with translation.override(closure.account.language or "en"):
        rendered = engines["jinja2"].get_template("closure/notices/receipt.txt").render(frame)
    title, _line, text = markup.unescape(rendered).strip().partition("\n")
    headers = {"Auto-Submitted": "auto-generated"}
    EmailMultiAlternatives(title.strip(), text.strip() + "\n", to=[address], headers=headers).send()


@app.periodic(cron="53 3 * * *")
@app.task(name="closure.clean_up", queueing_lock="closure.clean_up")
def clean_up(timestamp: int) -> None:
    """After an erasure: take what is left of it out of the tables' dead rows and the planner's samples."""
    if queries.erased_since(clock.now() - timedelta(days=2)):
        queries.vacuum()


# --- what was kept --------------------------------------------------------------------------------


@app.periodic(cron="41 3 * * *")
@app.task(name="closure.purge", queueing_lock="closure.purge")
def purge(timestamp: int) -> None:
    """Empty what has reached its day."""
    purge_due(clock.now())


def purge_due(at: datetime) -> int:
    """
    Empty everything kept that has reached its day, in batches.

    :returns: how many records
    """
    done = 0
    for kind in queries.kinds_to_purge(at):
        while count := actions.purge_item(actor=Actor.system("closure.purge"), kind=kind, at=at):
            done += count
    return done


deadline("closure.recheck", waiting=queries.rechecks_due, field="recheck_due_at", act=_recheck_due)
deadline("closure.stall", waiting=queries.stalled, field="waiting_due_at", act=_stall)
deadline("closure.staff_late", waiting=queries.staff_late, field="staff_due_at", act=_alert)
deadline("closure.remind", waiting=queries.reminders_due, field="warn_due_at", act=_remind)
deadline("closure.erase", waiting=queries.grace_over, field="erase_due_at", act=_erase)
deadline("closure.interrupted", waiting=queries.interrupted_over, field="erase_due_at", act=_erase)
deadline("closure.resume", waiting=queries.erasures_to_resume, field="retry_due_at", act=_resume)
