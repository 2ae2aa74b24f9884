"""Who may do what with an offer."""

from __future__ import annotations

from uuid import UUID

from freehold.kit.actors import Actor
from freehold.people.teams.states import Can
from freehold.work.offers.models import Offer
from freehold.work.offers.states import O


def can_see(actor: Actor, offer: Offer) -> bool:
    """The company's readers; the worker from the moment it was sent once."""
    if actor.is_system:
        return True
    return actor.acts_for(offer.company_id, Can.CONTRACTS_READ) or (
        actor.acts_for(offer.worker_id) and offer.version > 0 and offer.state != O.DRAFT
    )


def can_draft(actor: Actor, company_id: UUID) -> bool:
    return actor.acts_for(company_id, Can.OFFERS_SEND) and actor.may_begin


def can_send(actor: Actor, offer: Offer) -> bool:
    return can_draft(actor, offer.company_id)


def can_withdraw(actor: Actor, offer: Offer) -> bool:
    """Taking back is finishing: a company on its way out may."""
    return actor.is_system or actor.acts_for(offer.company_id, Can.OFFERS_SEND)


def can_accept(actor: Actor, offer: Offer) -> bool:
    return actor.acts_for(offer.worker_id, Can.OFFERS_DECIDE) and actor.may_begin


def can_decline(actor: Actor, offer: Offer) -> bool:
    return actor.acts_for(offer.worker_id, Can.OFFERS_DECIDE)
