"""Facts about money coming in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from freehold.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class _AboutCharge(Event):
    charge_id: UUID
    party_id: UUID
    subject_kind: str
    subject_id: UUID
    currency: str
    amount: int
    subject: ClassVar[tuple[str, str]] = ("charge", "charge_id")


@dataclass(frozen=True, kw_only=True)
class ChargeBegun(_AboutCharge):
    """A payment was asked of a method; nothing moved yet."""

    name = "money.charge.begun"


@dataclass(frozen=True, kw_only=True)
class ChargeSettled(_AboutCharge):
    """The money came and stands where it was meant to."""

    entry_id: int
    name = "money.charge.settled"


@dataclass(frozen=True, kw_only=True)
class ChargeFailed(_AboutCharge):
    """The payment did not go through; no money moved. ``reason`` is a code."""

    reason: str
    name = "money.charge.failed"


@dataclass(frozen=True, kw_only=True)
class ChargeNeedsAction(_AboutCharge):
    """The payer's bank wants a confirmation."""

    name = "money.charge.needs_action"


@dataclass(frozen=True, kw_only=True)
class ChargeStuck(_AboutCharge):
    """The provider has not said for days how a payment ended; staff look into it."""

    name = "money.charge.stuck"


@dataclass(frozen=True, kw_only=True)
class ChargeSettledLate(_AboutCharge):
    """Money came for a payment that had failed; it goes back at once."""

    entry_id: int
    name = "money.charge.settled_late"


@dataclass(frozen=True, kw_only=True)
class _AboutRefund(Event):
    refund_id: UUID
    party_id: UUID
    subject_kind: str
    subject_id: UUID
    currency: str
    amount: int
    subject: ClassVar[tuple[str, str]] = ("refund", "refund_id")


@dataclass(frozen=True, kw_only=True)
class RefundBegun(_AboutRefund):
    """Money was set aside to go back to a payer."""

    name = "money.refund.begun"


@dataclass(frozen=True, kw_only=True)
class RefundSettled(_AboutRefund):
    """The money went back to the card it came from."""

    name = "money.refund.settled"


@dataclass(frozen=True, kw_only=True)
class RefundRerouted(_AboutRefund):
    """The way back was closed, wholly or in part: ``rerouted`` went to the payer's account balance."""

    rerouted: int
    name = "money.refund.rerouted"


@dataclass(frozen=True, kw_only=True)
class _AboutMethod(Event):
    method_id: UUID
    party_id: UUID
    subject: ClassVar[tuple[str, str]] = ("payment_method", "method_id")


class PaymentMethodAdded(_AboutMethod):
    """A card was added."""

    name = "money.payment_method.added"


class PaymentMethodRemoved(_AboutMethod):
    """A card was removed."""

    name = "money.payment_method.removed"
