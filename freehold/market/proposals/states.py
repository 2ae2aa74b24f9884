"""Lifecycle of a proposal (spec market-deals section 3)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from freehold.kit.lifecycles import Lifecycle, move


class S(models.TextChoices):
    DRAFT = "DRAFT", _("Draft")
    SUBMITTED = "SUBMITTED", _("Sent")
    ACTIVE = "ACTIVE", _("In conversation")
    OFFERED = "OFFERED", _("Offer made")
    HIRED = "HIRED", _("Hired")
    DECLINED = "DECLINED", _("Declined")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")
    ARCHIVED = "ARCHIVED", _("Post closed")
    INVALID = "INVALID", _("No longer valid")


#: on the client's table, waiting for somebody
LIVE = (S.SUBMITTED, S.ACTIVE, S.OFFERED)
#: states in which the same worker side may not apply to the same post again
STANDING = (*LIVE, S.ARCHIVED, S.HIRED)

PROPOSAL = Lifecycle(
    S,
    {
        "submit": move(S.DRAFT, to=S.SUBMITTED, stamp="submitted_at"),
        "decline": move(S.SUBMITTED, S.ACTIVE, S.ARCHIVED, to=S.DECLINED, stamp="concluded_at"),
        "withdraw": move(S.SUBMITTED, S.ACTIVE, S.ARCHIVED, to=S.WITHDRAWN, stamp="concluded_at"),
        "offer": move(S.SUBMITTED, S.ACTIVE, S.ARCHIVED, to=S.OFFERED),
        "hire": move(S.OFFERED, to=S.HIRED, stamp="concluded_at"),
        "end_offer": move(S.OFFERED, to=S.ACTIVE),
        "archive": move(S.SUBMITTED, S.ACTIVE, to=S.ARCHIVED),
        "revive": move(S.ARCHIVED, to=S.SUBMITTED),
        "revive_active": move(S.ARCHIVED, to=S.ACTIVE),
        "invalidate": move(S.SUBMITTED, S.ACTIVE, S.OFFERED, to=S.INVALID, stamp="concluded_at"),
    },
)


class DeclineReason(models.TextChoices):
    HIRED = "HIRED", _("Hired somebody already")
    EXPERIENCE = "EXPERIENCE", _("Experience")
    RATE = "RATE", _("Rate")
    FIT = "FIT", _("Another proposal fits better")
    SILENT = "SILENT", _("No answer")
    NEEDLESS = "NEEDLESS", _("No longer needed")
    OTHER = "OTHER", _("Another reason")


class WithdrawReason(models.TextChoices):
    MISTAKE = "MISTAKE", _("Sent by mistake")
    RATE = "RATE", _("Rate")
    SCHEDULE = "SCHEDULE", _("Schedule")
    FIT = "FIT", _("Not a fit")
    SILENT = "SILENT", _("No answer")
    IMPROPER = "IMPROPER", _("Improper request")
    LEAVING = "LEAVING", _("Account closed")
    OTHER = "OTHER", _("Another reason")


class Terms(models.TextChoices):
    WHOLE = "WHOLE", _("One amount for the whole job")
    MILESTONES = "MILESTONES", _("In milestones")
    HOURLY = "HOURLY", _("By the hour")
