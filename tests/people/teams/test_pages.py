"""Pages about companies and about acting as one of one's sides."""

from __future__ import annotations

from freehold.people.accounts.models import Account
from freehold.people.teams import queries
from freehold.people.teams.models import Party

FACTS = {
    "name": "Analytical Engines", "website": "https://engines.example", "size": "10-99", "description": "Mills.",
    "country": "GB", "is_organization": "True", "name_public": "on",
}


class TestCompany:
    def test_shows_and_saves(self, cast, client_for):
        client = client_for(cast.ada.account)
        assert b"Analytical Engines" in client.get("/settings/company").content
        assert client.post("/settings/company", FACTS).status_code == 302
        assert queries.party(cast.ada.party_id).website == "https://engines.example"
        assert client.post("/settings/company/billing", {"address": "12 Mill Lane", "tax_id": ""}).status_code == 302
        assert queries.party(cast.ada.party_id).address == "12 Mill Lane"

    def test_keeps_what_was_typed_when_something_is_wrong(self, cast, client_for):
        client = client_for(cast.ada.account)
        response = client.post("/settings/company", FACTS | {"website": "nowhere", "description": "Typed words."})
        assert response.status_code == 422
        assert b"Typed words." in response.content and b"id_website-error" in response.content
        assert client.post("/settings/company/billing", {"address": "", "tax_id": "<>"}).status_code == 422

    def test_a_freelancer_finds_invoice_details(self, cast, client_for):
        client = client_for(cast.basil.account)
        assert b"Invoice details" in client.get("/settings/company").content
        assert client.post("/settings/company/billing", {"address": "Rye 4", "tax_id": "DE 123456789"}).status_code == 302
        assert client.post("/settings/company", FACTS).status_code == 403
        assert queries.party(cast.basil.party_id).name == ""

    def test_who_has_no_side_is_offered_one(self, cast, client_for):
        assert client_for(cast.dora.account).get("/settings/company").headers["Location"] == "/settings/sides"


class TestSides:
    def test_adds_a_freelancer_side_and_acts_as_it(self, cast, client_for):
        client = client_for(cast.ada.account)
        assert client.get("/settings/sides").status_code == 200
        assert client.post("/settings/sides/freelancer").headers["Location"] == "/welcome"
        party = Party.objects.get(owner=cast.ada.account, kind="PERSON")
        assert client.session["party_id"] == str(party.pk)
        assert b"Fill in your profile" in client.get("/welcome").content

    def test_adds_a_company(self, cast, client_for):
        client = client_for(cast.basil.account)
        wrong = {"name": "x", "country": "DE", "is_organization": "True"}
        assert client.post("/settings/sides/company", wrong).status_code == 422
        assert client.post("/settings/sides/company", wrong | {"name": "Thorne & Co"}).headers["Location"] == "/welcome"
        assert b"Thorne &amp; Co" in client.get("/welcome").content

    def test_switches_and_comes_back_at_the_next_sign_in(self, cast, client_for):
        client = client_for(cast.ada.account)
        client.post("/settings/sides/freelancer")
        assert client.post(f"/switch/{cast.ada.party_id}").headers["Location"] == "/home"
        assert b"Analytical Engines" in client.get("/settings/company").content
        assert Account.objects.get(pk=cast.ada.account.pk).last_party_id == cast.ada.party_id
        assert queries.actor_for(Account.objects.get(pk=cast.ada.account.pk)).party_id == cast.ada.party_id

    def test_nobody_acts_for_somebody_elses_side(self, cast, client_for):
        client = client_for(cast.basil.account)
        assert client.post(f"/switch/{cast.ada.party_id}").status_code == 404
        assert "party_id" not in client.session
        assert client.get(f"/switch/{cast.basil.party_id}").status_code == 405

    def test_visitors_are_sent_to_the_door(self, db, client_for):
        for path in ("/welcome", "/settings/company", "/settings/sides"):
            assert client_for().get(path).headers["Location"].startswith("/sign-in")

    def test_welcome_asks_those_without_a_side(self, cast, client_for):
        assert b"What brings you here" in client_for(cast.dora.account).get("/welcome").content


class TestMembers:
    def test_their_owner_removes_them(self, cast, at, client_for):
        from freehold.people.teams.models import Membership

        Membership.objects.create(
            party_id=cast.ada.party_id, account=cast.chiara.account, roles=["ADMIN"], joined_at=at
        )
        path = f"/settings/sides/{cast.ada.party_id}/members/remove"
        assert client_for(cast.chiara.account).post(path).status_code == 403
        assert client_for(cast.ada.account, fresh=False).post(path).headers["Location"].startswith("/recheck")
        client = client_for(cast.ada.account)
        assert path in client.get("/settings/sides").content.decode()
        assert client.post(path).headers["Location"] == "/settings/sides"
        assert path not in client.get("/settings/sides").content.decode()
        assert queries.other_members([cast.ada.party_id]) == {}
