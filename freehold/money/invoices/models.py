"""Documents and the series that number them."""

from __future__ import annotations

from django.db import models

from freehold.kit.actions import LockingQuerySet
from freehold.kit.ids import uuid7
from freehold.kit.money import Money
from freehold.money.invoices.states import Kind
from freehold.people.teams.models import Party


class Series(models.Model):
    """One issuer's own numbering; the house's has no party."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    letters = models.CharField(max_length=7, unique=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", null=True)
    credit = models.BooleanField(default=False)

    objects = models.Manager.from_queryset(LockingQuerySet["Series"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["party", "credit"], name="one_series_per_issuer", nulls_distinct=False
            )
        ]


class SeriesYear(models.Model):
    """The last number a series gave out in a year."""

    id = models.BigAutoField(primary_key=True)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="one_count_per_series_and_year")]


class Document(models.Model):
    """
    What was paid for, by whom, to whom; never changed once issued but for its number.

    ``issuer`` and ``receiver`` are snapshots. A party of None is the house. ``lines`` is a list of
    ``{words, note, quantity, unit, price, net, tax_rate, tax, gross}`` in minor units.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    ordinal = models.PositiveIntegerField(null=True)
    number = models.CharField(max_length=24, null=True, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    issuer_party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", null=True)
    receiver_party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", null=True)
    issuer = models.JSONField()
    receiver = models.JSONField()
    words = models.CharField(max_length=200, blank=True)
    subject_words = models.CharField(max_length=200, blank=True)
    lines = models.JSONField()
    currency = models.CharField(max_length=3)
    net = models.BigIntegerField()
    tax = models.BigIntegerField(default=0)
    gross = models.BigIntegerField()
    entry_id = models.BigIntegerField(null=True)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)
    issued_at = models.DateTimeField()
    number_due_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(LockingQuerySet["Document"])()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "year", "ordinal"], name="numbered_without_doubles"),
            models.CheckConstraint(
                condition=models.Q(gross=models.F("net") + models.F("tax")), name="net_and_tax_make_gross"
            ),
            models.CheckConstraint(
                condition=models.Q(number__isnull=True, ordinal__isnull=True)
                | models.Q(number__isnull=False, ordinal__isnull=False),
                name="a_number_has_its_place",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=[str(k) for k in Kind.values]), name="document_kind_known"
            ),
        ]
        indexes = [
            models.Index(fields=["issuer_party", "-issued_at"], name="document_issuer"),
            models.Index(fields=["receiver_party", "-issued_at"], name="document_receiver"),
            models.Index(fields=["subject_kind", "subject_id"], name="document_subject"),
            models.Index(fields=["entry_id"], name="document_entry"),
            models.Index(
                fields=["series", "issued_at", "id"],
                name="document_unnumbered",
                condition=models.Q(number__isnull=True),
            ),
        ]

    @property
    def total(self) -> Money:
        return Money(self.gross, self.currency)
