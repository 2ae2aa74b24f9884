"""Signing in, and the browsers somebody is signed in with."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from allauth.usersessions.models import UserSession
from django.contrib.auth import authenticate
from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.events import publish
from freehold.kit.refusals import Refusal
from freehold.kit.settings import current
from freehold.people.accounts import policies
from freehold.people.accounts.actions.throttle import TooManySignIns, forgive_attempts, limit
from freehold.people.accounts.events import NewDevice
from freehold.people.accounts.models import Account
from freehold.people.accounts.states import S


class WrongCredentials(Refusal):
    """Address and password do not belong together; the same words whether or not the address is known."""

    status = 422
    title = _("Please check the form")
    sentence = _("That address and password do not belong together. Check both, or choose a new password by mail.")


class _Known(Refusal):
    def __init__(self, account_id: UUID) -> None:
        super().__init__()
        self.account_id = account_id


class ClosedAccount(_Known):
    """Right credentials of an account marked for deletion: they never open a session."""

    sentence = _("This account is closed.")


class NotConfirmed(_Known):
    """Right credentials, but the mailbox is not proved yet."""

    sentence = _("Confirm your address first: open the link we mailed you.")


def sign_in(*, email: str, password: str, place: str, at: datetime) -> Account:
    """
    Check somebody's credentials. Every try is counted before it is looked at, so guessing in parallel does not help.

    :param place: the network address asked from
    :raises TooManySignIns: after ``signin.attempts`` for this account and place, or too many from this place
    :raises WrongCredentials: same words and like timing for unknown addresses
    :raises ClosedAccount: for an account in its grace period
    :raises NotConfirmed: for a mailbox not proved yet
    """
    email = email.strip().lower()
    rule = current().signin
    known = Account.objects.with_email(email).values_list("pk", flat=True).first()
    limit(
        kind="sign-in", of=f"{email} {place}", most=rule.attempts, minutes=rule.minutes, at=at, account_id=known,
        refusal=TooManySignIns,
    )  # fmt: skip
    limit(
        kind="sign-in place", of=place, most=rule.attempts_per_address, minutes=rule.minutes, at=at,
        refusal=TooManySignIns,
    )  # fmt: skip
    account = check_credentials(email=email, password=password)
    forgive_attempts(account_id=account.pk)
    if account.state == S.NEW:
        raise NotConfirmed(account.pk)
    return account


def check_credentials(*, email: str, password: str) -> Account:
    """
    Ask the backend, which takes as long for an unknown address as for a wrong password.

    :raises WrongCredentials:
    :raises ClosedAccount:
    """
    AuthenticationBackend.unstash_authenticated_user()
    account = authenticate(None, email=email, password=password)
    right_but_inactive = AuthenticationBackend.unstash_authenticated_user()
    if account is not None:
        return account
    if right_but_inactive is not None:
        raise ClosedAccount(right_but_inactive.pk)
    raise WrongCredentials()


@action
def note_session(*, account_id: UUID, session_key: str, place: str, user_agent: str, at: datetime) -> UserSession:
    """Remember in which browser somebody signed in; a browser not seen before is told to its owner."""
    earlier = UserSession.objects.filter(user_id=account_id)
    is_new = earlier.exists() and not earlier.filter(user_agent=user_agent[:200]).exists()
    row, _new = UserSession.objects.update_or_create(
        session_key=session_key,
        defaults={
            "user_id": account_id, "ip": place, "user_agent": user_agent[:200], "created_at": at, "last_seen_at": at,
        },
    )
    if is_new:
        publish(NewDevice(account_id=account_id), actor=Actor.system("accounts.sign_in"), at=at)
    return row


@action
def touch_session(*, session_key: str, at: datetime) -> None:
    """Note that a browser was used; asked now and then, not with every page."""
    UserSession.objects.filter(session_key=session_key).update(last_seen_at=at)


@action
def end_session(*, actor: Actor, session_id: int) -> None:
    """
    Sign another browser out.

    :raises NotAllowed: unless it is the actor's own session; one that is gone already is fine
    """
    row = UserSession.objects.filter(pk=session_id).first()
    if row is None:
        return
    require(policies.can_secure(actor, Account.objects.found(pk=row.user_id)))
    _drop([row])


@action
def end_other_sessions(*, actor: Actor, account_id: UUID, keep: str | None) -> int:
    """
    Sign all browsers out but one.

    :param keep: session key of the browser that stays
    :raises NotAllowed: unless it is the actor's own account
    """
    require(policies.can_secure(actor, Account.objects.found(pk=account_id)))
    return drop_sessions(account_id=account_id, keep=keep)


@action
def end_all_sessions(*, account_id: UUID) -> int:
    """Sign all browsers out: at closing, after a reset."""
    return drop_sessions(account_id=account_id)


def drop_sessions(*, account_id: UUID, keep: str | None = None) -> int:
    return _drop(list(UserSession.objects.filter(user_id=account_id).exclude(session_key=keep or "")))


def _drop(rows: list[UserSession]) -> int:
    Session.objects.filter(session_key__in=[row.session_key for row in rows]).delete()
    UserSession.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)
