"""Signing up and proving the mailbox."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from freehold.kit.actions import action
from freehold.kit.actors import Actor
from freehold.kit.calendar import days_after
from freehold.kit.events import publish
from freehold.kit.places import zone_of
from freehold.kit.settings import current
from freehold.people.accounts.actions import rules
from freehold.people.accounts.actions.links import P, make_link, spend
from freehold.people.accounts.actions.throttle import limit
from freehold.people.accounts.events import (
    AccountCreated,
    AccountDeleted,
    AddressTried,
    ConfirmationAsked,
    EmailConfirmed,
)
from freehold.people.accounts.models import Account, MailedLink, TermsAcceptance
from freehold.people.accounts.states import ACCOUNT, S

#: document → version in force
TERMS = {"terms": "2026-01", "privacy": "2026-01"}

_DOOR = Actor.system("accounts.sign_up")


@action
def sign_up(
    *, email: str, password: str, first_name: str, last_name: str, country: str, purpose: str, at: datetime,
    company_name: str = "", marketing: bool = False,
) -> Account | None:  # fmt: skip
    """
    Make an account whose mailbox is not proved yet, and mail the link that proves it.

    A used address gets the same answer from every door; only its mailbox is told.

    :returns: the new account, or None when the address has one already
    :raises Invalid: naming each field that needs another look
    """
    problems: dict[str, object] = {}
    account = Account(
        email=rules.check_email(email, problems),
        first_name=rules.check_name("first_name", first_name, problems),
        last_name=rules.check_name("last_name", last_name, problems),
        country=rules.check_country(country, problems),
        time_zone=zone_of(country),
        purpose=purpose,
        company_name=company_name.strip()[:100] if purpose == Account.Purpose.HIRE else "",
        age_confirmed_at=at,
        joined_at=at,
        marketing_at=at if marketing else None,
        confirm_due_at=days_after(at, current().account.unconfirmed_days),
    )
    rules.check_password(password, account, problems)
    rules.refuse_if(problems)
    account.password = make_password(password)  # also for a used address: it takes as long

    if not _insert(account):
        _tell_owner(str(account.email), at)
        return None
    EmailAddress.objects.create(user=account, email=account.email, primary=True, verified=False)
    accept_terms(account_id=account.pk, at=at)

    publish(AccountCreated(account_id=account.pk), actor=_DOOR, at=at)
    _mail_confirmation(account.pk, at)
    return account


def _insert(account: Account) -> bool:
    if Account.objects.with_email(str(account.email)).exists():
        return False
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError:  # somebody was a moment faster
        return False
    return True


def _tell_owner(email: str, at: datetime) -> None:
    """The mailbox alone learns that it has an account; one not proved yet gets a fresh link instead."""
    owner = Account.objects.with_email(email).first()
    if owner is None:
        return
    if owner.state == S.NEW:
        _mail_confirmation(owner.pk, at)
    else:
        publish(AddressTried(account_id=owner.pk), actor=_DOOR, at=at)


def _mail_confirmation(account_id: UUID, at: datetime) -> None:
    link = make_link(account_id=account_id, purpose=P.CONFIRM, at=at)
    publish(ConfirmationAsked(account_id=account_id, link_id=link.pk), actor=_DOOR, at=at)


@action
def accept_terms(*, account_id: UUID, at: datetime) -> None:
    """Note that somebody accepted every document in the version in force."""
    for document, version in TERMS.items():
        TermsAcceptance.objects.get_or_create(
            account_id=account_id, document=document, version=version, defaults={"at": at}
        )


@action
def confirm_email(*, token: str, at: datetime) -> Account:
    """
    Prove a mailbox: the account becomes active. A second use of the link changes nothing.

    :raises NotFound: for a token that never was
    :raises LinkSpent: when its time is over, or it was used for something else
    """
    link = MailedLink.objects.found(digest=MailedLink.digest_of(token), purpose=P.CONFIRM)
    account = Account.objects.locked(link.account_id)
    if account.state != S.NEW and MailedLink.objects.filter(pk=link.pk, used_at__isnull=False).exists():
        return account
    account, _link = spend(token=token, purpose=P.CONFIRM, at=at)
    if account.state == S.NEW:
        activate(account, at)
    return account


def activate(account: Account, at: datetime) -> None:
    """Make a locked NEW account active; for use inside an action that proved the mailbox."""
    ACCOUNT.move(account, "confirm_email", at=at, confirm_due_at=None)
    EmailAddress.objects.filter(user=account, email=account.email).update(verified=True)
    publish(EmailConfirmed(account_id=account.pk), actor=_DOOR, at=at)


def resend_confirmation(*, email: str, at: datetime) -> None:
    """
    Mail the link again. The answer is the same for every address.

    :raises TooMany: above ``account.confirms_per_hour`` for an address
    """
    email = email.strip().lower()
    most = current().account.confirms_per_hour
    limit(kind="confirm", of=email, most=most, minutes=60, at=at)
    mail_confirmation_again(email=email, at=at)


@action
def mail_confirmation_again(*, email: str, at: datetime) -> None:
    """Mail a fresh link if the address waits for one; its owner is told otherwise."""
    _tell_owner(email, at)


@action
def correct_address(*, account_id: UUID, email: str, at: datetime) -> None:
    """
    Give an account that is not confirmed yet another address. A used address changes nothing but tells its owner.

    :raises Invalid: when it is no address
    """
    problems: dict[str, object] = {}
    email = rules.check_email(email, problems)
    rules.refuse_if(problems)
    account = Account.objects.locked(account_id)
    if account.state != S.NEW or account.email == email:
        _tell_owner(email, at)
        return
    if Account.objects.with_email(email).exists():
        _tell_owner(email, at)
        return
    EmailAddress.objects.filter(user=account).update(email=email, verified=False)
    account.email = email
    account.save(update_fields=["email"])
    MailedLink.objects.filter(account=account, used_at=None).update(used_at=at)
    _mail_confirmation(account.pk, at)


@action
def delete_unconfirmed(*, account_id: UUID, at: datetime) -> None:
    """Forget somebody who never proved their mailbox; nothing hangs on such an account."""
    account = Account.objects.locked(account_id)
    if account.state != S.NEW:
        return
    publish(AccountDeleted(account_id=account.pk), actor=Actor.system("accounts.delete_unconfirmed"), at=at)
    EmailAddress.objects.filter(user=account).delete()
    TermsAcceptance.objects.filter(account=account).delete()
    MailedLink.objects.filter(account=account).delete()
    account.delete()
