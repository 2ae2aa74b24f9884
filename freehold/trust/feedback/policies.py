"""Who may review, and who may answer."""

from __future__ import annotations

from freehold.kit.actors import Actor
from freehold.people.teams.states import Can
from freehold.trust.feedback.models import Review


def can_write(actor: Actor, review: Review) -> bool:
    """The side that writes it; of a company whoever may speak for it."""
    return actor.acts_for(review.author_id, Can.FEEDBACK_WRITE)


def can_reply(actor: Actor, review: Review) -> bool:
    return actor.acts_for(review.receiver_id, Can.FEEDBACK_WRITE)


def can_carry_on(actor: Actor) -> bool:
    return actor.is_system
