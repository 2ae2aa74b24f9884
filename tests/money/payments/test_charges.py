"""Charges, as the sandbox's cards make them go."""

from __future__ import annotations

from datetime import timedelta

import pytest

from freehold.kit import clock, deadlines
from freehold.kit.ids import uuid7
from freehold.kit.models import Fact
from freehold.kit.refusals import Invalid, NotAllowed, NotFound, Refusal
from freehold.money.ledger import queries as books
from freehold.money.ledger import states as chart
from freehold.money.ledger.actions import NotEnough
from freehold.money.payments import actions, queries
from freehold.money.payments.models import Charge, PaymentMethod, ProviderNotice, Refund
from freehold.money.payments.states import C, M, R
from tests.money.payments import factories as make

GOAL = "hold:0b0b0b0b-0000-7000-8000-000000000001"


def facts(name):
    return Fact.objects.filter(name=name).count()


def held(currency="USD"):
    return books.balance(GOAL, currency).amount


class TestBeginCharge:
    def test_asks_the_card_and_posts_when_the_money_came(self, cast, at, run_jobs):
        charge = make.a_charge(cast.ada, at, to=GOAL)
        assert charge.state == C.SENDING
        assert held() == 0
        run_jobs()
        charge.refresh_from_db()
        assert charge.state == C.SETTLED
        assert held() == 10_300
        assert books.balance("provider:sandbox", "USD").amount == -10_300
        assert not books.broken_laws("1 balances sum to zero")

    def test_refuses_somebody_elses_card(self, cast, at):
        card = make.a_card(cast.ada, at)
        with pytest.raises(actions.MethodGone):
            make.a_charge(cast.edna, at, method=card)
        assert not Charge.objects.exists()

    def test_refuses_a_visitor(self, cast, at):
        from freehold.kit.actors import Actor

        with pytest.raises(NotAllowed):
            actions.begin_charge(
                actor=Actor.visitor(), method_id=None, subject=("test", uuid7()), currency="USD",
                allocations=[(GOAL, 1)], at=at,
            )

    def test_refuses_a_removed_or_expired_card(self, cast, at):
        card = make.a_card(cast.ada, at)
        with pytest.raises(actions.CardExpired):
            make.a_charge(cast.ada, at + timedelta(days=365 * 6), method=card)
        actions.remove_method(actor=cast.ada.actor, method_id=card.pk, at=at)
        with pytest.raises(actions.MethodGone):
            make.a_charge(cast.ada, at, method=card)

    @pytest.mark.parametrize("amount", [0, -5, 10**19])
    def test_refuses_amounts_that_are_none(self, cast, at, amount):
        with pytest.raises(Invalid):
            make.a_charge(cast.ada, at, amount=amount)
        assert not Charge.objects.exists()

    def test_refuses_a_currency_that_is_none(self, cast, at):
        with pytest.raises(ValueError):
            make.a_charge(cast.ada, at, currency="XXQ")

    def test_tells(self, cast, at, run_jobs):
        subject = ("test", uuid7())
        make.a_charge(cast.ada, at, to=GOAL, subject=subject)
        run_jobs()
        fact = Fact.objects.get(name="money.charge.settled")
        assert fact.data["subject_id"] == str(subject[1])
        assert fact.data["amount"] == 10_300

    def test_from_the_balance_settles_at_once(self, cast, at, run_jobs):
        make.money_in(cast.ada.party_id, at, 500)
        charge = actions.begin_charge(
            actor=cast.ada.actor, method_id=None, subject=("test", uuid7()), currency="USD",
            allocations=[(GOAL, 400)], at=at,
        )
        assert charge.state == C.SETTLED
        run_jobs()
        assert held() == 400
        assert books.balance(chart.wallet(cast.ada.party_id, "available"), "USD").amount == 100

    def test_from_a_balance_that_is_too_small_moves_nothing(self, cast, at):
        make.money_in(cast.ada.party_id, at, 300)
        with pytest.raises(NotEnough):
            actions.begin_charge(
                actor=cast.ada.actor, method_id=None, subject=("test", uuid7()), currency="USD",
                allocations=[(GOAL, 400)], at=at,
            )
        assert books.balance(chart.wallet(cast.ada.party_id, "available"), "USD").amount == 300


class TestCourses:
    @pytest.mark.parametrize(("number", "reason"), [(make.DECLINE, "declined"), (make.INSUFFICIENT, "insufficient")])
    def test_a_refused_card_moves_nothing_and_is_marked(self, cast, at, run_jobs, number, reason):
        charge = make.a_charge(cast.ada, at, number=number, to=GOAL)
        run_jobs()
        charge.refresh_from_db()
        assert (charge.state, charge.reason) == (C.FAILED, reason)
        assert charge.why
        assert held() == 0
        assert PaymentMethod.objects.get().state == M.BROKEN
        assert facts("money.charge.failed") == 1

    def test_a_broken_card_heals_with_the_next_success(self, cast, at, run_jobs):
        card = make.a_card(cast.ada, at)
        PaymentMethod.objects.update(state=M.BROKEN)
        make.a_charge(cast.ada, at, method=card)
        run_jobs()
        assert PaymentMethod.objects.get().state == M.VERIFIED

    def test_slow_money_is_asked_for_and_comes(self, cast, at, run_jobs):
        charge = make.a_charge(cast.ada, at, number=make.SLOW, to=GOAL)
        run_jobs()
        deadlines.run_due(at + timedelta(hours=47))
        charge.refresh_from_db()
        assert charge.state == C.SENDING
        deadlines.run_due(at + timedelta(hours=49))
        charge.refresh_from_db()
        assert charge.state == C.SETTLED
        assert held() == 10_300

    def test_everything_said_twice_counts_once(self, cast, at, run_jobs):
        charge = make.a_charge(cast.ada, at, number=make.TWICE, to=GOAL)
        run_jobs()
        charge.refresh_from_db()
        assert charge.state == C.SETTLED
        assert held() == 10_300
        assert ProviderNotice.objects.count() == 2
        assert ProviderNotice.objects.filter(handled_at__isnull=True).count() == 0
        assert facts("money.charge.settled") == 1

    def test_silence_goes_to_staff_and_is_never_sent_again(self, cast, at, run_jobs):
        charge = make.a_charge(cast.ada, at, number=make.SILENT, to=GOAL)
        run_jobs()
        deadlines.run_due(at + timedelta(days=5))
        charge.refresh_from_db()
        assert charge.state == C.SENDING
        assert charge.stuck_at is not None
        assert held() == 0
        assert facts("money.charge.stuck") == 1

    def test_money_after_a_failure_goes_straight_back(self, cast, at, run_jobs):
        charge = make.a_charge(cast.ada, at, number=make.LATE, to=GOAL)
        run_jobs()
        charge.refresh_from_db()
        assert charge.state == C.FAILED
        deadlines.run_due(at + timedelta(days=2))
        run_jobs()
        charge.refresh_from_db()
        assert charge.state == C.SETTLED
        assert charge.refunded == 10_300
        assert held() == 0
        assert books.balance("provider:sandbox", "USD").amount == 0
        assert Refund.objects.get().state == R.SETTLED
        assert facts("money.charge.settled") == 0
        assert facts("money.charge.settled_late") == 1
        deadlines.forget_stuck()
        assert deadlines.run_due(at + timedelta(days=9)) == 0


class TestSettleCharge:
    def answer(self, charge, **more):
        return actions.settle_charge(
            **{"charge_id": charge.pk, "reference": "x", "currency": "USD", "amount": 10_300, "at": charge.begun_at, **more}
        )

    def test_twice_is_once(self, cast, at):
        charge = make.a_charge(cast.ada, at, to=GOAL)
        self.answer(charge)
        self.answer(charge)
        assert held() == 10_300
        assert facts("money.charge.settled") == 1

    @pytest.mark.parametrize("wrong", [{"amount": 10_301}, {"currency": "EUR"}])
    def test_refuses_another_amount_or_currency(self, cast, at, wrong):
        charge = make.a_charge(cast.ada, at, to=GOAL)
        with pytest.raises(Refusal):
            self.answer(charge, **wrong)
        charge.refresh_from_db()
        assert charge.state == C.SENDING
        assert held() == 0

    def test_failing_a_settled_charge_changes_nothing(self, cast, at):
        charge = make.a_charge(cast.ada, at, to=GOAL)
        self.answer(charge)
        actions.fail_charge(charge_id=charge.pk, reason="declined", at=at)
        charge.refresh_from_db()
        assert charge.state == C.SETTLED
        assert held() == 10_300

    def test_only_named_reasons_are_kept(self, cast, at):
        charge = make.a_charge(cast.ada, at)
        actions.fail_charge(charge_id=charge.pk, reason="<b>odd</b>", at=at)
        charge.refresh_from_db()
        assert charge.reason == "provider"


class TestConfirmAction:
    @pytest.fixture
    def charge(self, cast, at, run_jobs):
        charge = make.a_charge(cast.ada, at, number=make.NEEDS_ACTION, to=GOAL)
        run_jobs()
        charge.refresh_from_db()
        assert charge.state == C.NEEDS_ACTION
        return charge

    def test_a_yes_settles(self, cast, at, charge):
        actions.confirm_action(actor=cast.ada.actor, charge_id=charge.pk, approved=True, at=at)
        assert held() == 10_300

    def test_a_no_fails_and_leaves_the_card_whole(self, cast, at, charge):
        actions.confirm_action(actor=cast.ada.actor, charge_id=charge.pk, approved=False, at=at)
        charge.refresh_from_db()
        assert (charge.state, charge.reason) == (C.FAILED, "not_confirmed")
        assert held() == 0
        assert PaymentMethod.objects.get().state == M.VERIFIED

    def test_refuses_a_stranger(self, cast, at, charge):
        for other in (cast.edna, cast.basil):
            with pytest.raises(NotFound):
                actions.confirm_action(actor=other.actor, charge_id=charge.pk, approved=True, at=at)
        charge.refresh_from_db()
        assert charge.state == C.NEEDS_ACTION

    def test_refuses_from_every_other_state(self, cast, at, charge):
        for state in set(C.values) - {C.NEEDS_ACTION}:
            Charge.objects.filter(pk=charge.pk).update(state=state, entry_id=1)
            with pytest.raises(Refusal) as refused:
                actions.confirm_action(actor=cast.ada.actor, charge_id=charge.pk, approved=True, at=at)
            assert refused.value.status == 409
        assert held() == 0

    def test_silence_fails_it(self, cast, at, charge):
        due = charge.action_due_at
        assert due == at + timedelta(hours=24)
        with pytest.raises(Refusal):
            actions.confirm_action(actor=cast.ada.actor, charge_id=charge.pk, approved=True, at=due)
        deadlines.run_due(due)
        charge.refresh_from_db()
        assert (charge.state, charge.reason) == (C.FAILED, "action_expired")
        assert charge.failed_at == due

    def test_twice_is_once(self, cast, at, charge):
        actions.confirm_action(actor=cast.ada.actor, charge_id=charge.pk, approved=True, at=at)
        with pytest.raises(Refusal):
            actions.confirm_action(actor=cast.ada.actor, charge_id=charge.pk, approved=True, at=at)
        assert held() == 10_300


class TestBeginRefund:
    def funded(self, cast, at, run_jobs, number=make.OK, amount=10_300):
        charge = make.a_charge(cast.ada, at, number=number, to=GOAL, amount=amount)
        run_jobs()
        return charge

    def refund(self, cast, at, amount):
        return actions.begin_refund(
            sources=[(GOAL, amount)], party_id=cast.ada.party_id, currency="USD", subject=("test", uuid7()), at=at
        )

    def test_goes_back_to_the_card_it_came_from(self, cast, at, run_jobs):
        charge = self.funded(cast, at, run_jobs)
        refund = self.refund(cast, at, 4_000)
        assert books.balance(chart.refund(refund.pk), "USD").amount == 4_000
        run_jobs()
        refund.refresh_from_db()
        charge.refresh_from_db()
        assert refund.state == R.SETTLED
        assert charge.refunded == 4_000
        assert held() == 6_300
        assert books.balance("provider:sandbox", "USD").amount == -6_300
        assert facts("money.refund.settled") == 1

    def test_newest_charge_first(self, cast, at, run_jobs):
        old = self.funded(cast, at, run_jobs, amount=1_000)
        Charge.objects.filter(pk=old.pk).update(settled_at=at - timedelta(days=2))
        new = self.funded(cast, at, run_jobs, amount=1_000)
        self.refund(cast, at, 1_500)
        run_jobs()
        old.refresh_from_db()
        new.refresh_from_db()
        assert (old.refunded, new.refunded) == (500, 1_000)

    def test_a_card_that_takes_nothing_back_leaves_it_on_the_balance(self, cast, at, run_jobs):
        charge = self.funded(cast, at, run_jobs, number=make.NO_REFUNDS)
        refund = self.refund(cast, at, 4_000)
        run_jobs()
        refund.refresh_from_db()
        charge.refresh_from_db()
        assert (refund.state, refund.rerouted) == (R.REROUTED, 4_000)
        assert charge.refunded == 0
        assert books.balance(chart.wallet(cast.ada.party_id, "available"), "USD").amount == 4_000
        assert facts("money.refund.rerouted") == 1

    def test_after_180_days_the_way_to_the_card_is_closed(self, cast, at, run_jobs):
        self.funded(cast, at, run_jobs)
        refund = self.refund(cast, at + timedelta(days=181), 4_000)
        assert refund.parts == []
        run_jobs()
        refund.refresh_from_db()
        assert refund.state == R.REROUTED

    def test_never_more_than_there_is(self, cast, at, run_jobs):
        self.funded(cast, at, run_jobs)
        with pytest.raises(NotEnough):
            self.refund(cast, at, 10_301)
        assert not Refund.objects.exists()
        assert held() == 10_300

    def test_twice_is_once(self, cast, at, run_jobs):
        self.funded(cast, at, run_jobs)
        refund = self.refund(cast, at, 4_000)
        run_jobs()
        actions.settle_refund(refund_id=refund.pk, refused=[], at=at)
        actions.fail_refund(refund_id=refund.pk, at=at)
        assert books.balance("provider:sandbox", "USD").amount == -6_300
        assert facts("money.refund.settled") == 1


def test_a_page_can_wait(cast, at):
    charge = make.a_charge(cast.ada, at)
    assert queries.wait_for(charge.pk) == C.SENDING
    assert clock.now() == at
