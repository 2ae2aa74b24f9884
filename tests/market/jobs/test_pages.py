"""The pages of posts, as people meet them."""

from __future__ import annotations

import io
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from freehold.market.jobs import actions
from freehold.market.jobs.models import Post
from freehold.talk.files.models import Attachment
from tests.market.jobs.factories import TEXT, a_draft, an_open_post, skill_names, subcategory
from tests.market.proposals.factories import a_profile, a_proposal


def typed(**changes):
    """The form as a browser sends it."""
    return {
        "version": "0", "title": "Wayfinding and exhibit labels", "description": TEXT, "deliverables": "Print files",
        "subcategory": str(subcategory().subcategory_id), "must": ", ".join(skill_names(2)), "nice": "", "kind": "FIXED",
        "currency": "USD", "budget": "1,200.00", "rate_min": "", "rate_max": "", "load": "", "duration": "WEEKS",
        "size": "", "level": "EXPERT", "deadline_on": "", "questions": "When can you begin?\nMay we see a sample?",
        "letter_required": "on", "hires_wanted": "1", "visibility": "PUBLIC",
    } | changes  # fmt: skip


class TestPosting:
    def test_from_two_answers_to_an_open_post(self, cast, client_for):
        client = client_for(cast.ada.account)
        place = str(subcategory().subcategory_id)
        answer = client.post("/jobs/new", {"title": "Labels for a museum", "subcategory": place})
        post = Post.objects.get()
        assert answer.headers["Location"] == f"/jobs/{post.pk}/edit"
        html = client.get(f"/jobs/{post.pk}/edit").content.decode()
        assert "Labels for a museum" in html and f'data-autosave="/jobs/{post.pk}/save"' in html
        answer = client.post(f"/jobs/{post.pk}/edit", typed())
        assert answer.headers["Location"] == f"/jobs/{post.pk}"
        post.refresh_from_db()
        assert (post.state, post.budget, len(post.questions)) == ("OPEN", 120_000, 2)

    def test_a_wrong_form_comes_back_with_everything_typed(self, cast, at, client_for):
        post = a_draft(cast, at)
        answer = client_for(cast.ada.account).post(f"/jobs/{post.pk}/edit", typed(title="Short", budget="1.00"))
        html = answer.content.decode()
        assert answer.status_code == 422 and "Write at least 10 characters; this has 5." in html
        assert "The least anybody may be offered here is $5.00." in html and TEXT in html
        assert Post.objects.get().state == "DRAFT"

    def test_a_duplicate_is_refused_in_the_form(self, cast, at, client_for):
        an_open_post(cast, at, title="Wayfinding and exhibit labels")
        post = a_draft(cast, at)
        answer = client_for(cast.ada.account).post(f"/jobs/{post.pk}/edit", typed())
        assert answer.status_code == 409 and "says nearly the same" in answer.content.decode()

    def test_saves_itself_while_typing(self, cast, at, client_for):
        post = a_draft(cast, at)
        client = client_for(cast.ada.account)
        answer = client.post(f"/jobs/{post.pk}/save", typed(budget="a lot"), headers={"X-Autosave": "1"})
        assert answer.status_code == 204
        assert 'value="a lot"' in client.get(f"/jobs/{post.pk}/edit").content.decode()

    def test_saves_by_the_button_with_files(self, cast, at, client_for):
        post = a_draft(cast, at)
        client = client_for(cast.ada.account)
        file = SimpleUploadedFile("plan.txt", b"two rooms and a garden", "text/plain")
        client.post(f"/jobs/{post.pk}/save", typed() | {"files": [file]})
        html = client.get(f"/jobs/{post.pk}/edit").content.decode()
        assert "plan.txt" in html
        file_id = Attachment.objects.get(subject_kind="post").file_id
        client.post(f"/jobs/{post.pk}/files/{file_id}/remove")
        assert not Attachment.objects.filter(subject_kind="post").exists()

    def test_the_eleventh_file_is_refused_with_the_number(self, cast, at, client_for):
        post = a_draft(cast, at)
        many = [SimpleUploadedFile(f"plan{n}.txt", b"words", "text/plain") for n in range(11)]
        answer = client_for(cast.ada.account).post(f"/jobs/{post.pk}/edit", typed() | {"files": many})
        html = answer.content.decode()
        assert answer.status_code == 422 and "10 files at most; these are 11" in html
        assert not Attachment.objects.filter(subject_kind="post").exists()

    def test_two_editors_see_the_difference(self, cast, at, client_for):
        client = client_for(cast.ada.account)
        post = a_draft(cast, at)
        client.post(f"/jobs/{post.pk}/edit", typed())
        client.post(f"/jobs/{post.pk}/edit", typed(version="1", budget="1,300.00"))
        answer = client.post(f"/jobs/{post.pk}/edit", typed(version="1", title="Wayfinding and more labels"))
        html = answer.content.decode()
        assert answer.status_code == 409 and "1300.00" in html and "Wayfinding and more labels" in html
        answer = client.post(f"/jobs/{post.pk}/edit", typed(version="2", title="Wayfinding and more labels"))
        assert answer.status_code == 302 and Post.objects.get().version == 3

    def test_is_not_for_freelancers_nor_other_companies(self, cast, at, client_for):
        post = a_draft(cast, at)
        assert client_for(cast.basil.account).get("/jobs/new").status_code == 403
        for who in (cast.basil, cast.edna):
            client = client_for(who.account)
            for path in ("edit", "save", "delete", "close"):
                call = client.get if path == "edit" else client.post
                assert call(f"/jobs/{post.pk}/{path}").status_code == 404, path
        assert client_for().get("/jobs/new").status_code == 302

    def test_over_long_text_is_kept_and_refused(self, cast, at, client_for):
        post = a_draft(cast, at)
        client = client_for(cast.ada.account)
        answer = client.post(f"/jobs/{post.pk}/edit", typed(description="x" * 10_050))
        assert answer.status_code == 422 and "x" * 10_050 in answer.content.decode()
        answer = client.post(f"/jobs/{post.pk}/save", typed(description="x" * 70_000), headers={"X-Autosave": "1"})
        assert answer.status_code == 422

    def test_reuse_closes_nothing_and_begins_with_the_words(self, cast, at, client_for):
        post = an_open_post(cast, at)
        client = client_for(cast.ada.account)
        client.post(f"/jobs/{post.pk}/close")
        answer = client.post(f"/jobs/{post.pk}/reuse")
        assert post.title in client.get(answer.headers["Location"]).content.decode()


class TestMine:
    def test_tabs(self, cast, at, client_for):
        an_open_post(cast, at)
        a_draft(cast, at, title="Half a thought")
        client = client_for(cast.ada.account)
        assert "Wayfinding" in client.get("/jobs/mine").content.decode()
        assert "Half a thought" in client.get("/jobs/mine?tab=drafts").content.decode()
        assert "Nothing closed yet" in client.get("/jobs/mine?tab=closed").content.decode()

    def test_costs_a_fixed_number_of_queries(self, cast, at, client_for):
        client = client_for(cast.ada.account)
        for n in range(4):
            an_open_post(cast, at, title=f"A different need {n}", description=f"word{n} " * 20)
        client.get("/jobs/mine")
        with CaptureQueriesContext(connection) as seen:
            client.get("/jobs/mine")
        assert len(seen) <= 8


class TestDetail:
    def test_for_a_visitor(self, cast, at, client_for):
        post = an_open_post(cast, at, nice=skill_names(3)[1:], deliverables="Print files", questions=("When?!?",))
        html = client_for().get(f"/jobs/{post.pk}").content.decode()
        assert "Join to apply" in html and "$1,200.00" in html and "Analytical Engines" in html
        assert "base 8" in html and "noindex" not in html and f"/jobs/{post.pk}.json" in html

    def test_for_somebody_who_works(self, cast, at, client_for):
        post = an_open_post(cast, at)
        a_profile(cast.basil, at)
        html = client_for(cast.basil.account).get(f"/jobs/{post.pk}").content.decode()
        assert "Write a proposal" in html and "You have 40 credits." in html

    def test_says_when_it_is_closed_and_later_that_it_is_gone(self, cast, at, client_for):
        from freehold.kit import clock

        sent = a_proposal(cast, at)
        actions.close_post(actor=cast.ada.actor, post_id=sent.post_id, at=at)
        html = client_for().get(f"/jobs/{sent.post_id}").content.decode()
        assert "This job is closed" in html and "noindex" in html
        clock._kept = (clock._kept[0], clock._kept[1], at + timedelta(days=31))
        assert client_for().get(f"/jobs/{sent.post_id}").status_code == 410
        for who in (cast.ada, cast.basil):
            assert client_for(who.account).get(f"/jobs/{sent.post_id}").status_code == 200

    def test_members_only_is_nothing_for_visitors(self, cast, at, client_for):
        post = an_open_post(cast, at, visibility="MEMBERS")
        assert client_for().get(f"/jobs/{post.pk}").status_code == 404
        assert client_for(cast.chiara.account).get(f"/jobs/{post.pk}").status_code == 200
        assert client_for().get(f"/jobs/{post.pk}.json").status_code == 404

    def test_a_draft_is_nothing_for_anybody_else(self, cast, at, client_for):
        post = a_draft(cast, at)
        for who in (None, cast.basil.account, cast.edna.account):
            assert client_for(who).get(f"/jobs/{post.pk}").status_code == 404

    def test_as_job_posting(self, cast, at, client_for):
        post = an_open_post(cast, at)
        answer = client_for().get(f"/jobs/{post.pk}.json")
        found = answer.json()
        assert answer.headers["Content-Type"] == "application/ld+json"
        assert found["@type"] == "JobPosting" and found["baseSalary"]["value"]["minValue"] == "1200.00"

    def test_texts_are_shown_safely(self, cast, at, client_for):
        post = an_open_post(cast, at, description="<script>alert(1)</script> " + TEXT)
        html = client_for().get(f"/jobs/{post.pk}").content.decode()
        assert "<script>alert" not in html

    def test_costs_a_bounded_number_of_queries(self, cast, at, client_for):
        post = an_open_post(cast, at)
        a_profile(cast.basil, at)
        client = client_for(cast.basil.account)
        client.get(f"/jobs/{post.pk}")
        with CaptureQueriesContext(connection) as seen:
            client.get(f"/jobs/{post.pk}")
        assert len(seen) <= 20, "\n".join(q["sql"][:120] for q in seen)


def test_a_picture_that_is_none_is_refused(cast, at, client_for):
    post = a_draft(cast, at)
    client = client_for(cast.ada.account)
    bad = io.BytesIO(b"MZ" + b"\x00" * 200)
    bad.name = "setup.exe"
    answer = client.post(f"/jobs/{post.pk}/edit", typed() | {"files": [bad]})
    assert answer.status_code == 422 and Post.objects.get().state == "DRAFT"
