"""Who has credits."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import require
from freehold.kit.actors import Actor
from freehold.kit.refusals import NotAllowed
from freehold.people.teams.states import Can


def has_credits(actor: Actor) -> bool:
    """Those who send proposals do."""
    return actor.party_id is not None and Can.PROPOSALS_SEND in actor.permissions


def require_worker(actor: Actor) -> None:
    """:raises NotAllowed: with a word about how to get there, for a company"""
    require(
        has_credits(actor),
        NotAllowed(_("Credits belong to your freelancer side. Switch to it in the menu to see them.")),
    )
