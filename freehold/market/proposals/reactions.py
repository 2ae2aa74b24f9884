"""What proposals do when something happened to a post or a party."""

from __future__ import annotations

from datetime import datetime

from freehold.kit.actors import Actor
from freehold.kit.events import when
from freehold.kit.settings import current
from freehold.market.jobs.events import PostChanged, PostClosed, PostReopened
from freehold.market.proposals import actions, queries
from freehold.people.teams.events import PartyClosed

_POSTS = Actor.system("proposals.posts")
_PARTIES = Actor.system("proposals.parties")


@when(PostClosed)
def archive_with_the_post(event: PostClosed, *, at: datetime) -> None:
    """Credits come back when the post ended without any contract (spec market-deals section 1)."""
    give_back = current().credits.return_on_expiry and not event.hires and event.outcome != "FILLED"
    actions.archive_proposals(actor=_POSTS, post_id=event.post_id, give_back=give_back, at=at)


@when(PostReopened)
def revive_with_the_post(event: PostReopened, *, at: datetime) -> None:
    actions.revive_proposals(actor=_POSTS, post_id=event.post_id, at=at)


@when(PostChanged)
def let_go_after_a_cut(event: PostChanged, *, at: datetime) -> None:
    if event.cut:
        actions.free_to_withdraw(actor=_POSTS, post_id=event.post_id, at=at)


@when(PartyClosed)
def end_what_cannot_go_on(event: PartyClosed, *, at: datetime) -> None:
    """A worker side that closed cannot be hired: what it left behind is invalid."""
    for proposal_id in queries.live_of(event.party_id):
        actions.invalidate(actor=_PARTIES, proposal_id=proposal_id, give_back=False, at=at)
