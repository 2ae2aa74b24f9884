"""Parties: opened, changed, closed, and what stays of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from freehold.kit.actors import Actor
from freehold.kit.models import Fact
from freehold.kit.privacy import BLOCKERS, Subject
from freehold.kit.refusals import Invalid, NotAllowed
from freehold.kit.settings import overridden
from freehold.people.accounts import actions as accounts
from freehold.people.accounts.models import Account, MailedLink
from freehold.people.teams import actions, queries
from freehold.people.teams.models import Membership, Party, Team

FACTS = {
    "name": "Analytical Engines Ltd", "website": "https://engines.example", "size": "10-99", "description": "Mills.",
    "country": "GB", "is_organization": True, "name_public": True,
}
BILL = {"address": "12 Mill Lane\nLondon", "tax_id": "GB 123 4567 89"}


def told(name: str) -> int:
    return Fact.objects.filter(name=name).count()


def newcomer(at, **changes) -> tuple[Account, str]:
    account = accounts.sign_up(
        **{
            "email": "noor@example.com", "password": "plum river lantern", "first_name": "Noor", "last_name": "Haddad",
            "country": "JO", "purpose": "WORK", **changes,
        },
        at=at,
    )
    return account, MailedLink.objects.get(account=account).token


class TestJoin:
    def test_opens_a_freelancer_side(self, db, at):
        account, token = newcomer(at)
        actions.join(token=token, at=at)
        assert Party.objects.get(owner=account).kind == "PERSON"
        assert told("people.party.opened") == 1

    def test_opens_a_company_with_one_team_of_its_name(self, db, at):
        account, token = newcomer(at, purpose="HIRE", company_name="Petra Maps")
        actions.join(token=token, at=at)
        party = Party.objects.get(owner=account)
        assert (party.kind, party.name) == ("COMPANY", "Petra Maps")
        assert Team.objects.get(party=party).name == "Petra Maps"
        assert Account.objects.get(pk=account.pk).company_name == ""

    def test_twice_is_once(self, db, at):
        _account, token = newcomer(at)
        actions.join(token=token, at=at)
        actions.join(token=token, at=at)
        assert Party.objects.count() == 1


class TestOpenCompany:
    def test_refuses_a_stranger(self, cast, at):
        with pytest.raises(NotAllowed):
            actions.open_company(
                actor=cast.chiara.actor, account_id=cast.ada.account.pk, name="Other", country="GB", at=at
            )

    def test_refuses_too_many(self, cast, at):
        me = {"actor": cast.ada.actor, "account_id": cast.ada.account.pk, "country": "GB", "at": at}
        with overridden(**{"account.companies_max": 2}):
            actions.open_company(**me, name="Second")
            with pytest.raises(Invalid):
                actions.open_company(**me, name="Third")
        with pytest.raises(Invalid):
            actions.open_company(**me, name="x")


class TestOpenPerson:
    def test_twice_is_once(self, cast, at):
        me = {"actor": cast.ada.actor, "account_id": cast.ada.account.pk, "at": at}
        assert actions.open_person(**me).pk == actions.open_person(**me).pk

    def test_refuses_a_stranger(self, cast, at):
        with pytest.raises(NotAllowed):
            actions.open_person(actor=cast.chiara.actor, account_id=cast.ada.account.pk, at=at)


class TestEditCompany:
    def test_changes_and_tells(self, cast, at):
        actions.edit_company(actor=cast.ada.actor, party_id=cast.ada.party_id, at=at, **FACTS)
        party = queries.party(cast.ada.party_id)
        assert {name: getattr(party, name) for name in FACTS} == FACTS
        assert told("people.party.changed") == 1

    def test_refuses_strangers_and_roles_without_the_right(self, cast, at):
        finance = replace(cast.ada.actor, permissions=frozenset({"money.see"}))
        for actor in (cast.edna.actor, cast.basil.actor, finance, Actor.visitor()):
            with pytest.raises(NotAllowed):
                actions.edit_company(actor=actor, party_id=cast.ada.party_id, at=at, **FACTS)
        assert queries.party(cast.ada.party_id).name == "Analytical Engines"

    @pytest.mark.parametrize(
        "changes", [{"name": "x"}, {"website": "javascript:alert(1)"}, {"country": "ZZ"}, {"description": "x" * 2001}]
    )
    def test_refuses_what_cannot_be(self, cast, at, changes):
        with pytest.raises(Invalid) as refused:
            actions.edit_company(actor=cast.ada.actor, party_id=cast.ada.party_id, at=at, **FACTS | changes)
        assert set(refused.value.fields) == set(changes)


class TestEditBilling:
    def test_changes_and_tells(self, cast, at):
        actions.edit_billing(actor=cast.basil.actor, party_id=cast.basil.party_id, at=at, **BILL)
        assert queries.snapshot(cast.basil.party_id)["tax_id"] == "GB 123 4567 89"
        assert told("people.party.changed") == 1

    def test_refuses_a_stranger(self, cast, at):
        for actor in (cast.chiara.actor, cast.edna.actor):
            with pytest.raises(NotAllowed):
                actions.edit_billing(actor=actor, party_id=cast.ada.party_id, at=at, **BILL)

    @pytest.mark.parametrize("changes", [{"address": "x" * 401}, {"tax_id": "<b>"}])
    def test_refuses_what_cannot_be(self, cast, at, changes):
        with pytest.raises(Invalid):
            actions.edit_billing(actor=cast.ada.actor, party_id=cast.ada.party_id, at=at, **BILL | changes)


class TestCloseParty:
    def test_closes_once(self, cast, at):
        for _ in range(2):
            actions.close_party(actor=cast.ada.actor, party_id=cast.ada.party_id, at=at)
        assert queries.party(cast.ada.party_id).closed_at == at
        assert told("people.party.closed") == 1
        assert queries.actor_for(cast.ada.account).party_id is None

    def test_refuses_a_stranger(self, cast, at):
        with pytest.raises(NotAllowed):
            actions.close_party(actor=cast.edna.actor, party_id=cast.ada.party_id, at=at)


class TestMembers:
    @pytest.fixture
    def with_chiara(self, cast, at):
        Membership.objects.create(
            party_id=cast.ada.party_id, account=cast.chiara.account, roles=["RECRUITER"], joined_at=at
        )

    def test_block_their_owner_from_leaving(self, cast, at, with_chiara):
        subject = Subject(account_id=cast.ada.account.pk, party_ids=(cast.ada.party_id,))
        assert len(list(BLOCKERS["company_members"].find(subject, at))) == 1
        with pytest.raises(NotAllowed):
            actions.remove_members(actor=cast.chiara.actor, party_id=cast.ada.party_id, at=at)
        assert actions.remove_members(actor=cast.ada.actor, party_id=cast.ada.party_id, at=at) == 1
        assert actions.remove_members(actor=cast.ada.actor, party_id=cast.ada.party_id, at=at) == 0
        assert list(BLOCKERS["company_members"].find(subject, at)) == []

    def test_may_do_what_their_roles_add_up_to(self, cast, at, with_chiara):
        actor = queries.actor_for(cast.chiara.account, cast.ada.party_id)
        assert actor.acts_for(cast.ada.party_id, "jobs.write") and not actor.acts_for(cast.ada.party_id, "offers.send")


class TestErasing:
    def test_blanks_a_persons_company_but_not_an_organizations_name(self, cast, at):
        own = actions.open_company(
            actor=cast.basil.actor, account_id=cast.basil.account.pk, name="Basil Thorne", country="DE", at=at
        )
        ids = (cast.basil.party_id, own.pk, cast.ada.party_id)
        actions.edit_billing(actor=cast.basil.actor, party_id=cast.basil.party_id, at=at, **BILL)
        for _ in range(2):
            actions.blank_parties(party_ids=ids, pseudonym="Former member 4K7QX", at=at)
            actions.blank_teams(party_ids=ids, pseudonym="Former member 4K7QX")
            actions.leave_all(account_id=cast.basil.account.pk, at=at)
        assert {queries.party(p).name for p in ids} == {"", "Former member 4K7QX", "Analytical Engines"}
        assert queries.snapshot(cast.basil.party_id)["address"] == ""
        assert Team.objects.get(party=own).name == "Former member 4K7QX"
        assert not Membership.objects.filter(account=cast.basil.account, state="MEMBER").exists()
