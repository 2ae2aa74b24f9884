"""Kit's own nouns: facts and their deliveries, setting changes, the movable clock, seals."""

from __future__ import annotations

from django.db import models


class Fact(models.Model):
    """
    Something that happened: the audit trail, the activity feed and the outbox in one row.

    ``data`` holds ids, amounts, states and days only; never a name, an address or a text.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=80)
    at = models.DateTimeField()
    subject_kind = models.CharField(max_length=30, blank=True)
    subject_id = models.UUIDField(null=True)
    account_id = models.UUIDField(null=True)
    party_id = models.UUIDField(null=True)
    system_name = models.CharField(max_length=80, blank=True)
    data = models.JSONField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="fact_subject"),
            models.Index(fields=["name", "id"], name="fact_name"),
            models.Index(fields=["account_id", "id"], name="fact_account"),
        ]


class Delivery(models.Model):
    """One reaction has dealt with one fact; written in the reaction's own transaction, so twice is once."""

    id = models.BigAutoField(primary_key=True)
    fact = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="+", db_index=False)
    reaction = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fact", "reaction"], name="delivered_once")]


class SettingChange(models.Model):
    """A setting got a value; the newest row of a key is in force."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=80)
    value = models.JSONField()
    at = models.DateTimeField()
    account_id = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["key", "-id"], name="setting_newest")]


class ClockShift(models.Model):
    """How far the market's clock runs ahead of the wall; a demo, development and test matter (one row)."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    seconds = models.BigIntegerField(default=0)
    frozen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_clock")]


class Seal(models.Model):
    """A closed range of an append-only table, chained to the one before, so that tampering shows."""

    id = models.BigAutoField(primary_key=True)
    source = models.CharField(max_length=30)
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    rows = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "first_id"], name="sealed_once"),
            models.CheckConstraint(condition=models.Q(last_id__gte=models.F("first_id")), name="seal_runs_forward"),
        ]


class DemoProgress(models.Model):
    """How far the demo market has been made; pages show it meanwhile (one row)."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    step = models.CharField(max_length=80, blank=True)
    finished_at = models.DateTimeField(null=True)
