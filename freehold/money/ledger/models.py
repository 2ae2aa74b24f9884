"""
The books' tables. Only the database function ``ledger_post`` writes them; triggers refuse changes of what was posted.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from freehold.kit.money import LIMIT
from freehold.money.ledger.states import Nature


class Account(models.Model):
    """
    A place money can be, one row per name and currency.

    The balance of a *busy* account (the house's, a provider's) lacks what its tail still lists: writers only add to
    the tail and so never wait for each other. Ask :mod:`freehold.money.ledger.queries`, never this column.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=80)
    currency = models.CharField(max_length=3)
    nature = models.CharField(max_length=9, choices=Nature)
    may_owe = models.BooleanField()
    only_owes = models.BooleanField()
    busy = models.BooleanField()
    balance = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "currency"], name="account_opened_once"),
            # the composite foreign keys of legs point here, so that a leg's currency is its accounts' currency
            models.UniqueConstraint(fields=["id", "currency"], name="account_in_one_currency"),
            models.CheckConstraint(condition=Q(may_owe=True) | Q(balance__gte=0), name="never_below_zero"),
            models.CheckConstraint(condition=Q(only_owes=False) | Q(balance__lte=0), name="a_debt_never_turns"),
            models.CheckConstraint(condition=Q(nature__in=Nature.values), name="account_nature_known"),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="account_currency_is_a_code"),
        ]


class Entry(models.Model):
    """Something that happened to money, once per key; never changed: a mistake is corrected by an opposite entry."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    at = models.DateTimeField()
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], name="one_entry_per_key"),
            models.CheckConstraint(condition=~Q(kind="") & ~Q(key=""), name="entry_has_kind_and_key"),
        ]


class Leg(models.Model):
    """An amount from a giver to a taker. Its foreign keys are composite with the currency (see posting.sql)."""

    pk = models.CompositePrimaryKey("entry_id", "seq")
    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, related_name="legs", db_constraint=False, db_index=False
    )
    seq = models.SmallIntegerField()
    giver = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    taker = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=LIMIT), name="leg_amount_positive"),
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="nobody_gives_to_themselves"),
        ]
        indexes = [
            models.Index(fields=["giver", "entry"], name="leg_giver"),
            models.Index(fields=["taker", "entry"], name="leg_taker"),
        ]


class Tail(models.Model):
    """What a busy account took (or gave, below zero) since its balance was last counted."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    amount = models.BigIntegerField()
