"""Finding work: words, filters, order, counts, ways out."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from freehold.kit.actors import Actor
from freehold.market.jobs import actions as jobs
from freehold.market.search import queries
from freehold.market.search.forms import wish_of
from freehold.market.search.models import JobRow
from freehold.market.taxonomy import queries as taxonomy
from tests.market.jobs.factories import a_brief, an_open_post
from tests.market.proposals.factories import a_profile, a_proposal

VISITOR = Actor.visitor()


def find(at, address="", viewer=VISITOR):
    wish, _complaints = wish_of(QueryDict(address))
    return queries.search(wish, viewer, at)


def titles(at, address="", viewer=VISITOR):
    return [hit.title for hit in find(at, address, viewer).hits]


@pytest.fixture
def some(cast, at):
    """Four posts of two companies in two categories, an hour apart."""
    places = [s for c in taxonomy.tree() for s in c.subcategories]
    other = next(p for p in places if p.category_id != places[0].category_id)
    made = [
        ("Signs and labels for a maritime museum", "Sixty labels, wayfinding and a floor map for our harbor rooms.", {"budget": 320_000, "level": "EXPERT"}, cast.ada),
        ("Booking software for rural clinics", "Patients book on old phones; the nurses need a calm list of the day.", {"budget": 540_000, "level": "INTERMEDIATE", "place": other}, cast.ada),
        ("Weekly help with our accounts", "Hourly help to keep the books of a bicycle cooperative in order, two mornings a week.", {"kind": "HOURLY", "rate_min": 2000, "rate_max": 4000, "load": "PART", "duration": "WEEKS", "level": "ENTRY"}, cast.edna),
        ("A logo, budget not yet known", "Our museum shop wants a logo that works small; we do not know yet what that costs.", {"budget": None, "place": other}, cast.edna),
    ]  # fmt: skip
    return [
        an_open_post(cast, at + timedelta(hours=n), by=who, title=title, description=text, **more)
        for n, (title, text, more, who) in enumerate(made)
    ]


class TestWords:
    def test_stems_and_finds_in_title_and_text(self, some, at):
        assert set(titles(at, "q=museums")) == {"Signs and labels for a maritime museum", "A logo, budget not yet known"}

    def test_title_weighs_more_than_text(self, some, at):
        assert titles(at, "q=museum&sort=best")[0] == "Signs and labels for a maritime museum"

    @pytest.mark.parametrize(
        "words, count",
        [("museum OR clinics", 3), ("museum -logo", 1), ('"floor map"', 1), ('"map floor"', 0), ("nothing here", 0)],
    )
    def test_operators(self, some, at, words, count):
        assert find(at, f"q={words.replace(' ', '+')}").total == count

    @pytest.mark.parametrize("words", ["the", "' OR 1=1 --", "%(words)s", "((((", "&|!:*", "\x00", "x" * 5000, "💡", "IT"])
    def test_odd_words_never_break(self, some, at, words):
        data = QueryDict(mutable=True)
        data["q"] = words
        wish, _ = wish_of(data)
        assert queries.search(wish, VISITOR, at).total >= 0

    def test_an_exact_skill_comes_first(self, cast, at):
        from freehold.market.taxonomy.models import Skill

        plain = Skill.objects.filter(label__in=["C", "C++"]).count()
        if plain < 2:
            pytest.skip("the vocabulary has no C beside C++")
        an_open_post(cast, at, must=("C",), title="Firmware for a small sensor", description="firmware " * 10)
        an_open_post(
            cast, at + timedelta(hours=1), must=("C++",), title="A plug-in for a music editor", description="plug-in " * 10
        )
        assert titles(at + timedelta(hours=2), "q=C&sort=best")[0] == "Firmware for a small sensor"
        assert titles(at + timedelta(hours=2), "q=C%2B%2B&sort=best")[0] == "A plug-in for a music editor"


class TestFilters:
    def test_kind(self, some, at):
        assert titles(at, "kind=HOURLY") == ["Weekly help with our accounts"]
        assert find(at, "kind=HOURLY&kind=FIXED").total == 4

    def test_level(self, some, at):
        assert find(at, "level=EXPERT&level=ENTRY").total == 2

    def test_category_and_subcategory(self, some, at):
        row = JobRow.objects.get(post_id=some[1].pk)
        place = taxonomy.subcategory(row.subcategory_id)
        assert find(at, f"category={place.category_slug}").total == 2
        found = find(at, f"category={place.category_slug}&sub={place.slug}")
        assert found.total == 2 and any(f.on for f in found.subcategories)

    def test_another_category_wins_over_an_old_subcategory(self, some, at):
        rows = [taxonomy.subcategory(r.subcategory_id) for r in JobRow.objects.order_by("published_at")]
        wish, _ = wish_of(QueryDict(f"category={rows[0].category_slug}&sub={rows[1].slug}"))
        assert wish.subcategory is None and wish.category.slug == rows[0].category_slug

    def test_budget_counts_hourly_jobs_by_hours_and_leaves_out_unknown_ones(self, some, at):
        # 30.00 × 15 hours × 8 weeks = 3,600.00
        assert set(titles(at, "min=3,500")) == {"Booking software for rural clinics", "Weekly help with our accounts"}
        assert titles(at, "max=3,300") == ["Signs and labels for a maritime museum"]

    def test_an_amount_that_is_none_is_said_and_left_out(self, some, at):
        wish, complaints = wish_of(QueryDict("min=lots"))
        assert wish.least is None and len(complaints) == 1

    def test_a_range_upside_down_is_turned(self, db):
        wish, _ = wish_of(QueryDict("min=500&max=100"))
        assert (wish.least.amount, wish.most.amount) == (10_000, 50_000)

    def test_posted(self, some, at):
        assert find(at + timedelta(hours=25, minutes=30), "posted=1").total == 2

    def test_unknown_choices_are_ignored(self, some, at):
        assert find(at, "kind=BARTER&level=GOD&posted=9999&sort=random&page=-3&category=none").total == 4

    def test_counts_leave_out_their_own_filter(self, some, at):
        found = find(at, "kind=HOURLY")
        assert {f.value: f.count for f in found.kinds} == {"FIXED": 3, "HOURLY": 1}
        assert {f.value: f.count for f in found.levels} == {"ENTRY": 1, "INTERMEDIATE": 0, "EXPERT": 0}
        assert sum(f.count for f in found.categories) == 1

    def test_the_address_says_exactly_what_is_chosen(self, some, at):
        text = "q=museum&kind=FIXED&level=EXPERT&min=100.00&max=5000.00&posted=30&sort=newest&page=2"
        wish, _ = wish_of(QueryDict(text))
        assert dict(parse_qsl(wish.address(page=2).split("?")[1])) == dict(parse_qsl(text))

    def test_chips_take_one_filter_away(self, some, at):
        found = find(at, "kind=HOURLY&level=ENTRY&q=books")
        assert [c.label for c in found.chips] == ["“books”", "Hourly", "Entry"]
        assert "kind" not in found.chips[1].href and "level=ENTRY" in found.chips[1].href


class TestNothingFound:
    def test_names_the_filter_whose_removal_helps_most(self, some, at):
        found = find(at, "q=museum&kind=HOURLY")
        assert found.total == 0
        assert [(w.label, w.gain) for w in found.ways_out] == [("Hourly", 2), ("“museum”", 1)]

    def test_offers_nothing_when_nothing_helps(self, some, at):
        assert find(at, "q=zeppelin&kind=HOURLY&level=EXPERT").ways_out == ()


class TestOrder:
    def test_newest_first_for_visitors(self, some, at):
        assert titles(at) == [p.title for p in reversed(some)]

    def test_by_budget_with_unknown_ones_last(self, some, at):
        assert titles(at, "sort=budget")[0] == "Booking software for rural clinics"
        assert titles(at, "sort=budget")[-1] == "A logo, budget not yet known"

    def test_ones_own_skills_come_first_with_the_reason(self, some, cast, at):
        from freehold.market.profiles.models import ProfileSkill

        profile = a_profile(cast.basil, at)
        ProfileSkill.objects.create(profile=profile, skill=some[0].skills.get().skill)
        jobs.edit_post(
            actor=cast.ada.actor, post_id=some[1].pk, version=1,
            brief=a_brief(title=some[1].title, description=some[1].description, must=_other_skill(some), budget=540_000),
            at=at + timedelta(hours=5),
        )  # fmt: skip
        found = find(at + timedelta(hours=6), "", cast.basil.actor)
        assert found.sort == "best" and found.hits[0].matches
        assert "1 of 1 skill is yours" in found.hits[0].why
        assert found.hits[-1].title == some[1].title

    def test_pages_do_not_overlap(self, cast, at):
        from freehold.kit.settings import overridden

        with overridden(**{"job.open_max": 100}):
            for n in range(23):
                an_open_post(
                    cast, at + timedelta(minutes=n), title=f"Number {n} of many jobs", description=f"word{n} " * 20
                )
        first, second = titles(at, "sort=newest"), titles(at, "sort=newest&page=2")
        assert len(first) == 20 and len(second) == 3 and not set(first) & set(second)
        best = titles(at, "sort=best") + titles(at, "sort=best&page=2")
        assert len(set(best)) == 23


def _other_skill(some):
    from freehold.market.taxonomy.models import Skill

    return (Skill.objects.exclude(pk=some[0].skills.get().skill_id).order_by("-label").first().label,)


class TestRows:
    def test_a_row_is_there_in_the_posts_own_transaction(self, cast, at):
        post = an_open_post(cast, at)
        row = JobRow.objects.get()
        assert (row.post_id, row.title, row.cost, row.amount) == (post.pk, post.title, 8, 120_000)

    def test_an_edit_is_found_at_once(self, cast, at):
        post = an_open_post(cast, at)
        jobs.edit_post(
            actor=cast.ada.actor, post_id=post.pk, version=1, brief=a_brief(title="Zeppelin hangar signs, all new"), at=at
        )
        assert titles(at, "q=zeppelin") == ["Zeppelin hangar signs, all new"] and JobRow.objects.count() == 1

    def test_closing_takes_it_away_and_reopening_brings_it_back(self, cast, at):
        post = an_open_post(cast, at)
        jobs.close_post(actor=cast.ada.actor, post_id=post.pk, at=at)
        assert not JobRow.objects.exists()
        jobs.reopen_post(actor=cast.ada.actor, post_id=post.pk, at=at)
        assert JobRow.objects.get().cost == 8

    def test_proposals_and_hires_are_counted(self, cast, at):
        post = an_open_post(cast, at, hires_wanted=3)
        a_proposal(cast, at, post_id=post.pk)
        jobs.fill_post(post_id=post.pk, at=at)
        row = JobRow.objects.get()
        assert (row.proposals, row.client_hires, row.client_posts) == (1, 1, 1)

    def test_members_only_posts_are_not_for_visitors(self, cast, at):
        an_open_post(cast, at, visibility="MEMBERS")
        assert find(at).total == 0 and find(at, "", cast.basil.actor).total == 1


class TestPage:
    def test_shows_results_facets_and_chips(self, some, client_for):
        html = client_for().get("/jobs?q=museum&kind=FIXED").content.decode()
        assert "2 jobs" in html and "Fixed price" in html and "Clear all" in html and "$3,200.00" in html

    def test_says_which_filter_to_drop(self, some, client_for):
        html = client_for().get("/jobs?q=museum&kind=HOURLY").content.decode()
        assert "Without Hourly: 2 jobs" in html

    def test_says_when_there_is_nothing_yet(self, cast, client_for):
        assert "No open jobs yet" in client_for().get("/jobs").content.decode()

    def test_a_part_of_the_page_for_htmx(self, some, client_for):
        answer = client_for().get("/jobs?kind=HOURLY", headers={"HX-Request": "true"})
        html = answer.content.decode()
        assert html.lstrip().startswith("<section") and "hx-swap-oob" in html and "<html" not in html
        assert "HX-Request" in answer.headers["Vary"]

    def test_the_sent_proposal_shows_on_its_card(self, some, cast, at, client_for):
        a_proposal(cast, at, post_id=some[0].pk)
        assert "Sent" in client_for(cast.basil.account).get("/jobs").content.decode()

    @pytest.mark.parametrize("who", ["visitor", "basil"])
    def test_costs_a_fixed_number_of_queries(self, some, cast, at, client_for, who):
        client = client_for(getattr(cast, who).account if who != "visitor" else None)
        if who != "visitor":
            a_profile(cast.basil, at)
        client.get("/jobs")
        with CaptureQueriesContext(connection) as seen:
            client.get("/jobs?q=museum&kind=FIXED")
        assert len(seen) <= (5 if who == "visitor" else 11), "\n".join(q["sql"][:120] for q in seen)
