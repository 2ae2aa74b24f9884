"""Lifecycles of what comes in (spec money section 6)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from freehold.kit.lifecycles import Lifecycle, move


class M(models.TextChoices):
    UNVERIFIED = "UNVERIFIED", _("Not verified")
    VERIFIED = "VERIFIED", _("Ready")
    BROKEN = "BROKEN", _("Last charge failed")
    REMOVED = "REMOVED", _("Removed")


METHOD = Lifecycle(
    M,
    {
        "verify": move(M.UNVERIFIED, M.VERIFIED, M.BROKEN, to=M.VERIFIED),
        "break": move(M.UNVERIFIED, M.VERIFIED, M.BROKEN, to=M.BROKEN),
        "remove": move(M.UNVERIFIED, M.VERIFIED, M.BROKEN, to=M.REMOVED, stamp="removed_at"),
    },
)


class C(models.TextChoices):
    SENDING = "SENDING", _("On its way")
    NEEDS_ACTION = "NEEDS_ACTION", _("Waits for your bank")
    SETTLED = "SETTLED", _("Paid")
    FAILED = "FAILED", _("Did not go through")
    REVERSED = "REVERSED", _("Taken back by the bank")


CHARGE = Lifecycle(
    C,
    {
        "need_action": move(C.SENDING, to=C.NEEDS_ACTION),
        "settle": move(C.SENDING, C.NEEDS_ACTION, to=C.SETTLED, stamp="settled_at"),
        "fail": move(C.SENDING, C.NEEDS_ACTION, to=C.FAILED, stamp="failed_at"),
        # Money that came after all; it goes straight back.
        "settle_late": move(C.FAILED, to=C.SETTLED, stamp="settled_at"),
        "reverse": move(C.SETTLED, to=C.REVERSED),
    },
)


class R(models.TextChoices):
    SENDING = "SENDING", _("On its way back")
    SETTLED = "SETTLED", _("Returned")
    REROUTED = "REROUTED", _("Returned to the account balance")


REFUND = Lifecycle(
    R,
    {
        "settle": move(R.SENDING, to=R.SETTLED, stamp="settled_at"),
        "reroute": move(R.SENDING, to=R.REROUTED, stamp="settled_at"),
    },
)


class Reason(models.TextChoices):
    """Why a charge did not go through, in words a person can act on."""

    DECLINED = "declined", _("The bank declined the card. Ask the bank why, or use another card.")
    INSUFFICIENT = "insufficient", _("The account behind the card does not have enough money. Use another card.")
    EXPIRED_CARD = "expired_card", _("The card has expired. Add the new one.")
    NOT_CONFIRMED = "not_confirmed", _("The payment was turned down on the bank's page. You can try again.")
    ACTION_EXPIRED = "action_expired", _("Nobody confirmed the payment on the bank's page in time. You can try again.")
    PROVIDER = "provider", _("The payment provider could not take the payment. Try again, or use another card.")
