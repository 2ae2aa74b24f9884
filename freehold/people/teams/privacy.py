"""What parties know about a person, and what blocks leaving."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy, ngettext

from freehold.kit.privacy import Basis, Fate, Kind, Open, Subject, blocks_closing, impersonal, personal
from freehold.people.teams import actions, queries
from freehold.people.teams.events import PartyChanged, PartyClosed
from freehold.people.teams.models import Acquaintance, Membership, Party, Team


def _erase_parties(subject: Subject, at: datetime) -> int:
    return actions.blank_parties(party_ids=subject.party_ids, pseudonym=subject.pseudonym, at=at)


def _erase_memberships(subject: Subject, at: datetime) -> int:
    return actions.leave_all(account_id=subject.account_id, at=at)


personal(
    Party,
    label=gettext_lazy("Your freelancer side and companies: name, description, address, tax number"),
    rows=lambda subject: Party.objects.filter(pk__in=subject.party_ids),
    export=(
        "kind", "name", "is_organization", "name_public", "size", "website", "description", "country", "address",
        "tax_id", "created_at", "closed_at",
    ),
    fate=Fate.BLANK,
    columns=("name", "website", "description", "address", "tax_id", "logo_id"),
    erase=_erase_parties,
    impersonal=("kind", "size", "country"),
    basis=Basis.PARTY,
    seen_by=gettext_lazy("those you had contracts with: an organization's name, never a person's"),
)  # fmt: skip
personal(
    Team,
    label=gettext_lazy("Teams of your companies"),
    rows=lambda subject: Team.objects.filter(party_id__in=subject.party_ids),
    export=("name", "created_at"),
    fate=Fate.BLANK,
    columns=("name",),
    erase=lambda subject, at: actions.blank_teams(party_ids=subject.party_ids, pseudonym=subject.pseudonym),
)
personal(
    Membership,
    label=gettext_lazy("For whom you acted, and in which roles"),
    rows=lambda subject: Membership.objects.filter(account_id=subject.account_id),
    export=("party_id", "roles", "state", "joined_at", "left_at"),
    fate=Fate.PSEUDONYM,
    columns=(),
    erase=_erase_memberships,
    impersonal=("roles", "state"),
    basis=Basis.PARTY,
    seen_by=gettext_lazy("nobody by name"),
)
impersonal(Acquaintance, "pairs of party ids that say who may read whose name; a tombstone has none")


def _members(subject: Subject, at: datetime) -> Iterable[Open]:
    n = sum(queries.other_members(subject.party_ids).values())
    if n:
        sentence = ngettext(
            "%(n)s other person belongs to a company of yours.", "%(n)s other people belong to a company of yours.", n
        ) % {"n": n}
        yield Open(sentence=sentence, kind=Kind.ACT, remedies=((gettext_lazy("Remove members"), "/settings/sides"),))


blocks_closing("company_members", find=_members, clears_on=(PartyChanged, PartyClosed), order=60)
