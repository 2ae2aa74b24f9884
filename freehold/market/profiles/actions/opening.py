"""Beginning a profile, its address, and showing it to the world or not."""

from __future__ import annotations

import re
import secrets
import unicodedata
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.calendar import days_after
from freehold.kit.events import publish
from freehold.kit.refusals import Invalid, NotFound
from freehold.kit.settings import current
from freehold.kit.text import has_contact
from freehold.market.profiles import policies, queries
from freehold.market.profiles.actions.checks import CONTACT, changed, own_profile
from freehold.market.profiles.events import (
    ProfileHidden,
    ProfileOpened,
    ProfilePublished,
    ProfileShown,
    ProfileTakenDown,
)
from freehold.market.profiles.models import (
    Education,
    Employment,
    GoneHandle,
    OldHandle,
    PortfolioItem,
    Profile,
    ProfileLanguage,
    ProfileSkill,
    ProfileSubcategory,
)
from freehold.market.profiles.states import PROFILE, Visibility
from freehold.people.accounts.models import Account
from freehold.people.teams import queries as teams

HANDLE_HOLD_DAYS = 90


class NotReady(Invalid):
    """A profile lacks something before it can be published."""

    title = _("Not ready yet")
    sentence = _("Before you publish: %(missing)s.")


@action
def open_profile(*, actor: Actor, at: datetime) -> Profile:
    """
    Begin a profile for the actor's freelancer side; a second call returns the first one.

    :raises NotAllowed: unless the actor may begin something new
    :raises NotFound: when they have no freelancer side
    """
    require(actor.is_known and actor.may_begin)
    account = Account.objects.locked(actor.account_id)
    party_id = teams.person_of(account.pk)
    if party_id is None:
        raise NotFound()
    found = Profile.objects.filter(account=account).first()
    if found is not None:
        return found
    profile = Profile.objects.create(
        account=account,
        party_id=party_id,
        handle=free_handle(f"{account.first_name}{account.last_name[:1]}"),
        currency=current().billing.base_currency,
        created_at=at,
    )
    publish(ProfileOpened(profile_id=profile.pk, account_id=account.pk, party_id=profile.party_id), actor=actor, at=at)
    return profile


def free_handle(wish: str) -> str:
    """An address nobody has, close to what was wished for."""
    plain = unicodedata.normalize("NFKD", wish).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"[^a-z0-9]", "", plain)[:16]
    if len(plain) >= 4 and not _is_taken(plain):
        return plain
    root = plain if len(plain) >= 2 else f"person{plain}"
    while True:
        tried = f"{root}{secrets.randbelow(9000) + 1000}"
        if not _is_taken(tried):
            return tried


def _is_taken(handle: str, besides: UUID | None = None) -> bool:
    return (
        Profile.objects.filter(~Q(pk=besides), handle=handle).exists()
        or OldHandle.objects.filter(~Q(profile_id=besides), handle=handle).exists()
        or GoneHandle.objects.filter(digest=queries.digest_of(handle)).exists()
    )


@action
def change_handle(*, actor: Actor, profile_id: UUID, handle: str, at: datetime) -> Profile:
    """
    Move a profile to another address; the old one leads there for 90 days.

    :raises NotFound: when it is somebody else's
    :raises Invalid: when the address is taken or cannot be one
    """
    profile = own_profile(actor, profile_id)
    handle = handle.strip().lower()
    if not re.fullmatch(r"[a-z0-9]{4,20}", handle):
        raise Invalid(fields={"handle": _("An address has 4 to 20 small letters and digits.")})
    if handle == profile.handle:
        return profile
    OldHandle.objects.filter(handle=handle, free_at__lte=at).delete()
    if _is_taken(handle, besides=profile.pk):
        raise Invalid(fields={"handle": _("This address is taken. Try another one.")})
    OldHandle.objects.filter(handle=handle, profile=profile).delete()
    OldHandle.objects.create(profile=profile, handle=profile.handle, free_at=days_after(at, HANDLE_HOLD_DAYS))
    profile.handle = handle
    profile.save(update_fields=["handle"])
    return changed(profile, actor, at)


@action
def free_old_handle(*, actor: Actor, handle_id: int, at: datetime) -> None:
    """
    Let an address go that was given up long ago.

    :raises NotAllowed: unless the machine acts
    """
    require(actor.is_system)
    OldHandle.objects.filter(pk=handle_id, free_at__lte=at).delete()


@action
def publish_profile(*, actor: Actor, profile_id: UUID, at: datetime) -> Profile:
    """
    Show a finished profile to the world.

    :raises NotFound: when it is somebody else's
    :raises NotAllowed: for the limited and those who are leaving
    :raises NotReady: while something required is missing, or a text carries contact data
    :raises IllegalMove: when it is published already, or hidden
    """
    profile = Profile.objects.select_related("account").locked(profile_id)
    require(actor.is_person(profile.account_id), NotFound)
    require(policies.can_publish(actor, profile))
    PROFILE.move(profile, "publish", at=at)
    _check_ready(profile, actor)
    publish(
        ProfilePublished(profile_id=profile.pk, account_id=profile.account_id, party_id=profile.party_id),
        actor=actor,
        at=at,
    )
    return profile


def _check_ready(profile: Profile, actor: Actor) -> None:
    found = queries.own(actor)
    assert found is not None
    missing = queries.completeness(found.public).needed
    if missing:
        raise NotReady(missing=", ".join(step.label[:1].lower() + step.label[1:] for step in missing))
    pieces = (text for p in found.public.portfolio for text in (p.title, p.text))
    if any(has_contact(text) for text in (profile.title, profile.overview, *pieces)):
        raise NotReady(CONTACT)


@action
def hide_profile(*, actor: Actor, profile_id: UUID, at: datetime) -> Profile:
    """
    Take a profile off public pages; those who deal with its owner still see it.

    :raises NotFound: when it is somebody else's
    :raises IllegalMove: unless it is published
    """
    profile = Profile.objects.locked(profile_id)
    require(policies.can_hide(actor, profile), NotFound)
    PROFILE.move(profile, "hide", at=at)
    publish(
        ProfileHidden(profile_id=profile.pk, account_id=profile.account_id, party_id=profile.party_id),
        actor=actor,
        at=at,
    )
    return profile


@action
def show_profile(*, actor: Actor, profile_id: UUID, at: datetime) -> Profile:
    """
    Show a hidden profile again.

    :raises NotFound: when it is somebody else's
    :raises NotAllowed: for the limited and those who are leaving
    :raises IllegalMove: unless it is hidden
    """
    profile = Profile.objects.select_related("account").locked(profile_id)
    require(actor.is_person(profile.account_id), NotFound)
    require(policies.can_publish(actor, profile))
    PROFILE.move(profile, "show", at=at, closing=False)
    publish(
        ProfileShown(profile_id=profile.pk, account_id=profile.account_id, party_id=profile.party_id),
        actor=actor,
        at=at,
    )
    return profile


@action
def take_down_profile(*, actor: Actor, profile_id: UUID, at: datetime) -> Profile:
    """
    Take a profile down by a staff decision; contracts go on.

    :raises NotAllowed: unless staff acts
    :raises IllegalMove: unless it is published or hidden
    """
    profile = Profile.objects.locked(profile_id)
    require(policies.can_take_down(actor))
    PROFILE.move(profile, "take_down", at=at)
    publish(
        ProfileTakenDown(profile_id=profile.pk, account_id=profile.account_id, party_id=profile.party_id),
        actor=actor,
        at=at,
    )
    return profile


@action
def set_visibility(*, actor: Actor, profile_id: UUID, visibility: str, show_earnings: bool, at: datetime) -> Profile:
    """
    Say who may come across the profile.

    :raises NotFound: when it is somebody else's
    :raises Invalid: for a word nobody knows
    """
    profile = own_profile(actor, profile_id)
    if visibility not in Visibility.values:
        raise Invalid(fields={"visibility": _("Choose one of these.")})
    profile.visibility, profile.show_earnings = visibility, show_earnings
    profile.save(update_fields=["visibility", "show_earnings"])
    return changed(profile, actor, at)


@action
def set_address(
    *, actor: Actor, profile_id: UUID, visibility: str, show_earnings: bool, handle: str, at: datetime
) -> Profile:
    """
    Say who may come across the profile, and where it lives; both or neither.

    :raises NotFound: when it is somebody else's
    :raises Invalid: for a word nobody knows, or an address that is taken
    """
    change_handle(actor=actor, profile_id=profile_id, handle=handle, at=at)
    return set_visibility(
        actor=actor, profile_id=profile_id, visibility=visibility, show_earnings=show_earnings, at=at
    )


@action
def mark_leaving(*, account_id: UUID, at: datetime) -> None:
    """Hide the profile of somebody whose account is being deleted; closure calls this through its declaration."""
    Profile.objects.filter(account_id=account_id).update(closing=True)


@action
def mark_back(*, account_id: UUID, at: datetime) -> None:
    """Somebody came back: the profile stays hidden until they show it again."""
    rows = Profile.objects.filter(account_id=account_id)
    rows.filter(state="PUBLISHED").update(state="PRIVATE")
    rows.update(closing=False)


@action
def empty_profile(*, account_id: UUID, at: datetime) -> int:
    """
    Empty the profile of an erased account; its address answers "gone" from then on. Twice is once.

    The bare row stays for those whose records point at it; nothing in it tells about a person.
    """
    profile = Profile.objects.select_for_update(of=("self",)).filter(account_id=account_id).first()
    if profile is None or profile.emptied:
        return 0
    old = list(OldHandle.objects.filter(profile=profile).values_list("handle", flat=True))
    for handle in (profile.handle, *old):
        GoneHandle.objects.get_or_create(digest=queries.digest_of(handle))
    rows = (
        OldHandle, ProfileSubcategory, ProfileSkill, ProfileLanguage, Employment, Education, PortfolioItem,
    )  # fmt: skip
    count = 1 + sum(model.objects.filter(profile=profile).delete()[0] for model in rows)
    for column, value in BLANK.items():
        setattr(profile, column, value)
    profile.handle, profile.emptied = f"gone{secrets.token_hex(8)}", True
    profile.save()
    return count


#: what an emptied profile looks like
BLANK: dict[str, Any] = {
    "title": "",
    "overview": "",
    "rate": None,
    "currency": "USD",
    "level": "",
    "availability": "AS_NEEDED",
    "away_until": None,
    "away_due_at": None,
    "visibility": "PRIVATE",
    "state": "PRIVATE",
    "closing": True,
    "published_at": None,
}
