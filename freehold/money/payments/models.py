"""Payment methods, charges, refunds, and what providers told us."""

from __future__ import annotations

from django.db import models

from freehold.kit.actions import LockingQuerySet
from freehold.kit.ids import uuid7
from freehold.kit.money import Money
from freehold.money.payments.states import CHARGE, METHOD, REFUND, C, M, R, Reason
from freehold.people.teams.models import Party

_CURRENCY = 3


class MethodQuerySet(LockingQuerySet["PaymentMethod"]):
    def kept(self) -> MethodQuerySet:
        return self.exclude(state=M.REMOVED)


class PaymentMethod(models.Model):
    """
    A card a party lets us charge.

    Its number is never stored: only brand, last four digits, expiry and holder, and the provider's token.
    """

    class Kind(models.TextChoices):
        CARD = "CARD"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.CARD)
    provider = models.CharField(max_length=20)
    token = models.CharField(max_length=120)
    brand = models.CharField(max_length=30)
    last_four = models.CharField(max_length=4)
    expiry_month = models.PositiveSmallIntegerField(null=True)
    expiry_year = models.PositiveSmallIntegerField(null=True)
    holder = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=10, choices=M, default=M.UNVERIFIED)
    is_default = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(MethodQuerySet)()

    class Meta:
        constraints = [
            METHOD.check("payment_method_state_known"),
            models.UniqueConstraint(
                fields=["party"], condition=models.Q(is_default=True), name="one_default_method_per_party"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=M.REMOVED) | models.Q(is_default=False), name="a_removed_method_is_no_default"
            ),
            models.CheckConstraint(condition=models.Q(last_four__regex=r"^\d{0,4}$"), name="only_the_last_four"),
        ]

    @property
    def label(self) -> str:
        """``Visa ending 4242``, as people see it."""
        return f"{self.brand} ···· {self.last_four}"


class Charge(models.Model):
    """
    Money asked of a method for named ledger accounts.

    ``allocations`` is a list of ``[ledger account, amount]``; a charge without a method is paid from the balance.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    account_id = models.UUIDField(null=True)
    method = models.ForeignKey(PaymentMethod, on_delete=models.PROTECT, related_name="+", null=True)
    provider = models.CharField(max_length=20, blank=True)
    reference = models.CharField(max_length=120, blank=True)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    currency = models.CharField(max_length=_CURRENCY)
    amount = models.BigIntegerField()
    refunded = models.BigIntegerField(default=0)
    allocations = models.JSONField()
    tries = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=14, choices=C, default=C.SENDING)
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    entry_id = models.BigIntegerField(null=True)
    begun_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    stuck_at = models.DateTimeField(null=True)
    action_due_at = models.DateTimeField(null=True)
    ask_due_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(LockingQuerySet["Charge"])()

    class Meta:
        constraints = [
            CHARGE.check("charge_state_known"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="a_charge_is_positive"),
            models.CheckConstraint(
                condition=models.Q(refunded__gte=0, refunded__lte=models.F("amount")),
                name="refunded_at_most_the_charge",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=C.SETTLED) | models.Q(entry_id__isnull=False), name="settled_is_posted"
            ),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="charge_subject"),
            models.Index(fields=["party", "-begun_at"], name="charge_party"),
            models.Index(fields=["ask_due_at"], name="charge_ask", condition=models.Q(ask_due_at__isnull=False)),
            models.Index(
                fields=["action_due_at"], name="charge_action", condition=models.Q(action_due_at__isnull=False)
            ),
        ]

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def why(self) -> str:
        """The reason in words."""
        return str(Reason(self.reason).label) if self.reason else ""


class Refund(models.Model):
    """
    Money on its way back to a payer.

    ``sources`` is where it was taken from (``[ledger account, amount]``), ``parts`` the charges it goes back to
    (``[charge id, amount]``); what no charge takes goes to the payer's account balance.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    currency = models.CharField(max_length=_CURRENCY)
    amount = models.BigIntegerField()
    sources = models.JSONField()
    parts = models.JSONField(default=list)
    rerouted = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=R, default=R.SENDING)
    begun_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    stuck_at = models.DateTimeField(null=True)
    ask_due_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(LockingQuerySet["Refund"])()

    class Meta:
        constraints = [
            REFUND.check("refund_state_known"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="a_refund_is_positive"),
            models.CheckConstraint(
                condition=models.Q(rerouted__gte=0, rerouted__lte=models.F("amount")), name="rerouted_within_the_refund"
            ),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="refund_subject"),
            models.Index(fields=["party", "-begun_at"], name="refund_party"),
            models.Index(fields=["ask_due_at"], name="refund_ask", condition=models.Q(ask_due_at__isnull=False)),
        ]

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


class ProviderNotice(models.Model):
    """What a provider told us, word for word and before anybody acts on it; the same notice is kept once."""

    id = models.BigAutoField(primary_key=True)
    provider = models.CharField(max_length=20)
    external_id = models.CharField(max_length=120)
    body = models.JSONField()
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(LockingQuerySet["ProviderNotice"])()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "external_id"], name="a_notice_once")]
