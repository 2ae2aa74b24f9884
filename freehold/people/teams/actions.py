"""Everything that is written about parties."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.events import publish
from freehold.kit.places import is_country
from freehold.kit.refusals import Invalid, NotFound
from freehold.kit.settings import current
from freehold.kit.text import clean
from freehold.people.accounts import actions as accounts
from freehold.people.accounts.models import Account
from freehold.people.teams import policies
from freehold.people.teams.events import PartyChanged, PartyClosed, PartyOpened
from freehold.people.teams.models import Acquaintance, Membership, Party, Team
from freehold.people.teams.states import M, Role


@action
def open_person(*, actor: Actor, account_id: UUID, at: datetime) -> Party:
    """
    Give an account its freelancer side; a second call returns the first one.

    :raises NotAllowed: unless it is the actor's own account
    """
    account = Account.objects.locked(account_id)
    require(actor.is_system or actor.is_person(account.pk))
    party, new = Party.objects.get_or_create(
        owner=account, kind=Party.Kind.PERSON, defaults={"country": account.country, "created_at": at}
    )
    if new:
        Membership.objects.create(party=party, account=account, roles=[Role.OWNER], joined_at=at)
        publish(PartyOpened(party_id=party.pk), actor=actor, at=at)
    return party


@action
def open_company(
    *, actor: Actor, account_id: UUID, name: str, country: str, at: datetime, is_organization: bool = False
) -> Party:
    """
    Make a company with one team of its own name; the account becomes its owner.

    :raises NotAllowed: unless it is the actor's own account
    :raises Invalid: without a name, or above ``account.companies_max`` companies
    """
    account = Account.objects.locked(account_id)
    require(actor.is_system or actor.is_person(account.pk))
    name = clean(name)
    if not 2 <= len(name) <= 100:
        raise Invalid(fields={"name": _("A company's name has 2 to 100 characters.")})
    most = current().account.companies_max
    owned = Party.objects.open().filter(owner=account, kind=Party.Kind.COMPANY).count()
    if most and owned >= most:
        raise Invalid(_("One person can own %(most)s companies at most."), most=most)
    party = Party.objects.create(
        kind=Party.Kind.COMPANY,
        owner=account,
        name=name,
        country=country,
        is_organization=is_organization,
        name_public=is_organization,
        created_at=at,
    )
    Team.objects.create(party=party, name=name, created_at=at)
    Membership.objects.create(party=party, account=account, roles=[Role.OWNER], joined_at=at)
    publish(PartyOpened(party_id=party.pk), actor=actor, at=at)
    return party


@action
def join(*, token: str, at: datetime) -> Account:
    """
    Prove a mailbox and open the side the person asked for at sign-up: a freelancer side, or a company.

    :raises NotFound: for a token that never was
    :raises LinkSpent: when its time is over
    """
    account = accounts.confirm_email(token=token, at=at)
    if account.confirmed_at == at and not Party.objects.filter(owner=account).exists():
        settle(account_id=account.pk, at=at)
    return account


@action
def settle(*, account_id: UUID, at: datetime) -> Party:
    """Open the side a new member asked for at sign-up."""
    account = Account.objects.locked(account_id)
    actor = Actor(account_id=account.pk, account_state=account.state)
    name = accounts.name_company(account_id=account.pk)
    if account.purpose == Account.Purpose.HIRE:
        return open_company(
            actor=actor,
            account_id=account.pk,
            name=name if len(name) > 1 else account.name,
            country=account.country,
            is_organization=len(name) > 1,
            at=at,
        )
    return open_person(actor=actor, account_id=account.pk, at=at)


@action
def edit_company(
    *, actor: Actor, party_id: UUID, name: str, website: str, size: str, description: str, country: str,
    is_organization: bool, name_public: bool, at: datetime,
) -> Party:  # fmt: skip
    """
    Change what others see of a company.

    :raises NotAllowed: without ``company.edit``
    :raises Invalid: naming each field that needs another look
    """
    party = Party.objects.locked(party_id)
    require(party.kind != Party.Kind.PERSON and policies.can_edit(actor, party))
    problems: dict[str, object] = {}
    name, description = " ".join(clean(name).split()), clean(description)
    if not 2 <= len(name) <= 100:
        problems["name"] = _("A company's name has 2 to 100 characters.")
    if website and not re.fullmatch(r"https?://[^\s/$.?#@]+\.[^\s@]+", website):
        problems["website"] = _("Enter an address such as https://example.com.")
    if len(description) > 2000:
        problems["description"] = _("2,000 characters at most.")
    if not is_country(country):
        problems["country"] = _("Choose a country from the list.")
    if problems:
        raise Invalid(fields=problems)
    party.name, party.website, party.description, party.country = name, website, description, country
    party.size = size if size in Party.Size.values else Party.Size.ONE
    party.is_organization, party.name_public = is_organization, name_public
    party.save(
        update_fields=["name", "website", "description", "country", "size", "is_organization", "name_public"]
    )
    publish(PartyChanged(party_id=party.pk), actor=actor, at=at)
    return party


@action
def edit_billing(*, actor: Actor, party_id: UUID, address: str, tax_id: str, at: datetime) -> Party:
    """
    Change what stands on a party's invoices from now on; issued ones never change.

    :raises NotAllowed: unless the actor owns it or holds its finance role
    :raises Invalid: naming each field that needs another look
    """
    party = Party.objects.locked(party_id)
    require(policies.can_bill(actor, party))
    address, tax_id = clean(address), " ".join(clean(tax_id).split())
    problems: dict[str, object] = {}
    if len(address) > 400:
        problems["address"] = _("400 characters at most.")
    if tax_id and not re.fullmatch(r"[A-Za-z0-9 ./-]{4,40}", tax_id):
        problems["tax_id"] = _("4 to 40 letters and digits, e.g. GB 123 4567 89.")
    if problems:
        raise Invalid(fields=problems)
    party.address, party.tax_id = address, tax_id
    party.save(update_fields=["address", "tax_id"])
    publish(PartyChanged(party_id=party.pk), actor=actor, at=at)
    return party


@action
def remove_members(*, actor: Actor, party_id: UUID, at: datetime) -> int:
    """
    Let everybody but the owner leave a company.

    :raises NotFound: for those who are not in it
    :raises NotAllowed: unless the actor owns it
    """
    party = Party.objects.locked(party_id)
    require(policies.belongs_to(actor, party), NotFound)
    require(policies.can_close(actor, party))
    rows = Membership.objects.filter(party=party, state=M.MEMBER).exclude(account_id=party.owner_id)
    gone = rows.update(state=M.LEFT, left_at=at)
    if gone:
        publish(PartyChanged(party_id=party.pk), actor=actor, at=at)
    return gone


@action
def acquaint(*, one_id: UUID, other_id: UUID) -> None:
    """Let two parties see each other's names in full, because they share an offer or a contract."""
    low, high = sorted((one_id, other_id))
    Acquaintance.objects.get_or_create(low_id=low, high_id=high)


@action
def close_party(*, actor: Actor, party_id: UUID, at: datetime) -> Party:
    """
    Close a party: nobody can act for it any more.

    :raises NotAllowed: unless the actor owns it
    """
    party = Party.objects.locked(party_id)
    require(policies.can_close(actor, party))
    if party.closed_at is None:
        party.closed_at = at
        party.save(update_fields=["closed_at"])
        Membership.objects.filter(party=party, state=M.MEMBER).exclude(account_id=party.owner_id).update(
            state=M.LEFT, left_at=at
        )
        publish(PartyClosed(party_id=party.pk), actor=actor, at=at)
    return party


@action
def blank_parties(*, party_ids: Iterable[UUID], pseudonym: str, at: datetime) -> int:
    """Empty what parties say about their owner; an organization keeps its name, a person's company a pseudonym."""
    rows = Party.objects.filter(pk__in=list(party_ids))
    rows.filter(closed_at=None).update(closed_at=at)
    rows.exclude(kind=Party.Kind.PERSON).filter(is_organization=False).update(name=pseudonym)
    rows.filter(kind=Party.Kind.PERSON).update(name="")
    return rows.update(website="", description="", address="", tax_id="", logo_id=None)


@action
def blank_teams(*, party_ids: Iterable[UUID], pseudonym: str) -> int:
    """Teams of a person's own companies bear the pseudonym, those of an organization keep their names."""
    rows = Team.objects.filter(party_id__in=list(party_ids), party__is_organization=False)
    return rows.update(name=pseudonym)


@action
def leave_all(*, account_id: UUID, at: datetime) -> int:
    """Let a person who goes for good leave every company; the row stays and names a tombstone."""
    rows = Membership.objects.filter(account_id=account_id, state=M.MEMBER)
    return rows.update(state=M.LEFT, left_at=at)
