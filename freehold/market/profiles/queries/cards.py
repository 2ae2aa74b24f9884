"""Cards, and the directory that lists them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from freehold.kit.actors import Actor
from freehold.kit.cards import card as as_card
from freehold.kit.money import Money
from freehold.kit.refusals import NotFound
from freehold.market.profiles import policies
from freehold.market.profiles.models import Profile, ProfileSkill, ProfileSubcategory
from freehold.market.profiles.queries.words import country_name
from freehold.market.profiles.states import Availability, Level, S, Visibility
from freehold.people.teams import queries as teams
from freehold.people.teams.queries import Face
from freehold.talk.files import queries as files

PAGE = 20


@as_card
class ProfileCard:
    """
    What a list shows of a freelancer.

    :ivar name: *First L.* for strangers, in full for those who deal with them
    :ivar is_listed: does its public page exist for strangers?
    """

    profile_id: UUID
    account_id: UUID
    party_id: UUID
    handle: str
    href: str
    name: str
    short: str
    initials: str
    hue: int
    photo: str
    country: str
    country_name: str
    time_zone: str
    title: str
    rate: Money | None
    level: str
    level_label: str
    availability: str
    availability_label: str
    available_now: bool
    skills: tuple[str, ...]
    excerpt: str
    state: str
    is_listed: bool


def card(profile_id: UUID, viewer: Actor | None = None) -> ProfileCard:
    """
    One profile's card.

    :raises NotFound: when there is no such profile
    """
    found = _cards(Profile.objects.filter(pk=profile_id), viewer)
    if not found:
        raise NotFound()
    return found[0]


def cards(profile_ids: Iterable[UUID], viewer: Actor | None = None) -> dict[UUID, ProfileCard]:
    """Several profiles' cards by id, in three queries."""
    return {c.profile_id: c for c in _cards(Profile.objects.filter(pk__in=set(profile_ids)), viewer)}


def cards_of_parties(party_ids: Iterable[UUID | None], viewer: Actor | None = None) -> dict[UUID, ProfileCard]:
    """The profiles of some parties by party; parties without one are left out."""
    wanted = {p for p in party_ids if p}
    return {c.party_id: c for c in _cards(Profile.objects.filter(party_id__in=wanted), viewer)} if wanted else {}


def of_account(account_id: UUID | None, viewer: Actor | None = None) -> ProfileCard | None:
    """The profile of a person, whatever its state."""
    found = _cards(Profile.objects.filter(account_id=account_id), viewer) if account_id else []
    return found[0] if found else None


def is_published(party_id: UUID | None) -> bool:
    """May this party's profile stand under a proposal?"""
    return (
        party_id is not None
        and Profile.objects.filter(
            party_id=party_id, state__in=[S.PUBLISHED, S.PRIVATE], closing=False, published_at__isnull=False
        ).exists()
    )


def _cards(rows: QuerySet[Profile], viewer: Actor | None) -> list[ProfileCard]:
    found = list(rows.select_related("account"))
    if not found:
        return []
    faces = teams.faces([p.party_id for p in found], viewer)
    skills = skills_of([p.pk for p in found])
    return [card_of(p, faces[p.party_id], skills.get(p.pk, ())) for p in found]


def skills_of(profile_ids: list[UUID]) -> dict[UUID, tuple[str, ...]]:
    found: dict[UUID, list[str]] = {}
    rows = ProfileSkill.objects.filter(profile_id__in=profile_ids).select_related("skill").order_by("position", "pk")
    for row in rows:
        found.setdefault(row.profile_id, []).append(row.skill.label)
    return {pk: tuple(labels) for pk, labels in found.items()}


def card_of(profile: Profile, face: Face, skills: tuple[str, ...]) -> ProfileCard:
    first = " ".join(profile.overview.split())
    return ProfileCard(
        profile_id=profile.pk,
        account_id=profile.account_id,
        party_id=profile.party_id,
        handle=profile.handle,
        href=f"/people/{profile.handle}",
        name=face.name,
        short=face.short,
        initials=face.initials,
        hue=face.hue,
        photo=files.thumb_of(face.photo_id),
        country=face.country,
        country_name=country_name(face.country),
        time_zone=face.time_zone,
        title=profile.title,
        rate=profile.hourly_rate,
        level=profile.level,
        level_label=str(Level(profile.level).label) if profile.level else "",
        availability=profile.availability,
        availability_label=str(Availability(profile.availability).label),
        available_now=profile.availability in (Availability.FULL, Availability.PART),
        skills=skills,
        excerpt=first if len(first) <= 250 else first[:249].rsplit(" ", 1)[0] + "…",
        state=profile.state,
        is_listed=policies.is_listed(profile),
    )


@as_card
class Directory:
    """One page of people."""

    cards: tuple[ProfileCard, ...]
    total: int
    page: int
    pages: int


def directory(viewer: Actor, *, words: str = "", category: str = "", level: str = "", page: int = 1) -> Directory:
    """
    People who can be hired, the newest first.

    :param words: all of them must stand in title, overview or skills
    :param category: slug of a category or subcategory
    """
    rows = Profile.objects.listed()
    if not viewer.is_known:
        rows = rows.filter(visibility=Visibility.PUBLIC)
    for word in words.split()[:8]:
        skilled = ProfileSkill.objects.filter(skill__label__icontains=word).values("profile_id")
        rows = rows.filter(Q(title__icontains=word) | Q(overview__icontains=word) | Q(pk__in=skilled))
    if category:
        rows = rows.filter(pk__in=_in_category(category))
    if level in Level.values:
        rows = rows.filter(level=level)
    total = rows.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    shown = rows.order_by("-published_at", "-pk")[(page - 1) * PAGE : page * PAGE]
    return Directory(cards=tuple(_cards(shown, viewer)), total=total, page=page, pages=pages)


def _in_category(slug: str) -> QuerySet[ProfileSubcategory, Any]:
    rows = ProfileSubcategory.objects.filter(Q(subcategory__slug=slug) | Q(subcategory__category__slug=slug))
    return rows.values("profile_id")
