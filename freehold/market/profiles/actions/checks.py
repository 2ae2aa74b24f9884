"""What every action on a profile checks alike."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import require
from freehold.kit.actors import Actor
from freehold.kit.events import publish
from freehold.kit.refusals import Invalid, NotFound
from freehold.kit.text import clean, has_contact
from freehold.market.profiles import policies
from freehold.market.profiles.events import ProfileChanged
from freehold.market.profiles.models import Profile

CONTACT = _(
    "Leave out e-mail addresses, phone numbers and messenger links: clients reach you here, where money is protected."
)


def own_profile(actor: Actor, profile_id: UUID) -> Profile:
    """
    Lock a profile for its owner's change.

    :raises NotFound: when it is somebody else's
    :raises NotAllowed: while its owner is suspended or leaving
    """
    profile = Profile.objects.select_related("account").locked(profile_id)
    require(actor.is_person(profile.account_id), NotFound)
    require(policies.can_edit(actor, profile))
    return profile


def changed(profile: Profile, actor: Actor, at: datetime) -> Profile:
    """Count the change and tell it."""
    profile.version += 1
    profile.save(update_fields=["version"])
    publish(
        ProfileChanged(profile_id=profile.pk, account_id=profile.account_id, party_id=profile.party_id),
        actor=actor,
        at=at,
    )
    return profile


def words(field: str, text: str, *, least: int = 0, most: int, needed: bool = False) -> str:
    """
    Trim a text and check it.

    :raises Invalid: when it is missing, too short, too long or carries contact data
    """
    text = clean(text)
    if needed and not text:
        raise Invalid(fields={field: _("Please fill this in.")})
    if text and len(text) < least:
        raise Invalid(
            fields={field: _("Write at least %(least)s characters; there are %(used)s so far.") % {
                "least": least, "used": len(text)}}
        )  # fmt: skip
    if len(text) > most:
        raise Invalid(fields={field: _("At most %(most)s characters; there are %(used)s.") % {
            "most": most, "used": len(text)}})  # fmt: skip
    if has_contact(text):
        raise Invalid(fields={field: CONTACT})
    return text


def period(began_on: date | None, ended_on: date | None) -> dict[str, Any]:
    """:raises Invalid: when it ends before it begins, or ends without a beginning"""
    if ended_on and not began_on:
        raise Invalid(fields={"began_on": _("Say when it began.")})
    if began_on and ended_on and ended_on < began_on:
        raise Invalid(fields={"ended_on": _("It ends before it begins.")})
    return {"began_on": began_on, "ended_on": ended_on}
