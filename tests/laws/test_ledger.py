"""Laws of the money that hold for every sequence of events, and a twin of the arithmetic in fractions."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from freehold.kit.actors import Actor
from freehold.kit.money import Money, allocate
from freehold.kit.refusals import Refusal
from freehold.money.fees import queries as fees
from freehold.money.fees.queries import Terms

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
amounts = st.integers(1, 10**12)
rates = st.integers(0, 10_000)
in_database = settings(
    max_examples=15, deadline=None, database=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
in_memory = settings(max_examples=200, deadline=None, database=None, derandomize=True)


def twin_half_up(value: Fraction) -> int:
    """Rounding by another road: decimal's own, on an exact quotient."""
    whole, rest = divmod(value.numerator, value.denominator)
    return whole + int((Decimal(rest) / Decimal(value.denominator)).quantize(Decimal(1), ROUND_HALF_UP))


@in_memory
@given(amounts, rates, rates)
def test_fee_and_net_make_the_gross(amount, worker, client):
    quote = fees.quote(Money(amount, "USD"), Terms(freelancer_bps=worker, client_bps=client))

    assert quote.service_fee + quote.net == quote.amount
    assert quote.amount + quote.client_fee == quote.total
    assert quote.service_fee.amount == twin_half_up(Fraction(amount * worker, 10_000))
    assert 0 <= quote.net.amount <= amount


@in_memory
@given(amounts, rates, st.lists(st.integers(1, 10**6), min_size=1, max_size=8))
def test_partial_refunds_return_the_fee_exactly_once(scale, rate, weights):
    amount = sum(weights) + scale
    fee = fees.client_fee(amount, Terms(freelancer_bps=0, client_bps=rate))
    parts = [*weights, scale]

    returned, so_far, back = [], 0, 0
    for part in parts:
        so_far += part
        whole = fees.returned_fee(fee, so_far, amount)
        returned.append(whole - back)
        back = whole

    assert sum(returned) == fee
    assert min(returned) >= 0
    assert returned[0] == twin_half_up(Fraction(fee * parts[0], amount))


@in_memory
@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**6), min_size=1, max_size=9).filter(any))
def test_allocation_loses_nothing_and_strays_by_less_than_one(amount, weights):
    shares = allocate(amount, weights)

    assert sum(shares) == amount
    for share, weight in zip(shares, weights, strict=True):
        exact = Fraction(amount * weight, sum(weights))
        assert abs(share - exact) < 1
        assert share == 0 or (share > 0) == (amount > 0)
    assert shares == twin_allocate(amount, weights)


def twin_allocate(amount: int, weights: list[int]) -> list[int]:
    """Largest remainders by fractions."""
    sign, rest = (-1, -amount) if amount < 0 else (1, amount)
    exact = [Fraction(rest * w, sum(weights)) for w in weights]
    shares = [floor(e) for e in exact]
    while sum(shares) < rest:
        best = max(range(len(weights)), key=lambda i: (exact[i] - shares[i], -i))
        shares[best] += 1
        exact[best] = Fraction(shares[best])
    return [sign * s for s in shares]


#: a small world: two members, two holds, the house, a provider
NAMES = [
    "provider:sandbox", "house:fees:service", "credits:unspent",
    *(f"wallet:{UUID(int=n)}:{bucket}" for n in (1, 2) for bucket in ("pending", "available")),
    *(f"{kind}:{UUID(int=n)}" for n in (1, 2) for kind in ("hold", "advance", "owed")),
]  # fmt: skip
legs = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.integers(1, 500)).filter(lambda leg: leg[0] != leg[1])
entries = st.lists(st.tuples(st.lists(legs, min_size=1, max_size=5), st.sampled_from(["USD", "JPY"])), max_size=12)


@in_database
@given(entries)
@pytest.mark.usefixtures("db")
def test_any_sequence_of_postings_agrees_with_a_model_and_breaks_no_law(db, sequence):
    from django.db import transaction

    from freehold.money.ledger import queries
    from freehold.money.ledger.actions import Leg, NotEnough, count_tails, post

    with undone(transaction):
        model: dict[tuple[str, str], int] = {}
        for n, (moves, currency) in enumerate(sequence):
            after = dict(model)
            for giver, taker, amount in moves:
                after[giver, currency] = after.get((giver, currency), 0) - amount
                after[taker, currency] = after.get((taker, currency), 0) + amount
            allowed = all(may_hold(name, amount) for (name, _c), amount in after.items())
            try:
                post(kind="t", key=f"law:{n}", currency=currency, legs=[Leg(*move) for move in moves], at=AT)
                assert allowed
                model = after
            except NotEnough:
                assert not allowed
            if n % 3 == 2:
                count_tails(at=AT)
        for (name, currency), amount in model.items():
            assert queries.balance(name, currency).amount == amount
        own = [law for law in queries.LAWS if law[0] in "1279" and "hold" not in law]
        assert [b for law in own if law != "7 no more fee is returned than was charged"
                for b in queries.broken_laws(law)] == []


def may_hold(name: str, amount: int) -> bool:
    if name.startswith("owed:"):
        return amount <= 0
    return amount >= 0 or name.startswith(("provider:", "house:"))


acts = st.lists(
    st.tuples(st.sampled_from(["fund", "release", "part", "carry", "back", "mature", "freeze"]), st.integers(0, 5),
              st.integers(1, 12_000)),
    max_size=14,
)  # fmt: skip


@in_database
@given(acts)
@pytest.mark.usefixtures("db")
def test_any_life_of_holds_breaks_no_law(db, sequence):
    from django.db import transaction

    from freehold.money.escrow import actions
    from freehold.money.escrow.models import Earning, Hold
    from freehold.money.ledger import queries
    from tests.money.escrow.factories import a_carry, a_hold, an_open_hold, send_back

    with undone(transaction):
        carry = a_carry(AT, payee_id=UUID(int=1), payer_id=UUID(int=2))
        holds = [carry]
        for act, which, amount in sequence:
            hold = holds[which % len(holds)]
            onward = carry.pk if hold.pk != carry.pk else None
            with contextlib.suppress(Refusal):
                if act == "fund":
                    holds.append(a_hold(AT, amount, amount * 3 // 100, payee_id=UUID(int=1), payer_id=UUID(int=2)))
                elif act == "release":
                    left = Hold.objects.get(pk=hold.pk).remaining
                    actions.release(hold_id=hold.pk, amount=left, service_fee=left // 10, at=AT)
                elif act == "part":
                    actions.release(hold_id=hold.pk, amount=amount, service_fee=amount // 10, carry_id=onward, at=AT)
                elif act == "carry":
                    fresh = an_open_hold(AT, amount, 0, payee_id=UUID(int=1), payer_id=UUID(int=2))
                    actions.move(from_hold_id=carry.pk, to_hold_id=fresh.pk, amount=amount, at=AT)
                    holds.append(fresh)
                elif act == "back":
                    send_back(actions.give_back(hold_id=hold.pk, amount=amount, at=AT), AT)
                elif act == "freeze":
                    actions.freeze_hold(hold_id=hold.pk, at=AT)
                elif earning := Earning.objects.filter(matured_at=None).order_by("pk").first():
                    actions.mature(actor=Actor.system("escrow.mature"), earning_id=earning.pk, at=earning.due_at)
        assert queries.broken_laws() == []


@contextlib.contextmanager
def undone(transaction):
    """Take everything back at the end of one example."""
    around = transaction.atomic()
    around._from_testcase = True
    with around:
        yield
        transaction.set_rollback(True)
