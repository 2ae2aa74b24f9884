"""Thresholds across currencies: the operator's table of reference rates, nothing else. No money is ever converted."""

from __future__ import annotations

from fractions import Fraction

from freehold.kit.money import Money, exponent, half_up
from freehold.kit.settings import current


def factor(currency: str) -> Fraction:
    """How many units of the base currency one unit of ``currency`` counts."""
    billing = current().billing
    if currency == billing.base_currency:
        return Fraction(1)
    table = dict(line.split("=", 1) for line in billing.currency_factor)
    return Fraction(table.get(currency, "1"))


def in_base(money: Money) -> Money:
    """What an amount counts in the base currency, for comparing with a threshold."""
    base = current().billing.base_currency
    scale = Fraction(10) ** (exponent(base) - exponent(money.currency))
    return Money(half_up(money.amount * factor(money.currency) * scale), base)


def threshold(minor: int, currency: str) -> Money:
    """A money setting in another currency: converted and rounded up to a whole major unit (spec README section 3)."""
    billing = current().billing
    if currency == billing.base_currency:
        return Money(minor, currency)
    major = Fraction(minor, 10 ** exponent(billing.base_currency)) / factor(currency)
    return Money(-(-major.numerator // major.denominator) * 10 ** exponent(currency), currency)
