"""Facts about money going out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from freehold.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class _AboutMethod(Event):
    method_id: UUID
    party_id: UUID
    subject: ClassVar[tuple[str, str]] = ("payout_method", "method_id")


class PayoutMethodAdded(_AboutMethod):
    """A payout method was added; it waits before it can be used."""

    name = "money.payout_method.added"


class PayoutMethodActive(_AboutMethod):
    """A payout method's waiting time is over."""

    name = "money.payout_method.active"


class PayoutMethodBroken(_AboutMethod):
    """A payout to this method failed for a reason that lies with it."""

    name = "money.payout_method.broken"


class PayoutMethodRemoved(_AboutMethod):
    """A payout method was removed."""

    name = "money.payout_method.removed"


@dataclass(frozen=True, kw_only=True)
class _AboutPayout(Event):
    payout_id: UUID
    party_id: UUID
    method_id: UUID
    currency: str
    amount: int
    fee: int
    subject: ClassVar[tuple[str, str]] = ("payout", "payout_id")


class PayoutRequested(_AboutPayout):
    """Money was reserved for a payout; it leaves with the next batch."""

    name = "money.payout.scheduled"


class PayoutCanceled(_AboutPayout):
    """A payout was called off before it left; the money is back in the wallet."""

    name = "money.payout.canceled"


class PayoutSent(_AboutPayout):
    """A payout was handed to the provider."""

    name = "money.payout.sent"


class PayoutPaid(_AboutPayout):
    """The provider says the money arrived."""

    name = "money.payout.paid"


@dataclass(frozen=True, kw_only=True)
class PayoutFailed(_AboutPayout):
    """The money did not arrive; all of it, the fee included, is back in the wallet. ``reason`` is a code."""

    reason: str
    name = "money.payout.failed"


@dataclass(frozen=True, kw_only=True)
class PayoutReturned(_AboutPayout):
    """A bank sent a paid-out amount back; ``back`` of it is in the wallet again."""

    reason: str
    back: int
    name = "money.payout.returned"


class PayoutStuck(_AboutPayout):
    """The provider has not said for days whether a payout arrived; staff ask, nothing is sent again."""

    name = "money.payout.stuck"
