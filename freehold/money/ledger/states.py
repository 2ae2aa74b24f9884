"""
The chart of accounts: what an account's name says about it.

Balance = taken − given: assets and expenses stand at or below zero, everything else at or above. The database derives
an account's class and flags from its name by the same table (``ledger_nature`` in the migrations).
"""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

Bucket = Literal["pending", "available", "frozen"]
BUCKETS: tuple[Bucket, ...] = ("pending", "available", "frozen")


class Nature(models.TextChoices):
    """Classes of accounts."""

    ASSET = "ASSET", _("Asset")
    LIABILITY = "LIABILITY", _("Liability")
    INCOME = "INCOME", _("Income")
    EXPENSE = "EXPENSE", _("Expense")
    EQUITY = "EQUITY", _("Equity")


CREDITS_UNSPENT = "credits:unspent"
EQUITY = "house:equity"
#: house accounts that may be posted to, without the prefix ``house:``
HOUSE = (
    "fees:service", "fees:client", "fees:contract", "fees:payout", "fees:dispute", "fees:conversion", "credits",
    "plans", "provider_costs", "protection", "referrals", "goodwill", "write_off", "equity",
)  # fmt: skip


def wallet(party_id: UUID, bucket: Bucket) -> str:
    """What we owe a member: earned but in its security period, free to pay out, or frozen."""
    if bucket not in BUCKETS:
        raise ValueError(f"no bucket {bucket}")
    return f"wallet:{party_id}:{bucket}"


def hold(hold_id: UUID) -> str:
    """Money set aside for one purpose."""
    return f"hold:{hold_id}"


def advance(hold_id: UUID) -> str:
    """The client's fee taken together with a hold and earned only at release."""
    return f"advance:{hold_id}"


def payout(payout_id: UUID) -> str:
    """Money on its way to a member's bank or card."""
    return f"payout:{payout_id}"


def refund(refund_id: UUID) -> str:
    """Money on its way back to a payer."""
    return f"refund:{refund_id}"


def provider(name: str) -> str:
    """Money a payment provider keeps for us."""
    return f"provider:{name}"


def bank(name: str) -> str:
    """The operator's client-money account at a bank."""
    return f"bank:{name}"


def owed(party_id: UUID) -> str:
    """What a member or company owes us."""
    return f"owed:{party_id}"


def house(name: str) -> str:
    """
    The house's own income, expense or equity, such as ``house("fees:service")``.

    :raises ValueError: for a name the chart does not know
    """
    if name not in HOUSE:
        raise ValueError(f"no house account {name}")
    return f"house:{name}"


def tax(country: str, kind: str) -> str:
    """Tax on our fees, not yet deposited."""
    return f"tax:{country.lower()}:{kind}"


def withheld(kind: str) -> str:
    """Tax withheld from earnings, not yet deposited."""
    return f"withheld:{kind}"


def unclaimed(ref: str | UUID) -> str:
    """Parked money of members who are gone."""
    return f"unclaimed:{ref}"


def suspense(name: str) -> str:
    """Money at a provider nobody has explained yet."""
    return f"suspense:{name}"
