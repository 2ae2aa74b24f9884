"""Holds and earnings."""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.db.models import F, Q

from freehold.kit.actions import LockingQuerySet
from freehold.kit.ids import uuid7
from freehold.kit.money import Money
from freehold.money.escrow.states import HOLD, H


class HoldQuerySet(LockingQuerySet["Hold"]):
    def for_subjects(self, kind: str, ids: list[UUID]) -> HoldQuerySet:
        return self.filter(subject_kind=kind, subject_id__in=ids)


class Hold(models.Model):
    """
    Money set aside for one purpose.

    ``amount`` came (or, while OPENING, is to come) in; what left it was released, refunded or moved to another hold.
    The client's fee taken with it has the same four columns.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    payer_id = models.UUIDField()
    payee_id = models.UUIDField(null=True)
    currency = models.CharField(max_length=3)
    collects = models.BooleanField(default=False)
    amount = models.BigIntegerField()
    released = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    moved = models.BigIntegerField(default=0)
    advance = models.BigIntegerField()
    advance_released = models.BigIntegerField(default=0)
    advance_refunded = models.BigIntegerField(default=0)
    advance_moved = models.BigIntegerField(default=0)
    releases = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=8, choices=H, default=H.OPENING)
    opened_at = models.DateTimeField()
    funded_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    provider_limit_at = models.DateTimeField(null=True)
    limit_warn_due_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(HoldQuerySet)()

    class Meta:
        constraints = [
            HOLD.check("hold_state_known"),
            models.CheckConstraint(
                condition=Q(released__gte=0, refunded__gte=0, moved__gte=0)
                & Q(amount__gte=F("released") + F("refunded") + F("moved")),
                name="no_more_leaves_than_came",
            ),
            models.CheckConstraint(
                condition=Q(advance_released__gte=0, advance_refunded__gte=0, advance_moved__gte=0)
                & Q(advance__gte=F("advance_released") + F("advance_refunded") + F("advance_moved")),
                name="no_more_fee_leaves_than_came",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="hold_subject"),
            models.Index(fields=["payer_id", "state"], name="hold_payer"),
            models.Index(fields=["payee_id", "state"], name="hold_payee"),
            models.Index(
                fields=["limit_warn_due_at"], name="hold_warn", condition=Q(limit_warn_due_at__isnull=False)
            ),
        ]

    @property
    def remaining(self) -> int:
        return self.amount - self.released - self.refunded - self.moved

    @property
    def advance_remaining(self) -> int:
        return self.advance - self.advance_released - self.advance_refunded - self.advance_moved

    @property
    def held(self) -> Money:
        """What is set aside now; nothing before the money arrived."""
        return Money(self.remaining if self.state in (H.HELD, H.FROZEN) else 0, self.currency)

    def __str__(self) -> str:
        return str(self.pk)


class Earning(models.Model):
    """What a release paid to a wallet: pending until ``due_at``, then available."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    party_id = models.UUIDField()
    hold_id = models.UUIDField(null=True)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    entry_id = models.BigIntegerField()
    earned_at = models.DateTimeField()
    due_at = models.DateTimeField()
    matured_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(LockingQuerySet["Earning"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry_id", "party_id"], name="earned_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="an_earning_is_something"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="earning_pending", condition=Q(matured_at__isnull=True)),
            models.Index(fields=["party_id", "earned_at"], name="earning_party"),
        ]
