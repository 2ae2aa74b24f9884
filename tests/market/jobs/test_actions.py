"""Drafts and posts: what can be done, by whom, when, and what is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from freehold.kit import deadlines
from freehold.kit.models import Fact
from freehold.kit.refusals import IllegalMove, Invalid, NotAllowed, NotFound, Stale, TooLate
from freehold.kit.settings import overridden
from freehold.market.jobs import actions
from freehold.market.jobs.models import Post, PostVersion
from freehold.market.jobs.states import POST, P
from tests.market.jobs.factories import TEXT, a_brief, a_draft, an_open_post, skill_names, subcategory


def facts(name):
    return Fact.objects.filter(name=f"market.job.{name}")


def put(post, state, at):
    """Force a post into a state."""
    post.state = state
    post.published_at = post.published_at or at
    post.subcategory_id = post.subcategory_id or subcategory().subcategory_id
    post.idle_due_at = at + timedelta(days=30) if state == P.OPEN else None
    post.outcome, post.closed_at = ("CANCELED", at) if state == P.CLOSED else ("", None)
    post.save()
    return post


class TestDraft:
    def test_begins_and_tells(self, cast, at):
        post = a_draft(cast, at, title="Labels")
        assert post.state == P.DRAFT and post.typed == {"title": "Labels"} and post.team_id
        assert facts("drafted").count() == 1

    def test_refuses_a_stranger(self, cast, at):
        with pytest.raises(NotAllowed):
            actions.draft_post(actor=cast.edna.actor, company_id=cast.ada.party_id, at=at)
        with pytest.raises(NotAllowed):
            actions.draft_post(actor=cast.basil.actor, company_id=cast.basil.party_id, at=at)
        assert not Post.objects.exists()

    def test_saves_what_was_typed_however_wrong(self, cast, at):
        post = a_draft(cast, at)
        actions.save_draft(actor=cast.ada.actor, post_id=post.pk, typed={"budget": "a lot"}, at=at)
        assert Post.objects.get().typed == {"budget": "a lot"}

    def test_saving_refuses_a_stranger(self, cast, at):
        post = a_draft(cast, at, title="Mine")
        with pytest.raises(NotFound):
            actions.save_draft(actor=cast.edna.actor, post_id=post.pk, typed={}, at=at)
        assert Post.objects.get().typed == {"title": "Mine"}

    def test_saving_refuses_a_closed_post(self, cast, at):
        post = put(a_draft(cast, at), P.CLOSED, at)
        with pytest.raises(IllegalMove):
            actions.save_draft(actor=cast.ada.actor, post_id=post.pk, typed={}, at=at)

    def test_deletes_and_tells(self, cast, at):
        post = a_draft(cast, at)
        actions.delete_draft(actor=cast.ada.actor, post_id=post.pk, at=at)
        assert not Post.objects.exists() and facts("draft_deleted").count() == 1

    def test_deleting_refuses_a_stranger_and_an_open_post(self, cast, at):
        post = an_open_post(cast, at)
        with pytest.raises(NotFound):
            actions.delete_draft(actor=cast.edna.actor, post_id=post.pk, at=at)
        with pytest.raises(IllegalMove):
            actions.delete_draft(actor=cast.ada.actor, post_id=post.pk, at=at)
        assert Post.objects.exists()

    def test_goes_by_itself_after_180_days_warned_before(self, cast, at):
        a_draft(cast, at)
        deadlines.run_due(at + timedelta(days=168))
        assert facts("draft_expiring").count() == 1 and Post.objects.exists()
        deadlines.run_due(at + timedelta(days=182))
        assert not Post.objects.exists()


class TestPublish:
    def test_does_it(self, cast, at):
        post = an_open_post(cast, at)
        post.refresh_from_db()
        assert (post.state, post.version, post.budget, post.typed) == (P.OPEN, 1, 120_000, {})
        assert post.skills.count() == 1 and post.idle_due_at is not None and post.draft_due_at is None
        assert PostVersion.objects.get().brief["title"] == post.title

    def test_tells(self, cast, at):
        an_open_post(cast, at)
        assert facts("published").count() == 1

    def test_refuses_a_stranger(self, cast, at):
        post = a_draft(cast, at)
        for who in (cast.edna, cast.basil):
            with pytest.raises(NotFound):
                actions.publish_post(actor=who.actor, post_id=post.pk, brief=a_brief(), at=at)
        assert Post.objects.get().state == P.DRAFT

    @pytest.mark.parametrize("state", [P.OPEN, P.CLOSED])
    def test_refuses_from_every_other_state(self, cast, at, state):
        post = put(a_draft(cast, at), state, at)
        with pytest.raises(IllegalMove):
            actions.publish_post(actor=cast.ada.actor, post_id=post.pk, brief=a_brief(), at=at)

    def test_twice_is_once(self, cast, at):
        post = an_open_post(cast, at)
        with pytest.raises(IllegalMove):
            actions.publish_post(actor=cast.ada.actor, post_id=post.pk, brief=a_brief(), at=at)
        assert facts("published").count() == 1

    def test_refuses_who_may_only_finish(self, cast, at):
        post = a_draft(cast, at)
        for change in ({"state": "LIMITED"}, {"state": "ACTIVE", "leaving": True}):
            type(cast.ada.account).objects.filter(pk=cast.ada.account.pk).update(**change)
            with pytest.raises(NotAllowed):
                actions.publish_post(actor=cast.ada.actor, post_id=post.pk, brief=a_brief(), at=at)

    @pytest.mark.parametrize(
        "field, changes",
        [
            ("title", {"title": "Too short"}),
            ("title", {"title": "x" * 101}),
            ("description", {"description": "x" * 49}),
            ("description", {"description": "x" * 10_001}),
            ("description", {"description": TEXT + " Write to ada@example.com."}),
            ("title", {"title": "Call me at +44 20 7946 0000 please"}),
            ("subcategory", {"subcategory_id": None}),
            ("must", {"must": ()}),
            ("must", {"must": ("No such skill at all",)}),
            ("budget", {"budget": 499}),
            ("budget", {"budget": 10**16}),
            ("rate_min", {"kind": "HOURLY", "rate_min": 299, "rate_max": 500}),
            ("rate_max", {"kind": "HOURLY", "rate_min": 900, "rate_max": 500}),
            ("currency", {"currency": "CHF"}),
            ("kind", {"kind": "BARTER"}),
            ("questions", {"questions": tuple(f"Question number {n}?" for n in range(6))}),
            ("questions", {"questions": ("What is your e-mail, a@b.example ?",)}),
            ("hires_wanted", {"hires_wanted": 51}),
            ("visibility", {"visibility": "SECRET"}),
        ],
    )
    def test_refuses_a_brief_that_is_not_right(self, cast, at, field, changes):
        post = a_draft(cast, at)
        with pytest.raises(Invalid) as refusal:
            actions.publish_post(actor=cast.ada.actor, post_id=post.pk, brief=a_brief(**changes), at=at)
        assert field in refusal.value.fields
        assert Post.objects.get().state == P.DRAFT

    def test_the_sixteenth_skill_is_refused_with_the_number(self, cast, at):
        post = a_draft(cast, at)
        with pytest.raises(Invalid) as refusal:
            brief = a_brief(must=skill_names(16))
            actions.publish_post(actor=cast.ada.actor, post_id=post.pk, brief=brief, at=at)
        assert "15" in str(refusal.value) and "16" in str(refusal.value)

    def test_the_sixth_question_is_refused_with_the_number(self, cast, at):
        with pytest.raises(Invalid) as refusal:
            an_open_post(cast, at, questions=tuple(f"Question number {n}?" for n in range(6)))
        assert "5" in str(refusal.value) and "6" in str(refusal.value)

    def test_yen_have_no_decimals_but_a_minimum(self, cast, at):
        with overridden(**{"billing.currencies": ("USD", "JPY"), "billing.currency_factor": ("JPY=0.0067",)}):
            an_open_post(cast, at, currency="JPY", budget=747)
            with pytest.raises(Invalid):
                an_open_post(cast, at, currency="JPY", budget=746, title="Another thing in yen", description="y " * 40)

    def test_an_unsure_budget_is_fine(self, cast, at):
        assert an_open_post(cast, at, budget=None).budget is None

    def test_the_same_need_twice_is_refused(self, cast, at):
        an_open_post(cast, at)
        with pytest.raises(actions.AlreadyPosted):
            an_open_post(cast, at, description=TEXT + " Please.")
        an_open_post(cast, at, by=cast.edna)

    def test_the_thirty_first_open_post_is_refused(self, cast, at):
        with overridden(**{"job.open_max": 2}):
            for n in range(2):
                an_open_post(cast, at, title=f"A different need, number {n}", description=f"thing{n} " * 20)
            with pytest.raises(actions.TooManyOpen) as refusal:
                an_open_post(cast, at, title="One need too many here", description="last " * 20)
        assert "2" in str(refusal.value)


    def test_a_market_may_want_a_payment_method_first(self, cast, at):
        with overridden(**{"job.requires_payment_method": True}), pytest.raises(actions.NeedsMethod):
            an_open_post(cast, at)
        assert Post.objects.get().state == P.DRAFT


class TestEdit:
    def test_makes_a_new_version_and_wakes_the_post(self, cast, at):
        post = an_open_post(cast, at)
        later = at + timedelta(days=29)
        brief = a_brief(title=post.title + ".")
        actions.edit_post(actor=cast.ada.actor, post_id=post.pk, version=1, brief=brief, at=later)
        post.refresh_from_db()
        assert post.version == 2 and post.idle_due_at.date().isoformat() == "2026-03-06"
        assert facts("changed").get().data == {
            "post_id": str(post.pk), "company_id": str(cast.ada.party_id), "version": 2, "cut": False,
        }  # fmt: skip

    def test_refuses_the_older_of_two_versions(self, cast, at):
        post = an_open_post(cast, at)
        actions.edit_post(actor=cast.ada.actor, post_id=post.pk, version=1, brief=a_brief(budget=130_000), at=at)
        with pytest.raises(Stale):
            actions.edit_post(actor=cast.ada.actor, post_id=post.pk, version=1, brief=a_brief(budget=110_000), at=at)
        assert Post.objects.get().budget == 130_000

    def test_refuses_a_stranger(self, cast, at):
        post = an_open_post(cast, at)
        with pytest.raises(NotFound):
            actions.edit_post(actor=cast.edna.actor, post_id=post.pk, version=1, brief=a_brief(), at=at)
        assert Post.objects.get().version == 1

    @pytest.mark.parametrize("state", [P.DRAFT, P.CLOSED])
    def test_refuses_from_every_other_state(self, cast, at, state):
        post = put(a_draft(cast, at), state, at)
        with pytest.raises(IllegalMove):
            actions.edit_post(actor=cast.ada.actor, post_id=post.pk, version=0, brief=a_brief(), at=at)

    def test_after_the_deadline_it_is_too_late_though_the_job_is(self, cast, at):
        post = an_open_post(cast, at)
        due = post.idle_due_at
        with pytest.raises(TooLate):
            actions.edit_post(
                actor=cast.ada.actor, post_id=post.pk, version=1, brief=a_brief(), at=due + timedelta(minutes=10)
            )
        deadlines.run_due(due + timedelta(hours=1))
        post.refresh_from_db()
        assert post.outcome == "EXPIRED" and post.closed_at == due

    @pytest.mark.parametrize("budget, cut", [(96_000, False), (95_999, True), (200_000, False)])
    def test_tells_a_cut_of_more_than_a_fifth(self, cast, at, budget, cut):
        post = an_open_post(cast, at)
        actions.edit_post(actor=cast.ada.actor, post_id=post.pk, version=1, brief=a_brief(budget=budget), at=at)
        assert facts("changed").get().data["cut"] is cut

    def test_kind_and_currency_stay_under_live_proposals(self, cast, at):
        post = an_open_post(cast, at)
        actions.note_proposals(post_id=post.pk, live=1, sent=1, at=at)
        for changes in ({"currency": "EUR"}, {"kind": "HOURLY", "rate_min": 5000, "rate_max": 6000}):
            with pytest.raises(Invalid):
                actions.edit_post(actor=cast.ada.actor, post_id=post.pk, version=1, brief=a_brief(**changes), at=at)
        actions.note_proposals(post_id=post.pk, live=-1, at=at)
        actions.edit_post(actor=cast.ada.actor, post_id=post.pk, version=1, brief=a_brief(currency="EUR"), at=at)


class TestClose:
    @pytest.mark.parametrize("hires, outcome", [(0, "CANCELED"), (1, "FILLED")])
    def test_does_it_and_tells(self, cast, at, hires, outcome):
        post = an_open_post(cast, at, hires_wanted=2)
        for _ in range(hires):
            actions.fill_post(post_id=post.pk, at=at)
        actions.close_post(actor=cast.ada.actor, post_id=post.pk, at=at)
        post.refresh_from_db()
        assert (post.state, post.outcome, post.idle_due_at) == (P.CLOSED, outcome, None)
        assert facts("closed").get().data["outcome"] == outcome

    def test_refuses_a_stranger(self, cast, at):
        post = an_open_post(cast, at)
        with pytest.raises(NotFound):
            actions.close_post(actor=cast.edna.actor, post_id=post.pk, at=at)
        assert Post.objects.get().state == P.OPEN

    @pytest.mark.parametrize("state", [P.DRAFT, P.CLOSED])
    def test_refuses_from_every_other_state(self, cast, at, state):
        post = put(a_draft(cast, at), state, at)
        with pytest.raises(IllegalMove):
            actions.close_post(actor=cast.ada.actor, post_id=post.pk, at=at)
        assert not facts("closed").exists()


class TestFill:
    def test_closes_at_the_wished_number(self, cast, at):
        post = an_open_post(cast, at, hires_wanted=2)
        assert actions.fill_post(post_id=post.pk, at=at).state == P.OPEN
        assert actions.fill_post(post_id=post.pk, at=at).state == P.CLOSED
        assert facts("hired").count() == 2

    def test_stays_open_if_wished(self, cast, at):
        post = an_open_post(cast, at, keep_open=True)
        assert actions.fill_post(post_id=post.pk, at=at).state == P.OPEN

    def test_counts_a_hire_after_closing(self, cast, at):
        post = an_open_post(cast, at)
        actions.close_post(actor=cast.ada.actor, post_id=post.pk, at=at)
        assert actions.fill_post(post_id=post.pk, at=at).hires == 1


class TestReopen:
    def closed(self, cast, at):
        post = an_open_post(cast, at)
        return actions.close_post(actor=cast.ada.actor, post_id=post.pk, at=at)

    def test_does_it_and_tells(self, cast, at):
        post = self.closed(cast, at)
        actions.reopen_post(actor=cast.ada.actor, post_id=post.pk, at=at + timedelta(days=30))
        post.refresh_from_db()
        assert (post.state, post.outcome, post.closed_at) == (P.OPEN, "", None)
        assert facts("reopened").count() == 1

    def test_refuses_on_day_31(self, cast, at):
        post = self.closed(cast, at)
        with pytest.raises(TooLate):
            actions.reopen_post(actor=cast.ada.actor, post_id=post.pk, at=at + timedelta(days=31))

    def test_refuses_a_stranger_and_an_open_post(self, cast, at):
        post = an_open_post(cast, at)
        with pytest.raises(IllegalMove):
            actions.reopen_post(actor=cast.ada.actor, post_id=post.pk, at=at)
        with pytest.raises(NotFound):
            actions.reopen_post(actor=cast.edna.actor, post_id=post.pk, at=at)


class TestIdle:
    def test_closes_after_thirty_days_warned_five_before(self, cast, at):
        post = an_open_post(cast, at)
        deadlines.run_due(post.idle_due_at - timedelta(days=5))
        assert facts("expiring").count() == 1
        deadlines.run_due(post.idle_due_at - timedelta(seconds=1))
        assert Post.objects.get().state == P.OPEN
        deadlines.run_due(post.idle_due_at)
        assert Post.objects.get().outcome == "EXPIRED"

    def test_a_new_proposal_wakes_it(self, cast, at):
        post = an_open_post(cast, at)
        actions.note_proposals(post_id=post.pk, live=1, sent=1, at=at + timedelta(days=20))
        deadlines.run_due(post.idle_due_at)
        assert Post.objects.get().state == P.OPEN

    def test_only_the_machine_expires(self, cast, at):
        post = an_open_post(cast, at)
        with pytest.raises(NotAllowed):
            actions.expire_post(actor=cast.ada.actor, post_id=post.pk, at=post.idle_due_at)


@pytest.mark.parametrize("name", sorted(POST.moves))
@pytest.mark.parametrize("state", P.values)
def test_the_table_is_kept(db, name, state):
    post = Post(state=state)
    assert POST.allows(post, name) is (state in POST.moves[name].sources)


class TestLeaving:
    def test_closes_posts_and_deletes_drafts(self, cast, at):
        from freehold.kit.privacy import BLOCKERS, Subject

        an_open_post(cast, at)
        a_draft(cast, at)
        subject = Subject(account_id=cast.ada.account.pk, party_ids=(cast.ada.party_id,))
        blocker = BLOCKERS["open_posts"]
        assert [o.kind for o in blocker.find(subject, at)] == ["auto", "auto"]
        blocker.settle(subject, None, at)
        assert list(blocker.find(subject, at)) == []
        assert [p.state for p in Post.objects.all()] == [P.CLOSED]
