"""Offers: drafted, funded, sent, answered. Every end but one returns the money."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from freehold.kit import clock, jobs
from freehold.kit.models import Fact
from freehold.kit.refusals import IllegalMove, Invalid, NotAllowed, NotFound, Stale
from freehold.kit.settings import overridden
from freehold.market.jobs.models import Post
from freehold.market.proposals.models import Proposal
from freehold.money.escrow import queries as holds
from freehold.money.ledger import queries as ledger
from freehold.money.payments.models import Charge, Refund
from freehold.people.teams import queries as teams
from freehold.work.contracts.models import Contract
from freehold.work.offers import actions
from freehold.work.offers.models import Offer, OfferVersion
from tests.market.proposals.factories import a_proposal
from tests.work.contracts.factories import DECLINED, a_card
from tests.work.offers.factories import (
    a_draft,
    a_funding_offer,
    a_sent_offer,
    an_accepted_offer,
    content,
)


def declined(cast: Any, at: Any) -> Offer:
    offer = a_sent_offer(cast, at)
    return actions.decline_offer(actor=cast.basil.actor, offer_id=offer.pk, at=at)


def withdrawn(cast: Any, at: Any) -> Offer:
    offer = a_sent_offer(cast, at)
    return actions.withdraw_offer(actor=cast.ada.actor, offer_id=offer.pk, at=at)


def voided(cast: Any, at: Any) -> Offer:
    offer = a_sent_offer(cast, at)
    return actions.void_offer(actor=cast.system, offer_id=offer.pk, at=at)


STATES: dict[str, Callable[..., Offer]] = {
    "DRAFT": a_draft,
    "FUNDING": a_funding_offer,
    "SENT": a_sent_offer,
    "ACCEPTED": an_accepted_offer,
    "DECLINED": declined,
    "WITHDRAWN": withdrawn,
    "VOID": voided,
}


def run(name: str, cast: Any, at: Any, offer: Offer, who: Any) -> Any:
    more: dict[str, Any] = {
        "send_offer": lambda: {"method_id": a_card(cast, at)},
        "accept_offer": lambda: {"version": offer.version},
        "revise_offer": lambda: {"version": offer.version, "content": content()},
    }.get(name, dict)()
    return getattr(actions, name)(actor=who, offer_id=offer.pk, at=at, **more)


#: action → who, from which states
ACTS = {
    "send_offer": ("ada", ("DRAFT",)),
    "revise_offer": ("ada", ("SENT",)),
    "withdraw_offer": ("ada", ("DRAFT", "SENT")),
    "accept_offer": ("basil", ("SENT",)),
    "decline_offer": ("basil", ("SENT",)),
}


@pytest.mark.parametrize("name", ACTS)
class TestEveryAct:
    def test_refuses_strangers_and_the_other_side(self, name: str, cast: Any, at: Any) -> None:
        who, sources = ACTS[name]
        offer = STATES[sources[-1]](cast, at)
        other = cast.basil if who == "ada" else cast.ada
        for player, refusals in ((cast.edna, NotFound), (cast.chiara, NotFound), (other, (NotFound, NotAllowed))):
            with pytest.raises(refusals):
                run(name, cast, at, offer, player.actor)
        assert Offer.objects.get(pk=offer.pk).state == sources[-1]

    def test_twice_is_once(self, name: str, cast: Any, at: Any) -> None:
        who, sources = ACTS[name]
        offer, actor = STATES[sources[-1]](cast, at), getattr(cast, who).actor
        run(name, cast, at, offer, actor)
        facts = Fact.objects.filter(name__startswith="work.").count()
        with pytest.raises((IllegalMove, Stale)):
            run(name, cast, at, offer, actor)
        assert Fact.objects.filter(name__startswith="work.").count() == facts


@pytest.mark.parametrize("state", STATES)
def test_refuses_from_every_other_state(state: str, cast: Any, at: Any) -> None:
    offer = STATES[state](cast, at)
    assert offer.state == state
    for name, (who, sources) in ACTS.items():
        if state in sources or (who == "basil" and state in ("DRAFT", "FUNDING")):
            continue
        with pytest.raises(IllegalMove):
            run(name, cast, at, offer, getattr(cast, who).actor)
    assert Offer.objects.get(pk=offer.pk).state == state
    assert ledger.broken_laws() == []


class TestDraft:
    def test_a_second_save_changes_the_same_draft(self, cast: Any, at: Any) -> None:
        proposal = a_proposal(cast, at)
        make = {"actor": cast.ada.actor, "proposal_id": proposal.pk, "at": at}
        one = actions.draft_offer(content=content(), **make)
        two = actions.draft_offer(content=content((70_000,), title="Guide"), **make)
        assert one.pk == two.pk
        assert (two.title, two.milestones.get().amount) == ("Guide", 70_000)
        assert Fact.objects.filter(name="work.offer.drafted").count() == 1

    def test_only_those_who_hire_there_draft(self, cast: Any, at: Any) -> None:
        proposal = a_proposal(cast, at)
        for player in (cast.edna, cast.chiara, cast.basil):
            with pytest.raises(NotFound):
                actions.draft_offer(
                    actor=player.actor, proposal_id=proposal.pk, content=content(), at=at
                )

    def test_every_wrong_field_is_named(self, cast: Any, at: Any) -> None:
        proposal = a_proposal(cast, at)
        with pytest.raises(Invalid) as wrong:
            actions.draft_offer(
                actor=cast.ada.actor, proposal_id=proposal.pk, content=content((1, 50_000), title=" "), at=at
            )
        assert set(wrong.value.fields) == {"title", "0-amount"}

    def test_a_leaving_company_offers_nothing(self, cast: Any, at: Any) -> None:
        proposal = a_proposal(cast, at)
        cast.ada.account.leaving = True
        cast.ada.account.save(update_fields=["leaving"])
        with pytest.raises(NotAllowed):
            actions.draft_offer(actor=cast.ada.actor, proposal_id=proposal.pk, content=content(), at=at)

    def test_nobody_sends_it_for_ninety_days_and_it_is_gone(self, cast: Any, at: Any) -> None:
        offer = a_draft(cast, at)
        actions.drop_draft(actor=cast.system, offer_id=offer.pk, at=offer.draft_due_at)
        assert not Offer.objects.exists()


class TestSending:
    def test_the_first_milestone_is_held_before_the_worker_reads_it(self, cast: Any, at: Any) -> None:
        offer = a_funding_offer(cast, at)
        assert offer.state == "FUNDING"
        with pytest.raises(NotFound):
            actions.decline_offer(actor=cast.basil.actor, offer_id=offer.pk, at=at)
        jobs.drain()
        offer.refresh_from_db()
        assert (offer.state, offer.version) == ("SENT", 1)
        assert offer.answer_due_at == datetime(2026, 1, 13, tzinfo=UTC)
        card = holds.hold(offer.hold_id)
        assert (card.held.amount, card.advance.amount) == (50_000, 1_500)
        assert Proposal.objects.get().state == "OFFERED"
        assert teams.faces([cast.ada.party_id], cast.basil.actor)[cast.ada.party_id].name == "Analytical Engines"

    def test_a_declined_card_makes_it_a_draft_that_says_why(self, cast: Any, at: Any) -> None:
        offer = a_sent_offer(cast, at, number=DECLINED)
        assert (offer.state, offer.fail_code, offer.hold_id) == ("DRAFT", "declined", None)
        assert Proposal.objects.get().state == "SUBMITTED"
        assert ledger.broken_laws() == []

    def test_no_card_no_offer(self, cast: Any, at: Any) -> None:
        offer = a_draft(cast, at)
        with pytest.raises(actions.ChooseCard):
            actions.send_offer(actor=cast.ada.actor, offer_id=offer.pk, method_id=None, at=at)

    def test_nobody_is_offered_work_who_is_leaving(self, cast: Any, at: Any) -> None:
        offer = a_draft(cast, at)
        cast.basil.account.leaving = True
        cast.basil.account.save(update_fields=["leaving"])
        with pytest.raises(actions.CannotDeal):
            run("send_offer", cast, at, offer, cast.ada.actor)

    def test_a_proposal_withdrawn_meanwhile_voids_it(self, cast: Any, at: Any) -> None:
        from freehold.market.proposals import actions as proposals

        offer = a_funding_offer(cast, at)
        proposals.withdraw(
            actor=cast.basil.actor, proposal_id=offer.proposal_id, reason="SCHEDULE", at=at
        )
        jobs.drain()
        offer.refresh_from_db()
        assert offer.state == "VOID"
        assert Refund.objects.get().amount == 51_500
        assert ledger.broken_laws() == []

    def test_money_that_comes_after_the_funding_was_given_up_returns(self, cast: Any, at: Any) -> None:
        offer = a_funding_offer(cast, at)
        actions.fail_offer(
            actor=cast.system, offer_id=offer.pk, charge_id=None, code="action_expired", at=offer.funding_due_at
        )
        jobs.drain()
        offer.refresh_from_db()
        assert offer.state == "DRAFT"
        assert Refund.objects.get().amount == 51_500
        assert ledger.broken_laws() == []


class TestAccepting:
    def test_contract_hold_proposal_and_post_in_one_commit(self, cast: Any, at: Any) -> None:
        offer = an_accepted_offer(cast, at)
        contract = Contract.objects.get()
        assert offer.contract_id == contract.pk
        first, second = contract.milestones.order_by("position")
        assert (first.state, first.hold_id, second.state) == ("FUNDED", offer.hold_id, "AGREED")
        assert holds.hold(first.hold_id).subject_id == first.pk
        assert Proposal.objects.get().state == "HIRED"
        post = Post.objects.get()
        assert (post.state, post.hires) == ("CLOSED", 1)
        names = list(Fact.objects.filter(name__in=["work.contract.opened", "work.offer.accepted"]).values_list("name"))
        assert len(names) == 2
        assert ledger.broken_laws() == []

    def test_only_the_version_that_was_read(self, cast: Any, at: Any) -> None:
        offer = a_sent_offer(cast, at)
        actions.revise_offer(
            actor=cast.ada.actor, offer_id=offer.pk, version=1, content=content((50_000,)), at=at
        )
        with pytest.raises(Stale):
            actions.accept_offer(actor=cast.basil.actor, offer_id=offer.pk, version=1, at=at)
        assert not Contract.objects.exists()
        actions.accept_offer(actor=cast.basil.actor, offer_id=offer.pk, version=2, at=at)

    def test_too_late_is_too_late(self, cast: Any, at: Any) -> None:
        offer = a_sent_offer(cast, at)
        with pytest.raises(actions.AnswerOver):
            actions.accept_offer(actor=cast.basil.actor, offer_id=offer.pk, version=1, at=offer.answer_due_at)

    def test_those_who_are_leaving_may_decline_but_not_accept(self, cast: Any, at: Any) -> None:
        offer = a_sent_offer(cast, at)
        cast.basil.account.leaving = True
        cast.basil.account.save(update_fields=["leaving"])
        with pytest.raises(NotAllowed):
            run("accept_offer", cast, at, offer, cast.basil.actor)
        assert run("decline_offer", cast, at, offer, cast.basil.actor).state == "DECLINED"

    def test_the_lower_fee_holds(self, cast: Any, at: Any) -> None:
        offer = a_sent_offer(cast, at)
        with overridden(**{"fees.freelancer_bps": 2_000}):
            up = actions.accept_offer(actor=cast.basil.actor, offer_id=offer.pk, version=1, at=at)
        assert up.terms["freelancer_bps"] == 1_000


class TestEveryOtherEnd:
    @pytest.mark.parametrize("make", [declined, withdrawn, voided])
    def test_returns_the_whole_hold_and_the_proposal_lives_on(self, make: Any, cast: Any, at: Any) -> None:
        offer = make(cast, at)
        refund = Refund.objects.get()
        assert refund.amount == 51_500
        assert sum(amount for _charge, amount in refund.parts) == 51_500
        assert not holds.hold(offer.hold_id).held
        assert Proposal.objects.get().state == "ACTIVE"
        assert ledger.broken_laws() == []

    def test_silence_lets_it_expire_dated_at_the_deadline(self, cast: Any, at: Any) -> None:
        offer = a_sent_offer(cast, at)
        clock.advance(timedelta(days=9))
        offer.refresh_from_db()
        assert (offer.state, offer.ended_at) == ("EXPIRED", datetime(2026, 1, 13, tzinfo=UTC))
        assert Refund.objects.get().amount == 51_500
        assert Fact.objects.filter(name="work.offer.ending").count() == 2

    def test_silence_is_the_machines_alone(self, cast: Any, at: Any) -> None:
        offer = a_sent_offer(cast, at)
        with pytest.raises(NotAllowed):
            actions.expire_offer(actor=cast.ada.actor, offer_id=offer.pk, at=offer.answer_due_at)
        with pytest.raises(IllegalMove):
            actions.expire_offer(actor=cast.system, offer_id=offer.pk, at=at)

    def test_a_new_offer_may_follow(self, cast: Any, at: Any) -> None:
        offer = declined(cast, at)
        again = actions.draft_offer(
            actor=cast.ada.actor, proposal_id=offer.proposal_id, content=content(), at=at
        )
        assert again.pk != offer.pk


class TestRevising:
    def test_a_cheaper_first_milestone_returns_the_difference(self, cast: Any, at: Any) -> None:
        offer = a_sent_offer(cast, at)
        later = at + timedelta(days=2)
        revised = actions.revise_offer(
            actor=cast.ada.actor, offer_id=offer.pk, version=1, content=content((30_000, 30_000)), at=later
        )
        assert (revised.state, revised.version) == ("SENT", 2)
        assert revised.answer_due_at == datetime(2026, 1, 15, tzinfo=UTC)
        assert Refund.objects.get().amount == 20_600
        assert OfferVersion.objects.filter(offer=offer).count() == 2
        actions.accept_offer(actor=cast.basil.actor, offer_id=offer.pk, version=2, at=later)
        assert ledger.broken_laws() == []

    def test_a_dearer_one_is_charged_anew(self, cast: Any, at: Any) -> None:
        offer = a_sent_offer(cast, at)
        dear = {"actor": cast.ada.actor, "offer_id": offer.pk, "version": 1, "content": content((90_000,)), "at": at}
        with pytest.raises(actions.ChooseCard):
            actions.revise_offer(**dear)
        revised = actions.revise_offer(**dear, method_id=a_card(cast, at))
        assert revised.state == "FUNDING"
        jobs.drain()
        revised.refresh_from_db()
        assert (revised.state, revised.version) == ("SENT", 2)
        assert holds.hold(revised.hold_id).held.amount == 90_000
        assert Charge.objects.count() == 2
        assert Refund.objects.get().amount == 51_500
        assert ledger.broken_laws() == []

    def test_a_dearer_one_that_cannot_be_charged_is_a_draft(self, cast: Any, at: Any) -> None:
        offer = a_sent_offer(cast, at)
        actions.revise_offer(
            actor=cast.ada.actor, offer_id=offer.pk, version=1, content=content((90_000,)), at=at,
            method_id=a_card(cast, at, DECLINED),
        )  # fmt: skip
        jobs.drain()
        offer.refresh_from_db()
        assert (offer.state, offer.version) == ("DRAFT", 0)
        assert Proposal.objects.get().state == "ACTIVE"
        assert ledger.broken_laws() == []
