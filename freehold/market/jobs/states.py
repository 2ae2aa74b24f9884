"""Lifecycle and choices of a post (spec market section 3)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from freehold.kit.lifecycles import Lifecycle, move


class P(models.TextChoices):
    DRAFT = "DRAFT", _("Draft")
    OPEN = "OPEN", _("Open")
    CLOSED = "CLOSED", _("Closed")


class Outcome(models.TextChoices):
    FILLED = "FILLED", _("Filled")
    CANCELED = "CANCELED", _("Closed without hiring")
    EXPIRED = "EXPIRED", _("Closed after standing idle")


POST = Lifecycle(
    P,
    {
        "publish": move(P.DRAFT, to=P.OPEN, stamp="published_at"),
        "edit": move(P.OPEN, to=P.OPEN, stamp="changed_at"),
        "fill": move(P.OPEN, to=P.CLOSED, stamp="closed_at"),
        "close": move(P.OPEN, to=P.CLOSED, stamp="closed_at"),
        "expire": move(P.OPEN, to=P.CLOSED, stamp="closed_at"),
        "reopen": move(P.CLOSED, to=P.OPEN),
    },
)


class Kind(models.TextChoices):
    FIXED = "FIXED", _("Fixed price")
    HOURLY = "HOURLY", _("Hourly")


class Load(models.TextChoices):
    FULL = "FULL", _("More than 30 hours a week")
    PART = "PART", _("Less than 30 hours a week")
    NEEDED = "NEEDED", _("As needed")


class Duration(models.TextChoices):
    DAYS = "DAYS", _("Less than a month")
    WEEKS = "WEEKS", _("1 to 3 months")
    MONTHS = "MONTHS", _("3 to 6 months")
    LONG = "LONG", _("More than 6 months")


class Size(models.TextChoices):
    SMALL = "SMALL", _("Small")
    MEDIUM = "MEDIUM", _("Medium")
    LARGE = "LARGE", _("Large")


class Level(models.TextChoices):
    ENTRY = "ENTRY", _("Entry")
    INTERMEDIATE = "INTERMEDIATE", _("Intermediate")
    EXPERT = "EXPERT", _("Expert")


class Visibility(models.TextChoices):
    PUBLIC = "PUBLIC", _("Everybody, search engines too")
    MEMBERS = "MEMBERS", _("Only people who are signed in")


class Weight(models.TextChoices):
    MUST = "MUST", _("Must have")
    NICE = "NICE", _("Nice to have")
