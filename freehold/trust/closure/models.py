"""Closures, their steps, what they keep, and the proof."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import LockingQuerySet
from freehold.kit.ids import uuid7
from freehold.people.accounts.models import Account
from freehold.trust.closure.states import CLOSURE, IN_GRACE, ITEM, OPEN, STEP, WINDING_DOWN, Item, S, Step


class ClosureQuerySet(LockingQuerySet["Closure"]):
    def open(self) -> ClosureQuerySet:
        return self.filter(state__in=OPEN)

    def winding_down(self) -> ClosureQuerySet:
        return self.filter(state__in=WINDING_DOWN)

    def in_grace(self) -> ClosureQuerySet:
        return self.filter(state__in=IN_GRACE)


class Closure(models.Model):
    """One way out, from the request to the receipt. Ids, codes and days only."""

    class Kind(models.TextChoices):
        ACCOUNT = "ACCOUNT", _("Account")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject_kind = models.CharField(max_length=12, choices=Kind, default=Kind.ACCOUNT)
    subject_id = models.UUIDField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=S)
    pseudonym = models.CharField(max_length=30, unique=True)
    options = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    plan_version = models.SmallIntegerField(default=1)
    #: keys of open matters that needed the member when we last looked, so that a new one is told once
    needs = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    extensions = models.SmallIntegerField(default=0)
    tries = models.IntegerField(default=0)
    warned_at = models.DateTimeField(null=True)
    requested_at = models.DateTimeField()
    waiting_until = models.DateTimeField(null=True)
    recheck_due_at = models.DateTimeField(null=True)
    waiting_due_at = models.DateTimeField(null=True)
    staffed_at = models.DateTimeField(null=True)
    staff_due_at = models.DateTimeField(null=True)
    canceled_at = models.DateTimeField(null=True)
    marked_at = models.DateTimeField(null=True)
    warn_due_at = models.DateTimeField(null=True)
    erase_due_at = models.DateTimeField(null=True)
    interrupted_at = models.DateTimeField(null=True)
    reopened_at = models.DateTimeField(null=True)
    erasing_at = models.DateTimeField(null=True)
    retry_due_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(ClosureQuerySet)()

    class Meta:
        constraints = [
            CLOSURE.check("closure_state_known"),
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"],
                condition=models.Q(state__in=OPEN),
                name="one_open_closure_per_subject",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=IN_GRACE) | models.Q(erase_due_at__isnull=False),
                name="grace_has_an_end",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=S.WAITING) | models.Q(waiting_due_at__isnull=False),
                name="waiting_has_an_end",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "erase_due_at"], name="closure_grace"),
            models.Index(fields=["account", "-requested_at"], name="closure_of_account"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ErasureStep(models.Model):
    """One kind of data of one erasure: planned, carried out once, confirmed. Holds no personal value."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    closure = models.ForeignKey(Closure, on_delete=models.CASCADE, related_name="steps")
    position = models.SmallIntegerField()
    name = models.CharField(max_length=80)
    fate = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=10, choices=Step, default=Step.PENDING)
    attempts = models.IntegerField(default=0)
    rows = models.IntegerField(default=0)
    kept = models.IntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(LockingQuerySet["ErasureStep"])()

    class Meta:
        constraints = [
            STEP.check("erasure_step_state_known"),
            models.UniqueConstraint(fields=["closure", "name"], name="a_step_once"),
        ]


class RetentionItem(models.Model):
    """One record that outlives its person: why, and until which day."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    closure = models.ForeignKey(Closure, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=80)
    reference = models.CharField(max_length=40)
    basis = models.CharField(max_length=10)
    setting = models.CharField(max_length=60)
    keep_until = models.DateField()
    state = models.CharField(max_length=8, choices=Item, default=Item.KEPT)
    purged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            ITEM.check("retention_state_known"),
            models.UniqueConstraint(fields=["closure", "kind", "reference"], name="kept_once"),
        ]
        indexes = [models.Index(fields=["keep_until"], name="retention_due", condition=models.Q(state=Item.KEPT))]


class PurgeLine(models.Model):
    """What the retention job did on a day: counts, never ids."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    day = models.DateField()
    kind = models.CharField(max_length=80)
    basis = models.CharField(max_length=10)
    setting = models.CharField(max_length=60)
    years = models.IntegerField()
    count = models.IntegerField()
    plan_version = models.SmallIntegerField()


class Receipt(models.Model):
    """Proof of an erasure. The text is the holder's; once it is handed over, only its hash stays here."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    closure = models.OneToOneField(Closure, on_delete=models.PROTECT, related_name="receipt")
    number = models.CharField(max_length=15, unique=True)
    text = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64)
    kid = models.CharField(max_length=20)
    issued_at = models.DateTimeField()
    handed_over_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(LockingQuerySet["Receipt"])()


class SigningKey(models.Model):
    """The platform's key for receipts; public halves of retired ones stay."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kid = models.CharField(max_length=20, unique=True)
    public = models.BinaryField(max_length=32)
    #: the private half, encrypted with a key derived from the installation's secret
    sealed = models.BinaryField()
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)


class ExitAnswer(models.Model):
    """Why somebody left, in their words; linked to nobody, dated by the month only."""

    class Reason(models.TextChoices):
        OTHER_PLATFORM = "OTHER_PLATFORM", _("I found another platform")
        FEW_JOBS = "FEW_JOBS", _("Too few jobs or too few people")
        FEES = "FEES", _("The fees")
        PRIVACY = "PRIVACY", _("Privacy")
        EXPERIENCE = "EXPERIENCE", _("A bad experience")
        BREAK = "BREAK", _("I need a break")
        DUPLICATE = "DUPLICATE", _("I have another account")
        OTHER = "OTHER", _("Something else")

    # Version 4: a time-ordered id would tell who had just left.
    id = models.UUIDField(primary_key=True, editable=False)
    reasons = ArrayField(models.CharField(max_length=20, choices=Reason), default=list)
    text = models.TextField(max_length=1000, blank=True)
    month = models.DateField()
