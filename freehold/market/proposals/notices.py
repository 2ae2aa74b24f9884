"""What both sides are told about proposals."""

from __future__ import annotations

from django.urls import reverse

from freehold.kit.notices import Notice, notice
from freehold.market.jobs import queries as jobs
from freehold.market.jobs.events import PostChanged, PostClosed
from freehold.market.proposals import queries
from freehold.market.proposals.events import (
    ProposalDeclined,
    ProposalInvalidated,
    ProposalOpened,
    ProposalSubmitted,
    ProposalWithdrawn,
)
from freehold.people.teams import queries as teams
from freehold.people.teams.states import Can

_ProposalEvent = ProposalSubmitted | ProposalOpened | ProposalDeclined | ProposalWithdrawn | ProposalInvalidated


def _tell(event: _ProposalEvent, words: str, to: str, *, mail: bool = False, **places: object) -> Notice:
    permission = Can.PROPOSALS_REVIEW if to == "company" else Can.PROPOSALS_SEND
    party_id = event.company_id if to == "company" else event.worker_id
    return Notice(
        to=teams.members_with(party_id, permission),
        words=f"proposals/notices/{words}",
        link=reverse("proposals:detail", kwargs={"proposal_id": event.proposal_id}),
        places={"title": jobs.title_of(event.post_id), **places},
        mail=mail,
    )


@notice(ProposalSubmitted)
def a_proposal_came(event: ProposalSubmitted) -> Notice:
    return _tell(event, "submitted", "company")


@notice(ProposalOpened)
def your_proposal_was_opened(event: ProposalOpened) -> Notice:
    return _tell(event, "opened", "worker")


@notice(ProposalDeclined)
def your_proposal_was_declined(event: ProposalDeclined) -> Notice:
    return _tell(event, "declined", "worker", mail=True, reason=event.reason)


@notice(ProposalWithdrawn)
def a_proposal_was_withdrawn(event: ProposalWithdrawn) -> Notice:
    return _tell(event, "withdrawn", "company")


@notice(ProposalInvalidated)
def your_proposal_is_invalid(event: ProposalInvalidated) -> Notice:
    return _tell(event, "invalidated", "worker", mail=True)


@notice(PostClosed)
def the_job_closed(event: PostClosed) -> Notice | None:
    """Those who wait learn that the post is closed, and what becomes of their credits."""
    to = queries.live_senders(event.post_id)
    back = event.outcome != "FILLED" and not event.hires
    return _about_post(event, "post_closed", to, back=back, hires=event.hires) if to else None


@notice(PostChanged)
def the_budget_was_cut(event: PostChanged) -> Notice | None:
    to = queries.live_senders(event.post_id) if event.cut else ()
    return _about_post(event, "post_cut", to) if to else None


def _about_post(event: PostClosed | PostChanged, words: str, to: tuple, **places: object) -> Notice:  # type: ignore[type-arg]
    return Notice(
        to=to,
        words=f"proposals/notices/{words}",
        link=reverse("jobs:detail", kwargs={"post_id": event.post_id}),
        places={"title": jobs.title_of(event.post_id), **places},
    )
