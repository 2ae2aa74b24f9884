"""Lifecycle of a word: it is offered, or kept only where it is used."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from freehold.kit.lifecycles import Lifecycle, move


class S(models.TextChoices):
    ACTIVE = "ACTIVE", _("Offered")
    RETIRED = "RETIRED", _("Kept where used")


WORD = Lifecycle(S, {"retire": move(S.ACTIVE, to=S.RETIRED)})
