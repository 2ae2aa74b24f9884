"""Passwords: forgotten, reset, changed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.events import publish
from freehold.kit.refusals import Invalid
from freehold.kit.settings import current
from freehold.people.accounts import policies
from freehold.people.accounts.actions import rules
from freehold.people.accounts.actions.links import P, make_link, spend
from freehold.people.accounts.actions.sessions import drop_sessions
from freehold.people.accounts.actions.throttle import forgive_attempts, limit
from freehold.people.accounts.events import AddressTried, PasswordChanged, ResetAsked
from freehold.people.accounts.models import Account
from freehold.people.accounts.states import S

_DOOR = Actor.system("accounts.reset")


def request_reset(*, email: str, place: str, at: datetime) -> None:
    """
    Mail a link that lets somebody choose a new password. The answer is the same for every address.

    :raises TooMany: when asked too often from one place
    """
    email = email.strip().lower()
    limit(kind="reset place", of=place, most=current().signin.attempts_per_address, minutes=60, at=at)
    limit(kind="reset", of=email, most=current().account.confirms_per_hour, minutes=60, at=at)
    mail_reset(email=email, at=at)


@action
def mail_reset(*, email: str, at: datetime) -> None:
    """Mail the link if there is such an account. A closed one hears from closure instead."""
    account = Account.objects.with_email(email).first()
    if account is None or account.state == S.ERASED:
        return
    if account.state == S.CLOSED:
        publish(AddressTried(account_id=account.pk), actor=_DOOR, at=at)
        return
    link = make_link(account_id=account.pk, purpose=P.RESET, at=at)
    publish(ResetAsked(account_id=account.pk, link_id=link.pk), actor=_DOOR, at=at)


@action
def reset_password(*, token: str, password: str, at: datetime) -> Account:
    """
    Choose a new password by a mailed link; every session ends. The second step stays.

    :raises NotFound: for a token that never was
    :raises LinkSpent: when it was used or its time is over
    :raises Invalid: when the password is too short or too easy
    """
    account, _link = spend(token=token, purpose=P.RESET, at=at)
    problems: dict[str, object] = {}
    rules.check_password(password, account, problems)
    rules.refuse_if(problems)
    _set(account, password)
    drop_sessions(account_id=account.pk)
    forgive_attempts(account_id=account.pk)
    publish(PasswordChanged(account_id=account.pk), actor=_DOOR, at=at)
    return account


def change_password(
    *, actor: Actor, account_id: UUID, old: str, new: str, place: str, at: datetime, keep: str | None = None
) -> Account:
    """
    Choose a new password; all other sessions end.

    :param keep: session key of the browser that stays signed in
    :raises NotAllowed: unless it is the actor's own account
    :raises TooMany: after too many tries
    :raises Invalid: when the old one is wrong, or the new one too short or too easy
    """
    check_again(actor=actor, account_id=account_id, password=old, place=place, at=at, field="old")
    return set_new_password(actor=actor, account_id=account_id, new=new, at=at, keep=keep)


@action
def set_new_password(
    *, actor: Actor, account_id: UUID, new: str, at: datetime, keep: str | None = None
) -> Account:
    """
    Set the new password of somebody who just gave the old one; all other sessions end.

    :raises NotAllowed: unless it is the actor's own account
    :raises Invalid: when it is too short or too easy
    """
    account = Account.objects.locked(account_id)
    require(policies.can_secure(actor, account))
    problems: dict[str, object] = {}
    rules.check_password(new, account, problems, field="new")
    rules.refuse_if(problems)
    _set(account, new)
    drop_sessions(account_id=account.pk, keep=keep)
    publish(PasswordChanged(account_id=account.pk), actor=actor, at=at)
    return account


def check_again(
    *, actor: Actor, account_id: UUID, password: str, place: str, at: datetime, field: str = "password"
) -> None:
    """
    Ask a signed-in person for their password once more.

    :raises NotAllowed: unless it is the actor's own account
    :raises TooMany: after too many tries
    :raises Invalid: when it is wrong
    """
    account = Account.objects.found(pk=account_id)
    require(policies.can_secure(actor, account))
    rule = current().signin
    limit(
        kind="recheck", of=f"{account_id} {place}", most=rule.attempts, minutes=rule.minutes, at=at,
        account_id=account_id,
    )  # fmt: skip
    if not account.check_password(password):
        raise Invalid(fields={field: _("That is not your present password.")})
    forgive_attempts(account_id=account_id)


def _set(account: Account, password: str) -> None:
    account.set_password(password)
    account.save(update_fields=["password"])
