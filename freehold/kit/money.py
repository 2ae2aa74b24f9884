"""
Money: integer minor units with a currency.

Rounding is half-up, once per document line; percentages are basis points (spec README section 3). Exponents follow
ISO 4217 (JPY 0, USD 2, KWD 3). There are no floats anywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache, lru_cache

import iso4217
from babel.numbers import format_currency, get_currency_symbol, get_decimal_symbol, get_group_symbol
from django.utils.translation import get_language

#: Largest amount a column or a form takes; far from the edge of a 64-bit integer.
LIMIT = 9_000_000_000_000_000
BPS = 10_000


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met: a defect, never a person's mistake."""


@cache
def exponent(currency: str) -> int:
    """
    Digits after the decimal point of a currency.

    :raises ValueError: for a code ISO 4217 does not know
    """
    return int(iso4217.Currency(currency).exponent or 0)


def half_up(value: Fraction) -> int:
    """Round to the nearest integer, halves away from zero."""
    sign = -1 if value < 0 else 1
    return sign * int((abs(value) + Fraction(1, 2)) // 1)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """
    An amount of one currency.

    :ivar amount: minor units (cents for USD); may be negative
    :ivar currency: ISO 4217 code
    """

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if isinstance(self.amount, bool) or not isinstance(self.amount, int):
            raise TypeError("money counts whole minor units")

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other.amount

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other)

    def __bool__(self) -> bool:
        return self.amount != 0

    def share(self, bps: int) -> Money:
        """The given basis points of this amount, rounded half-up."""
        return Money(half_up(Fraction(self.amount * bps, BPS)), self.currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.amount).scaleb(-exponent(self.currency))

    @property
    def plain(self) -> str:
        """Machine form: ``1600.00 USD``."""
        return f"{self.decimal:.{exponent(self.currency)}f} {self.currency}"

    def __str__(self) -> str:
        return display(self)


def zero(currency: str) -> Money:
    return Money(0, currency)


def total(amounts: list[Money], currency: str) -> Money:
    """Sum amounts of one currency; an empty list is zero of it."""
    result = zero(currency)
    for amount in amounts:
        result = result + amount
    return result


def display(money: Money, locale: str | None = None) -> str:
    """Write money the way the reader's locale does, with a real minus sign."""
    return _display(money, _babel(locale))


@lru_cache(maxsize=4096)
def _display(money: Money, locale: str) -> str:
    return format_currency(money.decimal, money.currency, locale=locale).replace("-", "−")


def symbol(currency: str, locale: str | None = None) -> str:
    return get_currency_symbol(currency, locale=_babel(locale))


def parse(text: str, currency: str, locale: str | None = None) -> Money:
    """
    Read what a person typed: local separators, spaces, a currency sign or code are fine.

    :raises ValueError: with a sentence if it is no amount, has too many decimals, or is out of range
    """
    raw = text.strip().replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace("'", "")
    for mark in (currency, symbol(currency, locale), symbol(currency, "en_US")):
        raw = raw.removeprefix(mark).removesuffix(mark)
    point, group = get_decimal_symbol(_babel(locale)), get_group_symbol(_babel(locale))
    if not raw.isascii() or any(c not in "0123456789.,-−" for c in raw):
        raise ValueError("not an amount")
    if point in raw or group in raw:
        head, _, tail = raw.rpartition(point) if point in raw else (raw, "", "")
        if group in head and not re.fullmatch(rf"-?\d{{1,3}}(?:{re.escape(group)}\d{{3}})+", head):
            raise ValueError("not an amount")  # 12,50 is not 1250
        raw = head.replace(group, "") + ("." + tail if point in raw else "")
    try:
        value = Decimal(raw.replace("−", "-"))
    except InvalidOperation:
        raise ValueError("not an amount") from None
    minor = value.scaleb(exponent(currency))
    if minor != minor.to_integral_value():
        raise ValueError("too many decimals")
    if abs(minor) > LIMIT:
        raise ValueError("out of range")
    return Money(int(minor), currency)


def allocate(amount: int, weights: list[int]) -> list[int]:
    """
    Split minor units by weights: shares are rounded down, odd units go to the first of the largest remainders.

    :raises ValueError: when no weight is positive
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must be positive")
    sign, rest = (-1, -amount) if amount < 0 else (1, amount)
    shares = [rest * w // whole for w in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(rest * weights[i] % whole), i))
    for i in order[: rest - sum(shares)]:
        shares[i] += 1
    return [sign * s for s in shares]


def _babel(locale: str | None) -> str:
    return (locale or get_language() or "en-us").replace("-", "_").split("_")[0] + (
        "_US" if (locale or get_language() or "en").startswith("en") else ""
    )
