"""One profile: its public page, and its owner's view of it."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from freehold.kit.actors import Actor
from freehold.kit.cards import card
from freehold.kit.refusals import NotFound, Refusal
from freehold.market.profiles import policies
from freehold.market.profiles.models import (
    GoneHandle,
    OldHandle,
    PortfolioItem,
    Profile,
    ProfileLanguage,
    ProfileSubcategory,
)
from freehold.market.profiles.queries.cards import ProfileCard, card_of, skills_of
from freehold.market.profiles.queries.words import language_name
from freehold.market.profiles.states import PROFILE, Availability, Fluency, S, Visibility
from freehold.market.taxonomy import queries as taxonomy
from freehold.market.taxonomy.queries import SubcategoryCard
from freehold.people.teams import queries as teams
from freehold.talk.files import queries as files
from freehold.talk.files.queries import FileCard


class ProfileGone(Refusal):
    """There was a profile here, and it was erased."""

    status = 410
    title = gettext_lazy("This profile is gone")
    sentence = gettext_lazy(
        "The person who worked under this address closed their account. What they agreed with others stays."
    )


@card
class LanguageLine:
    code: str
    label: str
    fluency: str
    fluency_label: str


@card
class Station:
    """A place of work or learning, as a line of a life."""

    station_id: UUID
    what: str
    where: str
    place: str
    text: str
    began_on: date | None
    ended_on: date | None


@card
class Piece:
    """A portfolio piece with its files."""

    item_id: UUID
    title: str
    role: str
    text: str
    done_on: date | None
    files: tuple[FileCard, ...]

    @property
    def cover(self) -> FileCard | None:
        return next((f for f in self.files if f.thumb), None)


@card
class PublicProfile:
    """Everything a profile's page shows."""

    card: ProfileCard
    overview: str
    subcategories: tuple[SubcategoryCard, ...]
    languages: tuple[LanguageLine, ...]
    employment: tuple[Station, ...]
    education: tuple[Station, ...]
    portfolio: tuple[Piece, ...]
    member_since: datetime | None
    visibility: str
    show_earnings: bool
    away_until: date | None
    is_own: bool


@card
class OwnProfile:
    """The edit hub."""

    profile_id: UUID
    public: PublicProfile
    handle: str
    state: str
    state_label: str
    visibility_label: str
    can_publish: bool
    can_hide: bool
    can_show: bool
    version: int


def public(handle: str, viewer: Actor) -> PublicProfile:
    """
    A profile's page for somebody.

    :raises ProfileGone: when its owner's account was erased
    :raises NotFound: when there is none, or it is not theirs to see
    """
    profile = Profile.objects.select_related("account").filter(handle=handle.lower()).first()
    if profile is None or not policies.can_see(viewer, profile):
        if profile is None and GoneHandle.objects.filter(digest=digest_of(handle)).exists():
            raise ProfileGone()
        raise NotFound()
    return _public(profile, viewer)


def moved_to(handle: str, at: datetime) -> str:
    """The handle a given-up one leads to, or empty."""
    row = OldHandle.objects.select_related("profile").filter(handle=handle.lower(), free_at__gt=at).first()
    return row.profile.handle if row else ""


def digest_of(handle: str) -> str:
    return hashlib.sha256(f"handle:{handle.lower()}".encode()).hexdigest()


def own(actor: Actor) -> OwnProfile | None:
    """The actor's own profile with what they may do with it, or None before they opened one."""
    if not actor.is_known:
        return None
    profile = Profile.objects.select_related("account").filter(account_id=actor.account_id).first()
    if profile is None:
        return None
    return OwnProfile(
        profile_id=profile.pk,
        public=_public(profile, actor),
        handle=profile.handle,
        state=profile.state,
        state_label=str(S(profile.state).label),
        visibility_label=str(Visibility(profile.visibility).label),
        can_publish=PROFILE.allows(profile, "publish") and policies.can_publish(actor, profile),
        can_hide=PROFILE.allows(profile, "hide") and policies.can_hide(actor, profile),
        can_show=PROFILE.allows(profile, "show") and policies.can_publish(actor, profile),
        version=profile.version,
    )


def piece(actor: Actor, item_id: UUID) -> Piece:
    """
    A portfolio piece for its owner.

    :raises NotFound: when it is somebody else's
    """
    row = PortfolioItem.objects.filter(pk=item_id, profile__account_id=actor.account_id).first()
    if row is None or not actor.is_known:
        raise NotFound()
    return _piece(row, files.of("portfolio", [row.pk]))


def _public(profile: Profile, viewer: Actor) -> PublicProfile:
    face = teams.faces([profile.party_id], viewer)[profile.party_id]
    pieces = list(profile.portfolio_rows.order_by("position", "pk"))
    pictures = files.of("portfolio", [p.pk for p in pieces])
    subs = ProfileSubcategory.objects.filter(profile=profile).order_by("position", "pk")
    ids = [row.subcategory_id for row in subs]
    known = taxonomy.subcategories(ids)
    return PublicProfile(
        card=card_of(profile, face, skills_of([profile.pk]).get(profile.pk, ())),
        overview=profile.overview,
        subcategories=tuple(known[i] for i in ids if i in known),
        languages=tuple(_language(row) for row in profile.language_rows.order_by("position", "pk")),
        employment=_stations(profile.employment_rows, "title", "organization"),
        education=_stations(profile.education_rows, "degree", "school"),
        portfolio=tuple(_piece(p, pictures) for p in pieces),
        member_since=profile.account.joined_at,
        visibility=profile.visibility,
        show_earnings=profile.show_earnings,
        away_until=profile.away_until if profile.availability == Availability.AWAY else None,
        is_own=viewer.is_person(profile.account_id),
    )


def _language(row: ProfileLanguage) -> LanguageLine:
    return LanguageLine(
        code=row.code,
        label=language_name(row.code),
        fluency=row.fluency,
        fluency_label=str(Fluency(row.fluency).label),
    )


def _stations(rows: Any, what: str, where: str) -> tuple[Station, ...]:
    lines = [
        Station(
            station_id=row.pk,
            what=getattr(row, what),
            where=getattr(row, where),
            place=row.place,
            text=row.text,
            began_on=row.began_on,
            ended_on=row.ended_on,
        )
        for row in rows.all()
    ]
    far = date.max
    return tuple(sorted(lines, key=lambda s: (s.ended_on or far, s.began_on or date.min), reverse=True))


def _piece(row: PortfolioItem, pictures: dict[UUID, tuple[FileCard, ...]]) -> Piece:
    return Piece(
        item_id=row.pk,
        title=row.title,
        role=row.role,
        text=row.text,
        done_on=row.done_on,
        files=pictures.get(row.pk, ()),
    )


def away() -> QuerySet[Profile]:
    """Profiles whose owners said when they are back."""
    return Profile.objects.filter(away_due_at__isnull=False)


def old_handles() -> QuerySet[OldHandle]:
    return OldHandle.objects.all()
