"""What there is to see of parties: contexts, actors, faces."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, F
from django.utils.translation import gettext as _

from freehold.kit.actors import Actor
from freehold.kit.cards import card
from freehold.kit.places import country_name
from freehold.people.accounts.models import Account
from freehold.people.teams.models import Acquaintance, Membership, Party, Team
from freehold.people.teams.states import COMPANY, PERSON, M


@card
class Face:
    """What others see of a party."""

    party_id: UUID
    account_id: UUID
    kind: str
    name: str
    short: str
    initials: str
    hue: int
    country: str
    time_zone: str
    photo_id: UUID | None
    leaving: bool
    gone: bool


@card
class Context:
    """One of the parties a person may act as."""

    party_id: UUID
    kind: str
    name: str
    roles: tuple[str, ...]
    current: bool


def hue_of(key: UUID) -> int:
    """A steady number from 1 to 6 for drawing an avatar."""
    return hashlib.sha256(key.bytes).digest()[0] % 6 + 1


def initials_of(name: str) -> str:
    words = [w for w in name.split() if w[:1].isalnum()]
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper() if words else "?"


def memberships_of(account_id: UUID) -> list[Membership]:
    """Live memberships in open parties, oldest first; the party comes along."""
    rows = Membership.objects.filter(account_id=account_id, state=M.MEMBER, party__closed_at__isnull=True)
    return list(rows.select_related("party").order_by("joined_at", "pk"))


def permissions_of(membership: Membership) -> frozenset[str]:
    if membership.party.kind == Party.Kind.PERSON:
        return frozenset(str(word) for word in PERSON)
    return frozenset(str(word) for role in membership.roles for word in COMPANY.get(role, frozenset()))


def actor_for(account: Account, party_id: UUID | None = None) -> Actor:
    """
    The actor a signed-in person is now.

    :param party_id: the party they wish to act as; their last or first one when it is None or not theirs
    """
    return _actor(account, memberships_of(account.pk), party_id)


def actor_and_contexts(account: Account, party_id: UUID | None = None) -> tuple[Actor, list[Context]]:
    """As :func:`actor_for`, with the contexts the menu lists, in the same one query."""
    mine = memberships_of(account.pk)
    actor = _actor(account, mine, party_id)
    contexts = [
        Context(
            party_id=m.party_id,
            kind=m.party.kind,
            name=m.party.name or account.name,
            roles=tuple(m.roles),
            current=m.party_id == actor.party_id,
        )
        for m in mine
    ]
    return actor, contexts


def _actor(account: Account, mine: list[Membership], party_id: UUID | None) -> Actor:
    by_party: dict[UUID | None, Membership] = {m.party_id: m for m in mine}
    chosen = by_party.get(party_id) or by_party.get(account.last_party_id) or (mine[0] if mine else None)
    return Actor(
        account_id=account.pk,
        party_id=chosen.party_id if chosen else None,
        permissions=permissions_of(chosen) if chosen else frozenset(),
        other_parties=frozenset(m.party_id for m in mine if not chosen or m.party_id != chosen.party_id),
        staff=frozenset(account.staff_roles),
        account_state=account.state,
        leaving=account.leaving,
    )


def faces(party_ids: Iterable[UUID | None], viewer: Actor | None = None) -> dict[UUID, Face]:
    """
    What the viewer sees of some parties, in two queries.

    Full names are for the parties themselves and those who share an offer or contract with them; others read
    *First L.* and "Company in <country>" (spec people section 1).
    """
    wanted = {p for p in party_ids if p}
    if not wanted:
        return {}
    known = _known_to(viewer, wanted)
    rows = Party.objects.filter(pk__in=wanted).select_related("owner")
    return {party.pk: _face(party, full=party.pk in known) for party in rows}


def _known_to(viewer: Actor | None, wanted: set[UUID]) -> set[UUID]:
    if viewer is None:
        return set()
    if viewer.is_system or viewer.staff:
        return set(wanted)
    own = {p for p in (viewer.party_id, *viewer.other_parties) if p}
    if not own:
        return set()
    pairs = Acquaintance.objects.filter(low_id__in=own, high_id__in=wanted) | Acquaintance.objects.filter(
        low_id__in=wanted, high_id__in=own
    )
    met = {side for pair in pairs.values_list("low_id", "high_id") for side in pair}
    return (met & wanted) | (own & wanted)


def _face(party: Party, *, full: bool) -> Face:
    owner = party.owner
    gone = owner.state == "ERASED" or party.closed_at is not None
    if party.kind == Party.Kind.PERSON:
        name = owner.name if full else owner.public_name
        short = owner.first_name or owner.pseudonym
        photo = owner.photo_id
    else:
        hidden = not full and not party.name_public
        name = _("Company in %(country)s") % {"country": country_name(party.country)} if hidden else party.name
        short, photo = name, None if hidden else party.logo_id
    return Face(
        party_id=party.pk,
        account_id=owner.pk,
        kind=party.kind,
        name=name,
        short=short,
        initials=initials_of(name),
        hue=hue_of(party.pk),
        country=party.country,
        time_zone=owner.time_zone,
        photo_id=photo,
        leaving=owner.leaving or owner.state == "CLOSED",
        gone=gone,
    )


def person_of(account_id: UUID) -> UUID | None:
    """The freelancer side of an account."""
    row = Party.objects.filter(owner_id=account_id, kind=Party.Kind.PERSON).values_list("pk", flat=True).first()
    return row


def first_team(party_id: UUID) -> UUID | None:
    return Team.objects.filter(party_id=party_id).order_by("created_at", "pk").values_list("pk", flat=True).first()


def members_with(party_id: UUID, permission: str) -> tuple[UUID, ...]:
    """Account ids of those who hold a permission in a party: whom a notice about it reaches."""
    rows = Membership.objects.filter(party_id=party_id, state=M.MEMBER).select_related("party")
    return tuple(m.account_id for m in rows if permission in permissions_of(m))


def connected(one: UUID, other: UUID) -> bool:
    """Do two parties share an owner or a member? Nobody deals with themselves (spec people section 2)."""
    people = [
        set(Membership.objects.filter(party_id=p, state=M.MEMBER).values_list("account_id", flat=True))
        for p in (one, other)
    ]
    return bool(people[0] & people[1])


def owned_by(account_id: UUID) -> tuple[UUID, ...]:
    """Parties a person owns, their freelancer side included."""
    return tuple(Party.objects.filter(owner_id=account_id).order_by("pk").values_list("pk", flat=True))


def snapshot(party_id: UUID) -> dict[str, str]:
    """Name, address and tax number as they stand on a document issued now (spec money section 10)."""
    return snapshots([party_id])[party_id]


def snapshots(party_ids: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
    """As :func:`snapshot`, of several parties in one query."""
    return {
        party.pk: {
            "name": party.name or party.owner.name,
            "address": party.address,
            "country": party.country,
            "tax_id": party.tax_id,
        }
        for party in Party.objects.select_related("owner").filter(pk__in=list(party_ids))
    }


def party(party_id: UUID) -> Party:
    """
    One party.

    :raises NotFound: when there is none
    """
    return Party.objects.found(pk=party_id)


def other_members(party_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many people besides the owner belong to each of these parties; those without any are left out."""
    rows = Membership.objects.filter(party_id__in=list(party_ids), state=M.MEMBER, party__closed_at__isnull=True)
    others = rows.exclude(account_id=F("party__owner_id")).order_by()
    return dict(others.values_list("party_id").annotate(n=Count("pk")))
