"""Mail leaves in the background; old notices are forgotten at night."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from freehold.kit import clock
from freehold.kit.actors import Actor
from freehold.talk.notifications import actions, mailbox

_POST = Actor.system("notifications.send_letter")


@app.task(name="notifications.send_letter", queue="mail", retry=8)
def send_letter(letter_id: str) -> None:
    """Send one letter: ask, send, settle. Cut off between the last two it is sent again under the same Message-ID."""
    letter = actions.begin_sending(actor=_POST, letter_id=UUID(letter_id), at=clock.now())
    if letter is None:
        return
    mailbox.send(letter)
    actions.settle_letter(actor=_POST, letter_id=letter.pk, at=clock.now())


@app.periodic(cron="43 3 * * *")
@app.task(name="notifications.forget_old", queueing_lock="notifications.forget_old")
def forget_old(timestamp: int) -> None:
    """Forget what is old."""
    actions.forget_old(actor=Actor.system("notifications.forget_old"), at=clock.now())
