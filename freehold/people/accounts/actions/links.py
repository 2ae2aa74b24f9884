"""Links in mailboxes: made, and used once."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action
from freehold.kit.calendar import days_after
from freehold.kit.ids import uuid7
from freehold.kit.refusals import NotFound, Refusal
from freehold.kit.settings import current
from freehold.people.accounts.models import Account, MailedLink

P = MailedLink.Purpose


class LinkSpent(Refusal):
    """The link was used before, or its time is over."""

    status = 410
    title = _("This link no longer works")
    sentence = _("Each link in a mail works once and for a limited time. Ask for a new one; nothing was changed.")


def expiry(purpose: str, at: datetime) -> datetime:
    """When a link made now stops working."""
    settings = current()
    if purpose in (P.CONFIRM, P.EMAIL):
        return at + timedelta(hours=settings.account.confirm_hours)
    if purpose == P.RESET:
        return at + timedelta(minutes=settings.account.reset_minutes)
    if purpose == P.UNDO:
        return days_after(at, settings.account.email_undo_days)
    return at + timedelta(hours=settings.closure.link_hours)


@action
def make_link(*, account_id: UUID, purpose: str, at: datetime, address: str = "") -> MailedLink:
    """Make a link for somebody's mailbox; only its digest is stored."""
    row = MailedLink(
        pk=uuid7(), account_id=account_id, purpose=purpose, address=address, made_at=at, expires_at=expiry(purpose, at)
    )
    row.digest = MailedLink.digest_of(row.token)
    row.save(force_insert=True)
    return row


@action
def mail_link(*, account_id: UUID, purpose: str, at: datetime) -> str:
    """
    Make a link for somebody's mailbox.

    :returns: the token; ``queries.newest_token`` finds it again when the mail is written
    """
    return str(make_link(account_id=account_id, purpose=purpose, at=at).token)


@action
def use_link(*, token: str, purpose: str, at: datetime) -> Account:
    """
    Use a link up, and all others of its purpose with it.

    :returns: the account, locked
    :raises NotFound: for a token that never was
    :raises LinkSpent: when it was used or its time is over
    """
    return spend(token=token, purpose=purpose, at=at)[0]


def spend(*, token: str, purpose: str, at: datetime) -> tuple[Account, MailedLink]:
    """As :func:`use_link`, with the link itself; for use inside an action."""
    found = MailedLink.objects.filter(digest=MailedLink.digest_of(token), purpose=purpose).first()
    if found is None:
        raise NotFound()
    account = Account.objects.locked(found.account_id)
    link = MailedLink.objects.locked(found.pk)
    if not link.works(at):
        raise LinkSpent()
    MailedLink.objects.filter(account_id=account.pk, purpose=purpose, used_at=None).update(used_at=at)
    return account, link
