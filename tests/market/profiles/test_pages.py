"""The pages of profiles."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from freehold.market.profiles import actions, queries
from freehold.market.profiles.models import PortfolioItem, Profile
from freehold.market.taxonomy import queries as taxonomy
from freehold.talk.files import actions as files
from freehold.talk.notifications import queries as notices
from tests.market.profiles.factories import OVERVIEW, a_draft, a_profile
from tests.talk.files.factories import phone_photo, picture, text, upload

SECTIONS = ("basics", "skills", "rate", "languages", "availability", "visibility", "jobs/new", "schools/new",
            "portfolio/new")  # fmt: skip


class TestHub:
    def test_offers_to_begin(self, cast, client_for):
        client = client_for(cast.basil.account)
        assert "Begin my profile" in client.get("/profile").content.decode()
        assert client.post("/profile")["Location"] == "/profile/basics"
        assert Profile.objects.filter(account=cast.basil.account).exists()

    def test_sends_those_who_hire_to_their_sides(self, cast, client_for):
        assert "Add a freelancer side" in client_for(cast.ada.account).get("/profile").content.decode()

    def test_names_the_next_step(self, cast, at, client_for):
        actions.open_profile(actor=cast.basil.actor, at=at)
        page = client_for(cast.basil.account).get("/profile").content.decode()
        assert "Say what you do in a title" in page
        assert "0 of 100" in page

    @pytest.mark.parametrize("section", SECTIONS)
    def test_every_section_opens(self, cast, at, client_for, section):
        a_draft(cast.basil, at)
        assert client_for(cast.basil.account).get(f"/profile/{section}").status_code == 200

    @pytest.mark.parametrize("section", SECTIONS)
    def test_sections_need_a_profile_and_a_person(self, cast, client_for, section):
        assert client_for(cast.chiara.account).get(f"/profile/{section}")["Location"] == "/profile"
        assert client_for().get(f"/profile/{section}")["Location"].startswith("/sign-in")

    def test_publishes_hides_and_shows(self, cast, at, client_for):
        profile = a_draft(cast.basil, at)
        client = client_for(cast.basil.account)
        for act, state in (("publish", "PUBLISHED"), ("hide", "PRIVATE"), ("show", "PUBLISHED")):
            assert client.post(f"/profile/{act}")["Location"] == "/profile"
            profile.refresh_from_db()
            assert profile.state == state
        assert client.post("/profile/show").status_code == 409

    def test_says_what_publishing_waits_for(self, cast, at, client_for):
        actions.open_profile(actor=cast.basil.actor, at=at)
        client = client_for(cast.basil.account)
        page = client.post("/profile/publish", follow=True).content.decode()
        assert "Before you publish" in page


class TestSections:
    @pytest.fixture
    def client(self, cast, at, client_for):
        actions.open_profile(actor=cast.basil.actor, at=at)
        return client_for(cast.basil.account)

    def own(self, cast):
        return queries.own(cast.basil.actor).public

    def test_the_whole_way_to_a_published_profile(self, cast, client):
        sub = str(taxonomy.by_slug("mobile-apps").subcategory_id)
        steps = [
            ("basics", {"title": "App maker", "overview": OVERVIEW, "level": "EXPERT"}, "/profile/skills"),
            ("skills", {"skills": "flutter, Dart", "subcategories": [sub]}, "/profile/rate"),
            ("rate", {"rate": "48.50", "currency": "EUR"}, "/profile/languages"),
            ("languages", {"language_0": "en", "fluency_0": "FLUENT"}, "/settings/photo?next=/profile"),
        ]
        for section, said, onward in steps:
            answer = client.post(f"/profile/{section}", {**said, "onward": "1"})
            assert (answer.status_code, answer["Location"]) == (302, onward), answer.content.decode()[:0]
        assert client.post("/profile/publish")["Location"] == "/profile"
        card = self.own(cast).card
        assert (card.state, card.skills, card.rate.plain) == ("PUBLISHED", ("Flutter", "Dart"), "48.50 EUR")

    @pytest.mark.parametrize(
        ("section", "said", "words"),
        [
            ("basics", {"title": "abc", "overview": OVERVIEW}, "at least 4"),
            ("basics", {"title": "Mail me: basil@example.com", "overview": OVERVIEW}, "Leave out e-mail"),
            ("skills", {"skills": "Underwater basket", "subcategories": []}, "fields of work"),
            ("rate", {"rate": "1", "currency": "USD"}, "between $3.00 and $999.00"),
            ("rate", {"rate": "much", "currency": "USD"}, "Enter an amount"),
            ("languages", {}, "Name 1 to"),
            ("availability", {"availability": "AWAY"}, "later than today"),
            ("visibility", {"visibility": "PUBLIC", "handle": "No!"}, "small letters"),
            ("jobs/new", {"title": "Engineer"}, "Please fill this in"),
            ("schools/new", {"school": "TU", "began_on": "2020-05", "ended_on": "2019-01"}, "ends before it begins"),
            ("portfolio/new", {"title": ""}, "Please fill this in"),
        ],
    )
    def test_say_what_is_wrong_and_keep_the_rest(self, cast, client, section, said, words):
        answer = client.post(f"/profile/{section}", said)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert words in page
        for value in said.values():
            if isinstance(value, str) and len(value) > 8:
                assert value.split("\n")[0][:40] in page

    def test_rate_preview(self, client):
        answer = client.get("/profile/rate/preview?rate=100&currency=USD", headers={"hx-request": "true"})
        assert "$90.00" in answer.content.decode()
        empty = client.get("/profile/rate/preview?rate=x", headers={"hx-request": "true"}).content.decode()
        assert "10" in empty

    def test_visibility_and_address_change_together(self, cast, client):
        client.post("/profile/visibility", {"visibility": "MEMBERS", "handle": "basilbuilds", "show_earnings": "on"})
        own = queries.own(cast.basil.actor)
        assert (own.handle, own.public.visibility) == ("basilbuilds", "MEMBERS")

    def test_jobs_and_schools(self, cast, client):
        client.post("/profile/jobs/new", {"title": "Engineer", "organization": "Kestrel", "began_on": "2020-05"})
        client.post("/profile/schools/new", {"school": "TU Berlin", "degree": "BSc"})
        job, school = self.own(cast).employment[0], self.own(cast).education[0]
        assert client.get(f"/profile/jobs/{job.station_id}").status_code == 200
        client.post(f"/profile/jobs/{job.station_id}", {"title": "Lead", "organization": "Kestrel"})
        assert self.own(cast).employment[0].what == "Lead"
        client.post(f"/profile/schools/{school.station_id}", {"school": "TU Berlin", "degree": "MSc"})
        assert self.own(cast).education[0].what == "MSc"
        client.post(f"/profile/jobs/{job.station_id}/remove")
        client.post(f"/profile/schools/{school.station_id}/remove")
        assert not self.own(cast).employment + self.own(cast).education
        assert client.get(f"/profile/jobs/{job.station_id}").status_code == 404

    def test_pieces_with_pictures(self, cast, client):
        answer = client.post("/profile/portfolio/new", {
            "title": "Night Sky guide", "role": "Concept", "done_on": "2025-03", "files": [phone_photo(), text()],
        })  # fmt: skip
        assert answer["Location"] == "/profile#portfolio"
        piece = self.own(cast).portfolio[0]
        assert len(piece.files) == 2
        here = f"/profile/portfolio/{piece.item_id}"
        file = f"{here}/files/{piece.cover.file_id}"
        assert "Not described yet" in client.get(here).content.decode()
        assert client.get(file).status_code == 200
        client.post(file, {"caption": "Stars over hills"})
        assert "Stars over hills" in client.get(here).content.decode()
        client.post(f"{file}/remove")
        assert len(self.own(cast).portfolio[0].files) == 1
        assert client.get(file).status_code == 404
        client.post(f"{here}/earlier")
        client.post(f"{here}/remove")
        assert not PortfolioItem.objects.exists()

    def test_a_bad_file_loses_nothing_else(self, cast, client):
        bad = upload(b"MZ" + bytes(200), "setup.exe")
        answer = client.post("/profile/portfolio/new", {"title": "Night Sky guide", "files": [bad]})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Programs and installers" in page
        assert "Night Sky guide" in page
        assert not self.own(cast).portfolio

    def test_strangers_pieces_do_not_exist(self, cast, at, client, client_for):
        client.post("/profile/portfolio/new", {"title": "Night Sky guide"})
        piece = self.own(cast).portfolio[0]
        a_draft(cast.chiara, at)
        other = client_for(cast.chiara.account)
        assert other.get(f"/profile/portfolio/{piece.item_id}").status_code == 404
        assert other.post(f"/profile/portfolio/{piece.item_id}", {"title": "Mine"}).status_code == 404


class TestPublicPage:
    def test_shows_rate_fee_and_skills(self, cast, at, client_for):
        a_profile(cast.basil, at)
        page = client_for().get("/people/basilt").content.decode()
        for words in ("Basil T.", "Django engineer", "$48.00", "$1.44", "$49.44", "PostgreSQL", "English", "Germany"):
            assert words in page, words
        assert "Thorne" not in page
        assert "noindex" not in page

    def test_counts_its_queries(self, cast, at, client_for):
        a_profile(cast.basil, at)
        client = client_for(cast.ada.account)
        client.get("/people/basilt")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/people/basilt").status_code == 200
        assert len(asked) <= 24, [q["sql"][:120] for q in asked]

    def test_hides_what_is_not_for_everyone(self, cast, at, client_for):
        profile = a_profile(cast.basil, at)
        Profile.objects.filter(pk=profile.pk).update(visibility="MEMBERS")
        assert client_for().get("/people/basilt").status_code == 404
        answer = client_for(cast.ada.account).get("/people/basilt")
        assert answer.status_code == 200
        assert answer["X-Robots-Tag"] == "noindex"
        actions.hide_profile(actor=cast.basil.actor, profile_id=profile.pk, at=at)
        assert client_for(cast.ada.account).get("/people/basilt").status_code == 404
        assert "Only you see this page" in client_for(cast.basil.account).get("/people/basilt").content.decode()

    def test_old_addresses_lead_on(self, cast, at, client_for):
        profile = a_profile(cast.basil, at)
        actions.change_handle(actor=cast.basil.actor, profile_id=profile.pk, handle="basilbuilds", at=at)
        answer = client_for().get("/people/basilt")
        assert (answer.status_code, answer["Location"]) == (301, "/people/basilbuilds")
        assert client_for().get("/people/BasilBuilds")["Location"] == "/people/basilbuilds"
        assert client_for().get("/people/nobody99").status_code == 404

    def test_gone_is_410(self, cast, at, client_for):
        a_profile(cast.basil, at)
        actions.empty_profile(account_id=cast.basil.account.pk, at=at)
        answer = client_for().get("/people/basilt")
        assert answer.status_code == 410
        assert "closed their account" in answer.content.decode()

    def test_text_is_text(self, cast, at, client_for):
        overview = OVERVIEW + "\n\n<script>alert(1)</script> **bold**"
        a_profile(cast.basil, at, about={"title": "<b>Engineer</b>", "overview": overview})
        page = client_for().get("/people/basilt").content.decode()
        assert "<script>alert" not in page
        assert "<b>Engineer</b>" not in page
        assert "<strong>bold</strong>" in page


class TestDirectoryPage:
    def test_lists_with_filters_and_chips(self, cast, at, client_for):
        a_profile(cast.basil, at)
        page = client_for(cast.ada.account).get("/people?q=django&category=back-end-api-development&level=EXPERT")
        text = page.content.decode()
        assert "Django engineer" in text
        assert "1 freelancer" in text
        assert 'href="/people?category=back-end-api-development&amp;level=EXPERT"' in text

    def test_says_what_to_do_when_empty(self, db, client_for):
        text = client_for().get("/people?q=zzz&page=99&category=nonsense&level=GURU").content.decode()
        assert "Nobody fits all of this" in text

    def test_asks_twelve_times_at_most(self, cast, at, client_for):
        for player in (cast.basil, cast.chiara):
            a_profile(player, at)
        client = client_for(cast.ada.account)
        client.get("/people")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/people?q=django").status_code == 200
        assert len(asked) <= 12, [q["sql"][:120] for q in asked]


class TestPiecePage:
    def test_shows_a_piece_in_full(self, cast, at, client_for):
        profile, actor = a_profile(cast.basil, at), cast.basil.actor
        for title in ("Night Sky guide", "Ferry signs"):
            pk = files.store(actor=actor, upload=picture(), purpose="portfolio", at=at).pk
            item = actions.add_portfolio_item(
                actor=actor, profile_id=profile.pk, title=title, text="For a museum.", file_ids=[pk], at=at
            )
        page = client_for().get(f"/people/basilt/{item.pk}").content.decode()
        assert "For a museum." in page
        assert f"/files/{pk}/picture.png" in page
        assert "Night Sky guide" in page
        assert client_for().get(f"/people/basilt/{pk}").status_code == 404
        Profile.objects.filter(pk=profile.pk).update(visibility="MEMBERS")
        assert client_for().get(f"/people/basilt/{item.pk}").status_code == 404


def test_publishing_is_told_in_the_app(cast, at, run_jobs, mailbox):
    a_profile(cast.basil, at)
    run_jobs()
    assert "Your profile is published" in [n.title for n in notices.latest(cast.basil.actor)]
    assert not [m for m in mailbox.to(cast.basil.email) if "profile is published" in m.subject]


def test_taking_down_is_told_by_mail(cast, at, run_jobs, mailbox):
    profile = a_profile(cast.basil, at)
    actions.take_down_profile(actor=cast.dora.actor, profile_id=profile.pk, at=at)
    run_jobs()
    assert mailbox.last(cast.basil.email).subject == "Your profile was taken down"
