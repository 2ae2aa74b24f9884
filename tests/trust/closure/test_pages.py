"""The pages of leaving, as a member walks them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from freehold.kit import clock, deadlines, privacy
from freehold.kit.privacy import Kind, Open
from freehold.people.accounts.models import Account
from freehold.trust.closure import actions
from freehold.trust.closure.models import Closure, ExitAnswer, Receipt
from tests.cast import PASSWORD

OPEN: dict[str, Open] = {}


@pytest.fixture
def gate(monkeypatch):
    OPEN.clear()

    def settle(subject, actor, at):
        OPEN.pop("auto", None)

    blocker = privacy.Blocker(key="gate", find=lambda subject, at: list(OPEN.values()), settle=settle)
    monkeypatch.setattr(privacy, "BLOCKERS", {"gate": blocker})
    return OPEN


def put(kind: Kind, **kw) -> None:
    OPEN[kind.value] = Open(sentence=f"Something {kind.value} is open.", kind=kind, remedies=(("Settle it", "/home"),), **kw)


def account(cast) -> Account:
    return Account.objects.get(pk=cast.basil.account.pk)


def test_the_whole_way_out_and_back(cast, at, client_for, gate, run_jobs, mailbox):
    client = client_for(cast.basil.account)
    assert client.get("/settings/account/leaving").status_code == 200
    page = client.get("/settings/account/close").content.decode()
    assert "Nothing stands in the way" in page and "Former member" in page
    assert client.get("/settings/account/close/confirm").status_code == 200
    assert client.post("/settings/account/close/confirm", {"word": "no"}).status_code == 422
    assert account(cast).state == "ACTIVE"
    done = client.post("/settings/account/close/confirm", {"word": "close"})
    assert done.headers["Location"] == "/closed/why" and account(cast).state == "CLOSED"

    why = client.get("/closed/why").content.decode()
    assert "checked" not in why
    assert client.post("/closed/why", {"reasons": ["FEES"], "text": "Too dear"}).headers["Location"] == "/closed"
    assert client.get("/closed/why").status_code == 302 and ExitAnswer.objects.count() == 1
    closed = client.get("/closed").content.decode()
    assert "Send me the reopening link" in closed
    assert client.get("/home").status_code == 302, "no session is left"
    run_jobs()
    assert "erased on" in mailbox.last(cast.basil.email).subject

    client.post("/closed/link")
    run_jobs()
    token = re.search(r"/reopen/(\S+)", mailbox.last(cast.basil.email).text)[1]
    visitor = client_for()
    assert visitor.get(f"/reopen/{token}").status_code == 200
    assert account(cast).state == "CLOSED", "looking opens nothing"
    assert visitor.post(f"/reopen/{token}").headers["Location"] == "/sign-in"
    assert account(cast).state == "ACTIVE"
    assert visitor.get(f"/reopen/{token}").status_code == 410
    assert visitor.post(f"/reopen/{token}").status_code == 410
    assert visitor.get("/reopen/nonsense").status_code == 404


def test_right_credentials_in_grace_open_no_session(cast, at, client_for, gate):
    actions.leave(actor=cast.basil.actor, account_id=cast.basil.account.pk, at=at)
    client = client_for()
    answer = client.post("/sign-in", {"email": cast.basil.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/closed"
    assert "_auth_user_id" not in client.session
    assert b"This account is closed" in client.get("/closed").content
    wrong = client_for().post("/sign-in", {"email": cast.basil.email, "password": "something wrong"})
    unknown = client_for().post("/sign-in", {"email": "nobody@example.com", "password": "something wrong"})
    assert wrong.status_code == unknown.status_code == 422
    assert client_for().get("/closed").status_code == 302
    assert client_for().post("/closed/link").status_code == 404


def test_sessions_everywhere_end_at_marking(cast, at, client_for, gate):
    client = client_for()
    client.post("/sign-in", {"email": cast.basil.email, "password": PASSWORD})
    assert client.get("/settings/account").status_code == 200
    actions.leave(actor=cast.basil.actor, account_id=cast.basil.account.pk, at=at)
    assert client.get("/settings/account").status_code == 302


def test_what_needs_the_member_stops_the_confirmation(cast, at, client_for, gate):
    put(Kind.ACT)
    put(Kind.WAITS, clears_at=at + timedelta(days=2))
    put(Kind.AUTO)
    client = client_for(cast.basil.account)
    page = client.get("/settings/account/close").content.decode()
    for words in ("One thing needs you", "Needs you", "Clears by itself", "Done for you", "Settle everything I can"):
        assert words in page
    assert 'href="/settings/account/close/confirm"' not in page
    assert client.get("/settings/account/close/confirm").headers["Location"] == "/settings/account/close"
    assert client.post("/settings/account/close/settle").status_code == 302
    assert "auto" not in gate
    answer = client.post("/settings/account/close/confirm", {"word": "CLOSE"})
    assert answer.status_code == 302 and not Closure.objects.exists()


def test_waiting_and_calling_it_off(cast, at, client_for, gate, run_jobs, mailbox):
    put(Kind.WAITS, clears_at=at + timedelta(days=2))
    client = client_for(cast.basil.account)
    assert client.post("/settings/account/close/confirm", {"word": "CLOSE"}).headers["Location"] == "/closed/why"
    assert client.get("/closed/why").status_code == 200
    page = client.get("/settings/account/closing").content.decode()
    assert "winding down" in page and "Expected final day" in page
    for path in ("/settings/account/leaving", "/settings/account/close", "/settings/account/close/confirm"):
        assert client.get(path).headers["Location"] == "/settings/account/closing"
    run_jobs()
    assert "winding down" in mailbox.last(cast.basil.email).subject
    assert client.get("/settings/account/closing/cancel").status_code == 405
    assert client.post("/settings/account/closing/cancel").status_code == 302
    assert account(cast).state == "ACTIVE" and not account(cast).leaving
    assert client.post("/settings/account/closing/cancel").status_code == 404
    run_jobs()
    assert "You stay" in mailbox.last(cast.basil.email).subject


def test_confirming_twice_is_one_closure(cast, at, client_for, gate):
    put(Kind.WAITS)
    client = client_for(cast.basil.account)
    for _ in range(2):
        assert client.post("/settings/account/close/confirm", {"word": "CLOSE"}).status_code == 302
    assert Closure.objects.count() == 1


def test_the_password_is_asked_again(cast, at, client_for, gate):
    client = client_for(cast.basil.account, fresh=False)
    for path in ("/settings/account/close/confirm", "/settings/account/close/settle"):
        assert client.post(path, {"word": "CLOSE"}).headers["Location"].startswith("/recheck")
    assert client.get("/settings/account/close/confirm").headers["Location"].startswith("/recheck")
    assert not Closure.objects.exists()


@pytest.mark.parametrize("path", ["leaving", "close", "close/confirm", "closing"])
def test_visitors_sign_in_first(db, client_for, path):
    assert client_for().get(f"/settings/account/{path}").headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize("path", ["/goodbye", "/receipts/verify", "/privacy/data", "/receipts/keys.json"])
def test_anybody_may_look(cast, client_for, path):
    assert client_for().get(path).status_code == 200


def test_a_receipt_is_verified_in_public(cast, at, client_for, gate, run_jobs, mailbox):
    closure = actions.leave(actor=cast.basil.actor, account_id=cast.basil.account.pk, at=at)
    clock._kept = (float("inf"), timedelta(0), closure.erase_due_at)
    deadlines.run_due(closure.erase_due_at)
    text = mailbox.last(closure.pseudonym).text
    client = client_for()
    number = Receipt.objects.get().number
    genuine = client.post("/receipts/verify", {"receipt": text}).content.decode()
    assert "Genuine" in genuine and number in genuine
    spoiled = text.replace("eyJ", "eyK")
    assert "no receipt of ours" in client.post("/receipts/verify", {"receipt": spoiled}).content.decode()
    assert client.post("/receipts/verify", {"receipt": ""}).status_code == 422
    assert number in client.get("/goodbye", {"number": number.lower()}).content.decode()
    assert "no receipt" in client.get("/goodbye", {"number": "ER-NOTHING"}).content.decode()


def test_others_are_told_once_at_marking(cast, at, gate, run_jobs, mailbox):
    from freehold.people.teams import actions as teams

    teams.acquaint(one_id=cast.ada.party_id, other_id=cast.basil.party_id)
    actions.leave(actor=cast.basil.actor, account_id=cast.basil.account.pk, at=at)
    run_jobs()
    mails = [m for m in mailbox.to(cast.ada.email) if "leaving" in m.subject]
    assert len(mails) == 1 and "Basil" not in mails[0].subject + mails[0].text
    assert not mailbox.to(cast.edna.email)


def test_the_public_table_names_every_kind(cast, client_for):
    page = client_for().get("/privacy/data").content.decode()
    import html

    for declared in privacy.DECLARED:
        assert html.escape(str(declared.label), quote=False).replace("'", "&#39;") in page


def test_a_forgotten_password_in_grace_mails_the_way_back(cast, at, client_for, gate, run_jobs, mailbox):
    actions.leave(actor=cast.basil.actor, account_id=cast.basil.account.pk, at=at)
    run_jobs()
    client_for().post("/forgot", {"email": cast.basil.email})
    run_jobs()
    assert "/reopen/" in mailbox.last(cast.basil.email).text and account(cast).state == "CLOSED"


class TestAStrangerWhoClosesAnAccount:
    """A stolen session changes the address and confirms a closure: the old mailbox can stop it."""

    def _stolen(self, cast, at):
        from freehold.people.accounts.models import MailedLink

        account_id, old = cast.basil.account.pk, cast.basil.email
        undo = MailedLink(account_id=account_id, purpose="UNDO", address=old, made_at=at, expires_at=at + timedelta(days=7))
        undo.digest = MailedLink.digest_of(undo.token)
        undo.save()
        Account.objects.filter(pk=account_id).update(email="thief@example.com")
        return old, undo.token

    def test_it_hears_of_the_closure_and_gets_the_way_back(self, cast, at, gate, run_jobs, mailbox):
        from freehold.people.accounts import actions as accounts

        old, token = self._stolen(cast, at)
        actions.leave(actor=cast.basil.actor, account_id=cast.basil.account.pk, at=at)
        run_jobs()
        assert "being closed" in mailbox.last(old).subject
        accounts.restore_email(token=token, at=at)
        run_jobs()
        assert "/reopen/" in mailbox.last(old).text and account(cast).email == old

    def test_what_winds_down_is_called_off(self, cast, at, gate, run_jobs):
        from freehold.people.accounts import actions as accounts

        put(Kind.WAITS)
        _old, token = self._stolen(cast, at)
        closure = actions.leave(actor=cast.basil.actor, account_id=cast.basil.account.pk, at=at)
        accounts.restore_email(token=token, at=at)
        run_jobs()
        closure.refresh_from_db()
        assert closure.state == "CANCELED" and not account(cast).leaving


def test_leavings_are_swept_at_night(cast, at, gate):
    from freehold.trust.closure import queries, tasks

    closure = actions.leave(actor=cast.basil.actor, account_id=cast.basil.account.pk, at=at)
    clock._kept = (float("inf"), timedelta(0), closure.erase_due_at)
    deadlines.run_due(closure.erase_due_at)
    assert queries.erased_since(closure.erase_due_at) and queries.vacuum() > 20
    tasks.clean_up.func(timestamp=0)
    tasks.purge.func(timestamp=0)
    tasks.recheck.func(timestamp=0)
