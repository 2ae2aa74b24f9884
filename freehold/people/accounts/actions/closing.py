"""Leaving and what is left; called by closure, which decides when."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import models

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.events import publish
from freehold.people.accounts import policies
from freehold.people.accounts.actions.sessions import end_all_sessions
from freehold.people.accounts.events import AccountClosed, AccountErased, AccountReopened
from freehold.people.accounts.models import Account, Attempt, MailedLink, TermsAcceptance
from freehold.people.accounts.states import ACCOUNT, S

_REOPEN = {S.LIMITED: "reopen_limited", S.SUSPENDED: "reopen_suspended"}


@action
def close_account(*, actor: Actor, account_id: UUID, at: datetime) -> Account:
    """
    Mark an account for deletion: nobody can sign in, every session ends. The state before is remembered.

    :raises NotAllowed: unless it is the actor's own account, or the machine acts
    :raises IllegalMove: unless the account is active, limited or suspended
    """
    account = Account.objects.locked(account_id)
    require(policies.can_close(actor, account))
    before = account.state
    ACCOUNT.move(account, "close", at=at, state_before=before, leaving=False)
    end_all_sessions(account_id=account.pk)
    publish(AccountClosed(account_id=account.pk), actor=actor, at=at)
    return account


@action
def reopen_account(*, account_id: UUID, at: datetime) -> Account:
    """
    Bring a closed account back to the state it was in: leaving never washes off a measure.

    :raises IllegalMove: unless the account is closed
    """
    account = Account.objects.locked(account_id)
    verb = _REOPEN.get(S(account.state_before), "reopen") if account.state_before else "reopen"
    ACCOUNT.move(account, verb, at=at, state_before="", closed_at=None)
    publish(AccountReopened(account_id=account.pk), actor=Actor.system("accounts.reopen"), at=at)
    return account


@action
def set_leaving(*, account_id: UUID, leaving: bool) -> None:
    """Note that a closure is winding down (or was called off): finishing is allowed, beginning is not."""
    account = Account.objects.locked(account_id)
    account.leaving = leaving
    account.save(update_fields=["leaving"])


@action
def erase_account(*, account_id: UUID, pseudonym: str, at: datetime) -> Account:
    """
    Leave a tombstone: id, state, pseudonym and day. Called again, it finishes what is left to do.

    :raises IllegalMove: unless the account is closed (or erased already)
    """
    account = Account.objects.locked(account_id)
    blank_person(account_id=account.pk)
    account.refresh_from_db()
    if account.state != S.ERASED:
        ACCOUNT.move(account, "erase", at=at, pseudonym=pseudonym)
        publish(AccountErased(account_id=account.pk), actor=Actor.system("accounts.erase"), at=at)
    return account


#: columns of a tombstone and the value each gets
BLANK: dict[str, object] = {
    "email": None,
    "password": "!",
    "last_login": None,
    "first_name": "",
    "last_name": "",
    "country": "",
    "time_zone": "UTC",
    "language": "en",
    "theme": "system",
    "purpose": "",
    "company_name": "",
    "photo_id": None,
    "state_before": "",
    "leaving": False,
    "staff_roles": [],
    "last_party_id": None,
    "age_confirmed_at": None,
    "joined_at": None,
    "confirmed_at": None,
    "confirm_due_at": None,
    "marketing_at": None,
    "closed_at": None,
}


@action
def blank_person(*, account_id: UUID) -> int:
    """Empty every column about the person, and drop sign-in methods, sessions, links and consents; repeatable."""
    if not Account.objects.filter(pk=account_id, state__in=(S.CLOSED, S.ERASED)).exists():
        return 0
    end_all_sessions(account_id=account_id)
    gone = 0
    owned: tuple[tuple[type[models.Model], str], ...] = (
        (EmailConfirmation, "email_address__user_id"),
        (EmailAddress, "user_id"),
        (Authenticator, "user_id"),
        (UserSession, "user_id"),
        (MailedLink, "account_id"),
        (TermsAcceptance, "account_id"),
        (Attempt, "account_id"),
    )
    for model, column in owned:
        gone += model._default_manager.filter(**{column: account_id}).delete()[0]
    return gone + Account.objects.filter(pk=account_id, state__in=(S.CLOSED, S.ERASED)).update(**BLANK)
