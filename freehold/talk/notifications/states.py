"""Lifecycle of a letter."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from freehold.kit.lifecycles import Lifecycle, move


class S(models.TextChoices):
    QUEUED = "QUEUED", _("Waiting to leave")
    SENT = "SENT", _("Sent")
    SKIPPED = "SKIPPED", _("Not sent: there is nobody any more")


LETTER = Lifecycle(
    S,
    {
        "send": move(S.QUEUED, to=S.SENT, stamp="done_at"),
        "skip": move(S.QUEUED, to=S.SKIPPED, stamp="done_at"),
    },
)
