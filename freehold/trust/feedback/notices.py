"""What people are told about feedback."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from freehold.kit.notices import Notice, notice
from freehold.people.teams import queries as teams
from freehold.people.teams.states import Can
from freehold.trust.feedback.events import (
    FeedbackAsked,
    FeedbackLeft,
    FeedbackPublished,
    FeedbackReminded,
    FeedbackReplied,
)


def _notice(party_id: UUID, words: str, contract_id: UUID, **places: object) -> Notice:
    return Notice(
        to=teams.members_with(party_id, Can.FEEDBACK_WRITE),
        words=f"feedback/notices/{words}",
        link=reverse("feedback:review", kwargs={"contract_id": contract_id}),
        places=places,
    )


@notice(FeedbackAsked)
def asked(event: FeedbackAsked) -> list[Notice]:
    sides = (event.company_id, event.worker_id)
    return [_notice(party, "asked", event.contract_id, due_at=event.due_at) for party in sides]


@notice(FeedbackLeft)
def left(event: FeedbackLeft) -> Notice:
    """The other side learns only that something was left."""
    return _notice(event.receiver_id, "left", event.contract_id)


@notice(FeedbackReminded)
def reminded(event: FeedbackReminded) -> Notice:
    return _notice(event.author_id, "reminded", event.contract_id)


@notice(FeedbackPublished)
def published(event: FeedbackPublished) -> Notice:
    return _notice(event.receiver_id, "published", event.contract_id)


@notice(FeedbackReplied)
def replied(event: FeedbackReplied) -> Notice:
    return _notice(event.author_id, "replied", event.contract_id)


