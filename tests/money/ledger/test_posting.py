"""Posting an entry …"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import Error, connection, transaction

from freehold.money.ledger import queries, states
from freehold.money.ledger.actions import KeyReused, Leg, NotEnough, count_tails, post
from freehold.money.ledger.models import Account, Entry, Tail
from freehold.money.ledger.models import Leg as LegRow

pytestmark = pytest.mark.usefixtures("db")

P = states.provider("sandbox")


def broken() -> list[queries.Broken]:
    """What breaks the ledger's own laws: these tests open no holds, so escrow's (the fourth) do not apply."""
    return [b for b in queries.broken_laws() if not b.law.startswith("4 ")]


def fill(name: str, amount: int, at, currency: str = "USD", key: str = "") -> None:
    post(kind="test", key=key or f"fill:{uuid4()}", currency=currency, legs=[Leg(P, name, amount)], at=at)


def test_moves_money_from_giver_to_taker(at):
    hold = states.hold(uuid4())

    posted = post(kind="charge", key="charge:1", currency="USD", legs=[Leg(P, hold, 160_000)], at=at)

    assert posted.is_new
    assert queries.balance(hold, "USD").amount == 160_000
    assert queries.balance(P, "USD").amount == -160_000
    assert broken() == []


def test_opens_accounts_with_what_their_names_say(at):
    party = uuid4()
    post(kind="t", key="k", currency="EUR", at=at, legs=[
        Leg(P, states.wallet(party, "available"), 10), Leg(states.owed(party), states.house("fees:service"), 5),
        Leg(P, states.tax("DE", "vat"), 5),
    ])

    found = {a.name: (a.nature, a.may_owe, a.only_owes, a.busy) for a in Account.objects.all()}
    assert found == {
        P: ("ASSET", True, False, True),
        states.wallet(party, "available"): ("LIABILITY", False, False, False),
        states.owed(party): ("ASSET", True, True, False),
        "house:fees:service": ("INCOME", True, False, True),
        "tax:de:vat": ("LIABILITY", False, False, True),
    }


@pytest.mark.parametrize("name", ["wallet:me:available", "house:slush", "hold:", f"wallet:{UUID(int=0)}:hidden", "x"])
def test_refuses_names_the_chart_does_not_know(at, name):
    with pytest.raises(Error):
        post(kind="t", key="k", currency="USD", legs=[Leg(P, name, 1)], at=at)


def test_every_house_account_of_the_chart_can_be_posted_to(at):
    legs = [Leg(P, states.house(name), 1) for name in states.HOUSE]
    legs += [Leg(P, n, 1) for n in (states.bank("main"), states.suspense("sandbox"), states.withheld("us"),
                                    states.unclaimed("GO-1"), states.CREDITS_UNSPENT, states.refund(uuid4()),
                                    states.payout(uuid4()), states.advance(uuid4()))]
    post(kind="t", key="k", currency="USD", legs=legs, at=at)
    assert broken() == []


def test_refuses_what_would_fall_below_zero_and_changes_nothing(at):
    hold, wallet = states.hold(uuid4()), states.wallet(uuid4(), "pending")
    fill(hold, 100, at)

    with pytest.raises(NotEnough):
        post(kind="release", key="r", currency="USD", legs=[Leg(hold, wallet, 101)], at=at)

    assert queries.balance(hold, "USD").amount == 100
    assert queries.balance(wallet, "USD").amount == 0
    assert not Entry.objects.filter(key="r").exists()


def test_a_debt_can_be_paid_but_not_overpaid(at):
    party = uuid4()
    post(kind="t", key="debt", currency="USD", legs=[Leg(states.owed(party), P, 30)], at=at)
    fill(states.wallet(party, "available"), 50, at)

    with pytest.raises(NotEnough):
        post(kind="t", key="a", currency="USD", at=at,
             legs=[Leg(states.wallet(party, "available"), states.owed(party), 31)])
    post(kind="t", key="a", currency="USD", at=at, legs=[Leg(states.wallet(party, "available"), states.owed(party), 30)])

    assert queries.balance(states.owed(party), "USD").amount == 0


def test_the_same_entry_again_is_the_first_one(at):
    hold = states.hold(uuid4())
    first = post(kind="charge", key="charge:1", currency="USD", legs=[Leg(P, hold, 100)], at=at)

    again = post(kind="charge", key="charge:1", currency="USD", legs=[Leg(P, hold, 100)], at=at + timedelta(days=1))

    assert (again.entry_id, again.is_new) == (first.entry_id, False)
    assert queries.balance(hold, "USD").amount == 100


@pytest.mark.parametrize("change", ["amount", "taker", "currency", "kind", "more"])
def test_the_same_key_for_something_else_is_a_defect(at, change):
    hold = states.hold(UUID(int=1))
    post(kind="charge", key="charge:1", currency="USD", legs=[Leg(P, hold, 100)], at=at)
    legs = {
        "amount": [Leg(P, hold, 99)], "taker": [Leg(P, states.hold(UUID(int=2)), 100)],
        "more": [Leg(P, hold, 100), Leg(P, hold, 100)],
    }.get(change, [Leg(P, hold, 100)])

    with pytest.raises(KeyReused):
        post(kind="bonus" if change == "kind" else "charge", key="charge:1",
             currency="EUR" if change == "currency" else "USD", legs=legs, at=at)

    assert queries.balance(hold, "USD").amount == 100


@pytest.mark.parametrize("amount", [-1, 9_000_000_000_000_001, 2**63])
def test_refuses_amounts_that_are_none(at, amount):
    with pytest.raises(ValueError, match="positive amounts"):
        post(kind="t", key="k", currency="USD", legs=[Leg(P, states.hold(uuid4()), amount)], at=at)


def test_refuses_an_entry_without_legs_and_a_gift_to_oneself(at):
    hold = states.hold(uuid4())
    for legs in ([], [Leg(P, hold, 0)], [Leg(hold, hold, 1)]):
        with pytest.raises(ValueError, match="legs"):
            post(kind="t", key="k", currency="USD", legs=legs, at=at)


def test_leaves_out_legs_of_zero(at):
    hold = states.hold(uuid4())
    posted = post(kind="t", key="k", currency="USD", at=at,
                  legs=[Leg(P, hold, 5), Leg(hold, states.house("fees:service"), 0)])
    assert LegRow.objects.filter(entry_id=posted.entry_id).count() == 1


def test_balances_stay_far_from_the_edge_of_bigint(at):
    hold = states.hold(uuid4())
    for n in range(1024):
        fill(hold, 9_000_000_000_000_000, at, key=f"big:{n}")
    with pytest.raises(Error):
        fill(hold, 9_000_000_000_000_000, at, key="too big")


def test_a_currency_keeps_to_itself(at):
    hold, wallet = states.hold(uuid4()), states.wallet(uuid4(), "pending")
    fill(hold, 100, at, "EUR")
    with pytest.raises(NotEnough):
        post(kind="t", key="k", currency="USD", legs=[Leg(hold, wallet, 1)], at=at)


def test_a_leg_cannot_cross_currencies_even_by_hand(at):
    fill(states.hold(UUID(int=1)), 1, at, "EUR", key="eur")
    fill(states.hold(UUID(int=1)), 1, at, "USD", key="usd")
    entry = Entry.objects.get(key="eur")
    dollars = Account.objects.get(name=states.hold(UUID(int=1)), currency="USD")
    euros = Account.objects.get(name=P, currency="EUR")
    with pytest.raises(Error), transaction.atomic():
        LegRow.objects.create(entry=entry, seq=9, giver=euros, taker=dollars, currency="EUR", amount=1)
    with pytest.raises(Error), transaction.atomic():
        LegRow.objects.create(entry=entry, seq=9, giver=euros, taker=dollars, currency="USD", amount=1)


def test_a_busy_account_that_must_not_owe_pays_from_its_tail(at):
    fill(states.CREDITS_UNSPENT, 60, at)
    fill(states.CREDITS_UNSPENT, 40, at)
    with pytest.raises(NotEnough):
        post(kind="t", key="a", currency="USD", at=at, legs=[Leg(states.CREDITS_UNSPENT, "house:credits", 101)])

    post(kind="t", key="b", currency="USD", at=at, legs=[Leg(states.CREDITS_UNSPENT, "house:credits", 99)])

    assert queries.balance(states.CREDITS_UNSPENT, "USD").amount == 1
    assert broken() == []


def test_counting_tails_changes_no_balance(at):
    for _n in range(3):
        fill(states.hold(uuid4()), 100, at)
    before = queries.balance(P, "USD")

    assert count_tails(at=at) == 3

    assert Tail.objects.count() == 0
    assert queries.balance(P, "USD") == before
    assert Account.objects.get(name=P).balance == -300
    assert broken() == []


def test_a_correction_names_its_entry_and_happens_once(at):
    hold = states.hold(uuid4())
    first = post(kind="t", key="k", currency="USD", legs=[Leg(P, hold, 5)], at=at)
    post(kind="t", key="k:back", currency="USD", legs=[Leg(hold, P, 5)], at=at, corrects=first.entry_id)
    fill(hold, 10, at)
    with pytest.raises(Error):
        post(kind="t", key="k:again", currency="USD", legs=[Leg(hold, P, 5)], at=at, corrects=first.entry_id)


@pytest.mark.parametrize("statement", [
    "UPDATE ledger_entry SET kind = 'x'", "DELETE FROM ledger_entry", "TRUNCATE ledger_entry CASCADE",
    "UPDATE ledger_leg SET amount = amount + 1", "DELETE FROM ledger_leg", "TRUNCATE ledger_leg",
    "DELETE FROM ledger_account", "TRUNCATE ledger_account CASCADE", "UPDATE ledger_account SET name = 'x'",
    "UPDATE ledger_account SET may_owe = true", "UPDATE ledger_tail SET amount = 0", "TRUNCATE ledger_tail",
])  # fmt: skip
def test_what_was_posted_stays_for_the_owner_too(at, statement):
    fill(states.hold(uuid4()), 100, at)
    with pytest.raises(Error, match="never rewritten"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
