"""What both sides are told about offers."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from freehold.kit.money import Money
from freehold.kit.notices import Notice, notice
from freehold.people.teams import queries as teams
from freehold.people.teams.states import Can
from freehold.work.offers import queries
from freehold.work.offers.events import (
    OfferAccepted,
    OfferDeclined,
    OfferEnding,
    OfferExpired,
    OfferFundingFailed,
    OfferSent,
    OfferVoided,
    OfferWithdrawn,
)


def _tell(event: Any, words: str, *, worker: bool, **places: Any) -> Notice:
    party_id, permission = (event.worker_id, Can.OFFERS_DECIDE) if worker else (event.company_id, Can.OFFERS_SEND)
    return Notice(
        to=teams.members_with(party_id, permission),
        words=f"offers/notices/{words}",
        link=reverse("offers:detail", kwargs={"offer_id": event.offer_id}),
        places={"title": queries.title_of(event.offer_id), **places},
    )


@notice(OfferSent)
def offer_sent(event: OfferSent) -> Notice:
    return _tell(event, "sent", worker=True, amount=Money(event.amount, event.currency), due_at=event.due_at)


@notice(OfferAccepted)
def offer_accepted(event: OfferAccepted) -> Notice:
    return _tell(event, "accepted", worker=False)


@notice(OfferDeclined)
def offer_declined(event: OfferDeclined) -> Notice:
    return _tell(event, "declined", worker=False)


@notice(OfferWithdrawn)
def offer_withdrawn(event: OfferWithdrawn) -> Notice | None:
    """Drafts were never seen, so nobody misses them."""
    return _tell(event, "withdrawn", worker=True) if queries.was_sent(event.offer_id) else None


@notice(OfferExpired)
def offer_expired(event: OfferExpired) -> list[Notice]:
    return [_tell(event, "expired", worker=True), _tell(event, "expired", worker=False)]


@notice(OfferVoided)
def offer_voided(event: OfferVoided) -> list[Notice]:
    told = [_tell(event, "voided", worker=False)]
    return [*told, _tell(event, "voided", worker=True)] if queries.was_sent(event.offer_id) else told


@notice(OfferFundingFailed)
def offer_funding_failed(event: OfferFundingFailed) -> Notice:
    return _tell(event, "funding_failed", worker=False)


@notice(OfferEnding)
def offer_ending(event: OfferEnding) -> Notice:
    return _tell(event, "ending", worker=True, due_at=event.due_at)
