"""Lifecycle of a profile (spec market section 2) and the words its columns take."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from freehold.kit.lifecycles import Lifecycle, move


class S(models.TextChoices):
    DRAFT = "DRAFT", _("Draft")
    PUBLISHED = "PUBLISHED", _("Published")
    PRIVATE = "PRIVATE", _("Hidden")
    REFUSED = "REFUSED", _("Taken down")


PROFILE = Lifecycle(
    S,
    {
        "publish": move(S.DRAFT, S.REFUSED, to=S.PUBLISHED, stamp="published_at"),
        "hide": move(S.PUBLISHED, to=S.PRIVATE),
        "show": move(S.PRIVATE, to=S.PUBLISHED),
        "take_down": move(S.PUBLISHED, S.PRIVATE, to=S.REFUSED),
    },
)


class Visibility(models.TextChoices):
    PUBLIC = "PUBLIC", _("Everyone, search engines included")
    MEMBERS = "MEMBERS", _("Members who are signed in")
    PRIVATE = "PRIVATE", _("Only those I send proposals to or work with")


class Level(models.TextChoices):
    ENTRY = "ENTRY", _("Entry")
    INTERMEDIATE = "INTERMEDIATE", _("Intermediate")
    EXPERT = "EXPERT", _("Expert")


class Availability(models.TextChoices):
    FULL = "FULL", _("More than 30 h a week")
    PART = "PART", _("Under 30 h a week")
    AS_NEEDED = "AS_NEEDED", _("As needed")
    AWAY = "AWAY", _("Away for a while")


class Fluency(models.TextChoices):
    BASIC = "BASIC", _("Basic")
    CONVERSATIONAL = "CONVERSATIONAL", _("Conversational")
    FLUENT = "FLUENT", _("Fluent")
    NATIVE = "NATIVE", _("Native")
