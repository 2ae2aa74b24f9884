"""Facts about accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from freehold.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class _AboutAccount(Event):
    account_id: UUID
    subject: ClassVar[tuple[str, str]] = ("account", "account_id")


class AccountCreated(_AboutAccount):
    """Somebody signed up; the mailbox is not proved yet."""

    name = "people.account.created"


class EmailConfirmed(_AboutAccount):
    """The mailbox is proved: the account is active."""

    name = "people.account.email_confirmed"


class PasswordChanged(_AboutAccount):
    """A new password was set; other sessions ended."""

    name = "people.password.changed"


class AccountClosed(_AboutAccount):
    """The account was marked for deletion; nobody can sign in."""

    name = "people.account.closed"


class AccountReopened(_AboutAccount):
    """The account came back within its grace period."""

    name = "people.account.reopened"


class AccountErased(_AboutAccount):
    """Only a tombstone is left."""

    name = "people.account.erased"


class AccountDeleted(_AboutAccount):
    """The mailbox was never proved, so the account is gone."""

    name = "people.account.deleted"


class AccountChanged(_AboutAccount):
    """Somebody changed their names, place, language or picture."""

    name = "people.account.changed"


class AddressTried(_AboutAccount):
    """
    Somebody signed up with an address that has an account already.

    Whoever signed up reads the usual answer; only the mailbox learns of it. Apps above react for states of their own.
    """

    name = "people.account.address_tried"


@dataclass(frozen=True, kw_only=True)
class _ByLink(_AboutAccount):
    link_id: UUID


class ConfirmationAsked(_ByLink):
    """A link that proves the mailbox is on its way."""

    name = "people.account.confirmation_asked"


class ResetAsked(_ByLink):
    """A link that lets somebody choose a new password is on its way."""

    name = "people.password.reset_asked"


class EmailChangeAsked(_ByLink):
    """A link that proves the new mailbox is on its way."""

    name = "people.email.change_asked"


class EmailChanged(_ByLink):
    """The account has another address; the link undoes it."""

    name = "people.email.changed"


class EmailRestored(_AboutAccount):
    """A change of address was undone from the old mailbox."""

    name = "people.email.restored"


@dataclass(frozen=True, kw_only=True)
class _AboutMethod(_AboutAccount):
    method: str


class MethodAdded(_AboutMethod):
    """A further way to prove who one is was set up."""

    name = "people.method.added"


class MethodRemoved(_AboutMethod):
    """A way to prove who one is was taken away."""

    name = "people.method.removed"


class StaffChanged(_AboutAccount):
    """Somebody became an administrator, or laid the role down."""

    name = "people.account.staff_changed"


class NewDevice(_AboutAccount):
    """Somebody signed in from a browser not seen before."""

    name = "people.signin.new_device"
