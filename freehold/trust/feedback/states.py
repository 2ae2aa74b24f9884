"""Lifecycle of a review (spec trust section 1), its sides and what they rate."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from freehold.kit.lifecycles import Lifecycle, move


class S(models.TextChoices):
    OPEN = "OPEN", _("Waits for you")
    SEALED = "SEALED", _("Left, not shown yet")
    PUBLISHED = "PUBLISHED", _("Published")
    EXPIRED = "EXPIRED", _("Not left in time")
    SUNK = "SUNK", _("Not shown: too little was paid")
    HIDDEN = "HIDDEN", _("Hidden")


REVIEW = Lifecycle(
    S,
    {
        "submit": move(S.OPEN, to=S.SEALED, stamp="sealed_at"),
        "edit": move(S.SEALED, to=S.SEALED, stamp="sealed_at"),
        "publish": move(S.SEALED, to=S.PUBLISHED, stamp="published_at"),
        "expire": move(S.OPEN, to=S.EXPIRED),
        "reply": move(S.PUBLISHED, to=S.PUBLISHED, stamp="replied_at"),
        "sink": move(S.PUBLISHED, to=S.SUNK),
        "rise": move(S.SUNK, to=S.PUBLISHED),
    },
)


class Side(models.TextChoices):
    CLIENT = "CLIENT", _("Client")
    FREELANCER = "FREELANCER", _("Freelancer")


#: what each side rates, in the order the stars are kept
CRITERIA = {
    Side.CLIENT: (
        _("Quality of work"),
        _("Communication"),
        _("Keeping to schedule"),
        _("Skills"),
        _("Cooperation"),
        _("Availability"),
    ),
    Side.FREELANCER: (
        _("Clarity"),
        _("Communication"),
        _("Availability"),
        _("Realistic schedule"),
        _("Cooperation"),
        _("Prompt payment"),
    ),
}


class Reason(models.TextChoices):
    DONE = "DONE", _("The work was done")
    BUDGET = "BUDGET", _("The budget")
    QUALITY = "QUALITY", _("The quality")
    COMMUNICATION = "COMMUNICATION", _("The communication")
    SCHEDULE = "SCHEDULE", _("The schedule")
    OTHER = "OTHER", _("Something else")
