"""Lifecycle of an offer (spec market-deals section 4)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from freehold.kit.lifecycles import Lifecycle, move


class O(models.TextChoices):  # noqa: E742
    DRAFT = "DRAFT", _("Draft")
    FUNDING = "FUNDING", _("Being funded")
    SENT = "SENT", _("Waits for an answer")
    ACCEPTED = "ACCEPTED", _("Accepted")
    DECLINED = "DECLINED", _("Declined")
    EXPIRED = "EXPIRED", _("Expired")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")
    VOID = "VOID", _("Void")


#: somebody may still act on these
OPEN = (O.DRAFT, O.FUNDING, O.SENT)

OFFER = Lifecycle(
    O,
    {
        "edit": move(O.DRAFT, to=O.DRAFT),
        "send": move(O.DRAFT, to=O.FUNDING),
        "settle": move(O.FUNDING, to=O.SENT, stamp="sent_at"),
        "fail": move(O.FUNDING, to=O.DRAFT),
        "revise": move(O.SENT, to=O.SENT, stamp="sent_at"),
        "refund_revised": move(O.SENT, to=O.FUNDING),
        "accept": move(O.SENT, to=O.ACCEPTED, stamp="ended_at"),
        "decline": move(O.SENT, to=O.DECLINED, stamp="ended_at"),
        "expire": move(O.SENT, to=O.EXPIRED, stamp="ended_at"),
        "withdraw": move(O.DRAFT, O.SENT, to=O.WITHDRAWN, stamp="ended_at"),
        "void": move(*OPEN, to=O.VOID, stamp="ended_at"),
    },
)
