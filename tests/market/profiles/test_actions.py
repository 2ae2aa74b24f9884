"""Making, showing and hiding a profile."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest

from freehold.kit import deadlines
from freehold.kit.actors import Actor
from freehold.kit.models import Fact
from freehold.kit.money import Money
from freehold.kit.refusals import IllegalMove, Invalid, NotAllowed, NotFound
from freehold.kit.settings import overridden
from freehold.market.profiles import actions, queries
from freehold.market.profiles.actions import NotReady
from freehold.market.profiles.models import Profile
from freehold.market.profiles.states import PROFILE, S
from freehold.market.taxonomy import queries as taxonomy
from freehold.people.teams import actions as teams
from freehold.talk.files import actions as files
from freehold.talk.files.models import StoredFile
from tests.market.profiles.factories import OVERVIEW, a_draft, a_profile
from tests.talk.files.factories import picture


def facts(name: str) -> int:
    return Fact.objects.filter(name=name).count()


class TestOpen:
    def test_begins_a_draft(self, cast, at):
        profile = actions.open_profile(actor=cast.basil.actor, at=at)
        assert (profile.state, profile.handle, profile.party_id) == ("DRAFT", "basilt", cast.basil.party_id)
        assert facts("market.profile.opened") == 1

    def test_twice_is_once(self, cast, at):
        assert len({actions.open_profile(actor=cast.basil.actor, at=at).pk for _ in range(2)}) == 1

    def test_refuses_visitors_and_the_limited(self, cast, at):
        with pytest.raises(NotAllowed):
            actions.open_profile(actor=Actor.visitor(), at=at)
        cast.basil.account.state = "LIMITED"
        cast.basil.account.save()
        with pytest.raises(NotAllowed):
            actions.open_profile(actor=cast.basil.actor, at=at)

    def test_needs_a_freelancer_side(self, cast, at):
        with pytest.raises(NotFound):
            actions.open_profile(actor=cast.dora.actor, at=at)

    def test_handles_never_clash(self, cast, at):
        actions.open_profile(actor=cast.basil.actor, at=at)
        assert actions.free_handle("Basil T") != "basilt"
        assert 4 <= len(actions.free_handle("李")) <= 20
        assert actions.free_handle("Žofie Přemyslovská") == "zofiepremyslovsk"


class TestEdit:
    def test_says_what_somebody_does(self, cast, at):
        profile = a_draft(cast.basil, at)
        assert (profile.title, profile.level, profile.overview) == ("Django engineer", "EXPERT", OVERVIEW)

    def test_refuses_a_stranger(self, cast, at):
        profile = a_draft(cast.basil, at)
        with pytest.raises(NotFound):
            actions.edit_profile(actor=cast.chiara.actor, profile_id=profile.pk, title="Mine", overview="", at=at)
        profile.refresh_from_db()
        assert profile.title == "Django engineer"

    @pytest.mark.parametrize("state", ["SUSPENDED", "CLOSED"])
    def test_refuses_those_who_may_not(self, cast, at, state):
        profile = a_draft(cast.basil, at)
        cast.basil.account.state = state
        cast.basil.account.save()
        with pytest.raises(NotAllowed):
            actions.edit_profile(actor=cast.basil.actor, profile_id=profile.pk, title="More", overview="", at=at)

    @pytest.mark.parametrize(
        ("title", "overview", "field"),
        [
            ("abc", OVERVIEW, "title"),
            ("x" * 71, OVERVIEW, "title"),
            ("Django engineer", "Too short", "overview"),
            ("Django engineer", "x" * 5001, "overview"),
            ("Write basil@example.com", OVERVIEW, "title"),
            ("Django engineer", OVERVIEW + " Call +49 170 1234567.", "overview"),
            ("Django engineer", OVERVIEW + " basil (at) example.com", "overview"),
        ],
    )
    def test_checks_the_texts(self, cast, at, title, overview, field):
        profile = actions.open_profile(actor=cast.basil.actor, at=at)
        with pytest.raises(Invalid) as refusal:
            actions.edit_profile(actor=cast.basil.actor, profile_id=profile.pk, title=title, overview=overview, at=at)
        assert list(refusal.value.fields) == [field]

    def test_a_published_one_stays_whole(self, cast, at):
        profile = a_profile(cast.basil, at)
        with pytest.raises(Invalid):
            actions.edit_profile(actor=cast.basil.actor, profile_id=profile.pk, title="", overview=OVERVIEW, at=at)

    def test_tells(self, cast, at):
        a_draft(cast.basil, at)
        assert facts("market.profile.changed") == 4


class TestSkills:
    def choose(self, cast, at, names, subs=("back-end-api-development",)):
        profile = actions.open_profile(actor=cast.basil.actor, at=at)
        ids = [taxonomy.by_slug(s).subcategory_id for s in subs]
        actions.choose_skills(
            actor=cast.basil.actor, profile_id=profile.pk, subcategory_ids=ids, skill_names=names, at=at
        )
        return queries.own(cast.basil.actor).public

    def test_keeps_their_order_and_knows_synonyms(self, cast, at):
        found = self.choose(cast, at, ["postgres", "Django", "PostgreSQL"])
        assert found.card.skills == ("PostgreSQL", "Django")

    @pytest.mark.parametrize("names", [[], ["no such skill"], ["Django", "no such skill"]])
    def test_refuses_none_and_unknown_ones(self, cast, at, names):
        with pytest.raises(Invalid):
            self.choose(cast, at, names)

    def test_refuses_too_many(self, cast, at):
        with overridden(**{"profile.skills_max": 1}), pytest.raises(Invalid):
            self.choose(cast, at, ["Django", "PostgreSQL"])
        with overridden(**{"profile.categories_max": 1}), pytest.raises(Invalid):
            self.choose(cast, at, ["Django"], ("bookkeeping", "mobile-apps"))

    def test_refuses_a_stranger(self, cast, at):
        profile = a_draft(cast.basil, at)
        with pytest.raises(NotFound):
            actions.choose_skills(actor=cast.chiara.actor, profile_id=profile.pk, subcategory_ids=[],
                                  skill_names=[], at=at)


class TestRate:
    @pytest.mark.parametrize("amount", [300, 99_900])
    def test_takes_the_limits(self, cast, at, amount):
        profile = a_draft(cast.basil, at, rate=Money(amount, "EUR"))
        assert profile.hourly_rate == Money(amount, "EUR")

    @pytest.mark.parametrize("rate", [Money(299, "USD"), Money(99_901, "USD"), Money(4800, "CHF")])
    def test_refuses_beyond(self, cast, at, rate):
        with pytest.raises(Invalid):
            a_draft(cast.basil, at, rate=rate)


class TestLanguages:
    @pytest.mark.parametrize("languages", [[], [("xx", "FLUENT")], [("en", "SOSO")], [("en", "BASIC")] * 2])
    def test_checks(self, cast, at, languages):
        with pytest.raises(Invalid):
            a_draft(cast.basil, at, languages=languages)


class TestAvailability:
    def test_away_ends_on_its_day_in_the_owners_zone(self, cast, at):
        cast.basil.account.time_zone = "Asia/Tokyo"
        cast.basil.account.save()
        profile = a_draft(cast.basil, at)
        actions.set_availability(
            actor=cast.basil.actor, profile_id=profile.pk, availability="AWAY", away_until=date(2026, 2, 1), at=at
        )
        profile.refresh_from_db()
        assert profile.away_due_at.isoformat() == "2026-01-31T15:00:00+00:00"
        assert deadlines.run_due(profile.away_due_at - timedelta(seconds=1)) == 0
        assert deadlines.run_due(profile.away_due_at) == 1
        profile.refresh_from_db()
        assert profile.availability == "AS_NEEDED"

    @pytest.mark.parametrize(("word", "until"), [("AWAY", None), ("AWAY", date(2026, 1, 5)), ("SOMETIMES", None)])
    def test_checks(self, cast, at, word, until):
        profile = a_draft(cast.basil, at)
        with pytest.raises(Invalid):
            actions.set_availability(
                actor=cast.basil.actor, profile_id=profile.pk, availability=word, away_until=until, at=at
            )

    def test_only_the_clock_ends_it(self, cast, at):
        profile = a_draft(cast.basil, at)
        with pytest.raises(NotAllowed):
            actions.come_back(actor=cast.basil.actor, profile_id=profile.pk, at=at)
        with pytest.raises(IllegalMove):
            actions.come_back(actor=cast.system, profile_id=profile.pk, at=at)


class TestHandle:
    def test_the_old_one_leads_on_for_ninety_days(self, cast, at):
        profile = a_draft(cast.basil, at)
        actions.change_handle(actor=cast.basil.actor, profile_id=profile.pk, handle="BasilBuilds", at=at)
        assert queries.moved_to("basilt", at) == "basilbuilds"
        later = at + timedelta(days=91)
        assert deadlines.run_due(later) == 1
        assert queries.moved_to("basilt", later) == ""

    def test_nobody_takes_a_given_up_one_meanwhile(self, cast, at):
        basil, chiara = a_draft(cast.basil, at), a_draft(cast.chiara, at)
        actions.change_handle(actor=cast.basil.actor, profile_id=basil.pk, handle="basilbuilds", at=at)
        for taken in ("basilt", "basilbuilds", "a b", "abc", "x" * 21, "büro1"):
            with pytest.raises(Invalid):
                actions.change_handle(actor=cast.chiara.actor, profile_id=chiara.pk, handle=taken, at=at)
        actions.change_handle(actor=cast.basil.actor, profile_id=basil.pk, handle="basilt", at=at)


class TestPublish:
    def test_shows_it_and_tells(self, cast, at):
        profile = a_profile(cast.basil, at)
        assert (profile.state, profile.published_at) == ("PUBLISHED", at)
        fact = Fact.objects.get(name="market.profile.published")
        assert fact.data["party_id"] == str(cast.basil.party_id)

    def test_refuses_a_stranger(self, cast, at):
        profile = a_draft(cast.basil, at)
        with pytest.raises(NotFound):
            actions.publish_profile(actor=cast.chiara.actor, profile_id=profile.pk, at=at)
        assert facts("market.profile.published") == 0

    def test_says_what_is_missing(self, cast, at):
        profile = actions.open_profile(actor=cast.basil.actor, at=at)
        with pytest.raises(NotReady) as refusal:
            actions.publish_profile(actor=cast.basil.actor, profile_id=profile.pk, at=at)
        for words in ("title", "skills", "overview", "rate", "languages"):
            assert words in str(refusal.value)
        profile.refresh_from_db()
        assert profile.state == "DRAFT"

    @pytest.mark.parametrize("leaving", [True, False])
    def test_refuses_those_who_may_not_begin(self, cast, at, leaving):
        profile = a_draft(cast.basil, at)
        cast.basil.account.leaving = leaving
        cast.basil.account.state = "ACTIVE" if leaving else "LIMITED"
        cast.basil.account.save()
        with pytest.raises(NotAllowed):
            actions.publish_profile(actor=cast.basil.actor, profile_id=profile.pk, at=at)

    def test_twice_is_once(self, cast, at):
        profile = a_profile(cast.basil, at)
        with pytest.raises(IllegalMove):
            actions.publish_profile(actor=cast.basil.actor, profile_id=profile.pk, at=at)
        assert facts("market.profile.published") == 1


MOVES = {
    "publish": actions.publish_profile,
    "hide": actions.hide_profile,
    "show": actions.show_profile,
    "take_down": actions.take_down_profile,
}


class TestLifecycle:
    @pytest.mark.parametrize("state", S.values)
    @pytest.mark.parametrize("name", MOVES)
    def test_every_move_from_every_state(self, cast, at, state, name):
        profile = a_draft(cast.basil, at)
        Profile.objects.filter(pk=profile.pk).update(state=state)
        profile.refresh_from_db()
        actor = cast.dora.actor if name == "take_down" else cast.basil.actor
        if PROFILE.allows(profile, name):
            assert MOVES[name](actor=actor, profile_id=profile.pk, at=at).state == PROFILE.moves[name].to
        else:
            with pytest.raises(IllegalMove):
                MOVES[name](actor=actor, profile_id=profile.pk, at=at)

    @pytest.mark.parametrize("name", MOVES)
    def test_no_move_is_a_strangers(self, cast, at, name):
        profile = a_profile(cast.basil, at)
        with pytest.raises((NotFound, NotAllowed)):
            MOVES[name](actor=cast.chiara.actor, profile_id=profile.pk, at=at)
        profile.refresh_from_db()
        assert profile.state == "PUBLISHED"

    def test_hiding_tells(self, cast, at):
        profile = a_profile(cast.basil, at)
        actions.hide_profile(actor=cast.basil.actor, profile_id=profile.pk, at=at)
        actions.show_profile(actor=cast.basil.actor, profile_id=profile.pk, at=at)
        assert facts("market.profile.hidden") == facts("market.profile.shown") == 1


class TestHistory:
    def test_jobs_and_schools(self, cast, at):
        profile, actor = a_draft(cast.basil, at), cast.basil.actor
        job = actions.add_employment(actor=actor, profile_id=profile.pk, organization="Kestrel", title="Engineer",
                                     began_on=date(2020, 1, 1), at=at)
        actions.edit_employment(actor=actor, profile_id=profile.pk, employment_id=job.pk, organization="Kestrel Ltd",
                                title="Engineer", began_on=date(2020, 1, 1), ended_on=date(2021, 1, 1), at=at)
        school = actions.add_education(actor=actor, profile_id=profile.pk, school="TU Berlin", at=at)
        actions.edit_education(actor=actor, profile_id=profile.pk, education_id=school.pk, school="TU Berlin",
                               degree="BSc", at=at)
        found = queries.own(actor).public
        assert [(s.what, s.where) for s in (*found.employment, *found.education)] == [
            ("Engineer", "Kestrel Ltd"), ("BSc", "TU Berlin"),
        ]  # fmt: skip
        for _ in range(2):
            actions.remove_employment(actor=actor, profile_id=profile.pk, employment_id=job.pk, at=at)
            actions.remove_education(actor=actor, profile_id=profile.pk, education_id=school.pk, at=at)
        assert not queries.own(actor).public.employment

    @pytest.mark.parametrize("began", [None, date(2022, 1, 1)])
    def test_time_runs_forward(self, cast, at, began):
        profile = a_draft(cast.basil, at)
        with pytest.raises(Invalid):
            actions.add_employment(actor=cast.basil.actor, profile_id=profile.pk, organization="K", title="E",
                                   began_on=began, ended_on=date(2021, 1, 1), at=at)

    def test_refuses_a_stranger(self, cast, at):
        basil, chiara = a_draft(cast.basil, at), a_draft(cast.chiara, at)
        job = actions.add_employment(actor=cast.basil.actor, profile_id=basil.pk, organization="K", title="E", at=at)
        for profile in (basil, chiara):
            with pytest.raises(NotFound):
                actions.edit_employment(actor=cast.chiara.actor, profile_id=profile.pk, employment_id=job.pk,
                                        organization="X", title="X", at=at)


class TestPortfolio:
    def upload(self, cast, at):
        return files.store(actor=cast.basil.actor, upload=picture(), purpose="portfolio", at=at).pk

    def add(self, cast, at, **more):
        profile = a_draft(cast.basil, at)
        item = actions.add_portfolio_item(actor=cast.basil.actor, profile_id=profile.pk, title="Night Sky guide",
                                          at=at, **more)
        return profile, item

    def test_shows_pictures(self, cast, at):
        _profile, item = self.add(cast, at, file_ids=[self.upload(cast, at)])
        (piece,) = queries.own(cast.basil.actor).public.portfolio
        assert piece.title == "Night Sky guide"
        assert piece.cover.thumb == f"/files/{piece.cover.file_id}/thumb"
        assert queries.piece(cast.basil.actor, item.pk) == piece

    def test_can_be_changed(self, cast, at):
        profile, item = self.add(cast, at)
        actions.edit_portfolio_item(actor=cast.basil.actor, profile_id=profile.pk, item_id=item.pk, title="Ferry signs",
                                    file_ids=[self.upload(cast, at)], at=at)
        piece = queries.piece(cast.basil.actor, item.pk)
        assert (piece.title, len(piece.files)) == ("Ferry signs", 1)

    def test_captions(self, cast, at):
        pk = self.upload(cast, at)
        profile, item = self.add(cast, at, file_ids=[pk])
        actions.caption_portfolio_file(actor=cast.basil.actor, profile_id=profile.pk, item_id=item.pk, file_id=pk,
                                       caption="Stars over hills", at=at)
        assert queries.piece(cast.basil.actor, item.pk).files[0].caption == "Stars over hills"
        with pytest.raises(NotFound):
            actions.caption_portfolio_file(actor=cast.basil.actor, profile_id=profile.pk, item_id=item.pk,
                                           file_id=uuid.uuid4(), caption="x", at=at)

    def test_files_can_go_and_the_piece_too(self, cast, at, run_jobs):
        one, two = self.upload(cast, at), self.upload(cast, at)
        profile, item = self.add(cast, at, file_ids=[one, two])
        for _ in range(2):
            actions.drop_portfolio_file(actor=cast.basil.actor, profile_id=profile.pk, item_id=item.pk, file_id=one,
                                        at=at)
        assert len(queries.piece(cast.basil.actor, item.pk).files) == 1
        for _ in range(2):
            actions.remove_portfolio_item(actor=cast.basil.actor, profile_id=profile.pk, item_id=item.pk, at=at)
        assert not StoredFile.objects.exists()

    def test_can_be_put_in_order(self, cast, at):
        profile, _one = self.add(cast, at)
        two = actions.add_portfolio_item(actor=cast.basil.actor, profile_id=profile.pk, title="Second", at=at)
        actions.move_portfolio_item(actor=cast.basil.actor, profile_id=profile.pk, item_id=two.pk, at=at)
        actions.move_portfolio_item(actor=cast.basil.actor, profile_id=profile.pk, item_id=two.pk, at=at)
        assert [p.title for p in queries.own(cast.basil.actor).public.portfolio] == ["Second", "Night Sky guide"]

    def test_refuses_a_stranger_and_strange_files(self, cast, at):
        profile, item = self.add(cast, at)
        with pytest.raises(NotFound):
            actions.remove_portfolio_item(actor=cast.chiara.actor, profile_id=profile.pk, item_id=item.pk, at=at)
        strange = files.store(actor=cast.chiara.actor, upload=picture(), purpose="portfolio", at=at)
        with pytest.raises(NotFound):
            actions.edit_portfolio_item(actor=cast.basil.actor, profile_id=profile.pk, item_id=item.pk, title="Mine",
                                        file_ids=[strange.pk], at=at)

    def test_has_limits(self, cast, at, monkeypatch):
        from freehold.market.profiles.actions import portfolio

        monkeypatch.setattr(portfolio, "ITEMS_MAX", 1)
        monkeypatch.setattr(portfolio, "FILES_MAX", 1)
        profile, item = self.add(cast, at)
        with pytest.raises(Invalid):
            actions.add_portfolio_item(actor=cast.basil.actor, profile_id=profile.pk, title="More", at=at)
        with pytest.raises(Invalid):
            actions.edit_portfolio_item(actor=cast.basil.actor, profile_id=profile.pk, item_id=item.pk, title="More",
                                        file_ids=[self.upload(cast, at), self.upload(cast, at)], at=at)


class TestVisibility:
    def set(self, cast, at, profile, word):
        actions.set_visibility(actor=cast.basil.actor, profile_id=profile.pk, visibility=word, show_earnings=True, at=at)

    def sees(self, actor):
        try:
            return queries.public("basilt", actor).card.handle == "basilt"
        except NotFound:
            return False

    def test_public_members_private(self, cast, at):
        profile = a_profile(cast.basil, at)
        visitor = Actor.visitor()
        assert self.sees(visitor)
        self.set(cast, at, profile, "MEMBERS")
        assert (self.sees(visitor), self.sees(cast.ada.actor)) == (False, True)
        self.set(cast, at, profile, "PRIVATE")
        assert not self.sees(cast.ada.actor)
        assert self.sees(cast.basil.actor)
        assert self.sees(cast.dora.actor)
        teams.acquaint(one_id=cast.ada.party_id, other_id=cast.basil.party_id)
        assert (self.sees(cast.ada.actor), self.sees(cast.edna.actor)) == (True, False)

    def test_drafts_are_nobodys_business(self, cast, at):
        a_draft(cast.basil, at)
        teams.acquaint(one_id=cast.ada.party_id, other_id=cast.basil.party_id)
        assert not self.sees(cast.ada.actor)

    def test_those_who_leave_are_gone_for_strangers_and_partners(self, cast, at):
        a_profile(cast.basil, at)
        teams.acquaint(one_id=cast.ada.party_id, other_id=cast.basil.party_id)
        actions.mark_leaving(account_id=cast.basil.account.pk, at=at)
        assert not self.sees(cast.ada.actor)
        assert not self.sees(Actor.visitor())
        assert queries.directory(cast.ada.actor).total == 0

    def test_coming_back_is_hidden_first(self, cast, at):
        profile = a_profile(cast.basil, at)
        actions.mark_leaving(account_id=cast.basil.account.pk, at=at)
        actions.mark_back(account_id=cast.basil.account.pk, at=at)
        profile.refresh_from_db()
        assert (profile.state, profile.closing) == ("PRIVATE", False)
        assert not self.sees(Actor.visitor())

    def test_names_are_short_for_strangers(self, cast, at):
        a_profile(cast.basil, at)
        assert queries.public("basilt", cast.ada.actor).card.name == "Basil T."
        teams.acquaint(one_id=cast.ada.party_id, other_id=cast.basil.party_id)
        assert queries.public("BASILT", cast.ada.actor).card.name == "Basil Thorne"

    def test_pictures_follow_the_profile(self, cast, at):
        from freehold.talk.files import queries as stored

        pk = files.store(actor=cast.basil.actor, upload=picture(), purpose="portfolio", at=at).pk
        profile = a_profile(cast.basil, at)
        actions.add_portfolio_item(actor=cast.basil.actor, profile_id=profile.pk, title="Piece", file_ids=[pk], at=at)
        assert stored.readable_by(Actor.visitor(), pk)
        self.set(cast, at, profile, "MEMBERS")
        with pytest.raises(NotFound):
            stored.readable_by(Actor.visitor(), pk)


class TestCompleteness:
    def points(self, cast):
        return queries.completeness(queries.own(cast.basil.actor).public).points

    def test_counts_the_published_points(self, cast, at):
        actions.open_profile(actor=cast.basil.actor, at=at)
        assert self.points(cast) == 0
        profile, actor = a_draft(cast.basil, at), cast.basil.actor
        assert self.points(cast) == 30
        for n in range(3):
            actions.add_employment(actor=actor, profile_id=profile.pk, organization="K", title=f"E{n}", at=at)
        assert self.points(cast) == 60
        for n in range(5):
            actions.add_portfolio_item(actor=actor, profile_id=profile.pk, title=f"Piece {n}", at=at)
        assert self.points(cast) == 80
        for n in range(2):
            actions.add_education(actor=actor, profile_id=profile.pk, school=f"School {n}", at=at)
        assert self.points(cast) == 90  # the photo is missing, so 100 is out of reach
        photo = files.store(actor=actor, upload=picture(), purpose="photo", at=at)
        files.change_photo(actor=actor, file_id=photo.pk, at=at)
        assert self.points(cast) == 100
        assert queries.completeness(queries.own(actor).public).next_step is None

    def test_names_one_next_step(self, cast, at):
        actions.open_profile(actor=cast.basil.actor, at=at)
        step = queries.completeness(queries.own(cast.basil.actor).public).next_step
        assert (step.section, step.points) == ("basics", 10)


class TestDirectory:
    def test_finds_by_words_and_category(self, cast, at):
        a_profile(cast.basil, at)
        a_profile(cast.chiara, at, subcategory="bookkeeping", skills=["Xero"], about={"title": "Careful bookkeeper"})
        ada = cast.ada.actor
        assert queries.directory(ada).total == 2
        assert [c.title for c in queries.directory(ada, words="xero").cards] == ["Careful bookkeeper"]
        assert queries.directory(ada, category="accounting-consulting").total == 1
        assert queries.directory(ada, category="back-end-api-development").total == 1
        assert queries.directory(ada, words="%").total == 0

    def test_shows_no_drafts_and_no_suspended(self, cast, at):
        a_draft(cast.basil, at)
        a_profile(cast.chiara, at)
        cast.chiara.account.state = "SUSPENDED"
        cast.chiara.account.save()
        assert queries.directory(cast.ada.actor).total == 0
