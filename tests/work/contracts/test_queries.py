"""What there is to see of contracts, and what keeps people from leaving."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from freehold.kit import deadlines
from freehold.kit.privacy import BLOCKERS, Kind, Subject
from freehold.kit.refusals import NotFound
from freehold.work.contracts import actions, queries
from freehold.work.contracts.models import Contract
from tests.work.contracts.factories import (
    a_carry,
    a_contract,
    a_funded_milestone,
    a_refund_request,
    a_released_milestone,
    a_submitted_milestone,
    an_ended_contract,
    milestone_of,
)


class TestCards:
    @pytest.mark.parametrize(
        ("make", "step", "turn"),
        [
            (a_funded_milestone, "work", "basil"),
            (a_submitted_milestone, "review", "ada"),
            (a_released_milestone, "fund", "ada"),
            (a_refund_request, "asked_refund", "basil"),
            (an_ended_contract, "settled", ""),
        ],
    )
    def test_they_say_whose_turn_it_is(self, make: Any, step: str, turn: str, cast: Any, at: Any) -> None:
        make(cast, at)
        for who in ("ada", "basil"):
            (card,) = queries.cards(getattr(cast, who).actor)
            assert (card.step, card.mine) == (step, who == turn)
            assert card.step_words

    def test_their_amounts_add_up(self, cast: Any, at: Any) -> None:
        a_carry(cast, at, left=4_000, amounts=(10_000, 8_000, 3_000))
        (card,) = queries.cards(cast.ada.actor)
        found = (card.paid, card.held, card.in_review, card.planned)
        assert [m.amount for m in found] == [6_000, 4_000, 0, 11_000]

    def test_strangers_have_none(self, cast: Any, at: Any) -> None:
        a_contract(cast, at)
        for who in (cast.chiara, cast.edna, cast.dora):
            assert queries.cards(who.actor) == []


class TestDetail:
    def test_strangers_find_nothing(self, cast: Any, at: Any) -> None:
        contract = a_contract(cast, at)
        for who in (cast.chiara, cast.edna, cast.dora):
            with pytest.raises(NotFound):
                queries.detail(who.actor, contract.pk, at)

    def test_acts_and_actions_agree(self, cast: Any, at: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        ada, basil = (queries.detail(p.actor, milestone.contract_id, at) for p in (cast.ada, cast.basil))
        assert ada.milestones[0].acts == {"release", "ask_changes", "ask_refund"}
        assert basil.milestones[0].acts == {"take_back", "return"}
        assert ada.milestones[1].acts == {"fund", "edit", "cancel"}
        assert basil.milestones[1].acts == frozenset()
        assert {"plan", "pause", "end"} <= ada.acts
        late = queries.detail(cast.ada.actor, milestone.contract_id, milestone.review_due_at)
        assert late.milestones[0].acts == frozenset()

    def test_what_carry_pays_is_exact(self, cast: Any, at: Any) -> None:
        contract = a_carry(cast, at, left=4_000, amounts=(10_000, 8_000, 3_000))
        view = queries.detail(cast.ada.actor, contract.pk, at)
        second, third = view.milestones[1:]
        assert (second.carried.amount, second.to_pay.amount) == (4_000, 4_120)
        assert (third.carried.amount, third.to_pay.amount) == (3_000, 0)

    def test_clocks_name_silence_and_both_zones(self, cast: Any, at: Any) -> None:
        cast.basil.account.time_zone = "America/Recife"
        cast.basil.account.save(update_fields=["time_zone"])
        milestone = a_submitted_milestone(cast, at)
        view = queries.detail(cast.ada.actor, milestone.contract_id, at)
        clock = queries.clocks(view, at)[milestone.pk]
        assert clock.mine
        assert "released to Basil in full" in clock.silence
        assert "Mon, Jan 19, 21:00" in clock.note
        assert "Billing zone: UTC." in clock.note


class TestTimeline:
    def test_it_tells_the_story_and_what_comes_next(self, cast: Any, at: Any) -> None:
        milestone = a_released_milestone(cast, at)
        view = queries.detail(cast.ada.actor, milestone.contract_id, at)
        marks = queries.timeline(view, at)
        titles = [m.title for m in marks]
        assert titles[:4] == [
            "Offer accepted: the contract begins", "Milestone 1 funded", "Milestone 1 handed in", "Milestone 1 released",
        ]  # fmt: skip
        released = marks[3]
        assert released.body.startswith("By Ada Lovelace. $1,440.00 after the service fee")
        assert (released.mark, marks[4].mark) == ("paid", "next")
        assert "becomes available" in marks[4].title

    def test_the_next_mark_is_the_review_clock(self, cast: Any, at: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        view = queries.detail(cast.basil.actor, milestone.contract_id, at)
        last = queries.timeline(view, at)[-1]
        assert last.mark == "next"
        assert last.title.startswith("Releases by itself Tue, Jan 20")


def subject_of(player: Any) -> Subject:
    return Subject(account_id=player.account.pk, party_ids=(player.party_id,))


class TestLeaving:
    def found(self, key: str, player: Any, at: datetime) -> list[Any]:
        return list(BLOCKERS[key].find(subject_of(player), at))

    def test_unsubmitted_work_needs_the_worker(self, cast: Any, at: Any, client_for: Any) -> None:
        a_funded_milestone(cast, at)
        (one,) = self.found("funded_unsubmitted", cast.basil, at)
        assert one.kind == Kind.ACT
        assert "$1,600.00" in str(one.sentence)
        client = client_for(cast.basil.account)
        assert [client.get(href).status_code for _label, href in one.remedies] == [200, 200]
        assert self.found("funded_unsubmitted", cast.ada, at) == []

    def test_work_in_review_waits_and_winds_down(self, cast: Any, at: Any) -> None:
        milestone = a_submitted_milestone(cast, at)
        (one,) = self.found("submitted", cast.basil, at)
        assert (one.kind, one.clears_at) == (Kind.WAITS, datetime(2026, 1, 20, tzinfo=UTC))
        BLOCKERS["submitted"].settle(subject_of(cast.basil), cast.system, at)
        assert Contract.objects.get().ends_when_settled
        deadlines.run_due(milestone.review_due_at)
        assert self.found("submitted", cast.basil, at) == []
        assert Contract.objects.get().state == "ENDED"

    def test_held_money_needs_the_client_until_a_refund_is_asked(self, cast: Any, at: Any, client_for: Any) -> None:
        milestone = a_funded_milestone(cast, at)
        (one,) = self.found("funded_client", cast.ada, at)
        assert one.kind == Kind.ACT
        client = client_for(cast.ada.account)
        assert [client.get(href).status_code for _label, href in one.remedies] == [200, 200]
        a_refund_request(cast, at, milestone)
        (one,) = self.found("funded_client", cast.ada, at)
        assert (one.kind, one.clears_at) == (Kind.WAITS, datetime(2026, 1, 13, tzinfo=UTC))
        (asked,) = self.found("change_requests", cast.basil, at)
        assert client_for(cast.basil.account).get(asked.remedies[0][1]).status_code == 200

    def test_carry_needs_both(self, cast: Any, at: Any, client_for: Any) -> None:
        a_carry(cast, at)
        (mine,) = self.found("funded_unsubmitted", cast.basil, at)
        assert client_for(cast.basil.account).get(mine.remedies[0][1]).status_code == 200
        (theirs,) = self.found("funded_client", cast.ada, at)
        assert [client_for(cast.ada.account).get(href).status_code for _l, href in theirs.remedies] == [200, 200]

    def test_idle_contracts_are_ended_for_them(self, cast: Any, at: Any) -> None:
        a_released_milestone(cast, at)
        assert len(self.found("running_contracts", cast.ada, at)) == 1
        later = at + timedelta(days=31)
        assert self.found("running_contracts", cast.ada, later) == []
        (one,) = self.found("idle_contracts", cast.ada, later)
        assert one.kind == Kind.AUTO
        BLOCKERS["idle_contracts"].settle(subject_of(cast.ada), cast.system, later)
        assert self.found("idle_contracts", cast.basil, later) == []
        assert Contract.objects.get().state == "ENDED"

    def test_nothing_blocks_those_whose_contracts_are_settled(self, cast: Any, at: Any) -> None:
        an_ended_contract(cast, at)
        keys = ("idle_contracts", "running_contracts", "funded_unsubmitted", "submitted", "funded_client")
        for key in (*keys, "change_requests"):
            for player in (cast.ada, cast.basil):
                assert self.found(key, player, at) == []


def test_what_others_ask(cast: Any, at: Any) -> None:
    milestone = a_released_milestone(cast, at)
    contract = milestone.contract
    assert queries.paid_totals([contract.pk])[contract.pk].amount == 160_000
    assert queries.hired_before(cast.ada.party_id, cast.basil.party_id)
    assert not queries.hired_before(cast.ada.party_id, cast.chiara.party_id)
    assert queries.parties_of(contract.pk) == (cast.ada.party_id, cast.basil.party_id)
    assert [c.pk for c in queries.open_contracts_of(cast.basil.party_id)] == [contract.pk]
    actions.end_idle(actor=cast.ada.actor, contract_id=contract.pk, at=at)
    assert queries.open_contracts_of(cast.basil.party_id) == []
    assert milestone_of(contract, 2).state == "CANCELED"
