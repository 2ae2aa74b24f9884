"""Feedback: asked, sealed, published at once, answered once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from freehold.kit import clock, deadlines
from freehold.kit.actors import Actor
from freehold.kit.calendar import days_after
from freehold.kit.models import Fact
from freehold.kit.privacy import Subject
from freehold.kit.refusals import IllegalMove, Invalid, NotAllowed, NotFound, TooLate
from freehold.kit.settings import overridden
from freehold.trust.feedback import actions, privacy, queries
from freehold.trust.feedback.models import PrivateAnswer, Review
from freehold.trust.feedback.states import S
from freehold.work.contracts.models import Milestone
from tests.trust.feedback.factories import SYSTEM, an_ended_contract, asked, submit


def told(name: str) -> int:
    return Fact.objects.filter(name=f"trust.feedback.{name}").count()


def state_of(contract, side: str) -> str:
    return Review.objects.get(contract=contract, side=side).state


def run_until(moment) -> None:
    clock._kept = (float("inf"), timedelta(0), moment)
    deadlines.run_due(moment)


class TestOpenReviews:
    def test_both_sides_are_asked(self, cast, at):
        contract = asked(cast, at)
        assert [r.state for r in Review.objects.filter(contract=contract)] == ["OPEN", "OPEN"]
        assert told("asked") == 1
        assert [a.contract_id for a in queries.open_for(cast.ada.actor)] == [contract.pk]
        assert [a.other for a in queries.open_for(cast.basil.actor)] == ["Analytical Engines"]
        assert queries.open_for(cast.chiara.actor) == []

    def test_not_where_nothing_was_paid(self, cast, at):
        contract = asked(cast, at, released=99)
        assert not Review.objects.exists() and told("asked") == 0
        Milestone.objects.filter(contract=contract).update(released_amount=100)
        assert len(actions.open_reviews(actor=SYSTEM, contract_id=contract.pk, at=at)) == 2

    def test_not_before_the_end(self, cast, at):
        contract = an_ended_contract(cast, at)
        contract.state, contract.ended_at = "ACTIVE", None
        contract.save()
        assert actions.open_reviews(actor=SYSTEM, contract_id=contract.pk, at=at) == []

    def test_twice_is_once(self, cast, at):
        contract = asked(cast, at)
        actions.open_reviews(actor=SYSTEM, contract_id=contract.pk, at=at)
        assert Review.objects.count() == 2 and told("asked") == 1

    def test_refuses_people(self, cast, at):
        contract = an_ended_contract(cast, at)
        with pytest.raises(NotAllowed):
            actions.open_reviews(actor=cast.ada.actor, contract_id=contract.pk, at=at)
        assert not Review.objects.exists()

    def test_an_ending_invites(self, cast, at, run_jobs, mailbox):
        from freehold.kit.events import publish
        from freehold.work.contracts.events import ContractEnded

        contract = an_ended_contract(cast, at)
        ended = ContractEnded(
            contract_id=contract.pk, company_id=contract.company_id, worker_id=contract.worker_id, side="COMPANY",
            reason="DONE", currency="USD", released=100_000,
        )
        publish(ended, actor=SYSTEM, at=at)
        run_jobs()
        assert Review.objects.count() == 2
        assert "feedback" in mailbox.last(cast.basil.email).subject.lower()


class TestSubmitReview:
    def test_one_alone_stays_sealed(self, cast, at):
        contract = asked(cast, at)
        submit(cast.ada, contract, at, comment="  Excellent.\r\n", recommend=9, reason="DONE")
        assert state_of(contract, "CLIENT") == S.SEALED and state_of(contract, "FREELANCER") == S.OPEN
        assert told("left") == 1 and told("published") == 0
        assert queries.of_party(cast.basil.party_id).count == 0
        theirs = queries.of_contract(contract.pk, cast.basil.actor)
        assert theirs.other_left and theirs.published == ()
        assert Review.objects.get(side="CLIENT").comment == "Excellent."

    def test_both_are_published_at_once(self, cast, at):
        contract = asked(cast, at)
        submit(cast.ada, contract, at)
        submit(cast.basil, contract, at + timedelta(hours=1))
        assert set(Review.objects.values_list("state", flat=True)) == {"PUBLISHED"}
        assert set(Review.objects.values_list("published_at", flat=True)) == {at + timedelta(hours=1)}
        assert told("published") == 2

    def test_the_window_publishes_what_exists(self, cast, at):
        contract = asked(cast, at)
        submit(cast.ada, contract, at)
        end = days_after(at, 14)
        run_until(end - timedelta(seconds=1))
        assert state_of(contract, "CLIENT") == S.SEALED
        run_until(end)
        assert state_of(contract, "CLIENT") == S.PUBLISHED and state_of(contract, "FREELANCER") == S.EXPIRED
        assert told("expired") == 1 and told("reminded") == 1

    def test_nobody_spoke_nothing_is_shown(self, cast, at):
        asked(cast, at)
        run_until(days_after(at, 14))
        assert set(Review.objects.values_list("state", flat=True)) == {"EXPIRED"}
        assert queries.of_party(cast.basil.party_id).count == 0 and told("reminded") == 2

    def test_own_feedback_may_change_while_sealed(self, cast, at):
        contract = asked(cast, at)
        submit(cast.ada, contract, at)
        submit(cast.ada, contract, at, stars=(1, 1, 1, 1, 1, 1), comment="On second thought", recommend=2)
        assert Review.objects.get(side="CLIENT").overall == 100 and told("left") == 1
        assert PrivateAnswer.objects.get().recommend == 2

    def test_not_after_publication(self, cast, at):
        contract = asked(cast, at)
        submit(cast.ada, contract, at)
        submit(cast.basil, contract, at)
        with pytest.raises(IllegalMove):
            submit(cast.ada, contract, at)

    def test_refuses_from_every_other_state(self, cast, at):
        contract = asked(cast, at)
        for state in set(S) - {S.OPEN, S.SEALED}:
            Review.objects.filter(side="CLIENT").update(state=state, overall=500)
            with pytest.raises(IllegalMove):
                submit(cast.ada, contract, at)

    def test_not_a_second_too_late(self, cast, at):
        contract = asked(cast, at)
        with pytest.raises(TooLate):
            submit(cast.ada, contract, days_after(at, 14))

    @pytest.mark.parametrize("who", ["chiara", "edna", "dora"])
    def test_refuses_a_stranger(self, cast, at, who):
        contract = asked(cast, at)
        with pytest.raises(NotFound):
            submit(getattr(cast, who), contract, at)
        with pytest.raises(NotFound):
            queries.of_contract(contract.pk, getattr(cast, who).actor)
        assert set(Review.objects.values_list("state", flat=True)) == {"OPEN"}

    def test_refuses_a_colleague_who_may_only_look(self, cast, at):
        contract = asked(cast, at)
        observer = Actor(account_id=cast.chiara.account.pk, party_id=cast.ada.party_id,
                         permissions=frozenset({"contracts.read"}))
        with pytest.raises(NotAllowed):
            actions.submit_review(actor=observer, contract_id=contract.pk, stars=[5] * 6, at=at)
        assert not queries.of_contract(contract.pk, observer).may_write

    @pytest.mark.parametrize("stars", [[5] * 5, [5] * 7, [0] * 6, [6] * 6, []])
    def test_incomplete_stars_are_refused(self, cast, at, stars):
        contract = asked(cast, at)
        with pytest.raises(Invalid):
            submit(cast.ada, contract, at, stars=stars)
        with pytest.raises(Invalid):
            submit(cast.ada, contract, at, recommend=11)

    def test_the_freelancer_has_no_private_part(self, cast, at):
        contract = asked(cast, at)
        submit(cast.basil, contract, at, recommend=9)
        assert not PrivateAnswer.objects.exists()

    def test_facts_carry_no_words(self, cast, at):
        contract = asked(cast, at)
        submit(cast.ada, contract, at, comment="zebra")
        submit(cast.basil, contract, at, comment="zebra")
        assert not any("zebra" in str(d) for d in Fact.objects.values_list("data", flat=True))


class TestOverall:
    def test_a_freelancers_work_is_weighted(self, db):
        assert queries.overall_of("CLIENT", [5, 4, 4, 5, 3, 2]) == 125 + 80 + 80 + 75 + 30 + 20
        assert queries.overall_of("CLIENT", [5] * 6) == 500

    def test_a_clients_six_weigh_the_same(self, db):
        assert queries.overall_of("FREELANCER", [5, 5, 5, 5, 5, 4]) == 483
        assert queries.overall_of("FREELANCER", [1] * 6) == 100

    def test_the_text_has_one_decimal_rounded_half_up(self):
        assert [queries.stars_text(n) for n in (500, 495, 494, 483, 100)] == ["5.0", "5.0", "4.9", "4.8", "1.0"]

    def test_a_company_is_weighted_by_what_it_paid(self, cast, at):
        for number, released, stars in (("C-TEST01", 300_000, [5] * 6), ("C-TEST02", 100_000, [1] * 6)):
            contract = asked(cast, at, released=released, number=number)
            submit(cast.ada, contract, at)
            submit(cast.basil, contract, at, stars=stars)
        assert queries.standing(cast.ada.party_id).hundredths == 400
        assert queries.standing(cast.basil.party_id).count == 2


class TestReply:
    def _published(self, cast, at):
        contract = asked(cast, at)
        submit(cast.ada, contract, at, comment="Good work")
        submit(cast.basil, contract, at)
        return contract, Review.objects.get(side="CLIENT")

    def test_the_receiver_answers_once(self, cast, at):
        _contract, review = self._published(cast, at)
        actions.reply_to_review(actor=cast.basil.actor, review_id=review.pk, text=" Thank you ", at=at)
        shown = queries.of_party(cast.basil.party_id).reviews[0]
        assert shown.reply == "Thank you" and told("replied") == 1
        with pytest.raises(actions.AlreadyAnswered):
            actions.reply_to_review(actor=cast.basil.actor, review_id=review.pk, text="More", at=at)

    def test_refuses_the_writer_and_strangers(self, cast, at):
        _contract, review = self._published(cast, at)
        for player in (cast.ada, cast.chiara, cast.edna):
            with pytest.raises(NotFound):
                actions.reply_to_review(actor=player.actor, review_id=review.pk, text="Me!", at=at)
        review.refresh_from_db()
        assert review.reply == ""

    def test_not_before_it_is_public(self, cast, at):
        contract = asked(cast, at)
        submit(cast.ada, contract, at)
        with pytest.raises(IllegalMove):
            actions.reply_to_review(
                actor=cast.basil.actor, review_id=Review.objects.get(side="CLIENT").pk, text="What?", at=at
            )

    def test_not_after_its_days(self, cast, at):
        _contract, review = self._published(cast, at)
        assert review.reply_due_at == days_after(at, 28)
        with pytest.raises(TooLate):
            actions.reply_to_review(actor=cast.basil.actor, review_id=review.pk, text="Late", at=days_after(at, 28))

    def test_a_late_publication_leaves_two_weeks(self, cast, at):
        with overridden(**{"feedback.reply_days": 5}):
            _contract, review = self._published(cast, at)
        assert review.reply_due_at == days_after(at, 14)

    @pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
    def test_it_needs_words_but_not_too_many(self, cast, at, text):
        _contract, review = self._published(cast, at)
        with pytest.raises(Invalid):
            actions.reply_to_review(actor=cast.basil.actor, review_id=review.pk, text=text, at=at)


class TestWeigh:
    def test_reviews_sink_and_rise_with_what_is_paid(self, cast, at):
        contract = asked(cast, at)
        submit(cast.ada, contract, at)
        submit(cast.basil, contract, at)
        Milestone.objects.filter(contract=contract).update(released_amount=99)
        actions.weigh_reviews(actor=SYSTEM, contract_id=contract.pk, at=at)
        assert queries.of_party(cast.basil.party_id).count == 0 and told("sunk") == 2
        Milestone.objects.filter(contract=contract).update(released_amount=500)
        actions.weigh_reviews(actor=SYSTEM, contract_id=contract.pk, at=at)
        assert queries.of_party(cast.basil.party_id).count == 1 and told("risen") == 2

    def test_it_refuses_people(self, cast, at):
        contract = asked(cast, at)
        with pytest.raises(NotAllowed):
            actions.weigh_reviews(actor=cast.ada.actor, contract_id=contract.pk, at=at)


class TestPrivacy:
    def test_words_go_by_choice_and_stars_stay(self, cast, at):
        contract = asked(cast, at)
        submit(cast.ada, contract, at, comment="Good work")
        submit(cast.basil, contract, at)
        before = queries.standing(cast.basil.party_id)
        subject = Subject(account_id=cast.ada.account.pk, party_ids=(cast.ada.party_id,))
        privacy._blank_written(subject, at)
        assert Review.objects.get(side="CLIENT").comment == "Good work"
        chosen = Subject(subject.account_id, subject.party_ids, options=frozenset({privacy.BLANK_REVIEWS}))
        privacy._blank_written(chosen, at)
        assert Review.objects.get(side="CLIENT").comment == "" and queries.standing(cast.basil.party_id) == before


class TestPages:
    def test_the_whole_way_through_pages(self, cast, at, client_for):
        contract = asked(cast, at)
        address = f"/contracts/{contract.pk}/review"
        stars = {f"star_{n}": "5" for n in range(6)}
        ada, basil = client_for(cast.ada.account), client_for(cast.basil.account)
        shown = ada.get(address)
        assert shown.status_code == 200 and b"How was it with Basil Thorne" in shown.content
        assert ada.post(address, {"star_0": "5"}).status_code == 422
        assert ada.post(address, stars | {"comment": "Fine <b>work</b>", "recommend": "9"}).status_code == 302
        assert b"Fine" not in basil.get(address).content
        assert basil.post(address, stars).status_code == 302
        page = basil.get(address).content
        assert b"Fine &lt;b&gt;work" in page and b"Reply in public" in page
        assert basil.post(f"{address}/reply", {"text": ""}).status_code == 422
        assert basil.post(f"{address}/reply", {"text": "Thanks"}).status_code == 302
        again = basil.post(f"{address}/reply", {"text": "Again"})
        assert again.status_code == 409
        assert ada.post(address, stars).status_code == 409

    def test_strangers_find_nothing(self, cast, at, client_for):
        contract = asked(cast, at)
        assert client_for(cast.chiara.account).get(f"/contracts/{contract.pk}/review").status_code == 404
        assert client_for().get(f"/contracts/{contract.pk}/review").status_code == 302
        assert client_for(cast.ada.account).get(f"/contracts/{contract.pk}/review/reply").status_code == 405
