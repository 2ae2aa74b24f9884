"""A law of the books fires when somebody writes past the market, and only then."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection

from freehold.kit import seals
from freehold.kit.actors import Actor
from freehold.money.escrow import actions
from freehold.money.escrow.models import Earning
from freehold.money.ledger import queries, states
from freehold.money.ledger.actions import Leg, post
from tests.money.escrow.factories import a_hold

pytestmark = pytest.mark.usefixtures("db")

HOLD = "(SELECT id FROM ledger_account WHERE name LIKE 'hold:%' AND balance > 0 LIMIT 1)"
#: law → what somebody with all rights might do to the tables
CORRUPTIONS = {
    "1 balances sum to zero": "UPDATE ledger_account SET balance = balance + 1 WHERE name LIKE 'hold:%'",
    "1 a balance equals its legs": f"UPDATE ledger_account SET balance = balance + 1 WHERE id = {HOLD}",
    "1 an entry reads as it was posted": "UPDATE ledger_leg SET amount = amount + 1 WHERE seq = 1",
    "1 a leg stays in one currency": "UPDATE ledger_leg SET currency = 'EUR' WHERE seq = 1",
    "2 only who may owe is below zero": f"ALTER TABLE ledger_account DROP CONSTRAINT never_below_zero;"
    f"UPDATE ledger_account SET balance = -1 WHERE id = {HOLD}",
    "2 an account is what its name says": f"UPDATE ledger_account SET may_owe = true WHERE id = {HOLD}",
    "3 fees and net make the gross": "UPDATE escrow_earning SET amount = amount + 1",
    "4 a hold adds up": "UPDATE escrow_hold SET released = released + 1 WHERE state = 'HELD'",
    "4 a hold's advance adds up": "UPDATE escrow_hold SET advance = advance + 1 WHERE state = 'HELD'",
    "4 no held money without a hold": "DELETE FROM escrow_hold WHERE state = 'HELD'",
    "6 what is kept covers what is owed": "UPDATE ledger_account SET balance = balance + 100000000"
    " WHERE name LIKE 'provider:%'",
    "7 no more fee is returned than was charged": "UPDATE ledger_account SET balance = -100000"
    " WHERE name = 'house:fees:service'",
    "7 a hold returns no more fee than it took": "ALTER TABLE escrow_hold DROP CONSTRAINT no_more_fee_leaves_than_came;"
    "UPDATE escrow_hold SET advance_refunded = advance + 1",
    "9 one entry per key": "ALTER TABLE ledger_entry DROP CONSTRAINT one_entry_per_key;"
    "UPDATE ledger_entry SET key = 'the same'",
}
OTHERS = {
    "a changed moment": ("UPDATE ledger_entry SET at = at + interval '1 day'", "1 an entry reads as it was posted"),
    "a changed key": ("UPDATE ledger_entry SET key = key || '!'", "1 an entry reads as it was posted"),
    "a lost leg": ("DELETE FROM ledger_leg WHERE seq = 1", "1 a balance equals its legs"),
    "an entry without legs": (
        "INSERT INTO ledger_entry (kind, key, currency, at, hash) VALUES ('t', 't', 'USD', now(), '')",
        "1 an entry reads as it was posted",
    ),
    "a lost tail": ("DELETE FROM ledger_tail", "1 a balance equals its legs"),
    "a tail out of nothing": (
        "INSERT INTO ledger_tail (account_id, amount) SELECT id, 5 FROM ledger_account WHERE busy LIMIT 1",
        "1 balances sum to zero",
    ),
    "a lost account": ("DELETE FROM ledger_account WHERE name LIKE 'hold:%'", "1 an entry reads as it was posted"),
    "a hold closed with money in it": ("UPDATE escrow_hold SET state = 'CLOSED'", "4 a hold adds up"),
}


@pytest.fixture
def market(at):
    """Some ordinary business, one hold paid and one still full."""
    paid, _full = a_hold(at), a_hold(at)
    actions.release(hold_id=paid.pk, amount=10_000, service_fee=1_000, at=at)
    earning = Earning.objects.get()
    actions.mature(actor=Actor.system("escrow.mature"), earning_id=earning.pk, at=earning.due_at)
    assert queries.broken_laws() == []


def corrupt(sql: str) -> None:
    """Write past every trigger and foreign key, as somebody with all rights could."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_fires(market, name):
    corrupt(CORRUPTIONS[name])
    assert name in {b.law for b in queries.broken_laws()}
    assert {b.law for b in queries.broken_laws(name)} == {name}


@pytest.mark.parametrize("what", OTHERS)
def test_fires_for(market, what):
    sql, law = OTHERS[what]
    corrupt(sql)
    assert law in {b.law for b in queries.broken_laws()}


def test_every_law_of_ours_has_a_mutation():
    ours = {name for name, rows in queries.LAWS.items() if isinstance(rows, str) and "ledger_" in rows}
    ours |= {name for name, rows in queries.LAWS.items() if isinstance(rows, str) and "FROM escrow_hold h" in rows}
    from_above = {name for name in ours if name not in CORRUPTIONS and name[:1] in "58"}
    assert ours - from_above == set(CORRUPTIONS)


def test_shows_the_row(market):
    corrupt(CORRUPTIONS["4 a hold adds up"])
    (broken,) = queries.broken_laws("4 a hold adds up")
    assert {"id", "state", "currency", "remaining", "in_books"} == set(broken.row)


def test_an_app_above_can_add_one(market, monkeypatch):
    monkeypatch.setattr(queries, "LAWS", dict(queries.LAWS))
    queries.law("99 nothing exists", lambda: [{"n": 1}])
    assert [b.row for b in queries.broken_laws("99 nothing exists")] == [{"n": 1}]


def test_a_seal_over_the_entries_breaks_with_them(market, at):
    assert seals.seal("entries", at=at) == 4
    assert seals.broken("entries") == []
    corrupt("UPDATE ledger_entry SET hash = sha256('x') WHERE id = (SELECT min(id) FROM ledger_entry)")
    assert len(seals.broken("entries")) == 1


class TestStatement:
    def test_reads_like_a_bank_statement(self, at):
        basil = UUID(int=7)
        post(kind="release", key="a", currency="USD", at=at, legs=[
            Leg("provider:sandbox", states.wallet(basil, "pending"), 9_000)])
        post(kind="mature", key="b", currency="USD", at=at, legs=[
            Leg(states.wallet(basil, "pending"), states.wallet(basil, "available"), 9_000)])
        post(kind="payout", key="c", currency="USD", at=at, legs=[
            Leg(states.wallet(basil, "available"), states.payout(UUID(int=1)), 2_000)])
        post(kind="release", key="d", currency="EUR", at=at, legs=[
            Leg("provider:sandbox", states.wallet(basil, "pending"), 1)])

        rows = queries.statement(basil, "USD")

        assert [(r.kind, r.amount.amount, r.moved.amount, r.bucket, r.balance.amount) for r in rows] == [
            ("payout", -2_000, 2_000, "available", 7_000),
            ("mature", 0, 9_000, "available", 9_000),
            ("release", 9_000, 9_000, "pending", 9_000),
        ]
        assert queries.wallets(basil)["USD"].available.amount == 7_000
        assert list(queries.wallets(basil)) == ["EUR", "USD"]

    def test_keeps_its_balances_from_page_to_page(self, at):
        basil = UUID(int=7)
        for n in range(1, 8):
            post(kind="t", key=f"{n}", currency="USD", at=at,
                 legs=[Leg("provider:sandbox", states.wallet(basil, "available"), n)])
        whole = queries.statement(basil, "USD")
        paged, before = [], None
        while page := queries.statement(basil, "USD", before=before, limit=3):
            paged, before = paged + page, page[-1].entry_id
        assert paged == whole
        assert [r.balance.amount for r in whole] == [28, 21, 15, 10, 6, 3, 1]

    def test_names_what_an_entry_moved(self, at):
        posted = post(kind="t", key="k", currency="USD", at=at, legs=[Leg("provider:sandbox", "bank:main", 3)])
        (leg,) = queries.legs_of(posted.entry_id)
        assert (leg.giver, leg.taker, leg.amount.amount) == ("provider:sandbox", "bank:main", 3)
