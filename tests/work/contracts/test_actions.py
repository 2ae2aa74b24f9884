"""
Every action on contracts: does it · refuses a stranger · refuses from every other state · tells · twice is once.

The five are asked of each action by one table; what is peculiar to one follows in its own class.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from freehold.kit import clock
from freehold.kit.models import Fact
from freehold.kit.refusals import IllegalMove, Invalid, NotAllowed, NotFound, Refusal, Stale
from freehold.kit.settings import overridden
from freehold.money.escrow import queries as holds
from freehold.money.invoices.models import Document
from freehold.money.ledger import queries as ledger
from freehold.money.payments.models import Charge, Refund
from freehold.work.contracts import actions
from freehold.work.contracts.actions import purse
from freehold.work.contracts.models import Contract, Milestone, RefundRequest
from tests.work.contracts.factories import (
    DECLINED,
    a_card,
    a_carry,
    a_contract,
    a_funded_milestone,
    a_refund_request,
    a_released_milestone,
    a_sent_back_milestone,
    a_submitted_milestone,
    an_ended_contract,
    fund,
    milestone_of,
)

WISH = "Please use the larger letters of the draft."
SYSTEM = "system"


def planned(cast: Any, at: datetime) -> Milestone:
    return milestone_of(a_contract(cast, at), 2)


def proposed(cast: Any, at: datetime) -> Milestone:
    contract = a_contract(cast, at)
    return actions.propose_milestone(
        actor=cast.basil.actor, contract_id=contract.pk, title="Extra", amount=5_000, at=at
    )


def canceled(cast: Any, at: datetime) -> Milestone:
    milestone = planned(cast, at)
    return actions.cancel_milestone(actor=cast.ada.actor, milestone_id=milestone.pk, at=at)


def funding(cast: Any, at: datetime) -> Milestone:
    milestone = planned(cast, at)
    return actions.fund_milestone(
        actor=cast.ada.actor, milestone_id=milestone.pk, method_id=a_card(cast, at), at=at
    )


def returned(cast: Any, at: datetime) -> Milestone:
    milestone = a_funded_milestone(cast, at)
    return actions.return_milestone(
        actor=cast.basil.actor, milestone_id=milestone.pk, amount=milestone.amount, at=at
    )


#: state → how to get a milestone there
STATES: dict[str, Callable[..., Milestone]] = {
    "PROPOSED": proposed,
    "AGREED": planned,
    "FUNDING": funding,
    "FUNDED": a_funded_milestone,
    "SUBMITTED": a_submitted_milestone,
    "CHANGES_ASKED": a_sent_back_milestone,
    "PAID": a_released_milestone,
    "REFUNDED": returned,
    "CANCELED": canceled,
}


@dataclass(frozen=True)
class Act:
    """One action on a milestone: who does it, from which states, to which, and the fact it tells."""

    name: str
    who: str
    sources: tuple[str, ...]
    to: str
    fact: str
    arguments: Callable[[Any, datetime, Milestone], dict[str, Any]] = lambda cast, at, m: {}

    def __call__(self, cast: Any, at: datetime, milestone: Milestone, who: str = "") -> Any:
        who = who or self.who
        actor = cast.system if who == SYSTEM else getattr(cast, who).actor
        more = self.arguments(cast, at, milestone)
        return getattr(actions, self.name)(actor=actor, milestone_id=milestone.pk, at=at, **more)


HELD = ("FUNDED", "SUBMITTED", "CHANGES_ASKED")
ACTS = [
    Act("agree_milestone", "ada", ("PROPOSED",), "AGREED", "work.milestone.agreed"),
    Act("decline_milestone", "ada", ("PROPOSED",), "CANCELED", "work.milestone.canceled"),
    Act("lapse_milestone", SYSTEM, ("PROPOSED",), "CANCELED", "work.milestone.canceled"),
    Act("cancel_milestone", "ada", ("PROPOSED", "AGREED"), "CANCELED", "work.milestone.canceled"),
    Act(
        "edit_milestone", "ada", ("AGREED",), "AGREED", "work.milestone.changed",
        lambda cast, at, m: {"title": "New", "amount": 9_900, "version": m.version},
    ),
    Act(
        "fund_milestone", "ada", ("AGREED",), "FUNDING", "money.charge.begun",
        lambda cast, at, m: {"method_id": a_card(cast, at)},
    ),
    Act("submit_work", "basil", ("FUNDED", "CHANGES_ASKED"), "SUBMITTED", "work.milestone.submitted",
        lambda cast, at, m: {"message": "Here."}),
    Act("take_back", "basil", ("SUBMITTED",), "FUNDED", "work.milestone.taken_back"),
    Act("ask_changes", "ada", ("SUBMITTED",), "CHANGES_ASKED", "work.milestone.changes_asked",
        lambda cast, at, m: {"text": WISH}),
    Act("release_milestone", "ada", HELD, "PAID", "work.milestone.released"),
    Act("release_part", "ada", HELD, "PAID", "work.milestone.released", lambda cast, at, m: {"amount": 1_000}),
    Act("return_milestone", "basil", HELD, "REFUNDED", "work.milestone.refunded",
        lambda cast, at, m: {"amount": m.amount}),
]  # fmt: skip
TWICE = {"edit_milestone": Stale}


@pytest.mark.parametrize("act", ACTS, ids=lambda a: a.name)
class TestEveryAct:
    def test_does_it_and_tells(self, act: Act, cast: Any, at: Any) -> None:
        for source in act.sources[:1]:
            milestone = STATES[source](cast, at)
            before = Fact.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            act(cast, at, milestone)
            milestone.refresh_from_db()
            assert milestone.state == act.to
            assert act.fact in set(Fact.objects.filter(pk__gt=before).values_list("name", flat=True))

    def test_refuses_strangers_and_the_other_side(self, act: Act, cast: Any, at: Any) -> None:
        milestone = STATES[act.sources[0]](cast, at)
        state, facts = milestone.state, Fact.objects.count()
        other = {"ada": "basil", "basil": "ada", SYSTEM: "ada"}[act.who]
        for who, refusal in (("edna", NotFound), ("chiara", NotFound), (other, NotAllowed)):
            if act.name == "cancel_milestone" and who == "basil":
                continue  # one's own proposal
            if act.who == SYSTEM:
                refusal = NotAllowed
            with pytest.raises(refusal):
                act(cast, at, milestone, who)
        milestone.refresh_from_db()
        assert milestone.state == state
        assert Fact.objects.filter(name__startswith="work.").count() <= facts

    def test_twice_is_once(self, act: Act, cast: Any, at: Any) -> None:
        milestone = STATES[act.sources[0]](cast, at)
        more = act.arguments(cast, at, milestone)
        actor = cast.system if act.who == SYSTEM else getattr(cast, act.who).actor
        run = getattr(actions, act.name)
        run(actor=actor, milestone_id=milestone.pk, at=at, **more)
        told = Fact.objects.filter(name=act.fact).count()
        with pytest.raises(TWICE.get(act.name, IllegalMove)):
            run(actor=actor, milestone_id=milestone.pk, at=at, **more)
        assert Fact.objects.filter(name=act.fact).count() == told


@pytest.mark.parametrize("state", STATES)
def test_refuses_from_every_other_state(state: str, cast: Any, at: Any) -> None:
    milestone = STATES[state](cast, at)
    assert milestone.state == state
    for act in ACTS:
        if state in act.sources:
            continue
        with pytest.raises(IllegalMove):
            act(cast, at, milestone)
    milestone.refresh_from_db()
    assert milestone.state == state
    assert ledger.broken_laws() == []


class TestFunding:
    def test_the_money_is_held_with_the_clients_fee(self, cast: Any, at: Any) -> None:
        milestone = fund(cast, planned(cast, at), at)
        assert milestone.state == "FUNDED"
        card = holds.hold(milestone.hold_id)
        assert (card.held.amount, card.advance.amount) == (70_000, 2_100)
        assert milestone.dormant_due_at == datetime(2026, 4, 6, tzinfo=UTC)

    def test_a_declined_card_makes_it_a_plan_again(self, cast: Any, at: Any) -> None:
        milestone = fund(cast, planned(cast, at), at, DECLINED)
        assert (milestone.state, milestone.fail_code, milestone.hold_id) == ("AGREED", "declined", None)
        again = fund(cast, milestone, at)
        assert again.state == "FUNDED"
        assert ledger.broken_laws() == []

    def test_a_paused_contract_takes_no_money(self, cast: Any, at: Any) -> None:
        milestone = planned(cast, at)
        actions.pause_contract(actor=cast.ada.actor, contract_id=milestone.contract_id, text="Break.", at=at)
        with pytest.raises(actions.NotRunning):
            actions.fund_milestone(
                actor=cast.ada.actor, milestone_id=milestone.pk, method_id=a_card(cast, at), at=at
            )

    def test_only_so_many_hold_money_at_once(self, cast: Any, at: Any) -> None:
        milestone = planned(cast, at)
        with overridden(**{"escrow.funded_max": 1}), pytest.raises(actions.TooManyFunded):
            actions.fund_milestone(
                actor=cast.ada.actor, milestone_id=milestone.pk, method_id=a_card(cast, at), at=at
            )

    def test_leaving_members_fund_nothing_new(self, cast: Any, at: Any) -> None:
        milestone, card = planned(cast, at), a_card(cast, at)
        cast.ada.account.leaving = True
        cast.ada.account.save(update_fields=["leaving"])
        with pytest.raises(NotAllowed):
            actions.fund_milestone(actor=cast.ada.actor, milestone_id=milestone.pk, method_id=card, at=at)

    def test_money_that_arrives_after_the_end_goes_straight_back(self, cast: Any, at: Any, run_jobs: Any) -> None:
        milestone = funding(cast, at)
        actions.end_as_client(
            actor=cast.ada.actor, contract_id=milestone.contract_id, reason="SCOPE", pays={}, at=at
        )
        run_jobs()
        milestone.refresh_from_db()
        assert milestone.state == "REFUNDED"
        assert Refund.objects.get(subject_id=milestone.pk).amount == 72_100
        assert ledger.broken_laws() == []


class TestCarry:
    def test_carry_pays_first_and_a_surplus_stays(self, cast: Any, at: Any) -> None:
        """60 of 100 released, next milestone 80 → 40 charged; next 30 → nothing charged, 10 stay."""
        contract = a_carry(cast, at, left=4_000, amounts=(10_000, 8_000, 3_000))
        second = fund(cast, milestone_of(contract, 2), at)
        charge = Charge.objects.get(subject_id=second.pk)
        assert dict(charge.allocations)[f"hold:{second.hold_id}"] == 4_000
        assert second.state == "FUNDED"
        assert purse.carry_left(contract) == 0
        actions.release_part(actor=cast.ada.actor, milestone_id=second.pk, amount=4_000, at=at)
        contract.refresh_from_db()
        assert purse.carry_left(contract) == 4_000
        third = actions.fund_milestone(
            actor=cast.ada.actor, milestone_id=milestone_of(contract, 3).pk, method_id=None, at=at
        )
        assert third.state == "FUNDED"
        assert not Charge.objects.filter(subject_id=third.pk).exists()
        assert purse.carry_left(contract) == 1_000
        assert ledger.broken_laws() == []

    def test_a_failed_charge_gives_the_carry_back(self, cast: Any, at: Any) -> None:
        contract = a_carry(cast, at)
        fund(cast, milestone_of(contract, 2), at, DECLINED)
        assert purse.carry_left(contract) == 4_000
        assert ledger.broken_laws() == []

    def test_the_worker_returns_it_any_time(self, cast: Any, at: Any) -> None:
        second = fund(cast, milestone_of(a_contract(cast, at, amounts=(10_000, 8_000)), 2), at)
        actions.release_part(actor=cast.ada.actor, milestone_id=second.pk, amount=4_000, at=at)
        contract = Contract.objects.get()
        actions.return_carry(actor=cast.basil.actor, contract_id=contract.pk, amount=4_000, at=at)
        assert purse.carry_left(contract) == 0
        refund = Refund.objects.get()
        assert refund.amount == 4_120
        assert sum(amount for _charge, amount in refund.parts) == 4_120
        with pytest.raises(actions.NotThatMuch):
            actions.return_carry(actor=cast.basil.actor, contract_id=contract.pk, amount=1, at=at)
        with pytest.raises(NotAllowed):
            actions.return_carry(actor=cast.ada.actor, contract_id=contract.pk, amount=1, at=at)

    def test_a_refund_of_it_is_asked_and_granted_by_silence(self, cast: Any, at: Any) -> None:
        contract = a_carry(cast, at)
        request = actions.ask_carry_refund(
            actor=cast.ada.actor, contract_id=contract.pk, amount=4_000, text="Not needed.", at=at
        )
        with pytest.raises(actions.AskedBefore):
            actions.ask_carry_refund(
                actor=cast.ada.actor, contract_id=contract.pk, amount=1_000, text="Again.", at=at
            )
        assert request.reply_due_at == datetime(2026, 1, 13, tzinfo=UTC)
        clock.advance(timedelta(days=8))
        request.refresh_from_db()
        assert (request.state, request.agreed_amount) == ("AGREED", 4_000)
        assert request.answered_at == datetime(2026, 1, 13, tzinfo=UTC)


class TestReview:
    def test_silence_releases_in_full_dated_at_the_deadline(self, cast: Any, at: Any) -> None:
        """Submitted March 1 → released March 16 00:00."""
        march = datetime(2026, 3, 1, 15, 30, tzinfo=UTC)
        milestone = a_submitted_milestone(cast, march)
        assert milestone.review_due_at == datetime(2026, 3, 16, tzinfo=UTC)
        clock.set_now(march)
        clock.advance(timedelta(days=20))
        milestone.refresh_from_db()
        assert (milestone.state, milestone.closed_at) == ("PAID", datetime(2026, 3, 16, tzinfo=UTC))
        fact = Fact.objects.get(name="work.milestone.released")
        assert fact.data["by_silence"] is True
        assert Fact.objects.filter(name="work.milestone.review_ending").count() == 2

    def test_changes_on_day_13_bring_a_full_new_clock(self, cast: Any, at: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        day13 = at + timedelta(days=13)
        actions.ask_changes(actor=cast.ada.actor, milestone_id=milestone.pk, text=WISH, at=day13)
        again = day13 + timedelta(days=2)
        actions.submit_work(actor=cast.basil.actor, milestone_id=milestone.pk, message="Larger.", at=again)
        milestone.refresh_from_db()
        assert milestone.review_due_at == datetime(2026, 2, 4, tzinfo=UTC)

    def test_a_pause_on_day_13_changes_nothing(self, cast: Any, at: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        actions.pause_contract(
            actor=cast.ada.actor, contract_id=milestone.contract_id, text="Wait.", at=at + timedelta(days=13)
        )
        clock.advance(timedelta(days=15))
        milestone.refresh_from_db()
        assert milestone.state == "PAID"

    def test_whoever_comes_after_the_deadline_is_too_late(self, cast: Any, at: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        due = milestone.review_due_at
        for run in (
            lambda: actions.ask_changes(actor=cast.ada.actor, milestone_id=milestone.pk, text=WISH, at=due),
            lambda: actions.release_milestone(actor=cast.ada.actor, milestone_id=milestone.pk, at=due),
            lambda: actions.take_back(actor=cast.basil.actor, milestone_id=milestone.pk, at=due),
        ):
            with pytest.raises(actions.ReviewOver):
                run()
        last = due - timedelta(seconds=1)
        actions.ask_changes(actor=cast.ada.actor, milestone_id=milestone.pk, text=WISH, at=last)

    def test_silence_is_the_machines_alone(self, cast: Any, at: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        with pytest.raises(NotAllowed):
            actions.release_by_silence(actor=cast.basil.actor, milestone_id=milestone.pk, at=milestone.review_due_at)
        with pytest.raises(IllegalMove):
            actions.release_by_silence(actor=cast.system, milestone_id=milestone.pk, at=at)

    def test_taken_back_after_changes_it_waits_for_them_again(self, cast: Any, at: Any) -> None:
        milestone = a_sent_back_milestone(cast, at)
        actions.submit_work(actor=cast.basil.actor, milestone_id=milestone.pk, message="Larger.", at=at)
        actions.take_back(actor=cast.basil.actor, milestone_id=milestone.pk, at=at)
        milestone.refresh_from_db()
        assert milestone.state == "CHANGES_ASKED"

    def test_changes_need_words(self, cast: Any, at: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        with pytest.raises(Invalid):
            actions.ask_changes(actor=cast.ada.actor, milestone_id=milestone.pk, text="x" * 19, at=at)

    def test_a_submission_is_sealed(self, cast: Any, at: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        assert len(milestone.submissions.get().sha256) == 64


class TestRelease:
    def test_fee_and_net_and_documents(self, cast: Any, at: Any) -> None:
        milestone = a_released_milestone(cast, at, amounts=(33_336,))
        fact = Fact.objects.get(name="work.milestone.released")
        assert (fact.data["amount"], fact.data["fee"], fact.data["net"]) == (33_336, 3_334, 30_002)
        assert Document.objects.filter(entry_id=milestone.entry_id).count() == 3
        assert ledger.wallets(cast.basil.party_id)["USD"].pending.amount == 30_002
        assert ledger.broken_laws() == []

    def test_more_than_held_is_refused_with_a_sentence(self, cast: Any, at: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        with pytest.raises(actions.NoBonusYet) as refused:
            actions.release_part(actor=cast.ada.actor, milestone_id=milestone.pk, amount=160_001, at=at)
        assert "No money moved" in str(refused.value)

    def test_one_minor_unit_is_enough(self, cast: Any, at: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        actions.release_part(actor=cast.ada.actor, milestone_id=milestone.pk, amount=1, at=at)
        milestone.refresh_from_db()
        assert (milestone.state, milestone.released_amount) == ("PAID", 1)
        assert purse.carry_left(Contract.objects.get(pk=milestone.contract_id)) == 159_999
        assert ledger.broken_laws() == []

    def test_it_drops_an_open_refund_request(self, cast: Any, at: Any) -> None:
        request = a_refund_request(cast, at)
        actions.release_milestone(actor=cast.ada.actor, milestone_id=request.milestone_id, at=at)
        request.refresh_from_db()
        assert request.state == "WITHDRAWN"

    def test_a_currency_without_decimals_is_rounded_whole(self, cast: Any, at: Any) -> None:
        a_released_milestone(cast, at, amounts=(3_333,), currency="JPY")
        fact = Fact.objects.get(name="work.milestone.released")
        assert (fact.data["fee"], fact.data["net"]) == (333, 3_000)


class TestReturn:
    def test_a_part_makes_it_smaller(self, cast: Any, at: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        actions.return_milestone(actor=cast.basil.actor, milestone_id=milestone.pk, amount=60_000, at=at)
        milestone.refresh_from_db()
        assert (milestone.state, milestone.amount, milestone.refunded_amount) == ("SUBMITTED", 100_000, 60_000)
        assert Refund.objects.get().amount == 61_800
        actions.release_milestone(actor=cast.ada.actor, milestone_id=milestone.pk, at=at)
        assert ledger.broken_laws() == []

    def test_more_than_held_is_refused(self, cast: Any, at: Any) -> None:
        milestone = a_funded_milestone(cast, at)
        with pytest.raises(actions.NotThatMuch):
            actions.return_milestone(actor=cast.basil.actor, milestone_id=milestone.pk, amount=160_001, at=at)


class TestRefundRequest:
    def test_refused_on_day_13_the_review_has_its_last_day(self, cast: Any, at: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        day13 = at + timedelta(days=13)
        request = a_refund_request(cast, day13, milestone)
        milestone.refresh_from_db()
        assert (milestone.review_due_at, milestone.review_left_days) == (None, 1)
        later = day13 + timedelta(days=3)
        actions.refuse_refund(actor=cast.basil.actor, request_id=request.pk, text="It is done.", at=later)
        milestone.refresh_from_db()
        assert milestone.review_due_at == datetime(2026, 1, 23, tzinfo=UTC)
        with pytest.raises(actions.AskedBefore):
            a_refund_request(cast, later, milestone)

    def test_silence_gives_it_back_dated_at_the_deadline(self, cast: Any, at: Any) -> None:
        request = a_refund_request(cast, at)
        clock.advance(timedelta(days=9))
        request.refresh_from_db()
        assert (request.state, request.answered_at) == ("AGREED", datetime(2026, 1, 13, tzinfo=UTC))
        milestone = Milestone.objects.get(pk=request.milestone_id)
        assert milestone.state == "REFUNDED"
        assert Refund.objects.get().amount == 164_800
        assert Fact.objects.filter(name="work.refund.reply_ending").count() == 2

    def test_the_review_clock_stands_still_meanwhile(self, cast: Any, at: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        a_refund_request(cast, at + timedelta(days=13), milestone, 10_000)
        clock.advance(timedelta(days=16))
        milestone.refresh_from_db()
        assert milestone.state == "SUBMITTED"

    def test_a_part_is_agreed_and_the_rest_goes_on(self, cast: Any, at: Any) -> None:
        request = a_refund_request(cast, at)
        actions.agree_refund(actor=cast.basil.actor, request_id=request.pk, amount=60_000, at=at)
        milestone = Milestone.objects.get(pk=request.milestone_id)
        assert (milestone.state, milestone.amount) == ("SUBMITTED", 100_000)
        assert milestone.review_due_at is not None
        assert ledger.broken_laws() == []

    @pytest.mark.parametrize("name", ["agree_refund", "refuse_refund", "withdraw_refund"])
    def test_answered_once_by_the_right_side(self, name: str, cast: Any, at: Any) -> None:
        request = a_refund_request(cast, at)
        more = {"agree_refund": {"amount": 1_000}, "refuse_refund": {"text": "No."}}.get(name, {})
        run, right = getattr(actions, name), "ada" if name == "withdraw_refund" else "basil"
        wrong = "basil" if right == "ada" else "ada"
        for who, refusal in (("edna", NotFound), (wrong, NotAllowed)):
            with pytest.raises(refusal):
                run(actor=getattr(cast, who).actor, request_id=request.pk, at=at, **more)
        run(actor=getattr(cast, right).actor, request_id=request.pk, at=at, **more)
        with pytest.raises(IllegalMove):
            run(actor=getattr(cast, right).actor, request_id=request.pk, at=at, **more)

    def test_too_late_is_too_late(self, cast: Any, at: Any) -> None:
        request = a_refund_request(cast, at)
        with pytest.raises(actions.ReplyOver):
            actions.refuse_refund(actor=cast.basil.actor, request_id=request.pk, text="No.", at=request.reply_due_at)

    def test_only_for_held_money_and_never_more(self, cast: Any, at: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        with pytest.raises(actions.NotThatMuch):
            a_refund_request(cast, at, milestone, 160_001)
        with pytest.raises(IllegalMove):
            a_refund_request(cast, at, milestone_of(milestone.contract, 2))
        with pytest.raises(NotAllowed):
            actions.ask_refund(actor=cast.basil.actor, milestone_id=milestone.pk, amount=1, text="x", at=at)


class TestPlanning:
    def test_only_the_client_plans_and_only_the_worker_proposes(self, cast: Any, at: Any) -> None:
        contract = a_contract(cast, at)
        plan = {"contract_id": contract.pk, "title": "Handover", "amount": 5_000, "at": at}
        assert actions.plan_milestone(actor=cast.ada.actor, **plan).state == "AGREED"
        assert actions.propose_milestone(actor=cast.basil.actor, **plan).state == "PROPOSED"
        for run, who, refusal in (
            (actions.plan_milestone, cast.basil, NotAllowed),
            (actions.plan_milestone, cast.edna, NotFound),
            (actions.propose_milestone, cast.ada, NotAllowed),
            (actions.propose_milestone, cast.chiara, NotFound),
        ):
            with pytest.raises(refusal):
                run(actor=who.actor, **plan)

    def test_the_smallest_amount_and_the_words_are_checked(self, cast: Any, at: Any) -> None:
        contract = a_contract(cast, at)
        with pytest.raises(Invalid) as wrong:
            actions.plan_milestone(
                actor=cast.ada.actor, contract_id=contract.pk, title=" ", amount=499, at=at,
                due_on=at.date() - timedelta(days=1),
            )  # fmt: skip
        assert set(wrong.value.fields) == {"title", "amount", "due_on"}

    def test_fifty_are_enough(self, cast: Any, at: Any) -> None:
        contract = a_contract(cast, at)
        with overridden(**{"contract.milestones_max": 3}), pytest.raises(actions.TooManyMilestones):
            actions.plan_milestone(actor=cast.ada.actor, contract_id=contract.pk, title="x", amount=500, at=at)

    def test_an_unanswered_proposal_is_dropped(self, cast: Any, at: Any) -> None:
        milestone = proposed(cast, at)
        assert milestone.answer_due_at == datetime(2026, 1, 13, tzinfo=UTC)
        with pytest.raises(actions.ProposalOver):
            actions.agree_milestone(actor=cast.ada.actor, milestone_id=milestone.pk, at=milestone.answer_due_at)
        clock.advance(timedelta(days=9))
        milestone.refresh_from_db()
        assert (milestone.state, milestone.closed_at) == ("CANCELED", datetime(2026, 1, 13, tzinfo=UTC))


class TestPause:
    def test_only_who_paused_resumes(self, cast: Any, at: Any) -> None:
        contract = a_contract(cast, at)
        actions.pause_contract(actor=cast.basil.actor, contract_id=contract.pk, text="Ill.", at=at)
        with pytest.raises(NotAllowed):
            actions.resume_contract(actor=cast.ada.actor, contract_id=contract.pk, at=at)
        with pytest.raises(IllegalMove):
            actions.pause_contract(actor=cast.ada.actor, contract_id=contract.pk, text="Too.", at=at)
        with pytest.raises(NotFound):
            actions.resume_contract(actor=cast.edna.actor, contract_id=contract.pk, at=at)
        actions.resume_contract(actor=cast.basil.actor, contract_id=contract.pk, at=at)
        with pytest.raises(IllegalMove):
            actions.resume_contract(actor=cast.basil.actor, contract_id=contract.pk, at=at)

    def test_dormancy_stands_still(self, cast: Any, at: Any) -> None:
        milestone = a_funded_milestone(cast, at)
        actions.pause_contract(actor=cast.ada.actor, contract_id=milestone.contract_id, text="Wait.", at=at)
        milestone.refresh_from_db()
        assert milestone.dormant_due_at is None
        later = at + timedelta(days=10)
        actions.resume_contract(actor=cast.ada.actor, contract_id=milestone.contract_id, at=later)
        milestone.refresh_from_db()
        assert milestone.dormant_due_at == datetime(2026, 4, 16, tzinfo=UTC)


class TestEnding:
    def test_the_worker_ends_and_all_held_money_returns(self, cast: Any, at: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        fund(cast, milestone_of(milestone.contract, 2), at)
        end = {"actor": cast.basil.actor, "contract_id": milestone.contract_id, "reason": "OTHER", "at": at}
        for typed in (None, 160_000):
            with pytest.raises(actions.ReviewUnderWay):
                actions.end_as_worker(**end, typed_amount=typed)
        contract = actions.end_as_worker(**end, typed_amount=230_000)
        assert (contract.state, contract.ended_by) == ("ENDED", "WORKER")
        assert sorted(contract.milestones.values_list("state", flat=True)) == ["CANCELED", "REFUNDED", "REFUNDED"]
        assert contract.settled_at == at
        assert sum(r.amount for r in Refund.objects.all()) == 236_900
        assert Fact.objects.get(name="work.contract.ended").data["released"] == 0
        assert ledger.broken_laws() == []
        with pytest.raises(IllegalMove):
            actions.end_as_worker(**end, typed_amount=0)

    def test_the_client_ends_paying_all_a_part_and_nothing(self, cast: Any, at: Any) -> None:
        first = a_submitted_milestone(cast, at)
        contract = first.contract
        second, third = (fund(cast, milestone_of(contract, n), at) for n in (2, 3))
        contract = actions.end_as_client(
            actor=cast.ada.actor, contract_id=contract.pk, reason="SCOPE", at=at,
            pays={first.pk: 160_000, second.pk: 20_000},
        )  # fmt: skip
        first.refresh_from_db()
        assert (first.state, first.released_amount) == ("PAID", 160_000)
        requests = {r.milestone_id: r for r in RefundRequest.objects.asked()}
        assert requests[third.pk].amount == 40_000
        assert requests[None].amount == 50_000
        assert contract.settled_at is None
        clock.advance(timedelta(days=9))
        contract.refresh_from_db()
        assert contract.settled_at == datetime(2026, 1, 13, tzinfo=UTC)
        assert ledger.broken_laws() == []

    def test_refused_after_the_end_the_review_goes_on(self, cast: Any, at: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        actions.end_as_client(
            actor=cast.ada.actor, contract_id=milestone.contract_id, reason="SCOPE", pays={}, at=at
        )
        request = RefundRequest.objects.get()
        actions.refuse_refund(actor=cast.basil.actor, request_id=request.pk, text="It is done.", at=at)
        clock.advance(timedelta(days=16))
        milestone.refresh_from_db()
        assert milestone.state == "PAID"
        assert Contract.objects.get().settled_at is not None

    def test_strangers_and_the_wrong_side_end_nothing(self, cast: Any, at: Any) -> None:
        contract = a_contract(cast, at)
        end = {"contract_id": contract.pk, "reason": "OTHER", "at": at}
        for who, refusal in ((cast.edna, NotFound), (cast.basil, NotAllowed)):
            with pytest.raises(refusal):
                actions.end_as_client(actor=who.actor, pays={}, **end)
        for who, refusal in ((cast.chiara, NotFound), (cast.ada, NotAllowed)):
            with pytest.raises(refusal):
                actions.end_as_worker(actor=who.actor, **end)

    def test_more_than_held_cannot_be_paid(self, cast: Any, at: Any) -> None:
        milestone = a_funded_milestone(cast, at)
        with pytest.raises(Invalid):
            actions.end_as_client(
                actor=cast.ada.actor, contract_id=milestone.contract_id, reason="OTHER", at=at,
                pays={milestone.pk: 160_001},
            )  # fmt: skip

    def test_nothing_new_begins_afterwards(self, cast: Any, at: Any) -> None:
        contract = an_ended_contract(cast, at)
        with pytest.raises(actions.ContractOver):
            actions.plan_milestone(actor=cast.ada.actor, contract_id=contract.pk, title="x", amount=500, at=at)

    def test_it_ends_by_itself_once_settled(self, cast: Any, at: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        actions.wind_down(actor=cast.system, contract_id=milestone.contract_id, at=at)
        with pytest.raises(actions.ContractOver):
            actions.fund_milestone(
                actor=cast.ada.actor, milestone_id=milestone_of(milestone.contract, 2).pk, method_id=None, at=at
            )
        clock.advance(timedelta(days=16))
        contract = Contract.objects.get()
        assert (contract.state, contract.ended_at) == ("ENDED", datetime(2026, 1, 20, tzinfo=UTC))
        assert contract.settled_at == contract.ended_at

    def test_an_idle_one_is_warned_about_and_ended_in_the_end(self, cast: Any, at: Any) -> None:
        milestone = a_released_milestone(cast, at)
        clock.advance(timedelta(days=32))
        assert Fact.objects.filter(name="work.contract.idle").count() == 1
        clock.advance(timedelta(days=160))
        contract = Contract.objects.get(pk=milestone.contract_id)
        assert (contract.state, contract.ended_by) == ("ENDED", "SYSTEM")

    def test_one_that_holds_money_is_never_ended_as_idle(self, cast: Any, at: Any) -> None:
        contract = a_contract(cast, at)
        with pytest.raises(IllegalMove):
            actions.end_idle(actor=cast.system, contract_id=contract.pk, at=at)


class TestDormancy:
    def test_day_90_client_104_worker_118_refund(self, cast: Any, at: Any) -> None:
        with overridden(**{"escrow.provider_hold_days": 0}):
            milestone = a_funded_milestone(cast, at)
            clock.advance(timedelta(days=130))
        milestone.refresh_from_db()
        asked = list(Fact.objects.filter(name="work.milestone.going_dormant").values_list("at", flat=True))
        assert asked == [datetime(2026, 4, 6, tzinfo=UTC), datetime(2026, 4, 21, tzinfo=UTC)]
        assert (milestone.state, milestone.closed_at) == ("REFUNDED", datetime(2026, 5, 6, tzinfo=UTC))

    def test_any_act_resets_it(self, cast: Any, at: Any) -> None:
        with overridden(**{"escrow.provider_hold_days": 0}):
            milestone = a_funded_milestone(cast, at)
            clock.advance(timedelta(days=110))
            day110 = at + timedelta(days=110)
            actions.plan_milestone(
                actor=cast.ada.actor, contract_id=milestone.contract_id, title="More", amount=500, at=day110
            )
        milestone.refresh_from_db()
        assert (milestone.dormant_step, milestone.state) == (0, "FUNDED")

    def test_the_providers_limit_opens_a_refund_request(self, cast: Any, at: Any) -> None:
        milestone = a_funded_milestone(cast, at)
        limit = holds.hold(milestone.hold_id).provider_limit_at
        assert milestone.limit_due_at == limit - timedelta(days=7)
        actions.near_limit(actor=cast.system, milestone_id=milestone.pk, at=milestone.limit_due_at)
        request = RefundRequest.objects.get()
        assert (request.by_rule, request.amount) == (True, 160_000)
        assert request.reply_due_at <= limit + timedelta(days=1)


class TestOpening:
    def test_a_later_start_day_schedules_it(self, cast: Any, at: Any) -> None:
        contract = a_contract(cast, at, starts_on=at.date() + timedelta(days=3))
        assert contract.state == "SCHEDULED"
        with pytest.raises(actions.NotRunning):
            actions.fund_milestone(
                actor=cast.ada.actor, milestone_id=milestone_of(contract, 2).pk, method_id=None, at=at
            )
        clock.advance(timedelta(days=4))
        contract.refresh_from_db()
        assert (contract.state, contract.started_at) == ("ACTIVE", datetime(2026, 1, 8, tzinfo=UTC))

    def test_its_number_can_be_said_aloud(self, cast: Any, at: Any) -> None:
        assert a_contract(cast, at).number.startswith("C-")

    def test_terms_and_clocks_never_change(self, cast: Any, at: Any) -> None:
        contract = a_contract(cast, at)
        with overridden(**{"fees.freelancer_bps": 2_000, "escrow.auto_release_days": 3}):
            actions.submit_work(actor=cast.basil.actor, milestone_id=milestone_of(contract).pk, message="x", at=at)
            actions.release_milestone(actor=cast.ada.actor, milestone_id=milestone_of(contract).pk, at=at)
        assert Fact.objects.get(name="work.milestone.released").data["fee"] == 16_000


def test_every_refusal_says_whether_money_moved() -> None:
    for refusal in (actions.NotRunning, actions.TooManyFunded, actions.ContractOver, actions.NotThatMuch):
        assert issubclass(refusal, Refusal)
        assert "money moved" in str(refusal.sentence)
