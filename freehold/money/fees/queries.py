"""Terms, fees and quotes. Every amount is rounded half-up once; the payee gets the remainder."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, TypeVar

from freehold.kit.cards import card
from freehold.kit.money import BPS, Money, exponent, half_up
from freehold.kit.settings import current

A = TypeVar("A", int, Money)


@dataclass(frozen=True)
class Terms:
    """
    The fees something was agreed under.

    :ivar freelancer_bps: service fee, out of each payment
    :ivar client_bps: client's fee, on top of each payment
    :ivar contract_fee: once per contract, in minor units of the contract's currency
    :ivar plan: which published plan they come from
    """

    freelancer_bps: int
    client_bps: int
    contract_fee: int = 0
    plan: str = "standard"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Terms:
        return cls(**{name: data[name] for name in cls.__dataclass_fields__ if name in data})

    def lower(self, other: Terms) -> Terms:
        """Between an offer and its acceptance only a fall counts: each fee at the lower of two terms."""
        return Terms(
            freelancer_bps=min(self.freelancer_bps, other.freelancer_bps),
            client_bps=min(self.client_bps, other.client_bps),
            contract_fee=min(self.contract_fee, other.contract_fee),
            plan=self.plan,
        )


@card
class Quote:
    """An amount with all that comes off and on."""

    amount: Money
    service_fee: Money
    net: Money
    client_fee: Money
    contract_fee: Money
    total: Money


def terms_now(*, origin: str = "PROPOSAL", currency: str = "") -> Terms:
    """
    The terms something begun now is agreed under.

    :param origin: ``DIRECT`` for people who brought each other along; anything else met here
    :param currency: of the contract, for the contract fee; the base currency if left out
    """
    settings = current()
    direct = origin == "DIRECT"
    return Terms(
        freelancer_bps=settings.fees.direct_contract_bps if direct else settings.fees.freelancer_bps,
        client_bps=settings.fees.client_bps,
        contract_fee=in_currency(settings.fees.contract_fee, currency or settings.billing.base_currency),
        plan="direct" if direct else "standard",
    )


def in_currency(amount: int, currency: str) -> int:
    """A minimum or fee set in the base currency: the same number of major units in another, rounded up."""
    shift = exponent(currency) - exponent(current().billing.base_currency)
    return int(amount * 10**shift) if shift >= 0 else -(-amount // int(10**-shift))


def service_fee(amount: A, terms: Terms) -> A:
    """What the freelancer pays of an amount."""
    return _share(amount, terms.freelancer_bps, BPS)


def client_fee(amount: A, terms: Terms) -> A:
    """What the client pays on top of an amount."""
    return _share(amount, terms.client_bps, BPS)


def returned_fee(fee: A, refunded: int | Money, amount: int | Money) -> A:
    """
    What of a fee goes back in total once ``refunded`` of ``amount`` went back.

    :param refunded: everything refunded so far, this time included
    """
    parts = [part.amount if isinstance(part, Money) else part for part in (refunded, amount)]
    return _share(fee, parts[0], parts[1])


def quote(amount: Money, terms: Terms, *, with_contract_fee: bool = False) -> Quote:
    """
    What an amount costs the client and brings the freelancer.

    :param with_contract_fee: it is the contract's first funding
    """
    fee, extra = service_fee(amount, terms), client_fee(amount, terms)
    once = Money(terms.contract_fee if with_contract_fee else 0, amount.currency)
    return Quote(
        amount=amount,
        service_fee=fee,
        net=amount - fee,
        client_fee=extra,
        contract_fee=once,
        total=amount + extra + once,
    )


def gross_for_net(net: Money, terms: Terms) -> Money:
    """The smallest amount that leaves at least ``net`` after the service fee."""
    if terms.freelancer_bps >= BPS:
        raise ValueError("a fee of everything leaves nothing")
    gross = Money(net.amount * BPS // (BPS - terms.freelancer_bps), net.currency)
    while (gross - service_fee(gross, terms)).amount < net.amount:
        gross = Money(gross.amount + 1, gross.currency)
    while gross.amount and (before := Money(gross.amount - 1, gross.currency)) and (
        (before - service_fee(before, terms)).amount >= net.amount
    ):
        gross = before
    return gross


def _share(amount: A, part: int, whole: int) -> A:
    if isinstance(amount, Money):
        return Money(half_up(Fraction(amount.amount * part, whole)), amount.currency)
    return half_up(Fraction(amount * part, whole))
