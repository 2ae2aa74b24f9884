"""Everything that is written about parties."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.events import publish
from freehold.kit.refusals import Invalid
from freehold.kit.settings import current
from freehold.kit.text import clean
from freehold.people.accounts.models import Account
from freehold.people.teams import policies
from freehold.people.teams.events import PartyClosed, PartyOpened
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
