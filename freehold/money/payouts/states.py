"""Lifecycles of what goes out (spec money section 9)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from freehold.kit.lifecycles import Lifecycle, move


class Rail(models.TextChoices):
    SEPA = "SEPA", _("Bank account")
    CARD = "CARD", _("Card")


class M(models.TextChoices):
    WAITING = "WAITING", _("Waits")
    ACTIVE = "ACTIVE", _("Ready")
    BROKEN = "BROKEN", _("Does not work")
    REMOVED = "REMOVED", _("Removed")


METHOD = Lifecycle(
    M,
    {
        "activate": move(M.WAITING, to=M.ACTIVE),
        "break": move(M.WAITING, M.ACTIVE, M.BROKEN, to=M.BROKEN),
        "remove": move(M.WAITING, M.ACTIVE, M.BROKEN, to=M.REMOVED, stamp="removed_at"),
    },
)


class P(models.TextChoices):
    SCHEDULED = "SCHEDULED", _("Scheduled")
    SENDING = "SENDING", _("On its way")
    PAID = "PAID", _("Paid out")
    FAILED = "FAILED", _("Did not arrive")
    RETURNED = "RETURNED", _("Sent back by the bank")
    CANCELED = "CANCELED", _("Canceled")


PAYOUT = Lifecycle(
    P,
    {
        "cancel": move(P.SCHEDULED, to=P.CANCELED, stamp="ended_at"),
        "send": move(P.SCHEDULED, to=P.SENDING, stamp="sent_at"),
        "settle": move(P.SENDING, to=P.PAID, stamp="paid_at"),
        "fail": move(P.SCHEDULED, P.SENDING, to=P.FAILED, stamp="ended_at"),
        "return": move(P.PAID, to=P.RETURNED, stamp="ended_at"),
    },
)


class Reason(models.TextChoices):
    """Why a payout came back."""

    ACCOUNT_CLOSED = "account_closed", _("The bank says the account is closed.")
    REJECTED = "rejected", _("The bank sent the money back.")
    METHOD_GONE = "method_gone", _("The payout method was no longer usable.")
