"""Lifecycles of contracts, milestones and refund requests (spec work sections 2 and 3)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from freehold.kit.lifecycles import Lifecycle, move


class C(models.TextChoices):
    SCHEDULED = "SCHEDULED", _("Starts later")
    ACTIVE = "ACTIVE", _("Active")
    PAUSED = "PAUSED", _("Paused")
    ENDED = "ENDED", _("Ended")


CONTRACT = Lifecycle(
    C,
    {
        "start": move(C.SCHEDULED, to=C.ACTIVE, stamp="started_at"),
        "pause": move(C.ACTIVE, to=C.PAUSED),
        "resume": move(C.PAUSED, to=C.ACTIVE),
        "end": move(C.SCHEDULED, C.ACTIVE, C.PAUSED, to=C.ENDED, stamp="ended_at"),
    },
)


class M(models.TextChoices):
    PROPOSED = "PROPOSED", _("Proposed")
    AGREED = "AGREED", _("Planned")
    FUNDING = "FUNDING", _("Being funded")
    FUNDED = "FUNDED", _("Protected")
    SUBMITTED = "SUBMITTED", _("In review")
    CHANGES_ASKED = "CHANGES_ASKED", _("Changes asked")
    PAID = "PAID", _("Paid")
    REFUNDED = "REFUNDED", _("Returned")
    CANCELED = "CANCELED", _("Canceled")


#: money is held in these
HELD = (M.FUNDED, M.SUBMITTED, M.CHANGES_ASKED)
#: it is the worker's turn in these, and silence grows dormant
AT_WORK = (M.FUNDED, M.CHANGES_ASKED)
#: nothing happens any more in these
CLOSED = (M.PAID, M.REFUNDED, M.CANCELED)

MILESTONE = Lifecycle(
    M,
    {
        "agree": move(M.PROPOSED, to=M.AGREED),
        "decline": move(M.PROPOSED, to=M.CANCELED, stamp="closed_at"),
        "cancel": move(M.PROPOSED, M.AGREED, to=M.CANCELED, stamp="closed_at"),
        "edit": move(M.AGREED, to=M.AGREED),
        "fund": move(M.AGREED, to=M.FUNDING),
        "cover": move(M.AGREED, to=M.FUNDED, stamp="funded_at"),
        "settle": move(M.FUNDING, to=M.FUNDED, stamp="funded_at"),
        "fail": move(M.FUNDING, to=M.AGREED),
        "submit": move(*AT_WORK, to=M.SUBMITTED, stamp="submitted_at"),
        "take_back": move(M.SUBMITTED, to=M.FUNDED),
        "take_back_again": move(M.SUBMITTED, to=M.CHANGES_ASKED),
        "ask_changes": move(M.SUBMITTED, to=M.CHANGES_ASKED),
        "release": move(*HELD, to=M.PAID, stamp="closed_at"),
        "return": move(*HELD, to=M.REFUNDED, stamp="closed_at"),
    },
)


class R(models.TextChoices):
    ASKED = "ASKED", _("Waits for an answer")
    AGREED = "AGREED", _("Agreed")
    REFUSED = "REFUSED", _("Refused")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")


REFUND = Lifecycle(
    R,
    {
        "agree": move(R.ASKED, to=R.AGREED, stamp="answered_at"),
        "refuse": move(R.ASKED, to=R.REFUSED, stamp="answered_at"),
        "withdraw": move(R.ASKED, to=R.WITHDRAWN, stamp="answered_at"),
    },
)


class Side(models.TextChoices):
    """Which side of a contract did something."""

    COMPANY = "COMPANY", _("client")
    WORKER = "WORKER", _("freelancer")
    SYSTEM = "SYSTEM", _("the clock")


class Reason(models.TextChoices):
    """Why a contract ended (spec work section 8)."""

    COMPLETED = "COMPLETED", _("The work is complete")
    PAUSED_FOR_GOOD = "PAUSED_FOR_GOOD", _("The project is on hold for good")
    SCOPE = "SCOPE", _("The scope changed")
    NOT_AS_AGREED = "NOT_AS_AGREED", _("It was not as agreed")
    UNRESPONSIVE = "UNRESPONSIVE", _("The other side does not answer")
    BUDGET = "BUDGET", _("The budget changed")
    OTHER_WAY = "OTHER_WAY", _("Found another way")
    OTHER = "OTHER", _("Something else")


class Origin(models.TextChoices):
    PROPOSAL = "PROPOSAL", _("Proposal")
    INVITATION = "INVITATION", _("Invitation")
    DIRECT = "DIRECT", _("Direct contract")
    REHIRE = "REHIRE", _("Hired again")
