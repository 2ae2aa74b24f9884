"""What notices know about a person: all of it goes."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy

from freehold.kit.actors import Actor
from freehold.kit.privacy import Subject, personal
from freehold.talk.notifications import actions
from freehold.talk.notifications.models import Letter, Mail, Notification


def _erase_letters(subject: Subject, at: datetime) -> int:
    """What still waits is dropped first, so that a worker who holds one already finds it done with."""
    actions.drop_letters(actor=Actor.system("notifications.privacy"), account_id=subject.account_id, at=at)
    return Letter.objects.filter(account_id=subject.account_id).delete()[0]


personal(
    Notification,
    label=gettext_lazy("Your notices"),
    rows=lambda subject: Notification.objects.filter(account_id=subject.account_id),
    export=("at", "title", "text", "link", "read_at"),
    impersonal=("event", "words", "fact_id"),
)
personal(
    Letter,
    label=gettext_lazy("Mail to you that has not left yet"),
    rows=lambda subject: Letter.objects.filter(account_id=subject.account_id),
    export=("queued_at", "subject", "text", "done_at"),
    erase=_erase_letters,
    impersonal=("event", "words", "fact_id", "state", "html", "to_address"),
)
personal(
    Mail,
    label=gettext_lazy("Copies of mail in the demo's mailbox"),
    rows=lambda subject: Mail.objects.filter(account_id=subject.account_id),
    export=("created_at", "to_address", "subject", "text"),
    impersonal=("html",),
)
