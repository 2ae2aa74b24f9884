"""Everything that is written about notices."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from procrastinate.contrib.django import app

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.settings import current
from freehold.people.accounts.models import Account
from freehold.talk.notifications import policies
from freehold.talk.notifications.models import Letter, Mail, Notification
from freehold.talk.notifications.states import LETTER, S


@action
def note_down(
    *, actor: Actor, account_id: UUID, event: str, words: str, fact_id: int, title: str, text: str, link: str,
    at: datetime,
) -> Notification:  # fmt: skip
    """
    Put a notice into somebody's list; the same fact twice is one notice.

    :raises NotAllowed: unless the machine acts
    """
    require(actor.is_system)
    row, _new = Notification.objects.get_or_create(
        account_id=account_id,
        fact_id=fact_id,
        words=words,
        defaults={"event": event, "title": title[:200], "text": text, "link": link, "at": at},
    )
    return row


@action
def queue_letter(
    *, actor: Actor, account_id: UUID | None, to_address: str, event: str, words: str, fact_id: int, subject: str,
    text: str, html: str, at: datetime,
) -> Letter:  # fmt: skip
    """
    Let a mail wait for the next worker; the same fact twice is one mail.

    :raises NotAllowed: unless the machine acts
    """
    require(actor.is_system)
    columns = {"event": event, "subject": subject[:200], "text": text, "html": html, "queued_at": at}
    if account_id is None:
        letter, new = Letter.objects.create(to_address=to_address, words=words, fact_id=fact_id, **columns), True
    else:
        letter, new = Letter.objects.get_or_create(
            account_id=account_id, fact_id=fact_id, words=words, defaults={"to_address": to_address, **columns}
        )
    if new:
        app.configure_task("notifications.send_letter", queue="mail").defer(letter_id=str(letter.pk))
    return letter


@action
def begin_sending(*, actor: Actor, letter_id: UUID, at: datetime) -> Letter | None:
    """
    Look whether a letter still has somebody to go to; letters to erased people are dropped.

    :returns: the letter, or None when it is done with
    :raises NotAllowed: unless the machine acts
    """
    letter = Letter.objects.locked(letter_id)
    require(actor.is_system)
    if not LETTER.allows(letter, "send"):
        return None
    if letter.account_id and Account.objects.filter(pk=letter.account_id, state="ERASED").exists():
        _finish(letter, "skip", at)
        return None
    return letter


@action
def settle_letter(*, actor: Actor, letter_id: UUID, at: datetime) -> None:
    """
    Note that a letter has left and forget its words; a second time changes nothing.

    :raises NotAllowed: unless the machine acts
    """
    letter = Letter.objects.locked(letter_id)
    require(actor.is_system)
    if LETTER.allows(letter, "send"):
        _finish(letter, "send", at)


def _finish(letter: Letter, name: str, at: datetime) -> None:
    LETTER.move(letter, name, at=at, to_address="", subject="", text="", html="")


@action
def drop_letters(*, actor: Actor, account_id: UUID, at: datetime) -> int:
    """
    Drop what still waits to be sent to somebody who goes.

    :returns: how many letters there were
    :raises NotAllowed: unless the machine acts
    """
    letters = list(Letter.objects.select_for_update().filter(account_id=account_id, state=S.QUEUED).order_by("pk"))
    require(actor.is_system)
    for letter in letters:
        _finish(letter, "skip", at)
    return len(letters)


@action
def forget_address(*, actor: Actor, address: str, name: str) -> None:
    """
    Forget an address in the development mailbox: only the last mail to it stays, under another name.

    :raises NotAllowed: unless the machine acts
    """
    require(actor.is_system)
    mails = list(Mail.objects.filter(to_address__iexact=address).order_by("-pk").values_list("pk", flat=True))
    Mail.objects.filter(pk__in=mails[1:]).delete()
    Mail.objects.filter(pk__in=mails[:1]).update(to_address=name, account=None)


@action
def read_notice(*, actor: Actor, notice_id: UUID, at: datetime) -> Notification:
    """
    Mark one notice read.

    :raises NotFound: when it is somebody else's
    """
    notice = Notification.objects.filter(account_id=actor.account_id).locked(notice_id)
    require(policies.can_read(actor))
    if notice.read_at is None:
        notice.read_at = at
        notice.save(update_fields=["read_at"])
    return notice


@action
def read_all(*, actor: Actor, at: datetime) -> int:
    """
    Mark all of the actor's notices read.

    :returns: how many were new
    :raises NotAllowed: for visitors
    """
    require(policies.can_read(actor))
    return Notification.objects.filter(account_id=actor.account_id, at__lte=at).unread().update(read_at=at)


@action
def forget_old(*, actor: Actor, at: datetime) -> int:
    """
    Forget notices older than ``notify.retain_days``, and what is left of letters that went.

    :returns: how many rows went
    :raises NotAllowed: unless the machine acts
    """
    require(actor.is_system)
    before = at - timedelta(days=current().notify.retain_days)
    notices, _kinds = Notification.objects.filter(at__lt=before).delete()
    letters, _kinds = Letter.objects.filter(done_at__lt=before).delete()
    return notices + letters
