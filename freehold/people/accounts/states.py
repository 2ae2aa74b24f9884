"""Lifecycle of an account (spec people section 3; the closing states are closure section 5)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from freehold.kit.lifecycles import Lifecycle, move


class S(models.TextChoices):
    NEW = "NEW", _("Not confirmed yet")
    ACTIVE = "ACTIVE", _("Active")
    LIMITED = "LIMITED", _("Limited")
    SUSPENDED = "SUSPENDED", _("Suspended")
    CLOSED = "CLOSED", _("Closing")
    ERASED = "ERASED", _("Gone")


ACCOUNT = Lifecycle(
    S,
    {
        "confirm_email": move(S.NEW, to=S.ACTIVE, stamp="confirmed_at"),
        "limit": move(S.ACTIVE, to=S.LIMITED),
        "lift": move(S.LIMITED, to=S.ACTIVE),
        "suspend": move(S.ACTIVE, S.LIMITED, to=S.SUSPENDED),
        "reinstate": move(S.SUSPENDED, to=S.ACTIVE),
        "close": move(S.ACTIVE, S.LIMITED, S.SUSPENDED, to=S.CLOSED, stamp="closed_at"),
        # Reopening brings back the state before: leaving never washes off a measure.
        "reopen": move(S.CLOSED, to=S.ACTIVE),
        "reopen_limited": move(S.CLOSED, to=S.LIMITED),
        "reopen_suspended": move(S.CLOSED, to=S.SUSPENDED),
        "erase": move(S.CLOSED, to=S.ERASED, stamp="erased_at"),
    },
)
