"""Leaving: what closing, reopening and erasing do to an account."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress

from freehold.kit.models import Fact
from freehold.kit.refusals import IllegalMove, NotAllowed
from freehold.people.accounts import actions, queries
from freehold.people.accounts.models import Account, MailedLink, TermsAcceptance
from tests.cast import PASSWORD

ALL = ("NEW", "ACTIVE", "LIMITED", "SUSPENDED", "CLOSED", "ERASED")


def told(name: str) -> int:
    return Fact.objects.filter(name=name).count()


def in_state(account: Account, state: str) -> Account:
    if state == "ERASED":
        Account.objects.filter(pk=account.pk).update(
            state=state, email=None, first_name="", last_name="", pseudonym="Former member 22222"
        )
    else:
        Account.objects.filter(pk=account.pk).update(state=state)
    return Account.objects.get(pk=account.pk)


class TestCloseAccount:
    @pytest.mark.parametrize("before", ["ACTIVE", "LIMITED", "SUSPENDED"])
    def test_remembers_the_state_before(self, cast, at, before):
        in_state(cast.basil.account, before)
        closed = actions.close_account(actor=cast.system, account_id=cast.basil.account.pk, at=at)
        assert (closed.state, closed.state_before, closed.closed_at) == ("CLOSED", before, at)

    def test_ends_every_session(self, cast, at, client_for):
        client = client_for(cast.basil.account)
        assert client.get("/settings").status_code == 200
        actions.close_account(actor=cast.system, account_id=cast.basil.account.pk, at=at)
        assert client.get("/settings").status_code == 302

    def test_refuses_a_stranger(self, cast, at):
        with pytest.raises(NotAllowed):
            actions.close_account(actor=cast.chiara.actor, account_id=cast.basil.account.pk, at=at)
        assert queries.account(cast.basil.account.pk).state == "ACTIVE"

    @pytest.mark.parametrize("state", ["NEW", "CLOSED", "ERASED"])
    def test_refuses_from_every_other_state(self, cast, at, state):
        in_state(cast.basil.account, state)
        with pytest.raises(IllegalMove):
            actions.close_account(actor=cast.system, account_id=cast.basil.account.pk, at=at)
        assert queries.account(cast.basil.account.pk).state == state

    def test_tells_and_twice_is_once(self, cast, at):
        actions.close_account(actor=cast.basil.actor, account_id=cast.basil.account.pk, at=at)
        with pytest.raises(IllegalMove):
            actions.close_account(actor=cast.system, account_id=cast.basil.account.pk, at=at)
        assert told("people.account.closed") == 1


class TestReopenAccount:
    @pytest.mark.parametrize("before", ["ACTIVE", "LIMITED", "SUSPENDED"])
    def test_brings_back_the_state_before(self, cast, at, before):
        in_state(cast.basil.account, before)
        actions.close_account(actor=cast.system, account_id=cast.basil.account.pk, at=at)
        account = actions.reopen_account(account_id=cast.basil.account.pk, at=at)
        assert (account.state, account.state_before, account.closed_at) == (before, "", None)
        assert told("people.account.reopened") == 1

    @pytest.mark.parametrize("state", [s for s in ALL if s != "CLOSED"])
    def test_refuses_from_every_other_state(self, cast, at, state):
        in_state(cast.basil.account, state)
        with pytest.raises(IllegalMove):
            actions.reopen_account(account_id=cast.basil.account.pk, at=at)

    def test_twice_is_once(self, cast, at):
        actions.close_account(actor=cast.system, account_id=cast.basil.account.pk, at=at)
        actions.reopen_account(account_id=cast.basil.account.pk, at=at)
        with pytest.raises(IllegalMove):
            actions.reopen_account(account_id=cast.basil.account.pk, at=at)

    def test_opens_the_door_again(self, cast, at):
        actions.close_account(actor=cast.system, account_id=cast.basil.account.pk, at=at)
        actions.reopen_account(account_id=cast.basil.account.pk, at=at)
        account = actions.sign_in(email="basil@example.com", password=PASSWORD, place="192.0.2.1", at=at)
        assert account.pk == cast.basil.account.pk


class TestSetLeaving:
    def test_stops_new_beginnings_and_can_be_called_off(self, cast):
        actions.set_leaving(account_id=cast.basil.account.pk, leaving=True)
        assert not cast.basil.actor.may_begin
        actions.set_leaving(account_id=cast.basil.account.pk, leaving=False)
        assert cast.basil.actor.may_begin


class TestEraseAccount:
    def erase(self, cast, at):
        actions.close_account(actor=cast.system, account_id=cast.basil.account.pk, at=at)
        return actions.erase_account(account_id=cast.basil.account.pk, pseudonym="Former member 4K7QX", at=at)

    def test_leaves_a_tombstone(self, cast, at):
        actions.mail_link(account_id=cast.basil.account.pk, purpose="CLOSE", at=at)
        stone = self.erase(cast, at)
        stone.refresh_from_db()
        assert (stone.state, stone.pseudonym, stone.erased_at) == ("ERASED", "Former member 4K7QX", at)
        kept = {"id", "state", "pseudonym", "erased_at"}
        plain = {"password": "!", "time_zone": "UTC", "language": "en", "theme": "system", "leaving": False}
        for column in (f.attname for f in Account._meta.concrete_fields if f.attname not in kept):
            assert getattr(stone, column) == plain.get(column) or not getattr(stone, column), column
        assert not EmailAddress.objects.filter(user=stone).exists()
        assert not MailedLink.objects.filter(account=stone).exists()
        assert not TermsAcceptance.objects.filter(account=stone).exists()

    def test_frees_the_address(self, cast, at):
        self.erase(cast, at)
        newcomer = actions.sign_up(
            email="basil@example.com", password=PASSWORD, first_name="Basil", last_name="Thorne", country="DE",
            purpose="WORK", at=at,
        )
        assert newcomer is not None and newcomer.pk != cast.basil.account.pk

    @pytest.mark.parametrize("state", ["NEW", "ACTIVE", "LIMITED", "SUSPENDED"])
    def test_refuses_from_every_other_state(self, cast, at, state):
        in_state(cast.basil.account, state)
        with pytest.raises(IllegalMove):
            actions.erase_account(account_id=cast.basil.account.pk, pseudonym="Former member 4K7QX", at=at)

    def test_tells_and_twice_is_once(self, cast, at):
        self.erase(cast, at)
        again = actions.erase_account(account_id=cast.basil.account.pk, pseudonym="Former member ZZZZZ", at=at)
        assert again.pseudonym == "Former member 4K7QX"
        assert told("people.account.erased") == 1
