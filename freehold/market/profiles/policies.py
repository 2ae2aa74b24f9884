"""Who may see and change a profile."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db.models import Q

from freehold.kit.actors import Actor
from freehold.market.profiles.models import PortfolioItem, Profile
from freehold.market.profiles.states import S, Visibility
from freehold.people.teams.models import Acquaintance
from freehold.talk.files.policies import readable

Shower = Callable[[Actor, UUID], bool]

#: further reasons to see a hidden profile: ``fn(actor, party_id)``, e.g. that it came with a proposal
SHOWN_BY: list[Shower] = []


def shows(reason: Shower) -> Shower:
    """Register a reason why somebody may see a profile that strangers may not."""
    if reason not in SHOWN_BY:
        SHOWN_BY.append(reason)
    return reason


def can_edit(actor: Actor, profile: Profile) -> bool:
    """The owner, unless suspended or leaving for good."""
    return actor.is_person(profile.account_id) and actor.account_state in ("ACTIVE", "LIMITED")


def can_publish(actor: Actor, profile: Profile) -> bool:
    """Publishing begins something new: not for the limited, nor for those who are leaving."""
    return actor.is_person(profile.account_id) and actor.may_begin


def can_hide(actor: Actor, profile: Profile) -> bool:
    return actor.is_system or actor.is_person(profile.account_id)


def can_take_down(actor: Actor) -> bool:
    return actor.is_system or actor.is_staff()


def is_listed(profile: Profile) -> bool:
    """Does the profile stand where strangers find it?"""
    owner = profile.account
    return (
        profile.state == S.PUBLISHED
        and not profile.closing
        and profile.visibility != Visibility.PRIVATE
        and owner.state in ("ACTIVE", "LIMITED")
    )


def can_see(actor: Actor, profile: Profile) -> bool:
    """Strangers by its visibility; those who deal with the owner also while it is hidden, but not once it closes."""
    if actor.is_person(profile.account_id) or actor.is_staff():
        return True
    if profile.closing or profile.account.state in ("CLOSED", "ERASED"):
        return False
    if is_listed(profile) and (profile.visibility == Visibility.PUBLIC or actor.is_known):
        return True
    return profile.state in (S.PUBLISHED, S.PRIVATE) and _deals_with(actor, profile.party_id)


def _deals_with(actor: Actor, party_id: UUID) -> bool:
    own = [p for p in (actor.party_id, *actor.other_parties) if p]
    if not own:
        return False
    pair = Q(low_id=party_id, high_id__in=own) | Q(high_id=party_id, low_id__in=own)
    return Acquaintance.objects.filter(pair).exists() or any(reason(actor, party_id) for reason in SHOWN_BY)


@readable("portfolio", stays=False)
def can_read_portfolio(actor: Actor, item_id: UUID) -> bool:
    item = PortfolioItem.objects.select_related("profile__account").filter(pk=item_id).first()
    return item is not None and can_see(actor, item.profile)
