"""Many at one door: a code counts once, guesses are counted, an address gets one account, a link works once."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from freehold.kit.refusals import Invalid, Refusal
from freehold.people.accounts import actions
from freehold.people.accounts.models import Account, MailedLink
from freehold.people.teams import actions as teams
from freehold.people.teams.models import Party
from tests.cast import PASSWORD, assemble

#: the app's clock stands still, so that no code grows old while a test runs
STEP = 60_000_000


@pytest.fixture(autouse=True)
def still_codes(monkeypatch):
    monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: STEP * 30 + 7))


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NEW = {
    "email": "noor@example.com", "password": "plum river lantern", "first_name": "Noor", "last_name": "Haddad",
    "country": "JO", "purpose": "WORK",
}


def code(step: int = 0) -> str:
    return format_hotp_value(hotp_value(SECRET, STEP + step))


def at_once(times, call):
    """Run a call in threads that start together; returns what each gave or refused."""
    barrier, answers = threading.Barrier(times), [None] * times

    def run(n):
        from django.db import connection

        barrier.wait()
        try:
            answers[n] = call()
        except Refusal as refusal:
            answers[n] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def test_a_code_lets_one_in_however_many_bring_it(live_db, at):
    cast = assemble(at)
    basil = cast.basil.account.pk
    actions.turn_on(actor=cast.basil.actor, account_id=basil, secret=SECRET, code=code(-1), at=at)
    digits = code()
    found = at_once(8, lambda: actions.check_code(account_id=basil, code=digits, place="192.0.2.1", at=at))
    assert len([one for one in found if one is None]) == 1
    assert all(isinstance(one, Invalid | actions.TooManySignIns) for one in found if one is not None)


def test_guessing_in_parallel_does_not_help(live_db, at):
    assemble(at)
    wrong = {"email": "basil@example.com", "password": "wrong wrong wrong", "place": "192.0.2.1", "at": at}
    found = at_once(14, lambda: actions.sign_in(**wrong))
    assert len([one for one in found if isinstance(one, actions.WrongCredentials)]) == 10
    assert len([one for one in found if isinstance(one, actions.TooManySignIns)]) == 4


def test_an_address_gets_one_account(live_db, at):
    found = at_once(5, lambda: actions.sign_up(**NEW, at=at))
    assert len([one for one in found if isinstance(one, Account)]) == 1
    assert [one for one in found if not isinstance(one, Account)] == [None] * 4


def test_confirming_at_once_opens_one_side(live_db, at):
    actions.sign_up(**NEW, at=at)
    token = MailedLink.objects.get().token
    found = at_once(5, lambda: teams.join(token=token, at=at))
    assert Party.objects.count() == 1
    assert all(isinstance(one, Account | actions.LinkSpent) for one in found)


def test_a_reset_link_works_once(live_db, at):
    cast = assemble(at)
    token = actions.mail_link(account_id=cast.basil.account.pk, purpose="RESET", at=at)
    found = at_once(5, lambda: actions.reset_password(token=token, password="quiet harbor morning", at=at))
    assert len([one for one in found if isinstance(one, Account)]) == 1
    assert not Account.objects.get(pk=cast.basil.account.pk).check_password(PASSWORD)
