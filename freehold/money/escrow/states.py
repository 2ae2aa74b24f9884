"""Lifecycle of a hold (spec money section 6)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from freehold.kit.lifecycles import Lifecycle, move


class H(models.TextChoices):
    OPENING = "OPENING", _("Being funded")
    HELD = "HELD", _("Protected")
    FROZEN = "FROZEN", _("Frozen")
    CLOSED = "CLOSED", _("Closed")


HOLD = Lifecycle(
    H,
    {
        "fund": move(H.OPENING, to=H.HELD, stamp="funded_at"),
        "abandon": move(H.OPENING, to=H.CLOSED, stamp="closed_at"),
        # money comes in from another hold; only one that collects may come back to life
        "receive": move(H.OPENING, H.HELD, H.CLOSED, to=H.HELD),
        "pay": move(H.HELD, to=H.HELD),
        "empty": move(H.HELD, to=H.CLOSED, stamp="closed_at"),
        "freeze": move(H.HELD, to=H.FROZEN),
        "unfreeze": move(H.FROZEN, to=H.HELD),
    },
)
