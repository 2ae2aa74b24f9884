"""Asking to leave, and thinking better of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from freehold.kit import privacy
from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.calendar import days_after
from freehold.kit.events import publish
from freehold.kit.ids import readable
from freehold.kit.refusals import IllegalMove, Invalid, Refusal
from freehold.kit.settings import current
from freehold.people.accounts import actions as accounts
from freehold.people.accounts.models import Account
from freehold.trust.closure import policies, queries
from freehold.trust.closure.events import ClosureCanceled, ClosureRequested
from freehold.trust.closure.models import Closure
from freehold.trust.closure.states import CLOSURE, S


class AlreadyLeaving(IllegalMove):
    """There is an open closure; a second one would do nothing."""

    title = _("Already on its way")
    sentence = _("This account is being closed already. Nothing was done twice; see where it stands in the settings.")


class NeedsYou(Refusal):
    """Something open cannot clear by itself."""

    title = _("Something needs you first")
    sentence = _("Something is still open that only you can settle. Nothing was changed and no money moved.")


class WrongWord(Invalid):
    """The word to type was not typed."""


@action
def request_closure(*, actor: Actor, account_id: UUID, options: Iterable[str] = (), at: datetime) -> Closure:
    """
    Leave for good: from now on things are finished, not begun. The caller goes on with :func:`wind_down`.

    :param options: keys of declared closing options the member chose
    :raises NotAllowed: unless it is the actor's own account and no token acts
    :raises AlreadyLeaving: while another closure of the account is open
    :raises NeedsYou: while something is open that neither clears by itself nor is settled by us
    """
    account = Account.objects.locked(account_id)
    require(policies.can_request(actor, account.pk))
    if queries.open_closure(account.pk) is not None:
        raise AlreadyLeaving()
    if account.state not in ("ACTIVE", "LIMITED", "SUSPENDED"):
        raise IllegalMove()
    found = queries.checklist(account.pk, at)
    if found.act:
        raise NeedsYou()
    closure = Closure.objects.create(
        subject_kind=Closure.Kind.ACCOUNT,
        subject_id=account.pk,
        account=account,
        state=S.WAITING,
        pseudonym=_draw(),
        options=[key for key in privacy.OPTIONS if key in set(options)],
        requested_at=at,
        waiting_until=found.clears_at,
        recheck_due_at=at + timedelta(hours=current().closure.recheck_hours),
        waiting_due_at=days_after(at, current().closure.waiting_max_days),
    )
    accounts.set_leaving(account_id=account.pk, leaving=True)
    publish(
        ClosureRequested(closure_id=closure.pk, account_id=account.pk, waiting=len(found.waits)), actor=actor, at=at
    )
    return closure


@action
def cancel_closure(*, actor: Actor, closure_id: UUID, at: datetime) -> Closure:
    """
    Stay after all: the account is an ordinary one again; what was ended meanwhile stays ended.

    :raises NotAllowed: unless it is the actor's own closure
    :raises IllegalMove: unless the closure is still winding down
    """
    closure = Closure.objects.locked(closure_id)
    require(policies.can_cancel(actor, closure))
    CLOSURE.move(closure, "cancel", at=at, recheck_due_at=None, waiting_due_at=None, staff_due_at=None, options=[])
    accounts.set_leaving(account_id=closure.account_id, leaving=False)
    publish(ClosureCanceled(closure_id=closure.pk, account_id=closure.account_id), actor=actor, at=at)
    return closure


def _draw() -> str:
    """A pseudonym nobody had before, derived from nothing."""
    while True:
        name = f"Former member {readable(5)}"
        if not Closure.objects.filter(pseudonym=name).exists() and not Account.objects.filter(pseudonym=name).exists():
            return name
