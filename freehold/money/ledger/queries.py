"""What the books say: balances, statements, and the laws."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from freehold.kit.cards import card
from freehold.kit.money import Money, zero
from freehold.money.ledger import states

# --- balances ---

_BALANCES = """
    SELECT a.name, a.currency, a.balance + coalesce((SELECT sum(t.amount) FROM ledger_tail t
        WHERE t.account_id = a.id AND a.busy), 0)::bigint
    FROM ledger_account a WHERE a.name = ANY(%s)
"""


@card
class WalletCard:
    """A member's money in one currency."""

    pending: Money
    available: Money
    frozen: Money

    @property
    def total(self) -> Money:
        return self.pending + self.available + self.frozen


@card
class StatementRow:
    """
    One entry as a wallet's owner reads it.

    :ivar amount: what the wallet gained (above zero) or lost; zero when money only moved between its buckets
    :ivar moved: how much moved, whatever the direction
    :ivar bucket: the bucket it went to, or came from when it left the wallet
    :ivar balance: the whole wallet after the entry
    """

    entry_id: int
    at: datetime
    kind: str
    key: str
    amount: Money
    moved: Money
    bucket: str
    balance: Money


def balance(name: str, currency: str) -> Money:
    """What one account holds; nothing for one that was never opened."""
    return balances([name], currency)[name]


def balances(names: Iterable[str], currency: str) -> dict[str, Money]:
    """What some accounts hold, in one query; every name asked for is answered."""
    wanted = list(names)
    found = {name: Money(amount, code) for name, code, amount in _rows(_BALANCES, [wanted]) if code == currency}
    return {name: found.get(name, zero(currency)) for name in wanted}


def wallets(party_id: UUID) -> dict[str, WalletCard]:
    """A party's wallets by currency; only those ever used."""
    names = {states.wallet(party_id, bucket): bucket for bucket in states.BUCKETS}
    found: dict[str, dict[str, Money]] = {}
    for name, currency, amount in _rows(_BALANCES, [list(names)]):
        found.setdefault(currency, {})[names[name]] = Money(amount, currency)
    none = {code: {bucket: zero(code) for bucket in states.BUCKETS} for code in found}
    return {code: WalletCard(**(none[code] | found[code])) for code in sorted(found)}


def debts(party_id: UUID) -> dict[str, Money]:
    """What a party owes us, by currency, as amounts above zero."""
    rows = _rows(_BALANCES, [[states.owed(party_id)]])
    return {currency: Money(-amount, currency) for _name, currency, amount in rows if amount}


# --- statements ---

_STATEMENT = """
    WITH mine AS (SELECT id, split_part(name, ':', 3) AS bucket, balance FROM ledger_account
                  WHERE name = ANY(%(names)s) AND currency = %(currency)s),
    moves AS (
        SELECT l.entry_id, m.bucket, l.amount AS gained, true AS came FROM mine m JOIN ledger_leg l ON l.taker_id = m.id
        UNION ALL
        SELECT l.entry_id, m.bucket, -l.amount, false FROM mine m JOIN ledger_leg l ON l.giver_id = m.id),
    entries AS (
        SELECT entry_id, sum(gained)::bigint AS amount,
            greatest(sum(gained) FILTER (WHERE came), -sum(gained) FILTER (WHERE NOT came))::bigint AS moved,
            coalesce(min(bucket) FILTER (WHERE came), min(bucket)) AS bucket
        FROM moves GROUP BY entry_id),
    told AS (
        SELECT x.*, ((SELECT sum(balance) FROM mine) - coalesce(sum(amount) OVER newer, 0))::bigint AS after
        FROM entries x
        WINDOW newer AS (ORDER BY entry_id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))
    SELECT t.entry_id, e.at, e.kind, e.key, t.amount, t.moved, t.bucket, t.after
    FROM told t JOIN ledger_entry e ON e.id = t.entry_id
    WHERE %(before)s::bigint IS NULL OR t.entry_id < %(before)s ORDER BY t.entry_id DESC LIMIT %(limit)s
"""


def statement(party_id: UUID, currency: str, *, before: int | None = None, limit: int = 50) -> list[StatementRow]:
    """
    A wallet's entries, newest first, strictly in posting order.

    :param before: an entry's number: only older ones (paging)
    """
    names = [states.wallet(party_id, bucket) for bucket in states.BUCKETS]
    rows = _rows(_STATEMENT, {"names": names, "currency": currency, "before": before, "limit": limit})
    return [
        StatementRow(
            entry_id=entry_id,
            at=at,
            kind=kind,
            key=key,
            amount=Money(amount, currency),
            moved=Money(moved, currency),
            bucket=bucket,
            balance=Money(after, currency),
        )
        for entry_id, at, kind, key, amount, moved, bucket, after in rows
    ]


@card
class LegRow:
    """One leg as it was posted."""

    giver: str
    taker: str
    amount: Money


def legs_of(entry_id: int) -> list[LegRow]:
    """An entry's legs in their order."""
    rows = _rows(
        "SELECT g.name, t.name, l.amount, l.currency FROM ledger_leg l JOIN ledger_account g ON g.id = l.giver_id"
        " JOIN ledger_account t ON t.id = l.taker_id WHERE l.entry_id = %s ORDER BY l.seq",
        [entry_id],
    )
    return [LegRow(giver=giver, taker=taker, amount=Money(amount, code)) for giver, taker, amount, code in rows]


# --- laws ---

#: a law's name → a query (or a function) whose answer is the rows that break it
LAWS: dict[str, str | Callable[[], list[dict[str, Any]]]] = {}

_SHOWN = 1000


@card
class Broken:
    """A row that breaks a law."""

    law: str
    row: dict[str, Any]


def law(name: str, rows: str | Callable[[], list[dict[str, Any]]]) -> None:
    """
    Declare a law of the books; apps above the ledger declare their own.

    :param rows: SQL, one statement, or a function, that answers with the offending rows
    """
    LAWS[name] = rows


def broken_laws(only: str = "") -> list[Broken]:
    """
    Every row that breaks a law, at most a thousand a law.

    :param only: ask one law instead of all
    """
    found = []
    for name, rows in LAWS.items():
        if not only or only == name:
            found += [Broken(law=name, row=row) for row in (_dicts(rows) if isinstance(rows, str) else rows())[:_SHOWN]]
    return found


def _rows(sql: str, arguments: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        return list(cursor.fetchall())


def _dicts(sql: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({sql}) AS offending LIMIT {_SHOWN}")  # noqa: S608
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


#: every account with what it really holds, its tail counted in
ACCOUNTS = """
    SELECT a.*, a.balance + coalesce(t.amount, 0) AS holds
    FROM ledger_account a
    LEFT JOIN (SELECT account_id, sum(amount) AS amount FROM ledger_tail GROUP BY account_id) t ON t.account_id = a.id
"""

law(
    "1 balances sum to zero",
    f"SELECT currency, sum(holds) AS off FROM ({ACCOUNTS}) a GROUP BY currency HAVING sum(holds) <> 0",  # noqa: S608
)
law(
    "1 a balance equals its legs",
    f"""
    SELECT a.id, a.name, a.currency, a.holds, coalesce(l.amount, 0) AS legs FROM ({ACCOUNTS}) a
    LEFT JOIN (SELECT account_id, sum(amount) AS amount FROM (
        SELECT taker_id AS account_id, amount FROM ledger_leg
        UNION ALL SELECT giver_id, -amount FROM ledger_leg) x GROUP BY account_id) l ON l.account_id = a.id
    WHERE a.holds <> coalesce(l.amount, 0)
    """,  # noqa: S608
)
law(
    "1 an entry reads as it was posted",
    """
    SELECT e.id, e.kind, e.key FROM ledger_entry e
    LEFT JOIN LATERAL (SELECT array_agg(g.name::text ORDER BY l.seq) AS givers,
        array_agg(t.name::text ORDER BY l.seq) AS takers, array_agg(l.amount ORDER BY l.seq) AS amounts
        FROM ledger_leg l JOIN ledger_account g ON g.id = l.giver_id JOIN ledger_account t ON t.id = l.taker_id
        WHERE l.entry_id = e.id AND l.currency = e.currency) l ON true
    WHERE e.hash IS DISTINCT FROM ledger_hash(
        ledger_content(e.kind, e.key, e.currency, l.givers, l.takers, l.amounts, e.corrects_id), e.at)
    """,
)
law(
    "1 a leg stays in one currency",
    """
    SELECT l.entry_id, l.seq, l.currency FROM ledger_leg l LEFT JOIN ledger_entry e ON e.id = l.entry_id
    LEFT JOIN ledger_account g ON g.id = l.giver_id LEFT JOIN ledger_account t ON t.id = l.taker_id
    WHERE (e.currency, g.currency, t.currency) IS DISTINCT FROM (l.currency, l.currency, l.currency)
    """,
)
law(
    "2 only who may owe is below zero",
    f"""
    SELECT id, name, currency, holds FROM ({ACCOUNTS}) a
    WHERE (NOT may_owe AND (holds < 0 OR balance < 0)) OR (only_owes AND holds > 0)
    """,  # noqa: S608
)
law(
    "2 an account is what its name says",
    """
    SELECT a.id, a.name FROM ledger_account a, ledger_nature(a.name) n
    WHERE (a.nature, a.may_owe, a.only_owes, a.busy) IS DISTINCT FROM (n.nature, n.may_owe, n.only_owes, n.busy)
    """,
)
law(
    "6 what is kept covers what is owed",
    f"""
    SELECT currency, -sum(holds) FILTER (WHERE name ~ '^(provider|bank):') AS kept,
        sum(holds) FILTER (WHERE nature = 'LIABILITY' AND name !~ '^suspense:') AS owed
    FROM ({ACCOUNTS}) a GROUP BY currency
    HAVING coalesce(-sum(holds) FILTER (WHERE name ~ '^(provider|bank):'), 0)
        < coalesce(sum(holds) FILTER (WHERE nature = 'LIABILITY' AND name !~ '^suspense:'), 0)
    """,  # noqa: S608
)
law(
    "7 no more fee is returned than was charged",
    f"SELECT name, currency, holds FROM ({ACCOUNTS}) a WHERE name ~ '^house:fees:' AND holds < 0",  # noqa: S608
)
law("9 one entry per key", "SELECT key, count(*) AS entries FROM ledger_entry GROUP BY key HAVING count(*) > 1")
