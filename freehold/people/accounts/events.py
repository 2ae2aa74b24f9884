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
