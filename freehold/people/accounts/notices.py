"""
What people are told about their account.

A message that carries a link goes to the mailbox alone: in the list of notices, whoever holds a session could open it.
"""

from __future__ import annotations

from freehold.kit.notices import Notice, notice
from freehold.kit.settings import current
from freehold.people.accounts import queries
from freehold.people.accounts.events import (
    AddressTried,
    ConfirmationAsked,
    EmailChangeAsked,
    EmailChanged,
    EmailRestored,
    MethodAdded,
    MethodRemoved,
    NewDevice,
    PasswordChanged,
    ResetAsked,
)

_SECURITY = "/settings/security"


def _words(name: str) -> str:
    return f"accounts/notices/{name}"


def _to_mailbox(address: str | None, words: str, link: str, **places: object) -> Notice | None:
    if not address:
        return None
    return Notice(to=(), address=address, words=_words(words), link=link, places=dict(places), always=True)


def _by_link(event: ConfirmationAsked | ResetAsked, words: str, path: str, **places: object) -> Notice | None:
    token = queries.token_of(event.link_id)
    address = queries.address_of(event.account_id)
    return _to_mailbox(address, words, f"{path}/{token}", **places) if token else None


@notice(ConfirmationAsked)
def confirm_your_address(event: ConfirmationAsked) -> Notice | None:
    rules = current().account
    return _by_link(event, "confirm", "/confirm", hours=rules.confirm_hours, days=rules.unconfirmed_days)


@notice(AddressTried)
def you_have_an_account(event: AddressTried) -> Notice | None:
    """Closed accounts hear from closure, with the link that brings them back."""
    if not queries.can_sign_in(event.account_id):
        return None
    return _to_mailbox(queries.address_of(event.account_id), "address_tried", "/sign-in")


@notice(ResetAsked)
def choose_a_new_password(event: ResetAsked) -> Notice | None:
    return _by_link(event, "reset", "/reset", minutes=current().account.reset_minutes)


@notice(PasswordChanged)
def password_changed(event: PasswordChanged) -> Notice:
    return Notice(to=(event.account_id,), words=_words("password_changed"), link="/forgot", always=True)


@notice(EmailChangeAsked)
def prove_the_new_address(event: EmailChangeAsked) -> Notice | None:
    token, address = queries.token_of(event.link_id), queries.link_address(event.link_id)
    hours = current().account.confirm_hours
    return _to_mailbox(address, "email_change", f"/change-address/{token}", hours=hours) if token else None


@notice(EmailChanged)
def address_changed(event: EmailChanged) -> list[Notice]:
    """The old mailbox gets the link that undoes it; the new one and the list learn that it happened."""
    token, old = queries.token_of(event.link_id), queries.link_address(event.link_id)
    days = current().account.email_undo_days
    undo = _to_mailbox(old, "email_changed_old", f"/keep-address/{token}", days=days) if token else None
    told = Notice(to=(event.account_id,), words=_words("email_changed"), link="/settings/account", always=True)
    return [told, undo] if undo else [told]


@notice(EmailRestored)
def address_restored(event: EmailRestored) -> Notice:
    return Notice(to=(event.account_id,), words=_words("email_restored"), link="/forgot", always=True)


@notice(MethodAdded)
def method_added(event: MethodAdded) -> Notice:
    words = _words(f"method_added_{event.method}")
    return Notice(to=(event.account_id,), words=words, link=_SECURITY, always=True)


@notice(MethodRemoved)
def method_removed(event: MethodRemoved) -> Notice:
    return Notice(to=(event.account_id,), words=_words("method_removed"), link=_SECURITY, always=True)


@notice(NewDevice)
def new_device(event: NewDevice) -> Notice:
    return Notice(to=(event.account_id,), words=_words("new_device"), link=_SECURITY, always=True)
