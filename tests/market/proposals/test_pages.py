"""The pages of proposals, as both sides meet them."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from freehold.market.credits import queries as credits
from freehold.market.jobs import actions as jobs
from freehold.market.proposals import actions
from freehold.market.proposals.models import Mark, Proposal
from tests.cast import player
from tests.market.jobs.factories import a_brief, an_open_post
from tests.market.proposals.factories import LETTER, a_profile, a_proposal


def typed(**changes):
    return {"terms": "WHOLE", "amount": "1,000.00", "duration": "WEEKS", "letter": LETTER, "act": "send"} | changes


class TestApply:
    def test_shows_credits_before_and_after_fee_and_net(self, cast, at, client_for):
        post = an_open_post(cast, at)
        a_profile(cast.basil, at)
        client = client_for(cast.basil.account)
        html = client.get(f"/jobs/{post.pk}/apply").content.decode()
        assert "Credits now" in html and "<dd>40</dd>" in html and "<dd>32</dd>" in html
        assert "Send for 8 credits" in html
        html = client.post(f"/jobs/{post.pk}/apply", typed(act="quote")).content.decode()
        assert "$900.00" in html and "You receive" in html and not Proposal.objects.exists()
        answer = client.post(f"/jobs/{post.pk}/apply/fee", typed(), headers={"HX-Request": "true"})
        assert "$900.00" in answer.content.decode() and "<html" not in answer.content.decode()

    def test_sends_it(self, cast, at, client_for):
        post = an_open_post(cast, at, questions=("When can you begin?",))
        a_profile(cast.basil, at)
        client = client_for(cast.basil.account)
        file = SimpleUploadedFile("sample.txt", b"a sample of work", "text/plain")
        answer = client.post(f"/jobs/{post.pk}/apply", typed(answer_0="On Monday") | {"files": [file]})
        sent = Proposal.objects.get()
        assert answer.headers["Location"] == f"/proposals/{sent.pk}" and sent.state == "SUBMITTED"
        html = client.get(f"/proposals/{sent.pk}").content.decode()
        assert "sample.txt" in html and "On Monday" in html and "Not opened yet" in html
        assert credits.balance(cast.basil.party_id, at) == 32
        again = client.post(f"/jobs/{post.pk}/apply", typed(answer_0="On Monday"))
        assert again.status_code == 302 and Proposal.objects.count() == 1

    def test_milestones(self, cast, at, client_for):
        post = an_open_post(cast, at)
        a_profile(cast.basil, at)
        rows = {"part_text_0": "Draft", "part_amount_0": "400.00", "part_text_1": "Final", "part_amount_1": "600.00",
                "part_due_1": "2026-03-01"}  # fmt: skip
        client_for(cast.basil.account).post(f"/jobs/{post.pk}/apply", typed(terms="MILESTONES", amount="", **rows))
        assert Proposal.objects.get().amount == 100_000

    def test_more_rows_without_scripts(self, cast, at, client_for):
        post = an_open_post(cast, at)
        client = client_for(cast.basil.account)
        answer = client.post(f"/jobs/{post.pk}/apply/save", typed(act="more", rows="3"), follow=True)
        assert 'name="part_text_5"' in answer.content.decode()

    def test_a_wrong_form_keeps_everything(self, cast, at, client_for):
        post = an_open_post(cast, at)
        a_profile(cast.basil, at)
        answer = client_for(cast.basil.account).post(f"/jobs/{post.pk}/apply", typed(amount="-5", letter="y" * 5001))
        assert answer.status_code == 422 and "y" * 5001 in answer.content.decode()
        assert credits.balance(cast.basil.party_id, at) == 40

    def test_saves_itself_while_typing(self, cast, at, client_for):
        post = an_open_post(cast, at)
        client = client_for(cast.basil.account)
        answer = client.post(f"/jobs/{post.pk}/apply/save", typed(), headers={"X-Autosave": "1"})
        assert answer.status_code == 204
        assert LETTER in client.get(f"/jobs/{post.pk}/apply").content.decode()
        assert "Go on writing" in client.get("/proposals?tab=drafts").content.decode()

    def test_a_closed_job_keeps_the_text(self, cast, at, client_for):
        post = an_open_post(cast, at)
        a_profile(cast.basil, at)
        jobs.close_post(actor=cast.ada.actor, post_id=post.pk, at=at)
        answer = client_for(cast.basil.account).post(f"/jobs/{post.pk}/apply", typed())
        html = answer.content.decode()
        assert answer.status_code == 409 and "takes no proposals any more" in html and LETTER in html

    def test_a_changed_price_is_shown_before_it_is_spent(self, cast, at, client_for):
        from freehold.market.proposals.forms import seal_price

        post = an_open_post(cast, at)
        a_profile(cast.basil, at)
        old = seal_price(8, at.replace(hour=8))
        jobs.edit_post(actor=cast.ada.actor, post_id=post.pk, version=1, brief=a_brief(budget=600_000), at=at)
        answer = client_for(cast.basil.account).post(f"/jobs/{post.pk}/apply", typed(price=old))
        assert answer.status_code == 409 and "costs 10 credits now" in answer.content.decode()
        forged = client_for(cast.basil.account).post(f"/jobs/{post.pk}/apply", typed(price="WzAsICIyMDI2Il0:x:y"))
        assert forged.status_code == 302 and Proposal.objects.get(state="SUBMITTED").cost == 10

    def test_companies_and_visitors_are_told_the_way(self, cast, at, client_for):
        post = an_open_post(cast, at)
        assert client_for(cast.ada.account).get(f"/jobs/{post.pk}/apply").status_code == 403
        assert "/sign-in" in client_for().get(f"/jobs/{post.pk}/apply").headers["Location"]


class TestOwn:
    def test_change_and_withdraw(self, cast, at, client_for):
        sent = a_proposal(cast, at)
        client = client_for(cast.basil.account)
        client.post(f"/proposals/{sent.pk}/edit", {"act": "letter", "letter": "A better letter"})
        client.post(f"/proposals/{sent.pk}/edit", {"act": "terms", "terms": "WHOLE", "amount": "800.00"})
        sent.refresh_from_db()
        assert (sent.letter, sent.amount) == ("A better letter", 80_000)
        assert "stay spent" in client.get(f"/proposals/{sent.pk}/withdraw").content.decode()
        client.post(f"/proposals/{sent.pk}/withdraw", {"reason": "SCHEDULE"})
        assert "Withdrawn" in client.get("/proposals?tab=past").content.decode()

    def test_marks_and_notes_of_the_client_never_show(self, cast, at, client_for):
        sent = a_proposal(cast, at)
        actions.rate(actor=cast.ada.actor, proposal_id=sent.pk, rating=2, note="rather slow", at=at)
        html = client_for(cast.basil.account).get(f"/proposals/{sent.pk}").content.decode()
        assert "rather slow" not in html


class TestClient:
    def test_reads_marks_and_declines(self, cast, at, client_for):
        sent = a_proposal(cast, at)
        client = client_for(cast.ada.account)
        here = f"/jobs/{sent.post_id}/proposals"
        html = client.get(here).content.decode()
        assert "Basil T." in html and "$1,000.00" in html and "Read the proposal" in html and LETTER not in html
        html = client.get(f"/proposals/{sent.pk}").content.decode()
        assert LETTER not in html and "Sealed until you open it" in html
        html = client.post(f"/proposals/{sent.pk}/open", follow=True).content.decode()
        assert LETTER in html and "$1,030.00" in html
        client.post(f"/proposals/{sent.pk}/mark/shortlist")
        assert "Basil T." in client.get(here + "?tab=shortlisted").content.decode()
        client.post(f"/proposals/{sent.pk}/rate", {"rating": "4", "note": "Ask about print"})
        assert Mark.objects.get().rating == 4
        assert "Basil T." in client.get(here + "?sort=rating").content.decode()
        answer = client.post(f"/proposals/{sent.pk}/decline", {"reason": "FIT", "note": "Thank you"})
        assert answer.headers["Location"] == here
        assert "Basil T." in client.get(here + "?tab=declined").content.decode()

    def test_links_to_the_offer(self, cast, at, client_for):
        sent = a_proposal(cast, at)
        html = client_for(cast.ada.account).get(f"/proposals/{sent.pk}").content.decode()
        assert f"/proposals/{sent.pk}/offer" in html

    def test_is_nothing_for_others(self, cast, at, client_for):
        sent = a_proposal(cast, at)
        for who in (cast.edna, cast.chiara):
            client = client_for(who.account)
            assert client.get(f"/proposals/{sent.pk}").status_code == 404
            assert client.get(f"/jobs/{sent.post_id}/proposals").status_code == 404
            for path in ("open", "decline", "withdraw", "mark/shortlist"):
                assert client.post(f"/proposals/{sent.pk}/{path}").status_code == 404, path
        assert client_for(cast.basil.account).get(f"/jobs/{sent.post_id}/proposals").status_code == 404

    def test_every_act_refuses_get(self, cast, at, client_for):
        sent = a_proposal(cast, at)
        client = client_for(cast.ada.account)
        for path in ("open", "mark/shortlist", "rate", "delete"):
            assert client.get(f"/proposals/{sent.pk}/{path}").status_code == 405, path
        sent.refresh_from_db()
        assert sent.opened_at is None

    def test_costs_a_fixed_number_of_queries(self, cast, at, client_for):
        post, client = an_open_post(cast, at), client_for(cast.ada.account)
        counts = []
        for n in range(3):
            a_proposal(cast, at, by=player(f"Nr{n}", "Worker", at), post_id=post.pk)
            client.get(f"/jobs/{post.pk}/proposals")
            with CaptureQueriesContext(connection) as seen:
                client.get(f"/jobs/{post.pk}/proposals")
            counts.append(len(seen))
        assert counts[0] == counts[-1] <= 12, counts


def test_my_list_costs_a_fixed_number_of_queries(cast, at, client_for):
    a_proposal(cast, at)
    client = client_for(cast.basil.account)
    client.get("/proposals")
    with CaptureQueriesContext(connection) as seen:
        client.get("/proposals")
    assert len(seen) <= 8
