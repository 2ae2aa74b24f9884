"""Posting: the one way money moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import Error, connection
from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action
from freehold.kit.money import LIMIT
from freehold.kit.refusals import Refusal

_TOO_LITTLE = {"never_below_zero", "a_debt_never_turns"}


class NotEnough(Refusal):
    """An account would fall below zero."""

    title = _("Not enough money there")
    sentence = _("There is not enough money for this any more. No money moved. Reload the page to see what is left.")


class KeyReused(RuntimeError):
    """The same key came with other legs: a defect of the caller, never a person's mistake."""


@dataclass(frozen=True)
class Leg:
    """
    One movement.

    :ivar giver: account name (see :mod:`freehold.money.ledger.states`)
    :ivar taker: account name
    :ivar amount: minor units, above zero
    """

    giver: str
    taker: str
    amount: int


@dataclass(frozen=True)
class Posted:
    """
    :ivar entry_id: number of the entry
    :ivar is_new: False when the same entry had been posted before
    """

    entry_id: int
    is_new: bool


@action
def post(
    *, kind: str, key: str, currency: str, legs: Sequence[Leg], at: datetime, corrects: int | None = None
) -> Posted:
    """
    Write an entry and move the balances, all or nothing; doing it again changes nothing.

    Legs of zero are left out, so that callers need not ask whether there is a fee.

    :param key: natural and unique, such as ``hold:…:release``
    :param corrects: the entry this one takes back
    :raises NotEnough: when an account that must not owe would fall below zero
    :raises KeyReused: when the key was used for other legs
    :raises ValueError: for amounts out of range, or no legs at all
    """
    real = [leg for leg in legs if leg.amount]
    if not real or any(not 0 < leg.amount <= LIMIT or leg.giver == leg.taker for leg in real):
        raise ValueError(f"{key}: an entry needs legs with positive amounts between two accounts")
    arguments: list[Any] = [
        kind, key, currency, [leg.giver for leg in real], [leg.taker for leg in real], [leg.amount for leg in real],
        at, corrects,
    ]  # fmt: skip
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM ledger_post(%s, %s, %s, %s, %s, %s::bigint[], %s, %s)", arguments)
            entry_id, is_new = cursor.fetchone()
    except Error as error:
        raise _told(error, key) from error
    return Posted(int(entry_id), bool(is_new))


def _told(error: Error, key: str) -> Exception:
    cause = error.__cause__
    if getattr(cause, "sqlstate", None) == "FH001":
        return KeyReused(f"the key {key} was used for other legs")
    if getattr(getattr(cause, "diag", None), "constraint_name", None) in _TOO_LITTLE:
        return NotEnough()
    return error


@action
def count_tails(*, at: datetime) -> int:
    """
    Count what busy accounts moved into their balances.

    :returns: how many lines were counted
    """
    lines = 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT account_id FROM ledger_tail ORDER BY account_id")
        for (account_id,) in cursor.fetchall():
            cursor.execute("SELECT ledger_count(%s)", [account_id])
            lines += int(cursor.fetchone()[0])
    return lines
