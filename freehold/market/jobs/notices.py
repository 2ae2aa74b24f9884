"""What a company is told about its posts."""

from __future__ import annotations

from django.urls import reverse

from freehold.kit.notices import Notice, notice
from freehold.market.jobs import queries
from freehold.market.jobs.events import DraftExpiring, PostClosed, PostExpiring, PostPublished
from freehold.people.teams import queries as teams
from freehold.people.teams.states import Can

_PostEvent = PostPublished | PostExpiring | PostClosed | DraftExpiring


def _tell(event: _PostEvent, words: str, page: str = "jobs:detail", *, mail: bool = True, **places: object) -> Notice:
    return Notice(
        to=teams.members_with(event.company_id, Can.JOBS_WRITE),
        words=f"jobs/notices/{words}",
        link=reverse(page, kwargs={"post_id": event.post_id}),
        places={"title": queries.title_of(event.post_id), **places},
        mail=mail,
    )


@notice(PostPublished)
def post_is_open(event: PostPublished) -> Notice:
    return _tell(event, "published", mail=False)


@notice(PostExpiring)
def post_closes_soon(event: PostExpiring) -> Notice | None:
    due = queries.idle_due(event.post_id)
    return _tell(event, "expiring", due=due) if due else None


@notice(PostClosed)
def post_is_closed(event: PostClosed) -> Notice:
    return _tell(event, "closed", outcome=event.outcome, hires=event.hires, mail=event.outcome == "EXPIRED")


@notice(DraftExpiring)
def draft_goes_soon(event: DraftExpiring) -> Notice | None:
    due = queries.draft_due(event.post_id)
    return _tell(event, "draft_expiring", "jobs:edit", due=due, mail=False) if due else None
