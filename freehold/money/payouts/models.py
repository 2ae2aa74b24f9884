"""Payout methods and payouts."""

from __future__ import annotations

from django.db import models

from freehold.kit.actions import LockingQuerySet
from freehold.kit.ids import uuid7
from freehold.kit.money import Money
from freehold.money.payouts.states import METHOD, PAYOUT, M, P, Rail, Reason
from freehold.people.teams.models import Party


class MethodQuerySet(LockingQuerySet["PayoutMethod"]):
    def kept(self) -> MethodQuerySet:
        return self.exclude(state=M.REMOVED)

    def usable(self) -> MethodQuerySet:
        return self.filter(state=M.ACTIVE)


class PayoutMethod(models.Model):
    """
    Where a party's money can go.

    The account's number is sealed (encrypted); ``masked`` is what people see. ``print`` tells the same account again
    without opening the seal.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    rail = models.CharField(max_length=8, choices=Rail)
    holder = models.CharField(max_length=100, blank=True)
    bank = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, blank=True)
    masked = models.CharField(max_length=40, blank=True)
    sealed = models.BinaryField(max_length=600, blank=True)
    print = models.BinaryField(max_length=32, blank=True)
    state = models.CharField(max_length=8, choices=M, default=M.WAITING)
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    added_by_id = models.UUIDField(null=True)
    added_at = models.DateTimeField()
    active_at = models.DateTimeField()
    active_due_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(MethodQuerySet)()

    class Meta:
        constraints = [
            METHOD.check("payout_method_state_known"),
            models.UniqueConstraint(
                fields=["party", "print"], condition=~models.Q(state=M.REMOVED), name="a_payout_account_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["active_due_at"], name="payout_method_due", condition=models.Q(active_due_at__isnull=False)
            )
        ]


class Payout(models.Model):
    """One amount on its way out of a wallet; the fee is part of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=12, unique=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    method = models.ForeignKey(PayoutMethod, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    fee = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=P, default=P.SCHEDULED)
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    reference = models.CharField(max_length=120, blank=True)
    entry_id = models.BigIntegerField()
    requested_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    stuck_at = models.DateTimeField(null=True)
    send_due_at = models.DateTimeField(null=True)
    ask_due_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(LockingQuerySet["Payout"])()

    class Meta:
        constraints = [
            PAYOUT.check("payout_state_known"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="a_payout_is_positive"),
            models.CheckConstraint(
                condition=models.Q(fee__gte=0, fee__lt=models.F("amount")), name="a_fee_is_less_than_its_payout"
            ),
        ]
        indexes = [
            models.Index(fields=["party", "-requested_at"], name="payout_party"),
            models.Index(fields=["send_due_at"], name="payout_send", condition=models.Q(send_due_at__isnull=False)),
            models.Index(fields=["ask_due_at"], name="payout_ask", condition=models.Q(ask_due_at__isnull=False)),
        ]

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def fee_money(self) -> Money:
        return Money(self.fee, self.currency)

    @property
    def arrives(self) -> Money:
        """What reaches the account."""
        return Money(self.amount - self.fee, self.currency)

    @property
    def why(self) -> str:
        return str(Reason(self.reason).label) if self.reason else ""
