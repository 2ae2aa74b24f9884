"""Kinds of documents (spec money section 10). A document has no states: it is issued, and that is all."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    WORK = "WORK", _("Invoice")
    FEE_WORKER = "FEE_WORKER", _("Fee invoice")
    FEE_CLIENT = "FEE_CLIENT", _("Fee invoice")
    CREDIT_NOTE = "CREDIT_NOTE", _("Credit note")


#: The house's own series; sellers draw five letters.
HOUSE = "H"
