"""Mail's way out, and the mailbox that catches it where no mail server is set (demo, development, tests)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from freehold.kit import clock

if TYPE_CHECKING:
    from freehold.talk.notifications.models import Letter


def send(letter: Letter) -> None:
    """Hand a letter to Django's mail; its id is the Message-ID, so that a repeat is the same message."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        to=[letter.to_address],
        headers={"Message-ID": f"<{letter.pk}@{host}>", "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(letter.html, "text/html")
    message.account_id = letter.account_id  # type: ignore[attr-defined]
    message.moment = letter.queued_at  # type: ignore[attr-defined]
    message.send()


class Backend(BaseEmailBackend):
    """Keep mail as rows instead of sending it; the same letter twice is one row."""

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        from freehold.people.accounts.models import Account
        from freehold.talk.notifications.models import Mail

        for message in email_messages:
            known = dict(Account.objects.filter(email__in=message.recipients()).values_list("email", "pk"))
            html = next((str(a[0]) for a in getattr(message, "alternatives", ()) if a[1] == "text/html"), "")
            for address in message.recipients():
                Mail.objects.create(
                    account_id=getattr(message, "account_id", None) or known.get(address.lower()),
                    to_address=address[:254],
                    subject=" ".join(str(message.subject).split())[:200],
                    text=str(message.body),
                    html=html,
                    created_at=getattr(message, "moment", None) or clock.now(),
                )
        return len(email_messages)
