"""Facts about profiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from freehold.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class _AboutProfile(Event):
    profile_id: UUID
    account_id: UUID
    party_id: UUID
    subject: ClassVar[tuple[str, str]] = ("profile", "profile_id")


class ProfileOpened(_AboutProfile):
    """A draft was begun."""

    name = "market.profile.opened"


class ProfilePublished(_AboutProfile):
    """A profile was published, for the first time or again."""

    name = "market.profile.published"


class ProfileChanged(_AboutProfile):
    """Something on a profile changed."""

    name = "market.profile.changed"


class ProfileHidden(_AboutProfile):
    """Strangers do not see the profile any more."""

    name = "market.profile.hidden"


class ProfileShown(_AboutProfile):
    """A hidden profile is shown again."""

    name = "market.profile.shown"


class ProfileTakenDown(_AboutProfile):
    """Staff took a profile down."""

    name = "market.profile.taken_down"
