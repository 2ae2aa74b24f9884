"""What people change about themselves."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings as django_settings

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.events import publish
from freehold.kit.refusals import Invalid
from freehold.people.accounts import policies
from freehold.people.accounts.actions import rules
from freehold.people.accounts.actions.entering import _tell_owner
from freehold.people.accounts.actions.links import LinkSpent, P, make_link, spend
from freehold.people.accounts.actions.sessions import drop_sessions
from freehold.people.accounts.events import AccountChanged, EmailChangeAsked, EmailChanged, EmailRestored
from freehold.people.accounts.models import Account
from freehold.people.accounts.states import S


@action
def change_profile(
    *, actor: Actor, account_id: UUID, first_name: str, last_name: str, country: str, time_zone: str, language: str,
    theme: str, at: datetime, marketing: bool = False,
) -> Account:  # fmt: skip
    """
    Change names, country, time zone, language and theme.

    :raises NotAllowed: unless it is the actor's own account
    :raises Invalid: naming each field that needs another look
    """
    account = Account.objects.locked(account_id)
    require(policies.can_edit(actor, account))
    problems: dict[str, object] = {}
    account.first_name = rules.check_name("first_name", first_name, problems)
    account.last_name = rules.check_name("last_name", last_name, problems)
    account.country = rules.check_country(country, problems)
    account.time_zone = rules.check_time_zone(time_zone, problems)
    rules.refuse_if(problems)
    account.language = language if language in dict(django_settings.LANGUAGES) else "en"
    account.theme = theme if theme in Account.Theme.values else Account.Theme.SYSTEM
    account.marketing_at = (account.marketing_at or at) if marketing else None
    account.save(
        update_fields=["first_name", "last_name", "country", "time_zone", "language", "theme", "marketing_at"]
    )
    publish(AccountChanged(account_id=account.pk), actor=actor, at=at)
    return account


@action
def choose_theme(*, actor: Actor, account_id: UUID, theme: str, at: datetime) -> Account:
    """
    Choose light, dark, or what the device says.

    :raises NotAllowed: unless it is the actor's own account
    """
    account = Account.objects.locked(account_id)
    require(policies.can_edit(actor, account))
    account.theme = theme if theme in Account.Theme.values else Account.Theme.SYSTEM
    account.save(update_fields=["theme"])
    publish(AccountChanged(account_id=account.pk), actor=actor, at=at)
    return account


@action
def set_photo(*, actor: Actor, account_id: UUID, photo_id: UUID | None, at: datetime) -> Account:
    """
    Show another picture, or the drawn one again.

    :param photo_id: a stored file that belongs to the person; the app above saw to that
    :raises NotAllowed: unless it is the actor's own account
    """
    account = Account.objects.locked(account_id)
    require(policies.can_edit(actor, account))
    account.photo_id = photo_id
    account.save(update_fields=["photo_id"])
    publish(AccountChanged(account_id=account.pk), actor=actor, at=at)
    return account


@action
def remember_party(*, actor: Actor, account_id: UUID, party_id: UUID) -> None:
    """
    Remember as whom somebody acts, so that it comes back at the next sign-in.

    :raises NotAllowed: unless the actor may act as that party
    """
    require(actor.is_person(account_id) and (actor.acts_for(party_id) or actor.could_switch_to(party_id)))
    Account.objects.filter(pk=account_id).update(last_party_id=party_id)


@action
def name_company(*, account_id: UUID) -> str:
    """Take the company name given at sign-up, once."""
    account = Account.objects.locked(account_id)
    name, account.company_name = account.company_name, ""
    account.save(update_fields=["company_name"])
    return name


@action
def ask_email_change(*, actor: Actor, account_id: UUID, email: str, at: datetime) -> None:
    """
    Mail a link to a new address; nothing changes before it is opened. A used address tells only its owner.

    :raises NotAllowed: unless it is the actor's own account
    :raises Invalid: when it is no address, or the present one
    """
    account = Account.objects.locked(account_id)
    require(policies.can_secure(actor, account))
    problems: dict[str, object] = {}
    email = rules.check_email(email, problems)
    if email == account.email:
        raise Invalid("That is your address already.")
    rules.refuse_if(problems)
    if Account.objects.with_email(email).exists():
        _tell_owner(email, at)
        return
    link = make_link(account_id=account.pk, purpose=P.EMAIL, address=email, at=at)
    publish(EmailChangeAsked(account_id=account.pk, link_id=link.pk), actor=actor, at=at)


@action
def change_email(*, token: str, at: datetime) -> Account:
    """
    Take the new address; the old one gets a link that undoes it for ``account.email_undo_days``.

    :raises NotFound: for a token that never was
    :raises LinkSpent: when it was used, its time is over, or the address has another owner by now
    """
    account, link = spend(token=token, purpose=P.EMAIL, at=at)
    if account.state not in (S.ACTIVE, S.LIMITED, S.SUSPENDED) or Account.objects.with_email(link.address).exists():
        raise LinkSpent()
    undo = make_link(account_id=account.pk, purpose=P.UNDO, address=str(account.email), at=at)
    _move(account, link.address)
    publish(
        EmailChanged(account_id=account.pk, link_id=undo.pk), actor=Actor.system("accounts.change_email"), at=at
    )
    return account


@action
def restore_email(*, token: str, at: datetime) -> Account:
    """
    Undo a change of address from the old mailbox: the address comes back, every session ends, the password is void.

    :raises NotFound: for a token that never was
    :raises LinkSpent: when it was used or its time is over
    """
    account, link = spend(token=token, purpose=P.UNDO, at=at)
    _move(account, link.address)
    account.set_unusable_password()
    account.save(update_fields=["password"])
    drop_sessions(account_id=account.pk)
    publish(EmailRestored(account_id=account.pk), actor=Actor.system("accounts.restore_email"), at=at)
    return account


def _move(account: Account, email: str) -> None:
    account.email = email
    account.save(update_fields=["email"])
    EmailAddress.objects.filter(user=account).delete()
    EmailAddress.objects.create(user=account, email=email, primary=True, verified=True)
