"""Eight at once on real commits: the books take each thing once, whole, and never wait in a circle."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from uuid import UUID

import pytest

from freehold.kit.refusals import IllegalMove
from freehold.money.escrow import actions
from freehold.money.ledger import queries, states
from freehold.money.ledger.actions import KeyReused, Leg, NotEnough, count_tails, post
from tests.money.escrow.factories import a_carry, a_hold, pay_in

pytestmark = pytest.mark.usefixtures("live_db")
AT_ONCE = 8
P = states.provider("sandbox")


def race(*works: Callable[[], object]) -> list[object]:
    """Start all at the same moment; returns what each returned or raised."""
    from django.db import connections

    gate, results = threading.Barrier(len(works)), [None] * len(works)

    def run(n: int) -> None:
        try:
            connections["default"].ensure_connection()
            gate.wait(10)
            results[n] = works[n]()
        except Exception as error:
            results[n] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    return results


def kinds(results: list[object]) -> Counter:
    return Counter(type(r).__name__ for r in results)


def lawful() -> bool:
    return [b for b in queries.broken_laws() if not b.law.startswith("4 no held")] == []


def test_the_same_entry_eight_times_is_one(at):
    hold = states.hold(UUID(int=1))
    for n in range(5):
        results = race(*[lambda n=n: post(
            kind="charge", key=f"charge:{n}", currency="USD", legs=[Leg(P, hold, 100)], at=at)] * AT_ONCE)
        assert len({r.entry_id for r in results}) == 1
        assert sum(r.is_new for r in results) == 1
    assert queries.balance(hold, "USD").amount == 500
    assert lawful()


def test_one_key_for_different_legs_is_taken_once(at):
    results = race(*[lambda n=n: post(
        kind="charge", key="charge:1", currency="USD", legs=[Leg(P, states.hold(UUID(int=1)), n + 1)], at=at
    ) for n in range(AT_ONCE)])
    assert kinds(results) == {"Posted": 1, KeyReused.__name__: AT_ONCE - 1}


@pytest.mark.parametrize("name", [states.wallet(UUID(int=1), "available"), states.CREDITS_UNSPENT])
def test_eight_draining_one_account_never_overdraw_it(at, name):
    pay_in({name: 300}, at)
    results = race(*[lambda n=n: post(
        kind="t", key=f"drain:{n}", currency="USD", legs=[Leg(name, P, 100)], at=at) for n in range(AT_ONCE)])
    assert kinds(results) == {"Posted": 3, NotEnough.__name__: 5}
    assert queries.balance(name, "USD").amount == 0
    assert lawful()


def test_legs_in_any_order_end_in_no_deadlock(at):
    names = [states.wallet(UUID(int=n), "available") for n in range(1, 7)]
    pay_in(dict.fromkeys(names, 1_000_000), at)

    def work(n: int) -> int:
        dice = random.Random(n)
        for step in range(15):
            pairs = [dice.sample(names, 2) for _ in range(4)]
            legs = [Leg(giver, taker, dice.randint(1, 50)) for giver, taker in pairs]
            post(kind="t", key=f"mix:{n}:{step}", currency="USD", legs=legs, at=at)
        return 15

    before = deadlocks()
    results = race(*[lambda n=n: work(n) for n in range(AT_ONCE)])
    assert results == [15] * AT_ONCE
    assert deadlocks() == before
    assert sum(b.amount for b in queries.balances(names, "USD").values()) == 6_000_000
    assert lawful()


def test_accounts_opened_at_once_are_opened_once(at):
    party = UUID(int=9)
    names = [states.wallet(party, bucket) for bucket in states.BUCKETS]

    def work(n: int) -> object:
        legs = [Leg(P, name, 1) for name in (names if n % 2 else reversed(names))]
        return post(kind="t", key=f"open:{n}", currency="GBP", legs=list(legs), at=at)

    results = race(*[lambda n=n: work(n) for n in range(AT_ONCE)])
    assert kinds(results) == {"Posted": AT_ONCE}
    assert queries.wallets(party)["GBP"].total.amount == 3 * AT_ONCE


def test_tails_are_counted_once_while_others_post(at):
    def work(n: int) -> int:
        for step in range(10):
            if n == 0:
                count_tails(at=at)
            else:
                pay_in({states.CREDITS_UNSPENT: 7}, at, key=f"tail:{n}:{step}")
                assert queries.balance(P, "USD").amount % 7 == 0
        return n

    assert race(*[lambda n=n: work(n) for n in range(AT_ONCE)]) == list(range(AT_ONCE))
    assert queries.balance(states.CREDITS_UNSPENT, "USD").amount == 70 * (AT_ONCE - 1)
    assert lawful()


def test_a_hold_is_released_once_by_eight(at):
    hold = a_hold(at)
    results = race(*[lambda: actions.release(hold_id=hold.pk, amount=10_000, service_fee=1_000, at=at)] * AT_ONCE)
    assert kinds(results) == {"Release": 1, IllegalMove.__name__: AT_ONCE - 1}
    assert queries.balance(states.wallet(hold.payee_id, "pending"), "USD").amount == 9_000
    assert lawful()


def test_twenty_releases_to_one_wallet_end_in_its_exact_sum(at):
    basil = UUID(int=3)
    holds = [a_hold(at, 1_000, 30, payee_id=basil) for _ in range(20)]
    carry = a_carry(at, payee_id=basil)

    def work(hold: object) -> object:
        return actions.release(hold_id=hold.pk, amount=600, service_fee=60, carry_id=carry.pk, at=at)

    results = race(*[lambda hold=hold: work(hold) for hold in holds])
    assert kinds(results) == {"Release": 20}
    assert queries.balance(states.wallet(basil, "pending"), "USD").amount == 20 * 540
    assert queries.balance(states.hold(carry.pk), "USD").amount == 20 * 400
    assert lawful()


def deadlocks() -> int:
    """How many circles of waiting the server had to break in this database."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot(), deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[1])
