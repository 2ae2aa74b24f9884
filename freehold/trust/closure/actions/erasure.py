"""
Erasing: a plan of steps, each carried out once in a transaction of its own, so that a crash resumes where it stopped.

fresh check · plan · each declaration from trust down to people · last look · receipt · mail · address · tombstone
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models

from freehold.kit import calendar
from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.events import publish
from freehold.kit.ids import readable
from freehold.kit.privacy import Basis, Fate, Personal, Subject
from freehold.kit.refusals import IllegalMove
from freehold.kit.settings import current
from freehold.people.accounts import actions as accounts
from freehold.people.accounts.models import Account
from freehold.trust.closure import policies, queries
from freehold.trust.closure.actions.grace import interrupt
from freehold.trust.closure.actions.keys import sign
from freehold.trust.closure.events import ClosureErased, ErasureStuck
from freehold.trust.closure.models import Closure, ErasureStep, Receipt, RetentionItem
from freehold.trust.closure.states import CLOSURE, STEP, S, Step

#: The last look; its step is confirmed only when nothing was found.
LAST_LOOK = "last look"
_BATCH = 500


@action
def begin_erasure(*, actor: Actor, closure_id: UUID, at: datetime) -> Closure:
    """
    Look once more whether anything is open, then fix the plan. From here there is no way back.

    Something new stops a first time for ``closure.interrupted_days``; an interruption that ran out stops nothing.

    :raises NotAllowed: unless the machine acts
    :raises IllegalMove: unless the closure is in its grace period
    """
    closure = Closure.objects.locked(closure_id)
    require(policies.can_carry_on(actor))
    if closure.state == S.GRACE and queries.checklist(closure.account_id, at).all:
        return interrupt(closure, actor, at)
    CLOSURE.move(closure, "erase", at=at, retry_due_at=at, recheck_due_at=None)
    plan = [(queries.key_of(d), d.fate) for d in queries.ordered() if not queries.is_late(d)]
    ErasureStep.objects.bulk_create(
        ErasureStep(closure=closure, position=number, name=name, fate=fate)
        for number, (name, fate) in enumerate([*plan, (LAST_LOOK, "")], 1)
    )
    return closure


@action
def run_step(*, actor: Actor, step_id: UUID, at: datetime) -> ErasureStep:
    """
    Carry out one step; a confirmed one is left alone.

    :raises NotAllowed: unless the machine acts
    """
    closure_id = ErasureStep.objects.values_list("closure_id", flat=True).get(pk=step_id)
    closure = Closure.objects.locked(closure_id)
    step = ErasureStep.objects.locked(step_id)
    require(policies.can_carry_on(actor))
    if closure.state != S.ERASING or step.state == Step.CONFIRMED:
        return step
    declared = next((d for d in queries.ordered() if queries.key_of(d) == step.name), None)
    rows = kept = 0
    if declared is not None:
        subject = queries.subject_of(closure.account_id, closure)
        kept = _keep(closure, declared, subject, at)
        rows = carry_out(declared, subject, at)
    STEP.move(step, "confirm", at=at, rows=rows, kept=kept, attempts=step.attempts + 1)
    return step


def carry_out(declared: Personal, subject: Subject, at: datetime) -> int:
    """Do what a declaration says; doing it twice changes nothing more."""
    if declared.erase is not None:
        return declared.erase(subject, at)
    rows = declared.rows(subject)
    if declared.fate == Fate.ERASE:
        # The subject's rows may come with a join or an order, which a DELETE does not take.
        found = list(rows.order_by().values_list("pk", flat=True))
        gone = 0
        for start in range(0, len(found), _BATCH):
            gone += declared.model._default_manager.filter(pk__in=found[start : start + _BATCH]).delete()[0]
        return gone
    if declared.columns:
        return empty(declared, rows.order_by().values_list("pk", flat=True), declared.columns, at)
    return 0


def empty(declared: Personal, keys: Iterable[Any], columns: Iterable[str], at: datetime) -> int:
    """Empty columns of some rows."""
    values = {c: declared.blank_with[c] if c in declared.blank_with else _nothing(declared.model, c) for c in columns}
    if not values:
        return 0
    return declared.model._default_manager.filter(pk__in=list(keys)).update(**values)


def _nothing(model: type[models.Model], name: str) -> Any:
    column = model._meta.get_field(name)
    if getattr(column, "null", False):
        return None
    if isinstance(column, ArrayField):
        return []
    if isinstance(column, models.JSONField):
        return {}
    if isinstance(column, models.BinaryField):
        return b""
    if isinstance(column, models.BooleanField):
        return False
    if isinstance(column, models.IntegerField):
        return 0
    return ""


def _keep(closure: Closure, declared: Personal, subject: Subject, at: datetime) -> int:
    """Write down, per record that stays, why and until which day."""
    years = queries.years_of(declared)
    if years is None or declared.fate == Fate.ERASE:
        return 0
    items = [
        RetentionItem(
            closure=closure,
            kind=queries.key_of(declared),
            reference=str(record.pk),
            basis=declared.basis or Basis.LAW,
            setting=declared.keep_years,
            keep_until=queries.keep_until(declared, record, at) or calendar.end_of_year_after(at, years),
        )
        for record in declared.rows(subject)
    ]
    RetentionItem.objects.bulk_create(items, ignore_conflicts=True, batch_size=_BATCH)
    return len(items)


@action
def note_failure(*, actor: Actor, closure_id: UUID, step_id: UUID | None, at: datetime) -> Closure:
    """
    Try again later, with growing pauses and without end; after ``closure.erase_hours`` the staff is told.

    :raises NotAllowed: unless the machine acts
    """
    closure = Closure.objects.locked(closure_id)
    require(policies.can_carry_on(actor))
    if closure.state != S.ERASING:
        return closure
    if step_id is not None:
        step = ErasureStep.objects.locked(step_id)
        step.attempts += 1
        step.save(update_fields=["attempts"])
    closure.tries += 1
    closure.retry_due_at = at + timedelta(hours=min(2 ** min(closure.tries, 5), 24))
    closure.save(update_fields=["tries", "retry_due_at"])
    late = closure.erasing_at and at - closure.erasing_at >= timedelta(hours=current().closure.erase_hours)
    if late:
        publish(ErasureStuck(closure_id=closure.pk, account_id=closure.account_id), actor=actor, at=at)
    return closure


@action
def note_hits(*, actor: Actor, closure_id: UUID, hits: int, at: datetime) -> Closure:
    """
    Note the result of the last look: nothing found confirms it, a find stops the erasure until it is cured.

    :raises NotAllowed: unless the machine acts
    """
    closure = Closure.objects.locked(closure_id)
    step = ErasureStep.objects.select_for_update().get(closure=closure, name=LAST_LOOK)
    require(policies.can_carry_on(actor))
    if step.state == Step.CONFIRMED:
        return closure
    if not hits:
        STEP.move(step, "confirm", at=at, attempts=step.attempts + 1)
        return closure
    STEP.move(step, "give_up", at=at, rows=hits, attempts=step.attempts + 1)
    closure.tries += 1
    closure.retry_due_at = at + timedelta(hours=24)
    closure.save(update_fields=["tries", "retry_due_at"])
    publish(ErasureStuck(closure_id=closure.pk, account_id=closure.account_id), actor=actor, at=at)
    return closure


@action
def issue_receipt(*, actor: Actor, closure_id: UUID, at: datetime) -> Receipt:
    """
    Write and sign the receipt; a second call returns the first one.

    :raises NotAllowed: unless the machine acts
    :raises IllegalMove: unless every step of an erasure is confirmed
    """
    closure = Closure.objects.locked(closure_id)
    require(policies.can_carry_on(actor))
    found = Receipt.objects.filter(closure=closure).first()
    if found is not None:
        return found
    if closure.state != S.ERASING or closure.steps.exclude(state=Step.CONFIRMED).exists():
        raise IllegalMove()
    email = Account.objects.values_list("email", flat=True).get(pk=closure.account_id) or ""
    salt, number = secrets.token_hex(16), f"ER-{readable(12)}"
    market = current().market
    claims = {
        "number": number,
        "platform": market.name,
        "operator": market.operator,
        "contact": market.contact,
        "requested_at": closure.requested_at.isoformat(),
        "marked_at": closure.marked_at.isoformat() if closure.marked_at else None,
        "erased_at": at.isoformat(),
        # Only who knows the address can show that the receipt is theirs.
        "subject": {"salt": salt, "sha256": hashlib.sha256(f"{salt}{email}".encode()).hexdigest()},
        "plan_version": closure.plan_version,
        "erased": _done(closure),
        "retained": queries.retained_table(closure),
        "backups_until_days": current().retention.backup_days,
    }
    text, kid = sign(claims, at)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Receipt.objects.create(closure=closure, number=number, text=text, sha256=digest, kid=kid, issued_at=at)


def _done(closure: Closure) -> list[dict[str, Any]]:
    labels = {queries.key_of(d): str(d.label) for d in queries.ordered()}
    lines = [
        {"kind": labels.get(step.name, step.name), "done": step.fate, "count": step.rows}
        for step in closure.steps.exclude(name=LAST_LOOK).order_by("position")
        if step.rows
    ]
    subject = queries.subject_of(closure.account_id, closure)
    late = [(d, d.rows(subject).count()) for d in queries.ordered() if queries.is_late(d)]
    return [*lines, *({"kind": str(d.label), "done": str(d.fate), "count": n} for d, n in late if n)]


@action
def note_handed_over(*, actor: Actor, closure_id: UUID, at: datetime) -> Receipt:
    """
    Note that the receipt is in its holder's mailbox: only its hash stays here.

    :raises NotAllowed: unless the machine acts
    """
    closure = Closure.objects.locked(closure_id)
    receipt = Receipt.objects.select_for_update().get(closure=closure)
    require(policies.can_carry_on(actor))
    if receipt.handed_over_at is None:
        receipt.text, receipt.handed_over_at = "", at
        receipt.save(update_fields=["text", "handed_over_at"])
    return receipt


@action
def forget(*, actor: Actor, closure_id: UUID, at: datetime) -> Closure:
    """
    Erase the address and everything one signs in with; a tombstone is left.

    :raises NotAllowed: unless the machine acts
    :raises IllegalMove: unless the erasure stands before its end
    """
    closure = Closure.objects.locked(closure_id)
    require(policies.can_carry_on(actor))
    if closure.state == S.ERASED:
        return closure
    if not Receipt.objects.filter(closure=closure).exists():
        raise IllegalMove()
    subject = queries.subject_of(closure.account_id, closure)
    for declared in queries.ordered():
        if queries.is_late(declared):
            carry_out(declared, subject, at)
    accounts.erase_account(account_id=closure.account_id, pseudonym=closure.pseudonym, at=at)
    CLOSURE.move(closure, "finish", at=at, retry_due_at=None, options=[])
    publish(ClosureErased(closure_id=closure.pk, account_id=closure.account_id), actor=actor, at=at)
    return closure
