"""Proposals: what can be done, by whom, when, what it costs and what is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from freehold.kit import deadlines
from freehold.kit.actors import Actor
from freehold.kit.models import Fact
from freehold.kit.refusals import IllegalMove, Invalid, NotAllowed, NotFound
from freehold.kit.settings import overridden
from freehold.market.credits import queries as credits
from freehold.market.credits.actions import NotEnoughCredits
from freehold.market.jobs import actions as jobs
from freehold.market.jobs.models import Post
from freehold.market.proposals import actions, queries
from freehold.market.proposals.models import Mark, Price, Proposal
from freehold.market.proposals.states import PROPOSAL, S
from tests.market.jobs.factories import a_brief, an_open_post
from tests.market.proposals.factories import a_pitch, a_profile, a_proposal, in_parts

MACHINE = Actor.system("tests")


def facts(name):
    return Fact.objects.filter(name=f"market.proposal.{name}")


def balance(cast, at):
    return credits.balance(cast.basil.party_id, at)


def put(proposal, state):
    """Force a proposal into a state."""
    proposal.state = state
    proposal.save(update_fields=["state"])
    return proposal


def send(cast, at, post, who=None, **more):
    who = who or cast.basil
    return actions.submit_proposal(actor=who.actor, post_id=post.pk, pitch=a_pitch(**more), at=at)


class TestSubmit:
    def test_sends_it_and_spends_its_credits(self, cast, at):
        sent = a_proposal(cast, at)
        sent.refresh_from_db()
        assert (sent.state, sent.cost, sent.amount, sent.draft_due_at) == (S.SUBMITTED, 8, 100_000, None)
        assert balance(cast, at) == 32
        post = Post.objects.get()
        assert (post.proposals, post.live_proposals) == (1, 1)

    def test_tells(self, cast, at):
        sent = a_proposal(cast, at)
        assert facts("submitted").get().data["cost"] == sent.cost

    def test_refuses_a_company_and_a_stranger_to_a_draft_post(self, cast, at):
        post = an_open_post(cast, at)
        with pytest.raises(actions.DraftsOnly):
            send(cast, at, post, cast.edna)
        draft = jobs.draft_post(actor=cast.ada.actor, company_id=cast.ada.party_id, at=at)
        with pytest.raises(NotFound):
            send(cast, at, draft)
        assert not Proposal.objects.exists()

    def test_refuses_ones_own_company(self, cast, at):
        from freehold.people.teams.models import Membership

        post = an_open_post(cast, at)
        a_profile(cast.basil, at)
        Membership.objects.create(party_id=cast.ada.party_id, account=cast.basil.account, roles=["OBSERVER"], joined_at=at)
        with pytest.raises(actions.OwnPost):
            send(cast, at, post)
        assert balance(cast, at) == 40

    def test_refuses_who_may_only_finish(self, cast, at):
        post = an_open_post(cast, at)
        a_profile(cast.basil, at)
        for change in ({"state": "LIMITED"}, {"state": "ACTIVE", "leaving": True}):
            type(cast.basil.account).objects.filter(pk=cast.basil.account.pk).update(**change)
            with pytest.raises(NotAllowed):
                send(cast, at, post)
        assert balance(cast, at) == 40

    def test_refuses_a_closed_post(self, cast, at):
        post = an_open_post(cast, at)
        a_profile(cast.basil, at)
        jobs.close_post(actor=cast.ada.actor, post_id=post.pk, at=at)
        with pytest.raises(actions.PostNotOpen):
            send(cast, at, post)
        assert balance(cast, at) == 40

    def test_refuses_without_a_profile(self, cast, at):
        from freehold.market.credits import actions as purse

        purse.grant_signup(actor=MACHINE, party_id=cast.basil.party_id, at=at)
        with pytest.raises(actions.NoProfile):
            send(cast, at, an_open_post(cast, at))
        assert balance(cast, at) == 40

    def test_refuses_without_enough_credits_and_sends_nothing(self, cast, at):
        post = an_open_post(cast, at, budget=5_000_000)
        a_profile(cast.basil, at)
        with overridden(**{"credits.cost_min": 41, "credits.cost_max": 41}):
            dear = an_open_post(cast, at, title="A job that costs too many", description="dear " * 20)
        with pytest.raises(NotEnoughCredits):
            send(cast, at, dear)
        assert balance(cast, at) == 40 and not Proposal.objects.filter(state=S.SUBMITTED).exists()
        assert Post.objects.get(pk=dear.pk).live_proposals == 0
        send(cast, at, post)

    def test_twice_is_once(self, cast, at):
        sent = a_proposal(cast, at)
        with pytest.raises(actions.AlreadyApplied):
            send(cast, at, sent.post)
        assert balance(cast, at) == 32 and Proposal.objects.count() == 1

    def test_after_withdrawing_it_pays_again(self, cast, at):
        sent = a_proposal(cast, at)
        actions.withdraw(actor=cast.basil.actor, proposal_id=sent.pk, reason="MISTAKE", at=at)
        send(cast, at, sent.post)
        assert balance(cast, at) == 24

    def test_at_most_so_many_wait(self, cast, at):
        with overridden(**{"proposal.active_max": 1}):
            a_proposal(cast, at)
            other = an_open_post(cast, at, by=cast.edna)
            with pytest.raises(actions.TooManyActive):
                send(cast, at, other)

    def test_a_full_post_takes_no_more(self, cast, at):
        with overridden(**{"proposal.per_job_max": 1}):
            sent = a_proposal(cast, at)
            a_profile(cast.chiara, at)
            with pytest.raises(actions.PostFull):
                send(cast, at, sent.post, cast.chiara)

    @pytest.mark.parametrize(
        "field, changes",
        [
            ("letter", {"letter": ""}),
            ("letter", {"letter": "x" * 5001}),
            ("amount", {"amount": 499}),
            ("amount", {"amount": -5}),
            ("terms", {"terms": "HOURLY"}),
            ("parts", {"terms": "MILESTONES"}),
            ("parts", {"terms": "MILESTONES", "parts": in_parts(499)}),
            ("parts", {"terms": "MILESTONES", "parts": in_parts(*[1000] * 51)}),
            ("duration", {"duration": "FOREVER"}),
        ],
    )
    def test_refuses_a_pitch_that_is_not_right(self, cast, at, field, changes):
        with pytest.raises(Invalid) as refusal:
            a_proposal(cast, at, **changes)
        assert field in refusal.value.fields
        assert balance(cast, at) == 40 and not Proposal.objects.filter(state=S.SUBMITTED).exists()

    def test_milestones_add_up(self, cast, at):
        sent = a_proposal(cast, at, terms="MILESTONES", parts=in_parts(60_000, 40_000))
        assert sent.amount == 100_000 and [p.amount.amount for p in queries.parts_of(sent)] == [60_000, 40_000]

    def test_an_hourly_job_takes_a_rate(self, cast, at):
        post = an_open_post(cast, at, kind="HOURLY", rate_min=3000, rate_max=5000, load="PART", duration="WEEKS")
        assert a_proposal(cast, at, post_id=post.pk, terms="HOURLY", amount=4500).amount == 4500

    def test_every_question_wants_an_answer(self, cast, at):
        post = an_open_post(cast, at, questions=("When can you begin?",))
        with pytest.raises(Invalid):
            a_proposal(cast, at, post_id=post.pk)
        sent = a_proposal(cast, at, post_id=post.pk, answers=("On Monday.",))
        assert sent.answers == ["On Monday."]

    def test_free_mode_spends_nothing(self, cast, at):
        with overridden(**{"credits.mode": "free"}):
            assert a_proposal(cast, at).cost == 0


class TestPrice:
    def test_is_fixed_with_its_arithmetic_when_published(self, cast, at):
        post = an_open_post(cast, at)
        price = Price.objects.get(post=post)
        assert (price.cost, price.base, price.demand, price.value) == (8, 8, 0, 120_000)

    @pytest.mark.parametrize(
        "changes, value",
        [
            ({"kind": "HOURLY", "rate_min": 3000, "rate_max": 5000, "load": "FULL", "duration": "DAYS"}, 420_000),
            ({"kind": "HOURLY", "rate_min": 3000, "rate_max": 5000, "load": "NEEDED", "duration": ""}, 256_000),
            ({"kind": "HOURLY", "load": "PART", "duration": "LONG"}, 975_000),
            ({"budget": 100_000, "currency": "EUR"}, 108_000),
            ({"budget": None}, None),
        ],
    )
    def test_values_a_post(self, cast, at, changes, value):
        post = an_open_post(cast, at, **changes)
        assert Price.objects.get(post=post).value == value

    def test_demand_is_the_median_of_the_subcategory(self, cast, at):
        first = an_open_post(cast, at)
        rows = Post.objects.filter(pk=first.pk)
        for _n in range(20):
            row = rows.get()
            row.pk, row.proposals = None, 50
            row.id = __import__("uuid").uuid4()
            row.published_at = at - timedelta(days=1)
            row.save(force_insert=True)
        post = an_open_post(cast, at, by=cast.edna)
        assert Price.objects.get(post=post).demand == 4

    def test_an_edit_changes_it_for_later_proposals_only(self, cast, at):
        sent = a_proposal(cast, at)
        jobs.edit_post(actor=cast.ada.actor, post_id=sent.post_id, version=1, brief=a_brief(budget=9_000), at=at)
        assert queries.price(sent.post_id).cost == 2
        sent.refresh_from_db()
        assert sent.cost == 8

    def test_an_open_form_keeps_its_price_for_thirty_minutes(self, cast, at):
        post = an_open_post(cast, at)
        a_profile(cast.basil, at)
        jobs.edit_post(actor=cast.ada.actor, post_id=post.pk, version=1, brief=a_brief(budget=600_000), at=at)
        with pytest.raises(actions.PriceChanged) as refusal:
            actions.submit_proposal(
                actor=cast.basil.actor, post_id=post.pk, pitch=a_pitch(), at=at + timedelta(minutes=31),
                seen_cost=8, seen_at=at,
            )  # fmt: skip
        assert "10 credits" in str(refusal.value)
        sent = actions.submit_proposal(
            actor=cast.basil.actor, post_id=post.pk, pitch=a_pitch(), at=at + timedelta(minutes=29),
            seen_cost=8, seen_at=at,
        )  # fmt: skip
        assert sent.cost == 8

    def test_a_price_that_never_was_is_not_kept(self, cast, at):
        post = an_open_post(cast, at)
        a_profile(cast.basil, at)
        with pytest.raises(actions.PriceChanged):
            actions.submit_proposal(
                actor=cast.basil.actor, post_id=post.pk, pitch=a_pitch(), at=at, seen_cost=1, seen_at=at
            )


class TestDraft:
    def test_keeps_what_was_typed_and_is_sent_as_the_same(self, cast, at):
        post = an_open_post(cast, at)
        a_profile(cast.basil, at)
        draft = actions.save_draft(actor=cast.basil.actor, post_id=post.pk, typed={"letter": "Dear"}, at=at)
        again = actions.save_draft(actor=cast.basil.actor, post_id=post.pk, typed={"letter": "Dear client"}, at=at)
        assert draft.pk == again.pk
        assert send(cast, at, post).pk == draft.pk and Proposal.objects.get().typed == {}

    def test_refuses_a_company_and_strangers(self, cast, at):
        post = an_open_post(cast, at)
        with pytest.raises(actions.DraftsOnly):
            actions.save_draft(actor=cast.ada.actor, post_id=post.pk, typed={}, at=at)
        draft = actions.save_draft(actor=cast.basil.actor, post_id=post.pk, typed={}, at=at)
        for who in (cast.chiara, cast.ada):
            with pytest.raises(NotFound):
                actions.delete_draft(actor=who.actor, proposal_id=draft.pk, at=at)
            with pytest.raises(NotFound):
                queries.visible(who.actor, draft.pk)

    def test_goes_after_sixty_days(self, cast, at):
        actions.save_draft(actor=cast.basil.actor, post_id=an_open_post(cast, at).pk, typed={}, at=at)
        deadlines.run_due(at + timedelta(days=62))
        assert not Proposal.objects.exists()

    def test_deleting_refuses_what_was_sent(self, cast, at):
        sent = a_proposal(cast, at)
        with pytest.raises(IllegalMove):
            actions.delete_draft(actor=cast.basil.actor, proposal_id=sent.pk, at=at)


class TestEdit:
    def test_the_letter_changes_within_six_hours(self, cast, at):
        sent = a_proposal(cast, at)
        before = at + timedelta(hours=6) - timedelta(seconds=1)
        actions.edit_letter(actor=cast.basil.actor, proposal_id=sent.pk, pitch=a_pitch(letter="Better"), at=before)
        assert Proposal.objects.get().letter == "Better" and facts("changed").count() == 1

    def test_at_six_hours_it_is_refused(self, cast, at):
        sent = a_proposal(cast, at)
        with pytest.raises(actions.LetterLocked):
            actions.edit_letter(
                actor=cast.basil.actor, proposal_id=sent.pk, pitch=a_pitch(), at=at + timedelta(hours=6)
            )

    def test_once_opened_the_letter_is_locked_and_terms_are_not(self, cast, at):
        sent = a_proposal(cast, at)
        actions.open_proposal(actor=cast.ada.actor, proposal_id=sent.pk, at=at + timedelta(minutes=3))
        with pytest.raises(actions.LetterLocked):
            actions.edit_letter(actor=cast.basil.actor, proposal_id=sent.pk, pitch=a_pitch(), at=at)
        actions.edit_terms(actor=cast.basil.actor, proposal_id=sent.pk, pitch=a_pitch(amount=90_000), at=at)
        sent.refresh_from_db()
        assert sent.amount == 90_000 and sent.earlier_terms[0]["amount"] == 100_000

    def test_terms_stay_once_there_is_an_offer(self, cast, at):
        sent = a_proposal(cast, at)
        actions.offer_made(proposal_id=sent.pk, at=at)
        with pytest.raises(IllegalMove):
            actions.edit_terms(actor=cast.basil.actor, proposal_id=sent.pk, pitch=a_pitch(), at=at)

    def test_refuses_a_stranger(self, cast, at):
        sent = a_proposal(cast, at)
        for who in (cast.chiara, cast.ada):
            with pytest.raises(NotFound):
                actions.edit_terms(actor=who.actor, proposal_id=sent.pk, pitch=a_pitch(amount=1000), at=at)
            with pytest.raises(NotFound):
                actions.edit_letter(actor=who.actor, proposal_id=sent.pk, pitch=a_pitch(letter="x"), at=at)
        assert Proposal.objects.get().amount == 100_000


class TestOpen:
    def test_remembers_when_once(self, cast, at):
        sent = a_proposal(cast, at)
        for minutes in (5, 9):
            actions.open_proposal(actor=cast.ada.actor, proposal_id=sent.pk, at=at + timedelta(minutes=minutes))
        sent.refresh_from_db()
        assert sent.opened_at == at + timedelta(minutes=5) and sent.unseen_due_at is None
        assert facts("opened").count() == 1
        assert Post.objects.get().seen_at == at + timedelta(minutes=9)

    def test_refuses_a_stranger(self, cast, at):
        sent = a_proposal(cast, at)
        for who in (cast.edna, cast.chiara, cast.basil):
            with pytest.raises(NotFound):
                actions.open_proposal(actor=who.actor, proposal_id=sent.pk, at=at)
        assert Proposal.objects.get().opened_at is None


class TestDecline:
    def test_does_it_and_tells(self, cast, at):
        sent = a_proposal(cast, at)
        actions.decline(actor=cast.ada.actor, proposal_id=sent.pk, reason="FIT", note="Thank you", at=at)
        sent.refresh_from_db()
        assert (sent.state, sent.decline_reason, sent.decline_note) == (S.DECLINED, "FIT", "Thank you")
        assert facts("declined").get().data["reason"] == "FIT" and balance(cast, at) == 32
        assert Post.objects.get().live_proposals == 0

    def test_refuses_a_stranger_and_no_reason(self, cast, at):
        sent = a_proposal(cast, at)
        with pytest.raises(NotFound):
            actions.decline(actor=cast.edna.actor, proposal_id=sent.pk, reason="FIT", at=at)
        with pytest.raises(Invalid):
            actions.decline(actor=cast.ada.actor, proposal_id=sent.pk, reason="", at=at)
        assert Proposal.objects.get().state == S.SUBMITTED

    @pytest.mark.parametrize("state", [S.OFFERED, S.HIRED, S.DECLINED, S.WITHDRAWN, S.INVALID])
    def test_refuses_from_every_other_state(self, cast, at, state):
        sent = put(a_proposal(cast, at), state)
        with pytest.raises(IllegalMove):
            actions.decline(actor=cast.ada.actor, proposal_id=sent.pk, reason="FIT", at=at)
        assert not facts("declined").exists()


class TestWithdraw:
    def test_does_it_and_keeps_the_credits(self, cast, at):
        sent = a_proposal(cast, at)
        actions.withdraw(actor=cast.basil.actor, proposal_id=sent.pk, reason="SCHEDULE", at=at)
        assert Proposal.objects.get().state == S.WITHDRAWN and balance(cast, at) == 32
        assert facts("withdrawn").count() == 1 and Post.objects.get().live_proposals == 0

    def test_refuses_a_stranger(self, cast, at):
        sent = a_proposal(cast, at)
        for who in (cast.chiara, cast.ada):
            with pytest.raises(NotFound):
                actions.withdraw(actor=who.actor, proposal_id=sent.pk, reason="SCHEDULE", at=at)

    @pytest.mark.parametrize("state", [S.OFFERED, S.HIRED, S.DECLINED, S.WITHDRAWN, S.INVALID, S.DRAFT])
    def test_refuses_from_every_other_state(self, cast, at, state):
        sent = put(a_proposal(cast, at), state)
        with pytest.raises(IllegalMove):
            actions.withdraw(actor=cast.basil.actor, proposal_id=sent.pk, reason="SCHEDULE", at=at)

    def test_after_a_cut_the_credits_come_back_for_seven_days(self, cast, at, run_jobs):
        sent = a_proposal(cast, at)
        jobs.edit_post(actor=cast.ada.actor, post_id=sent.post_id, version=1, brief=a_brief(budget=50_000), at=at)
        run_jobs()
        actions.withdraw(actor=cast.basil.actor, proposal_id=sent.pk, reason="RATE", at=at + timedelta(days=7))
        assert balance(cast, at) == 40

    def test_after_eight_days_they_do_not(self, cast, at, run_jobs):
        sent = a_proposal(cast, at)
        jobs.edit_post(actor=cast.ada.actor, post_id=sent.post_id, version=1, brief=a_brief(budget=50_000), at=at)
        run_jobs()
        actions.withdraw(actor=cast.basil.actor, proposal_id=sent.pk, reason="RATE", at=at + timedelta(days=8))
        assert balance(cast, at) == 32


class TestUnseen:
    def test_credits_come_back_once_after_21_days_and_it_stays(self, cast, at, run_jobs):
        sent = a_proposal(cast, at)
        later = at + timedelta(days=22)
        deadlines.run_due(later)
        sent.refresh_from_db()
        assert sent.state == S.SUBMITTED and balance(cast, later) == 40
        actions.open_proposal(actor=cast.ada.actor, proposal_id=sent.pk, at=later)
        assert balance(cast, later) == 40
        deadlines.run_due(at + timedelta(days=60))
        run_jobs()
        assert Post.objects.get().outcome == "EXPIRED"
        spent = credits.ledger(cast.basil.party_id)
        assert sum(line.count for line in spent if line.ref_kind) == 0

    def test_not_if_it_was_opened(self, cast, at):
        sent = a_proposal(cast, at)
        actions.open_proposal(actor=cast.ada.actor, proposal_id=sent.pk, at=at)
        deadlines.run_due(at + timedelta(days=25))
        assert balance(cast, at) == 32

    def test_only_the_machine_gives_back(self, cast, at):
        sent = a_proposal(cast, at)
        with pytest.raises(NotAllowed):
            actions.return_unseen(actor=cast.basil.actor, proposal_id=sent.pk, at=sent.unseen_due_at)


class TestPostCloses:
    def test_canceled_gives_everybody_back(self, cast, at, run_jobs):
        sent = a_proposal(cast, at)
        jobs.close_post(actor=cast.ada.actor, post_id=sent.post_id, at=at)
        run_jobs()
        sent.refresh_from_db()
        assert sent.state == S.ARCHIVED and sent.returned_at == at and balance(cast, at) == 40
        assert Post.objects.get().live_proposals == 0

    def test_filled_gives_nothing_back(self, cast, at, run_jobs):
        sent = a_proposal(cast, at)
        jobs.fill_post(post_id=sent.post_id, at=at)
        run_jobs()
        sent.refresh_from_db()
        assert sent.state == S.ARCHIVED and balance(cast, at) == 32

    def test_reopened_brings_them_back_and_credits_stay_returned(self, cast, at, run_jobs):
        sent = a_proposal(cast, at)
        jobs.close_post(actor=cast.ada.actor, post_id=sent.post_id, at=at)
        run_jobs()
        jobs.reopen_post(actor=cast.ada.actor, post_id=sent.post_id, at=at)
        run_jobs()
        sent.refresh_from_db()
        assert sent.state == S.SUBMITTED and balance(cast, at) == 40 and Post.objects.get().live_proposals == 1
        jobs.close_post(actor=cast.ada.actor, post_id=sent.post_id, at=at)
        run_jobs()
        assert balance(cast, at) == 40

    def test_those_who_wait_are_told(self, cast, at, run_jobs):
        from django.apps import apps

        sent = a_proposal(cast, at)
        run_jobs()
        jobs.close_post(actor=cast.ada.actor, post_id=sent.post_id, at=at)
        run_jobs()
        told = apps.get_model("notifications", "Notification").objects.filter(account=cast.basil.account)
        assert any("credits come back" in one.text for one in told)


class TestOffer:
    def test_goes_through_to_hired(self, cast, at):
        sent = a_proposal(cast, at)
        actions.offer_made(proposal_id=sent.pk, at=at)
        assert actions.hire(proposal_id=sent.pk, at=at).state == S.HIRED
        assert [f.name.rsplit(".", 1)[1] for f in Fact.objects.filter(subject_id=sent.pk).order_by("pk")] == [
            "submitted", "offered", "hired",
        ]  # fmt: skip
        assert Post.objects.get().live_proposals == 0

    def test_an_ended_offer_leaves_it_in_conversation(self, cast, at):
        sent = a_proposal(cast, at)
        actions.offer_made(proposal_id=sent.pk, at=at)
        assert actions.offer_ended(proposal_id=sent.pk, at=at).state == S.ACTIVE

    def test_an_archived_one_may_still_be_hired(self, cast, at, run_jobs):
        sent = a_proposal(cast, at)
        jobs.close_post(actor=cast.ada.actor, post_id=sent.post_id, at=at)
        run_jobs()
        actions.offer_made(proposal_id=sent.pk, at=at)
        actions.hire(proposal_id=sent.pk, at=at)
        assert Post.objects.get().live_proposals == 0

    @pytest.mark.parametrize("call", [actions.hire, actions.offer_ended])
    def test_refuses_without_an_offer(self, cast, at, call):
        sent = a_proposal(cast, at)
        with pytest.raises(IllegalMove):
            call(proposal_id=sent.pk, at=at)


class TestMarks:
    def test_are_the_teams_own(self, cast, at):
        sent = a_proposal(cast, at)
        actions.shortlist(actor=cast.ada.actor, proposal_id=sent.pk, at=at)
        actions.rate(actor=cast.ada.actor, proposal_id=sent.pk, rating=4, note="Ask about print", at=at)
        mark = Mark.objects.get()
        assert mark.shortlisted_at == at and mark.rating == 4 and mark.note == "Ask about print"
        actions.put_away(actor=cast.ada.actor, proposal_id=sent.pk, at=at)
        actions.take_back(actor=cast.ada.actor, proposal_id=sent.pk, at=at)
        actions.unshortlist(actor=cast.ada.actor, proposal_id=sent.pk, at=at)
        mark.refresh_from_db()
        assert (mark.shortlisted_at, mark.put_away_at) == (None, None)

    @pytest.mark.parametrize("call", [actions.shortlist, actions.unshortlist, actions.put_away, actions.take_back])
    def test_refuse_a_stranger(self, cast, at, call):
        sent = a_proposal(cast, at)
        for who in (cast.edna, cast.basil):
            with pytest.raises(NotFound):
                call(actor=who.actor, proposal_id=sent.pk, at=at)
        assert not Mark.objects.exists()

    def test_refuse_six_stars(self, cast, at):
        sent = a_proposal(cast, at)
        with pytest.raises(Invalid):
            actions.rate(actor=cast.ada.actor, proposal_id=sent.pk, rating=6, note="", at=at)


class TestInvalidate:
    def test_when_the_worker_side_closes(self, cast, at, run_jobs):
        from freehold.people.teams import actions as teams

        sent = a_proposal(cast, at)
        teams.close_party(actor=cast.basil.actor, party_id=cast.basil.party_id, at=at)
        run_jobs()
        sent.refresh_from_db()
        assert sent.state == S.INVALID and facts("invalidated").count() == 1

    def test_refuses_a_stranger(self, cast, at):
        sent = a_proposal(cast, at)
        with pytest.raises(NotAllowed):
            actions.invalidate(actor=cast.ada.actor, proposal_id=sent.pk, give_back=False, at=at)


@pytest.mark.parametrize("name", sorted(PROPOSAL.moves))
@pytest.mark.parametrize("state", S.values)
def test_the_table_is_kept(db, name, state):
    assert PROPOSAL.allows(Proposal(state=state), name) is (state in PROPOSAL.moves[name].sources)


class TestLeaving:
    def test_withdraws_and_empties(self, cast, at):
        from freehold.kit.privacy import BLOCKERS, DECLARED, Subject

        sent = a_proposal(cast, at)
        other = an_open_post(cast, at, by=cast.edna)
        actions.save_draft(actor=cast.basil.actor, post_id=other.pk, typed={"letter": "x"}, at=at)
        subject = Subject(account_id=cast.basil.account.pk, party_ids=(cast.basil.party_id,))
        blocker = BLOCKERS["proposals"]
        assert len(list(blocker.find(subject, at))) == 1
        blocker.settle(subject, None, at)
        assert list(blocker.find(subject, at)) == []
        for _ in range(2):
            for declared in DECLARED:
                if declared.model is Proposal and declared.erase:
                    declared.erase(subject, at)
        sent.refresh_from_db()
        assert (sent.state, sent.letter, sent.profile_id) == (S.WITHDRAWN, "", None)

    def test_what_led_to_a_contract_stays(self, cast, at):
        from freehold.kit.privacy import DECLARED, Subject

        sent = a_proposal(cast, at)
        put(sent, S.HIRED)
        subject = Subject(account_id=cast.basil.account.pk, party_ids=(cast.basil.party_id,))
        for declared in DECLARED:
            if declared.model is Proposal and declared.erase:
                declared.erase(subject, at)
        assert replace(a_pitch()).letter == Proposal.objects.get().letter
