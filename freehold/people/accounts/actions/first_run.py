"""The first operator of a market: made by a link the terminal shows once."""

from __future__ import annotations

import secrets
from datetime import datetime

from allauth.account.models import EmailAddress

from freehold.kit.actions import action
from freehold.kit.actors import Actor
from freehold.kit.events import publish
from freehold.kit.places import zone_of
from freehold.people.accounts.actions import rules
from freehold.people.accounts.actions.entering import accept_terms
from freehold.people.accounts.actions.links import LinkSpent
from freehold.people.accounts.events import AccountCreated, EmailConfirmed
from freehold.people.accounts.models import Account, FirstRun, MailedLink
from freehold.people.accounts.queries import has_operator
from freehold.people.accounts.states import S


@action
def first_run_token(*, at: datetime) -> str:
    """
    Draw the link's token; one drawn before is void.

    :returns: the token, or nothing once there is an operator
    """
    if has_operator():
        return ""
    token = secrets.token_urlsafe(24)
    FirstRun.objects.update_or_create(
        pk=1, defaults={"digest": MailedLink.digest_of(token), "made_at": at, "used_at": None}
    )
    return token


@action
def use_first_run(
    *, token: str, email: str, password: str, first_name: str, last_name: str, country: str, at: datetime
) -> Account:
    """
    Make the first operator; whoever reads the terminal needs no mail to prove it.

    :raises LinkSpent: when the link was used, replaced, or somebody runs the market already
    :raises Invalid: naming each field that needs another look
    """
    row = FirstRun.objects.select_for_update().filter(pk=1, used_at=None).first()
    if row is None or bytes(row.digest) != MailedLink.digest_of(token) or has_operator():
        raise LinkSpent()
    problems: dict[str, object] = {}
    account = Account(
        email=rules.check_email(email, problems),
        first_name=rules.check_name("first_name", first_name, problems),
        last_name=rules.check_name("last_name", last_name, problems),
        country=rules.check_country(country, problems),
        time_zone=zone_of(country),
        staff_roles=["admin"],
        state=S.ACTIVE,
        joined_at=at,
        confirmed_at=at,
        age_confirmed_at=at,
    )
    rules.check_password(password, account, problems)
    if Account.objects.with_email(str(account.email)).exists():
        problems["email"] = rules.TAKEN
    rules.refuse_if(problems)
    account.set_password(password)
    account.save(force_insert=True)
    EmailAddress.objects.create(user=account, email=account.email, primary=True, verified=True)
    accept_terms(account_id=account.pk, at=at)
    row.used_at = at
    row.save(update_fields=["used_at"])
    actor = Actor.system("accounts.first_run")
    publish(AccountCreated(account_id=account.pk), actor=actor, at=at)
    publish(EmailConfirmed(account_id=account.pk), actor=actor, at=at)
    return account
