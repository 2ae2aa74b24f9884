"""Proposals for tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from freehold.kit.actors import Actor
from freehold.market.credits import actions as credits
from freehold.market.proposals import actions
from freehold.market.proposals.models import Part, Pitch, Proposal
from tests.market.jobs.factories import an_open_post

LETTER = "I have made wayfinding for four museums and would begin with a walk through your rooms."


def a_profile(player: Any, at: datetime) -> Any:
    """A published profile of somebody who works, and the credits that come with it."""
    from freehold.market.profiles.models import Profile

    profile, _new = Profile.objects.get_or_create(
        account_id=player.account.pk,
        party_id=player.party_id,
        defaults={
            "handle": f"{player.account.first_name.lower()}{player.account.pk.hex[:6]}",
            "title": "Exhibition designer",
            "overview": "I make rooms readable.",
            "rate": 6500,
            "state": "PUBLISHED",
            "level": "EXPERT",
            "created_at": at,
            "published_at": at,
        },
    )
    credits.grant_signup(actor=Actor.system("tests"), party_id=player.party_id, at=at)
    return profile


def a_pitch(**changes: Any) -> Pitch:
    """One amount of 1,000.00, a letter, no answers."""
    return Pitch(**{"terms": "WHOLE", "amount": 100_000, "letter": LETTER} | changes)


def in_parts(*amounts: int) -> tuple[Part, ...]:
    return tuple(Part(text=f"Part {n}", amount=amount) for n, amount in enumerate(amounts, 1))


def a_proposal(
    cast: Any, at: datetime, *, by: Any = None, post_id: UUID | None = None, **changes: Any
) -> Proposal:
    """A proposal of Basil's (or of ``by``'s) on a post of Ada's, sent and paid with credits."""
    worker = by or cast.basil
    a_profile(worker, at)
    post_id = post_id or an_open_post(cast, at).pk
    return actions.submit_proposal(actor=worker.actor, post_id=post_id, pitch=a_pitch(**changes), at=at)
