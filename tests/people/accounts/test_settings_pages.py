"""Settings, second step and sessions, as browsers see them."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from freehold.kit.privacy import BLOCKERS, Subject
from freehold.people.accounts import queries
from freehold.people.accounts.models import Account
from tests.cast import PASSWORD

#: the app's clock stands still, so that no code grows old while a test runs
STEP = 60_000_000


@pytest.fixture(autouse=True)
def still_codes(monkeypatch):
    monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: STEP * 30 + 7))


def signed_in(client, email="basil@example.com", **headers):
    assert client.post("/sign-in", {"email": email, "password": PASSWORD}, **headers).status_code == 302
    return client


def code_of(secret, step=0):
    return format_hotp_value(hotp_value(secret, STEP + step))


def turn_on(client):
    html = client.get("/settings/security/second-step").content.decode()
    secret = re.search(r'class="p-secret">([^<]+)<', html)[1].replace(" ", "")
    assert 'class="p-qr"' in html
    assert client.post("/settings/security/second-step", {"code": "12"}).status_code == 422
    answer = client.post("/settings/security/second-step", {"code": code_of(secret, -1)})
    assert answer.headers["Location"] == "/settings/security/codes"
    codes = re.findall(r"<code>([\d ]+)</code>", client.get("/settings/security/codes").content.decode())
    return secret, codes


class TestYou:
    def test_shows_and_saves(self, cast, client_for):
        client = client_for(cast.basil.account)
        assert b"Basil T." in client.get("/settings").content
        data = {
            "first_name": "Basilio", "last_name": "Thorne", "country": "AT", "time_zone": "Europe/Vienna",
            "language": "en", "theme": "dark",
        }
        assert client.post("/settings", data).headers["Location"] == "/settings"
        assert Account.objects.get(pk=cast.basil.account.pk).theme == "dark"
        wrong = client.post("/settings", data | {"first_name": "B4sil"})
        assert wrong.status_code == 422 and b"B4sil" in wrong.content


class TestSecondStep:
    def test_from_setting_up_to_signing_in(self, cast, client_for, run_jobs, mailbox):
        secret, codes = turn_on(signed_in(client_for()))
        assert len(codes) == 10
        client = client_for()
        answer = client.post("/sign-in", {"email": "basil@example.com", "password": PASSWORD, "next": "/settings/account"})
        assert answer.headers["Location"] == "/sign-in/code"
        assert client.get("/settings").status_code == 302
        assert client.get("/sign-in/code").status_code == 200
        assert client.post("/sign-in/code", {"code": "000000"}).status_code == 422
        answer = client.post("/sign-in/code", {"code": code_of(secret)})
        assert answer.headers["Location"] == "/settings/account"
        assert client.get("/settings").status_code == 200
        run_jobs()
        assert any("second step" in m.subject for m in mailbox.to("basil@example.com"))

    def test_codes_are_shown_once(self, cast, client_for):
        client = signed_in(client_for())
        turn_on(client)
        assert client.get("/settings/security/codes").headers["Location"] == "/settings/security"
        assert client.post("/settings/security/codes/renew").headers["Location"] == "/settings/security/codes"
        assert client.get("/settings/security/codes").status_code == 200

    def test_a_recovery_code_opens_the_door(self, cast, client_for):
        _secret, codes = turn_on(signed_in(client_for()))
        client = client_for()
        client.post("/sign-in", {"email": "basil@example.com", "password": PASSWORD})
        assert client.post("/sign-in/code", {"code": codes[0]}).headers["Location"] == "/home"

    def test_recheck_asks_for_it_too(self, cast, client_for):
        client = signed_in(client_for())
        secret, _codes = turn_on(client)
        assert client.post("/recheck", {"password": PASSWORD}).status_code == 422
        assert client.post("/recheck", {"password": PASSWORD, "code": "000000"}).status_code == 422
        assert client.post("/recheck", {"password": PASSWORD, "code": code_of(secret)}).status_code == 302

    def test_the_second_step_alone_opens_nothing(self, db, client_for):
        assert client_for().get("/sign-in/code").headers["Location"] == "/sign-in"
        assert client_for().post("/sign-in/code", {"code": "123456"}).headers["Location"] == "/sign-in"

    def test_a_closing_between_the_steps_shuts_the_door(self, cast, at, client_for):
        from freehold.people.accounts import actions

        secret, _codes = turn_on(signed_in(client_for()))
        client = client_for()
        client.post("/sign-in", {"email": "basil@example.com", "password": PASSWORD})
        actions.close_account(actor=cast.system, account_id=cast.basil.account.pk, at=at)
        client.post("/sign-in/code", {"code": code_of(secret)})
        assert client.get("/settings").status_code == 302

    def test_turns_off(self, cast, client_for):
        client = signed_in(client_for())
        turn_on(client)
        assert client.post("/settings/security/second-step/off").headers["Location"] == "/settings/security"
        assert not queries.has_second_step(cast.basil.account.pk)

    @pytest.mark.parametrize("path", ["second-step", "second-step/off", "codes", "codes/renew"])
    def test_wants_a_fresh_proof(self, cast, client_for, path):
        client = client_for(cast.basil.account, fresh=False)
        for answer in (client.get(f"/settings/security/{path}"), client.post(f"/settings/security/{path}")):
            assert answer.headers.get("Location", "").startswith("/recheck") or answer.status_code == 405


class TestPassword:
    def test_keeps_this_browser_and_ends_the_others(self, cast, client_for, run_jobs, mailbox):
        here, there = signed_in(client_for()), signed_in(client_for())
        wrong = here.post("/settings/security/password", {"old": "wrong", "new": "quiet harbor morning"})
        assert wrong.status_code == 422 and b"id_old-error" in wrong.content
        key = here.session.session_key
        answer = here.post("/settings/security/password", {"old": PASSWORD, "new": "quiet harbor morning"})
        assert answer.headers["Location"] == "/settings/security"
        assert here.session.session_key != key
        assert here.get("/settings").status_code == 200
        assert there.get("/settings").status_code == 302
        assert len(queries.sessions(cast.basil.account.pk, here.session.session_key)) == 1
        run_jobs()
        assert "password was changed" in mailbox.last("basil@example.com").subject


class TestSessions:
    def test_ends_one_and_all_others(self, cast, client_for):
        here, phone, tablet = signed_in(client_for()), client_for(), client_for()
        signed_in(phone, headers={"User-Agent": "Mozilla/5.0 (iPhone) Safari"})
        signed_in(tablet)
        html = here.get("/settings/security").content.decode()
        assert "Safari, iPhone" in html and html.count("This browser") == 1
        row = next(s for s in queries.sessions(cast.basil.account.pk, None) if "iPhone" in s.device)
        here.post(f"/settings/security/sessions/{row.session_id}/end")
        assert phone.get("/settings").status_code == 302 and tablet.get("/settings").status_code == 200
        here.post("/settings/security/sessions/end-others")
        assert tablet.get("/settings").status_code == 302 and here.get("/settings").status_code == 200

    def test_nobody_ends_somebody_elses(self, cast, client_for):
        signed_in(client_for(), "ada@example.com")
        row = queries.sessions(cast.ada.account.pk, None)[0]
        client = signed_in(client_for())
        assert client.post(f"/settings/security/sessions/{row.session_id}/end").status_code == 403
        assert len(queries.sessions(cast.ada.account.pk, None)) == 1


class TestAccount:
    def test_shows_the_way_out(self, cast, client_for):
        html = client_for(cast.basil.account).get("/settings/account").content.decode()
        assert 'href="/settings/account/leaving"' in html and "30 days to change your mind" in html

    def test_changes_the_address_by_two_mailboxes(self, cast, client_for, run_jobs, mailbox):
        client = signed_in(client_for())
        assert client.post("/settings/account/email", {"email": "no"}).status_code == 422
        assert client.post("/settings/account/email", {"email": "basil@new.example"}).status_code == 302
        run_jobs()
        link = re.search(r"(/change-address/[\w-]+)", mailbox.last("basil@new.example").text)[1]
        assert client.get(link).status_code == 200
        assert Account.objects.get(pk=cast.basil.account.pk).email == "basil@example.com"
        assert client.post(link).status_code == 302
        assert client.post(link).status_code == 410
        run_jobs()
        undo = re.search(r"(/keep-address/[\w-]+)", mailbox.last("basil@example.com").text)[1]
        assert client.get(undo).status_code == 200
        assert client.post(undo).headers["Location"] == "/sign-in"
        assert client.get("/settings").status_code == 302
        run_jobs()
        assert "/reset/" in mailbox.last("basil@example.com").text

    def test_wants_a_fresh_proof(self, cast, client_for):
        client = client_for(cast.basil.account, fresh=False)
        for path in ("email", "staff", "staff/lay-down"):
            assert client.post(f"/settings/account/{path}", {"email": "x@example.com"}).headers["Location"].startswith("/recheck")

    def test_administrators_name_each_other_before_they_leave(self, cast, at, client_for):
        client = client_for(cast.dora.account)
        subject = Subject(account_id=cast.dora.account.pk)
        assert "only administrator" in str(next(iter(BLOCKERS["staff_role"].find(subject, at))).sentence)
        assert client.post("/settings/account/staff/lay-down").status_code == 409
        assert client.post("/settings/account/staff", {"staff-email": "nobody@example.com"}).status_code == 422
        assert client.post("/settings/account/staff", {"staff-email": "chiara@example.com"}).status_code == 302
        assert client.post("/settings/account/staff/lay-down").status_code == 302
        assert list(BLOCKERS["staff_role"].find(subject, at)) == []


class TestKeepingASessionAlive:
    def test_using_it_begins_its_time_anew(self, cast, client_for):
        from datetime import timedelta

        from allauth.usersessions.models import UserSession
        from django.utils.dateparse import parse_datetime

        client = signed_in(client_for())
        client.get("/settings")
        before = UserSession.objects.get().last_seen_at
        session = client.session
        session["seen_at"] = (parse_datetime(session["seen_at"]) - timedelta(hours=13)).isoformat()
        session.save()
        UserSession.objects.update(last_seen_at=before - timedelta(hours=13))
        client.get("/settings")
        assert UserSession.objects.get().last_seen_at == before
        assert client.session["seen_at"] != session["seen_at"]


def test_few_codes_left_is_said(cast, client_for, at):
    from freehold.people.accounts import actions

    client = signed_in(client_for())
    _secret, codes = turn_on(client)
    for one in codes[:8]:
        actions.check_code(account_id=cast.basil.account.pk, code=one, place="192.0.2.1", at=at)
    assert b"2 recovery codes are left" in client.get("/settings/security").content
    again = client_for()
    again.post("/sign-in", {"email": "basil@example.com", "password": PASSWORD})
    answer = again.post("/sign-in/code", {"code": codes[9]}, follow=True)
    assert b"One recovery code is left" in answer.content
