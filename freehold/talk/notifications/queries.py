"""What there is to see of notices and of the development mailbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from freehold.kit.actors import Actor
from freehold.kit.cards import card
from freehold.kit.refusals import NotFound
from freehold.talk.notifications import policies
from freehold.talk.notifications.models import Mail, Notification


@card
class NoticeCard:
    """One line of the list."""

    notice_id: UUID
    event: str
    title: str
    text: str
    link: str
    at: datetime
    is_new: bool


@card
class MailCard:
    """One mail of the development mailbox."""

    mail_id: int
    to_address: str
    subject: str
    text: str
    created_at: datetime


def unread_count(account_id: UUID | None) -> int:
    """How many notices a person has not read."""
    return Notification.objects.filter(account_id=account_id).unread().count() if account_id else 0


def latest(actor: Actor, *, before: UUID | None = None, limit: int = 30, unread: bool = False) -> list[NoticeCard]:
    """
    The person's notices, newest first.

    :param before: the last one of the page before
    """
    if not actor.is_known:
        return []
    rows = Notification.objects.filter(account_id=actor.account_id)
    if unread:
        rows = rows.unread()
    if before:
        last = rows.model.objects.filter(pk=before, account_id=actor.account_id).first()
        if last is not None:
            rows = rows.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
    return [_notice(row) for row in rows.order_by("-at", "-pk")[:limit]]


def link_of(actor: Actor, notice_id: UUID) -> str:
    """
    Where a notice leads.

    :raises NotFound: when it is somebody else's
    """
    row = Notification.objects.filter(pk=notice_id, account_id=actor.account_id).first() if actor.is_known else None
    if row is None:
        raise NotFound()
    return row.link


def _notice(row: Notification) -> NoticeCard:
    return NoticeCard(
        notice_id=row.pk,
        event=row.event,
        title=row.title,
        text=row.text,
        link=row.link,
        at=row.at,
        is_new=row.read_at is None,
    )


def mails(address: str = "", limit: int = 100) -> list[MailCard]:
    """
    The newest mails of the development mailbox.

    :raises NotFound: where there is no such mailbox
    """
    if not policies.can_open_mailbox():
        raise NotFound()
    rows = Mail.objects.order_by("-created_at", "-pk")
    if address:
        rows = rows.filter(to_address__icontains=address)
    return [_mail(row) for row in rows[:limit]]


def mail(mail_id: int) -> tuple[MailCard, str]:
    """
    One mail and its HTML.

    :raises NotFound: where there is no such mailbox, or no such mail
    """
    row = Mail.objects.filter(pk=mail_id).first() if policies.can_open_mailbox() else None
    if row is None:
        raise NotFound()
    return _mail(row), row.html


def _mail(row: Any) -> MailCard:
    return MailCard(
        mail_id=row.pk, to_address=row.to_address, subject=row.subject, text=row.text, created_at=row.created_at
    )
