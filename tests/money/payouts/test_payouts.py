"""Payouts, as the sandbox's accounts make them go."""

from __future__ import annotations

from datetime import timedelta

import pytest

from freehold.kit import deadlines
from freehold.kit.actors import Actor
from freehold.kit.ids import uuid7
from freehold.kit.models import Fact
from freehold.kit.money import Money
from freehold.kit.refusals import IllegalMove, Invalid, NotAllowed, NotFound, Refusal
from freehold.money.ledger import queries as books
from freehold.money.ledger import states as chart
from freehold.money.ledger.actions import Leg, post
from freehold.money.payouts import actions, queries
from freehold.money.payouts.models import Payout
from freehold.money.payouts.states import M, P
from tests.money.payments.factories import money_in
from tests.money.payouts import factories as make


def available(player, currency="USD"):
    return books.balance(chart.wallet(player.party_id, "available"), currency).amount


def facts(name):
    return Fact.objects.filter(name=name).count()


@pytest.fixture
def rich(cast, at):
    money_in(cast.basil.party_id, at, 50_000)
    return cast.basil


def send(payout, run_jobs):
    deadlines.run_due(payout.send_due_at)
    run_jobs()
    payout.refresh_from_db()
    return payout


class TestRequestPayout:
    def test_reserves_and_pays(self, rich, at, run_jobs):
        payout = make.a_payout(rich, at)
        assert payout.state == P.SCHEDULED
        assert payout.number.startswith("P-")
        assert available(rich) == 30_000
        assert books.balance(chart.payout(payout.pk), "USD").amount == 20_000
        assert send(payout, run_jobs).state == P.PAID
        assert books.balance(chart.payout(payout.pk), "USD").amount == 0
        assert books.balance("provider:sandbox", "USD").amount == -30_000
        assert books.broken_laws() == []

    def test_a_cards_fee_is_the_houses(self, rich, at, run_jobs):
        method = make.a_method(rich, at, "4242 4242 4242 4242", rail="CARD")
        payout = send(make.a_payout(rich, at, method=method), run_jobs)
        assert (payout.state, payout.fee, payout.arrives) == (P.PAID, 200, Money(19_800, "USD"))
        assert books.balance("house:fees:payout", "USD").amount == 200

    def test_refuses_a_stranger(self, cast, rich, at):
        method = make.a_method(rich, at)
        with pytest.raises(NotAllowed):
            actions.request_payout(
                actor=cast.chiara.actor, party_id=rich.party_id, currency="USD", amount=1_000, method_id=method.pk, at=at
            )
        with pytest.raises(NotFound):
            actions.request_payout(
                actor=cast.chiara.actor, party_id=cast.chiara.party_id, currency="USD", amount=1_000,
                method_id=method.pk, at=at,
            )
        assert available(rich) == 50_000

    def test_refuses_methods_that_are_not_ready(self, rich, at):
        method = make.a_method(rich, at, ready=False)
        with pytest.raises(actions.MethodNotReady):
            make.a_payout(rich, at, method=method)
        assert not Payout.objects.exists()

    @pytest.mark.parametrize(
        ("amount", "refusal"),
        [
            (-1, Invalid), (0, Invalid), (10**30, Invalid), (499, actions.BelowMinimum),
            (50_001, actions.MoreThanAvailable), (10**12, actions.MoreThanAvailable),
        ],
    )
    def test_refuses_amounts(self, rich, at, amount, refusal):
        with pytest.raises(refusal) as refused:
            make.a_payout(rich, at, amount=amount)
        assert "No money moved" in str(refused.value)
        assert available(rich) == 50_000

    def test_refuses_a_currency_the_wallet_has_nothing_in(self, rich, at):
        method = make.a_method(rich, at)
        with pytest.raises(actions.MoreThanAvailable):
            actions.request_payout(
                actor=rich.actor, party_id=rich.party_id, currency="EUR", amount=1_000, method_id=method.pk, at=at
            )

    def test_never_what_is_owed(self, rich, at):
        post(
            kind="chargeback", key="chargeback:x:open", currency="USD",
            legs=[Leg(chart.owed(rich.party_id), "provider:sandbox", 10_000)], at=at,
        )
        with pytest.raises(actions.MoreThanAvailable) as refused:
            make.a_payout(rich, at, amount=40_001)
        assert "$400.00" in str(refused.value)
        assert make.a_payout(rich, at, amount=40_000).amount == 40_000

    def test_a_form_sent_twice_is_sent_once(self, rich, at):
        method, key = make.a_method(rich, at), uuid7()
        one = make.a_payout(rich, at, method=method, payout_id=key)
        two = make.a_payout(rich, at, method=method, payout_id=key)
        assert one.pk == two.pk == key
        assert available(rich) == 30_000
        with pytest.raises(IllegalMove):
            make.a_payout(rich, at, amount=10_000, method=method, payout_id=key)

    def test_tells(self, rich, at, run_jobs, mailbox):
        payout = make.a_payout(rich, at)
        run_jobs()
        assert facts("money.payout.scheduled") == 1
        mail = mailbox.last(rich.email)
        assert payout.number in mail.subject
        assert "call it off" in mail.text


class TestRequestLastPayout:
    def test_takes_everything_below_the_minimum_too(self, cast, at, run_jobs):
        money_in(cast.basil.party_id, at, 300)
        make.a_method(cast.basil, at)
        actions.request_last_payout(actor=cast.basil.actor, party_id=cast.basil.party_id, currency="USD", at=at)
        run_jobs()
        assert Payout.objects.get().state == P.PAID
        assert available(cast.basil) == 0

    def test_goes_the_cheapest_way(self, rich, at):
        make.a_method(rich, at, "4242 4242 4242 4242", rail="CARD")
        bank = make.a_method(rich, at)
        payout = actions.request_last_payout(actor=rich.actor, party_id=rich.party_id, currency="USD", at=at)
        assert payout.method_id == bank.pk

    def test_refuses_without_a_method_and_strangers_and_nothing(self, cast, rich, at):
        with pytest.raises(actions.NoMethod):
            actions.request_last_payout(actor=rich.actor, party_id=rich.party_id, currency="USD", at=at)
        make.a_method(rich, at)
        with pytest.raises(NotAllowed):
            actions.request_last_payout(actor=cast.chiara.actor, party_id=rich.party_id, currency="USD", at=at)
        actions.request_last_payout(actor=rich.actor, party_id=rich.party_id, currency="USD", at=at)
        with pytest.raises(actions.MoreThanAvailable):
            actions.request_last_payout(actor=rich.actor, party_id=rich.party_id, currency="USD", at=at)


class TestCancelPayout:
    def test_brings_the_money_back(self, rich, at):
        payout = make.a_payout(rich, at)
        actions.cancel_payout(actor=rich.actor, payout_id=payout.pk, at=at)
        payout.refresh_from_db()
        assert payout.state == P.CANCELED
        assert available(rich) == 50_000
        assert facts("money.payout.canceled") == 1

    def test_refuses_a_stranger(self, cast, rich, at):
        payout = make.a_payout(rich, at)
        with pytest.raises(NotFound):
            actions.cancel_payout(actor=cast.chiara.actor, payout_id=payout.pk, at=at)
        assert available(rich) == 30_000

    def test_refuses_from_every_other_state(self, rich, at):
        payout = make.a_payout(rich, at)
        for state in set(P.values) - {P.SCHEDULED}:
            Payout.objects.filter(pk=payout.pk).update(state=state)
            with pytest.raises(IllegalMove):
                actions.cancel_payout(actor=rich.actor, payout_id=payout.pk, at=at)
        assert available(rich) == 30_000

    def test_refuses_at_the_moment_it_leaves(self, rich, at):
        payout = make.a_payout(rich, at)
        with pytest.raises(IllegalMove):
            actions.cancel_payout(actor=rich.actor, payout_id=payout.pk, at=payout.send_due_at)

    def test_twice_is_refused_and_pays_back_once(self, rich, at):
        payout = make.a_payout(rich, at)
        actions.cancel_payout(actor=rich.actor, payout_id=payout.pk, at=at)
        with pytest.raises(IllegalMove):
            actions.cancel_payout(actor=rich.actor, payout_id=payout.pk, at=at)
        assert available(rich) == 50_000


class TestCourses:
    def test_a_failed_payout_comes_back_with_its_fee(self, rich, at, run_jobs):
        method = make.a_method(rich, at, make.FAILS)
        payout = send(make.a_payout(rich, at, method=method), run_jobs)
        method.refresh_from_db()
        assert (payout.state, payout.reason) == (P.FAILED, "account_closed")
        assert method.state == M.BROKEN
        assert available(rich) == 50_000
        assert facts("money.payout.failed") == 1
        assert books.broken_laws() == []

    def test_a_bank_may_send_it_back_days_later(self, rich, at, run_jobs):
        method = make.a_method(rich, at, make.RETURNS)
        payout = send(make.a_payout(rich, at, method=method), run_jobs)
        assert payout.state == P.PAID
        deadlines.run_due(at + timedelta(days=3))
        payout.refresh_from_db()
        method.refresh_from_db()
        assert (payout.state, method.state) == (P.RETURNED, M.BROKEN)
        assert available(rich) == 50_000
        assert books.broken_laws() == []
        assert facts("money.payout.returned") == 1

    def test_a_slow_one_is_asked_for(self, rich, at, run_jobs):
        method = make.a_method(rich, at, make.SLOW)
        payout = send(make.a_payout(rich, at, method=method), run_jobs)
        assert payout.state == P.SENDING
        deadlines.run_due(at + timedelta(days=3))
        payout.refresh_from_db()
        assert payout.state == P.PAID

    def test_a_crash_between_call_and_settlement_pays_once(self, rich, at, run_jobs):
        payout = make.a_payout(rich, at)
        actions.send_payout(payout_id=payout.pk, at=at)  # the call was made, its answer is lost
        deadlines.run_due(at + timedelta(hours=2))
        payout.refresh_from_db()
        assert payout.state == P.PAID
        run_jobs()
        assert books.balance("provider:sandbox", "USD").amount == -30_000
        assert facts("money.payout.paid") == 1

    def test_a_method_that_broke_meanwhile_brings_it_back(self, rich, at):
        payout = make.a_payout(rich, at)
        payout.method.state = M.BROKEN
        payout.method.save()
        deadlines.run_due(payout.send_due_at)
        payout.refresh_from_db()
        assert (payout.state, payout.reason) == (P.FAILED, "method_gone")
        assert available(rich) == 50_000


class TestSettleFailReturn:
    @pytest.mark.parametrize("state", [P.SCHEDULED, P.PAID, P.FAILED, P.RETURNED, P.CANCELED])
    def test_settling_works_only_while_sending(self, rich, at, state):
        payout = make.a_payout(rich, at)
        Payout.objects.filter(pk=payout.pk).update(state=state)
        actions.settle_payout(payout_id=payout.pk, reference="x", at=at)
        payout.refresh_from_db()
        assert payout.state == state
        assert facts("money.payout.paid") == 0

    @pytest.mark.parametrize("state", [P.PAID, P.FAILED, P.RETURNED, P.CANCELED])
    def test_failing_works_only_before_the_end(self, rich, at, state):
        payout = make.a_payout(rich, at)
        Payout.objects.filter(pk=payout.pk).update(state=state)
        actions.fail_payout(payout_id=payout.pk, reason="rejected", at=at)
        assert available(rich) == 30_000

    def test_twice_is_once(self, rich, at):
        payout = make.a_payout(rich, at)
        actions.send_payout(payout_id=payout.pk, at=at)
        with pytest.raises(IllegalMove):
            actions.send_payout(payout_id=payout.pk, at=at)
        for _n in range(2):
            actions.settle_payout(payout_id=payout.pk, reference="x", at=at)
        for _n in range(2):
            actions.return_payout(payout_id=payout.pk, reason="rejected", back=20_000, at=at)
        assert available(rich) == 50_000

    def test_more_never_comes_back_than_left(self, rich, at):
        payout = make.a_payout(rich, at)
        actions.send_payout(payout_id=payout.pk, at=at)
        actions.settle_payout(payout_id=payout.pk, reference="x", at=at)
        with pytest.raises(ValueError):
            actions.return_payout(payout_id=payout.pk, reason="rejected", back=20_001, at=at)


def test_silence_of_the_provider_goes_to_staff(rich, at):
    payout = make.a_payout(rich, at)
    actions.send_payout(payout_id=payout.pk, at=at)
    actions.ask_again(payout_id=payout.pk, at=at + timedelta(days=1))
    assert facts("money.payout.stuck") == 0
    for _n in range(2):
        actions.ask_again(payout_id=payout.pk, at=at + timedelta(days=9))
    assert facts("money.payout.stuck") == 1
    assert queries.visible(rich.actor, payout.pk).stuck


def test_a_small_debt_is_written_off(cast, at):
    owed = chart.owed(cast.basil.party_id)
    for n, amount in enumerate((99, 1)):
        post(kind="chargeback", key=f"c:{n}", currency="USD", legs=[Leg(owed, "provider:sandbox", amount)], at=at)
        if n == 0:
            assert actions.write_off_debt(party_id=cast.basil.party_id, currency="USD", at=at) == 99
            assert books.balance(owed, "USD").amount == 0
    post(kind="chargeback", key="c:9", currency="USD", legs=[Leg(owed, "provider:sandbox", 99)], at=at)
    assert actions.write_off_debt(party_id=cast.basil.party_id, currency="USD", at=at) == 0


def test_only_those_who_see_the_money_see_a_payout(cast, rich, at):
    payout = make.a_payout(rich, at)
    for other in (cast.chiara.actor, cast.ada.actor, Actor.visitor()):
        with pytest.raises(Refusal):
            queries.visible(other, payout.pk)
