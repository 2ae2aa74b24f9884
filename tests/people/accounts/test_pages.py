"""The doors and settings pages, as browsers see them."""

from __future__ import annotations

import re

import pytest

from freehold.kit.models import Fact
from freehold.kit.settings import overridden
from freehold.people.accounts.models import Account
from freehold.people.teams.models import Party
from tests.cast import PASSWORD

FORM = {
    "purpose": "WORK", "first_name": "Noor", "last_name": "Haddad", "email": "Noor@Example.com", "password": "plum river lantern",
    "country": "JO", "terms": "on", "company_name": "", "homepage": "",
}


def link_in(mail, path):
    found = re.search(rf"http\S*(/{path}/[\w-]+)", mail.text)
    assert found, mail.text
    return found[1]


def signed_up(client, run_jobs, **changes):
    response = client.post("/sign-up", {**FORM, **changes})
    run_jobs()
    return response


class TestSignUp:
    def test_from_form_to_welcome(self, db, client_for, run_jobs, mailbox):
        client = client_for()
        assert client.get("/sign-up").status_code == 200
        response = signed_up(client, run_jobs)
        assert response.headers["Location"] == "/confirm"
        assert b"noor@example.com" in client.get("/confirm").content
        account = Account.objects.get(email="noor@example.com")
        assert (account.state, account.time_zone, account.marketing_at) == ("NEW", "Asia/Amman", None)
        link = link_in(mailbox.last("noor@example.com"), "confirm")
        assert client.get(link).status_code == 200
        assert Account.objects.get(pk=account.pk).state == "NEW"
        assert client.post(link).headers["Location"] == "/welcome"
        assert Account.objects.get(pk=account.pk).state == "ACTIVE"
        assert Party.objects.get(owner=account).kind == "PERSON"
        assert b"Noor" in client.get("/welcome").content
        assert b"Already confirmed" in client.get(link).content
        assert b"Already confirmed" in client.post(link).content

    def test_hiring_opens_a_company(self, db, client_for, run_jobs, mailbox):
        client = client_for()
        signed_up(client, run_jobs, purpose="HIRE", company_name="Petra Maps")
        client.post(link_in(mailbox.last("noor@example.com"), "confirm"))
        company = Party.objects.get(owner__email="noor@example.com")
        assert (company.kind, company.name, company.is_organization) == ("COMPANY", "Petra Maps", True)
        assert b"Petra Maps" in client.get("/welcome").content

    def test_hiring_in_ones_own_name(self, db, client_for, run_jobs, mailbox):
        client = client_for()
        signed_up(client, run_jobs, purpose="HIRE")
        client.post(link_in(mailbox.last("noor@example.com"), "confirm"))
        company = Party.objects.get(owner__email="noor@example.com")
        assert (company.name, company.is_organization, company.name_public) == ("Noor Haddad", False, False)

    def test_another_browser_gets_no_session(self, db, client_for, run_jobs, mailbox):
        signed_up(client_for(), run_jobs)
        stranger = client_for()
        link = link_in(mailbox.last("noor@example.com"), "confirm")
        assert stranger.post(link).headers["Location"].startswith("/sign-in")
        assert stranger.get("/settings").status_code == 302
        assert Account.objects.get(email="noor@example.com").state == "ACTIVE"

    def test_a_used_address_gets_the_same_answer_and_another_mail(self, cast, client_for, run_jobs, mailbox):
        new, used = client_for(), client_for()
        first = signed_up(new, run_jobs)
        second = signed_up(used, run_jobs, email="basil@example.com")
        assert (first.status_code, first.headers["Location"]) == (second.status_code, second.headers["Location"])
        pages = [c.get("/confirm").content.decode() for c in (new, used)]
        bare = [re.sub(r'noor@example.com|basil@example.com|value="[^"]*"', "", p) for p in pages]
        assert bare[0] == bare[1]
        assert "already have an account" in mailbox.last("basil@example.com").subject
        assert Account.objects.filter(email="basil@example.com").count() == 1

    def test_an_unconfirmed_address_gets_a_fresh_link_and_keeps_its_password(self, db, client_for, run_jobs, mailbox):
        signed_up(client_for(), run_jobs)
        before = Account.objects.get(email="noor@example.com").password
        signed_up(client_for(), run_jobs, password="another long sentence")
        assert Account.objects.get(email="noor@example.com").password == before
        assert len(mailbox.to("noor@example.com")) == 2

    def test_a_closed_address_is_left_to_closure(self, cast, at, client_for, run_jobs, mailbox):
        Account.objects.filter(pk=cast.basil.account.pk).update(state="CLOSED")
        response = signed_up(client_for(), run_jobs, email="basil@example.com")
        assert response.headers["Location"] == "/confirm"
        assert Fact.objects.filter(name="people.account.address_tried").count() == 1
        assert not [m for m in mailbox.to("basil@example.com") if "already have an account" in m.subject]

    @pytest.mark.parametrize(
        "field, value",
        [
            ("first_name", "R2D2"), ("last_name", "www.buy.com"), ("email", "nobody"), ("password", "short"),
            ("password", "noor.haddad.noor"), ("country", "XX"), ("terms", ""), ("purpose", ""), ("password", "aaaaaaaaaaaaaaaa"),
        ],
    )
    def test_says_what_is_wrong(self, db, client_for, field, value):
        data = {**FORM, field: value}
        if field == "terms":
            del data["terms"]
        response = client_for().post("/sign-up", data)
        assert response.status_code == 422
        assert f'id="id_{field}-error"' in response.content.decode()
        assert not Account.objects.exists()

    def test_a_program_fills_in_everything(self, db, client_for, run_jobs):
        response = signed_up(client_for(), run_jobs, homepage="https://spam.example")
        assert response.headers["Location"] == "/confirm"
        assert not Account.objects.exists()

    def test_stops_after_many(self, db, client_for):
        with overridden(**{"signin.signups_per_hour": 1}):
            client = client_for()
            client.post("/sign-up", FORM)
            assert client_for().post("/sign-up", {**FORM, "email": "b@example.com"}).status_code == 429
        assert not Account.objects.filter(email="b@example.com").exists()

    def test_members_are_sent_home(self, cast, client_for):
        assert client_for(cast.basil.account).get("/sign-up").headers["Location"] == "/home"


class TestCheckMail:
    def test_resends_five_times_an_hour(self, db, client_for, run_jobs, mailbox):
        client = client_for()
        signed_up(client, run_jobs)
        answers = [client.post("/confirm/resend").status_code for _ in range(6)]
        run_jobs()
        assert answers == [302] * 5 + [429]
        assert len(mailbox.to("noor@example.com")) == 6

    def test_corrects_the_address(self, db, client_for, run_jobs, mailbox):
        client = client_for()
        signed_up(client, run_jobs)
        first = link_in(mailbox.last("noor@example.com"), "confirm")
        client.post("/confirm/address", {"email": "noor.h@example.com"})
        run_jobs()
        assert b"too old" in client.get(first).content
        client.post(link_in(mailbox.last("noor.h@example.com"), "confirm"))
        assert Account.objects.get(email="noor.h@example.com").state == "ACTIVE"

    def test_a_used_address_changes_nothing(self, cast, client_for, run_jobs, mailbox):
        client = client_for()
        signed_up(client, run_jobs)
        assert client.post("/confirm/address", {"email": "basil@example.com"}).status_code == 302
        run_jobs()
        assert Account.objects.filter(email="noor@example.com").exists()
        assert "already have an account" in mailbox.last("basil@example.com").subject

    def test_visitors_are_sent_to_the_door(self, db, client_for):
        assert client_for().get("/confirm").headers["Location"] == "/sign-in"

    def test_a_late_link_offers_a_fresh_one(self, db, client_for, run_jobs, mailbox):
        client = client_for()
        signed_up(client, run_jobs)
        link = link_in(mailbox.last("noor@example.com"), "confirm")
        Account.objects.get(email="noor@example.com")
        from freehold.people.accounts.models import MailedLink

        MailedLink.objects.update(expires_at=MailedLink.objects.get().made_at)
        assert b"too old" in client.post(link).content
        assert Account.objects.get(email="noor@example.com").state == "NEW"


class TestSignIn:
    def test_opens_a_session_under_a_new_key(self, cast, client_for):
        client = client_for()
        client.get("/sign-in?next=/settings/account")
        session = client.session
        session["planted"] = "by a stranger"
        session.save()
        key = session.session_key
        response = client.post("/sign-in", {"email": "Basil@Example.com", "password": PASSWORD, "next": "/settings/account"})
        assert response.headers["Location"] == "/settings/account"
        assert client.session.session_key != key
        assert b"This browser" in client.get("/settings/security").content

    def test_never_leaves_the_house(self, cast, client_for):
        data = {"email": "basil@example.com", "password": PASSWORD, "next": "https://evil.example/"}
        assert client_for().post("/sign-in", data).headers["Location"] == "/home"

    def test_unknown_and_wrong_read_the_same(self, cast, client_for):
        pages = []
        for email in ("basil@example.com", "nobody@example.com"):
            response = client_for().post("/sign-in", {"email": email, "password": "wrong wrong wrong"})
            assert response.status_code == 422
            pages.append(re.sub(r"[\w.]+@example.com|value=\"[^\"]*\"", "", response.content.decode()))
        assert pages[0] == pages[1]

    def test_a_closed_account_opens_no_session(self, cast, at, client_for):
        from freehold.people.accounts import actions

        actions.close_account(actor=cast.system, account_id=cast.basil.account.pk, at=at)
        client = client_for()
        response = client.post("/sign-in", {"email": "basil@example.com", "password": PASSWORD})
        assert response.headers["Location"] == "/closed"
        assert client.session["closed_account_id"] == str(cast.basil.account.pk)
        assert client.get("/settings").status_code == 302
        wrong = client_for().post("/sign-in", {"email": "basil@example.com", "password": "wrong wrong wrong"})
        assert wrong.status_code == 422 and b"do not belong together" in wrong.content

    def test_an_unconfirmed_one_is_asked_to_look_into_the_mail(self, db, client_for, run_jobs):
        signed_up(client_for(), run_jobs)
        client = client_for()
        response = client.post("/sign-in", {"email": "noor@example.com", "password": FORM["password"]})
        assert response.headers["Location"] == "/confirm"
        assert client.get("/settings").status_code == 302

    def test_stops_guessing_and_a_reset_opens_the_door(self, cast, client_for, run_jobs, mailbox):
        client, wrong = client_for(), {"email": "basil@example.com", "password": "wrong wrong wrong"}
        answers = [client.post("/sign-in", wrong).status_code for _ in range(11)]
        assert answers == [422] * 10 + [429]
        right = {"email": "basil@example.com", "password": PASSWORD}
        assert client.post("/sign-in", right).status_code == 429
        elsewhere = client_for()
        assert elsewhere.post("/sign-in", right, REMOTE_ADDR="198.51.100.7").status_code == 302
        client.post("/sign-in", wrong)
        client.post("/forgot", {"email": "basil@example.com"})
        run_jobs()
        link = link_in(mailbox.last("basil@example.com"), "reset")
        assert client.post(link, {"password": "quiet harbor morning"}).status_code == 302
        right["password"] = "quiet harbor morning"
        assert client.post("/sign-in", right).headers["Location"] == "/home"

    def test_one_place_cannot_try_many_addresses(self, cast, client_for):
        with overridden(**{"signin.attempts_per_address": 3}):
            client = client_for()
            for n in range(3):
                client.post("/sign-in", {"email": f"p{n}@example.com", "password": "wrong wrong wrong"})
            right = {"email": "basil@example.com", "password": PASSWORD}
            assert client.post("/sign-in", right).status_code == 429

    def test_signing_out_ends_it(self, cast, client_for):
        client = client_for(cast.basil.account)
        response = client.post("/sign-out")
        assert response.headers["Location"] == "/"
        assert client.get("/settings").status_code == 302
        assert client_for().get("/sign-out").status_code == 405


class TestForgot:
    def test_every_address_gets_the_same_answer(self, cast, client_for, run_jobs, mailbox):
        pages = []
        for email in ("basil@example.com", "nobody@example.com"):
            response = client_for().post("/forgot", {"email": email})
            assert response.status_code == 200
            pages.append(response.content.decode().replace(email, ""))
        strip = r'name="csrfmiddlewaretoken" value="[^"]*"'
        assert re.sub(strip, "", pages[0]) == re.sub(strip, "", pages[1])
        run_jobs()
        assert not mailbox.to("nobody@example.com")

    def test_a_reset_ends_every_session_and_works_once(self, cast, client_for, run_jobs, mailbox):
        inside = client_for()
        inside.post("/sign-in", {"email": "basil@example.com", "password": PASSWORD})
        client = client_for()
        client.post("/forgot", {"email": "basil@example.com"})
        run_jobs()
        link = link_in(mailbox.last("basil@example.com"), "reset")
        assert client.get(link).status_code == 200
        assert client.post(link, {"password": "short"}).status_code == 422
        assert client.post(link, {"password": "quiet harbor morning"}).headers["Location"] == "/sign-in"
        assert inside.get("/settings").status_code == 302
        assert client.get(link).status_code == 410
        assert client.post(link, {"password": "stolen harbor morning"}).status_code == 410
        run_jobs()
        assert "password was changed" in mailbox.last("basil@example.com").subject

    def test_an_invented_link_is_nothing(self, db, client_for):
        assert client_for().get("/reset/invented").status_code == 404


class TestRecheck:
    def test_asks_and_goes_on(self, cast, client_for):
        client = client_for(cast.basil.account, fresh=False)
        response = client.get("/settings/security/second-step")
        assert response.headers["Location"] == "/recheck?next=%2Fsettings%2Fsecurity%2Fsecond-step"
        assert client.get("/recheck?next=/settings").status_code == 200
        assert client.post("/recheck", {"password": "wrong", "next": "/settings"}).status_code == 422
        answer = client.post("/recheck", {"password": PASSWORD, "next": "/settings/security/second-step"})
        assert answer.headers["Location"] == "/settings/security/second-step"
        assert client.get("/settings/security/second-step").status_code == 200

    def test_stops_guessing(self, cast, client_for):
        client = client_for(cast.basil.account, fresh=False)
        answers = [client.post("/recheck", {"password": "wrong"}).status_code for _ in range(11)]
        assert answers == [422] * 10 + [429]

    def test_never_leaves_the_house(self, cast, client_for):
        client = client_for(cast.basil.account, fresh=False)
        answer = client.post("/recheck", {"password": PASSWORD, "next": "//evil.example"})
        assert answer.headers["Location"] == "/home"


class TestFirstRun:
    DATA = {"first_name": "Ola", "last_name": "Berg", "email": "ola@example.com", "password": "plum river lantern", "country": "NO"}

    def test_makes_the_operator_once(self, db, at, client_for):
        from freehold.people.accounts import actions

        token = actions.first_run_token(at=at)
        client = client_for()
        assert client.get(f"/first-run/{token}").status_code == 200
        assert client.post(f"/first-run/{token}", self.DATA).headers["Location"] == "/home"
        assert Account.objects.get(email="ola@example.com").staff_roles == ["admin"]
        assert client.get("/settings/account").status_code == 200
        assert client_for().get(f"/first-run/{token}").status_code == 404
        assert actions.first_run_token(at=at) == ""

    def test_an_invented_or_replaced_link_is_nothing(self, db, at, client_for):
        from freehold.people.accounts import actions

        old = actions.first_run_token(at=at)
        actions.first_run_token(at=at)
        for token in (old, "invented"):
            assert client_for().post(f"/first-run/{token}", self.DATA).status_code == 404
        assert not Account.objects.exists()


class TestPictures:
    def test_are_drawn_without_a_query_and_kept(self, client_for):
        response = client_for().get("/avatars/Ada%20Lovelace.svg")
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "image/svg+xml"
        assert "immutable" in response.headers["Cache-Control"]
        assert response.content == client_for().get("/avatars/ada%20lovelace.svg").content
        assert response.content != client_for().get("/avatars/Basil.svg").content

    @pytest.mark.parametrize("seed", ["<script>", "company-1", "ß" * 300, "%2e%2e", " ", "Mills/Mines"])
    def test_take_any_seed(self, client_for, seed):
        from urllib.parse import quote
        from xml.etree import ElementTree

        response = client_for().get(f"/avatars/{quote(seed)}.svg")
        assert response.status_code == 200
        ElementTree.fromstring(response.content)
        assert b"script" not in response.content
