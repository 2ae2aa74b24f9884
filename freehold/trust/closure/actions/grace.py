"""The grace period: coming back, being reminded, being interrupted."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from freehold.kit import privacy
from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.calendar import days_after
from freehold.kit.events import publish
from freehold.kit.refusals import NotFound
from freehold.kit.settings import current
from freehold.people.accounts import actions as accounts
from freehold.people.accounts import queries as known
from freehold.trust.closure import policies, queries
from freehold.trust.closure.events import (
    ClosureInterrupted,
    ClosureReminded,
    ClosureReopened,
    ClosureResolved,
    ReopeningAsked,
)
from freehold.trust.closure.models import Closure
from freehold.trust.closure.states import CLOSURE, IN_GRACE, S

_DAYS_LEFT = 7


@action
def send_reopening_link(*, account_id: UUID, at: datetime) -> str:
    """
    Mail a link that brings the account back, for those who gave the right credentials or hold the mailbox.

    :returns: the token, for the mail alone
    :raises NotFound: unless the account is in its grace period
    """
    closure = Closure.objects.in_grace().select_for_update(of=("self",)).filter(account_id=account_id).first()
    if closure is None:
        raise NotFound()
    token = accounts.mail_link(account_id=account_id, purpose="REOPEN", at=at)
    publish(
        ReopeningAsked(closure_id=closure.pk, account_id=account_id), actor=Actor.system("closure.reopening"), at=at
    )
    return token


@action
def reopen_closure(*, token: str, at: datetime) -> Closure:
    """
    Bring an account back with the link from its mailbox: as it was, but with a private profile and nothing running.

    :raises NotFound: for a token that never was
    :raises LinkSpent: when it was used, its hours are over, or the grace period is
    """
    link = known.link(token, "REOPEN", at)
    if link is None:
        raise NotFound()
    closure = Closure.objects.in_grace().select_for_update(of=("self",)).filter(account_id=link.account_id).first()
    if closure is None or not link.works:
        raise accounts.LinkSpent()
    account = accounts.use_link(token=token, purpose="REOPEN", at=at)
    CLOSURE.move(
        closure, "reopen", at=at, erase_due_at=None, warn_due_at=None, recheck_due_at=None, options=[], needs=[]
    )
    accounts.reopen_account(account_id=account.pk, at=at)
    subject = queries.subject_of(account.pk, closure)
    for hook in privacy.ON_REOPENING:
        hook(subject, at)
    came_back = ClosureReopened(closure_id=closure.pk, account_id=account.pk)
    publish(came_back, actor=Actor(account_id=account.pk), at=at)
    return closure


@action
def remind(*, actor: Actor, closure_id: UUID, at: datetime) -> Closure:
    """
    Say once that the final day is near.

    :raises NotAllowed: unless the machine acts
    """
    closure = Closure.objects.locked(closure_id)
    require(policies.can_carry_on(actor))
    if closure.state == S.GRACE and closure.warned_at is None:
        closure.warned_at = at
        closure.save(update_fields=["warned_at"])
        publish(ClosureReminded(closure_id=closure.pk, account_id=closure.account_id), actor=actor, at=at)
    return closure


@action
def resolve_closure(*, actor: Actor, closure_id: UUID, at: datetime) -> Closure:
    """
    Look whether something came up in the grace period, or whether what came up is settled.

    :raises NotAllowed: unless the machine acts
    """
    closure = Closure.objects.locked(closure_id)
    require(policies.can_carry_on(actor))
    if closure.state not in IN_GRACE:
        return closure
    something = queries.checklist(closure.account_id, at).all
    if closure.state == S.GRACE and something:
        return interrupt(closure, actor, at)
    hour = at + timedelta(hours=current().closure.recheck_hours)
    if something:
        closure.recheck_due_at = hour
        closure.save(update_fields=["recheck_due_at"])
    elif closure.state == S.INTERRUPTED:
        end = max(closure.erase_due_at or at, days_after(at, _DAYS_LEFT))
        CLOSURE.move(closure, "resolve", at=at, erase_due_at=end, recheck_due_at=None)
        publish(ClosureResolved(closure_id=closure.pk, account_id=closure.account_id), actor=actor, at=at)
    return closure


def interrupt(closure: Closure, actor: Actor, at: datetime) -> Closure:
    """Stop the grace period of a locked closure for something that came up; it goes on by itself."""
    rules = current().closure
    until = days_after(at, rules.interrupted_days)
    CLOSURE.move(
        closure, "interrupt", at=at, erase_due_at=until, recheck_due_at=at + timedelta(hours=rules.recheck_hours)
    )
    stopped = ClosureInterrupted(closure_id=closure.pk, account_id=closure.account_id, until=until)
    publish(stopped, actor=actor, at=at)
    return closure
