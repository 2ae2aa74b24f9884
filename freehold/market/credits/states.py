"""Where credits come from and where they go."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.TextChoices):
    SIGNUP = "SIGNUP", _("First profile published")
    MONTHLY = "MONTHLY", _("Monthly grant")
    PROMOTION = "PROMOTION", _("Gift of the market")
    ADJUSTMENT = "ADJUSTMENT", _("Correction")


class Reason(models.TextChoices):
    GRANT = "GRANT", _("Granted")
    SPENT = "SPENT", _("Spent on a proposal")
    RETURNED = "RETURNED", _("Came back")
    LAPSED = "LAPSED", _("Lapsed")


class Mode(models.TextChoices):
    PAID = "paid"
    QUOTA = "quota"
    FREE = "free"
