"""Lifecycle of a closure, of an erasure step, and of what is kept."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from freehold.kit.lifecycles import Lifecycle, move


class S(models.TextChoices):
    WAITING = "WAITING", _("Winding down")
    STAFFED = "STAFFED", _("With our staff")
    GRACE = "GRACE", _("Closed, can be reopened")
    INTERRUPTED = "INTERRUPTED", _("Interrupted")
    CANCELED = "CANCELED", _("Canceled")
    REOPENED = "REOPENED", _("Reopened")
    ERASING = "ERASING", _("Being erased")
    ERASED = "ERASED", _("Erased")


#: A closure in one of these is the only one of its subject.
OPEN = (S.WAITING, S.STAFFED, S.GRACE, S.INTERRUPTED, S.ERASING)
WINDING_DOWN = (S.WAITING, S.STAFFED)
IN_GRACE = (S.GRACE, S.INTERRUPTED)

CLOSURE = Lifecycle(
    S,
    {
        "clear": move(S.WAITING, S.STAFFED, to=S.GRACE, stamp="marked_at"),
        "cancel": move(S.WAITING, S.STAFFED, to=S.CANCELED, stamp="canceled_at"),
        "stall": move(S.WAITING, to=S.STAFFED, stamp="staffed_at"),
        "extend": move(S.STAFFED, to=S.WAITING),
        "reopen": move(S.GRACE, S.INTERRUPTED, to=S.REOPENED, stamp="reopened_at"),
        "interrupt": move(S.GRACE, to=S.INTERRUPTED, stamp="interrupted_at"),
        "resolve": move(S.INTERRUPTED, to=S.GRACE),
        "erase": move(S.GRACE, S.INTERRUPTED, to=S.ERASING, stamp="erasing_at"),
        "finish": move(S.ERASING, to=S.ERASED, stamp="erased_at"),
    },
)


class Step(models.TextChoices):
    PENDING = "PENDING", _("Pending")
    CONFIRMED = "CONFIRMED", _("Done")
    MANUAL = "MANUAL", _("Needs a person")


STEP = Lifecycle(
    Step,
    {
        "confirm": move(Step.PENDING, Step.MANUAL, to=Step.CONFIRMED, stamp="confirmed_at"),
        "give_up": move(Step.PENDING, Step.MANUAL, to=Step.MANUAL),
    },
)


class Item(models.TextChoices):
    KEPT = "KEPT", _("Kept")
    HELD = "HELD", _("Held")
    PURGED = "PURGED", _("Purged")


ITEM = Lifecycle(Item, {"purge": move(Item.KEPT, to=Item.PURGED, stamp="purged_at")})
