"""Pools, lots and entries."""

from __future__ import annotations

from uuid import UUID

from django.db import models

from freehold.kit.actions import LockingQuerySet
from freehold.kit.ids import uuid7
from freehold.market.credits.states import Reason, Source
from freehold.people.teams.models import Party


class PoolQuerySet(LockingQuerySet["Pool"]):
    def of(self, party_id: UUID) -> Pool | None:
        """The pool of a party, locked: whoever holds it alone spends from it."""
        return self.select_for_update(of=("self",), no_key=True).filter(party_id=party_id).first()


class Pool(models.Model):
    """A freelancer side's credits; its row is the lock of all its lots."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    party = models.OneToOneField(Party, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    grant_due_at = models.DateTimeField(null=True)
    frozen_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(PoolQuerySet)()

    class Meta:
        indexes = [models.Index(fields=["grant_due_at"], name="pool_grant_due")]


class Lot(models.Model):
    """Credits that came in together and lapse together; ``left`` is the sum of its entries."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="lots")
    source = models.CharField(max_length=10, choices=Source)
    key = models.CharField(max_length=60)
    count = models.IntegerField()
    left = models.IntegerField()
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    warn_due_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(LockingQuerySet["Lot"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pool", "key"], name="granted_once"),
            models.CheckConstraint(condition=models.Q(left__gte=0), name="lot_never_below_zero"),
            models.CheckConstraint(condition=models.Q(left__lte=models.F("count")), name="lot_never_above_its_count"),
            models.CheckConstraint(condition=models.Q(count__gt=0), name="lot_holds_something"),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="lot_lapses", condition=models.Q(left__gt=0)),
            models.Index(fields=["warn_due_at"], name="lot_warning_due"),
        ]


class Entry(models.Model):
    """A change of one lot, with what it was for."""

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="entries")
    count = models.IntegerField()
    reason = models.CharField(max_length=10, choices=Reason)
    ref_kind = models.CharField(max_length=30, blank=True)
    ref_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(count=0), name="an_entry_changes_something"),
            models.UniqueConstraint(
                fields=["lot", "reason", "ref_kind", "ref_id"],
                condition=models.Q(ref_id__isnull=False),
                name="entered_once",
            ),
        ]
        indexes = [models.Index(fields=["ref_kind", "ref_id"], name="entry_of_ref")]
