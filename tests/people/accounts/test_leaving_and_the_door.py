"""What the doors do for somebody who left: no session, and a way back through the mailbox alone."""

from __future__ import annotations

import re

import pytest

from freehold.people.accounts.models import Account
from freehold.trust.closure import actions as closure
from tests.cast import PASSWORD


@pytest.fixture
def gone(cast, at, monkeypatch):
    from freehold.kit import privacy

    monkeypatch.setattr(privacy, "BLOCKERS", {})
    closure.leave(actor=cast.basil.actor, account_id=cast.basil.account.pk, at=at)
    assert Account.objects.get(pk=cast.basil.account.pk).state == "CLOSED"
    return cast.basil


def sign_up(client, email):
    return client.post(
        "/sign-up",
        {
            "purpose": "WORK", "first_name": "Basil", "last_name": "Thorne", "email": email, "country": "DE",
            "password": "quiet harbor morning", "terms": "on",
        },
    )


def test_joining_again_gets_the_usual_answer_and_the_mailbox_the_way_back(gone, client_for, run_jobs, mailbox):
    answer = sign_up(client_for(), gone.email)
    assert answer.headers["Location"] == "/confirm"
    run_jobs()
    link = re.search(r"/reopen/[\w-]+", mailbox.last(gone.email).text)
    assert link
    assert Account.objects.get(pk=gone.account.pk).state == "CLOSED"
    client = client_for()
    assert client.get(link[0]).status_code == 200
    client.post(link[0])
    assert Account.objects.get(pk=gone.account.pk).state == "ACTIVE"


def test_a_forgotten_password_gets_the_usual_answer_and_no_reset(gone, client_for, run_jobs, mailbox):
    assert client_for().post("/forgot", {"email": gone.email}).status_code == 200
    run_jobs()
    assert not [mail for mail in mailbox.to(gone.email) if "/reset/" in mail.text]
    assert "/reopen/" in mailbox.last(gone.email).text


def test_right_credentials_show_the_final_day_and_open_nothing(gone, client_for):
    client = client_for()
    answer = client.post("/sign-in", {"email": gone.email, "password": PASSWORD}, follow=True)
    assert answer.redirect_chain == [("/closed", 302)]
    assert answer.status_code == 200
    for path in ("/settings", "/settings/security", "/home"):
        assert client.get(path).status_code == 302
