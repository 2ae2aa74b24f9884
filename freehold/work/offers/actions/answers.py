"""How an offer ends: accepted, declined, withdrawn, expired, void. Every end but the first returns the money."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.calendar import next_reminder
from freehold.kit.events import Event, publish
from freehold.kit.refusals import IllegalMove, NotFound, Stale
from freehold.kit.text import clean
from freehold.market.jobs import actions as jobs
from freehold.market.proposals import actions as proposals
from freehold.money.fees import queries as fees
from freehold.people.teams import actions as parties
from freehold.work.contracts import actions as contracts
from freehold.work.contracts.models import Agreement, Contract
from freehold.work.offers import policies
from freehold.work.offers.actions import purse
from freehold.work.offers.actions.drafting import about
from freehold.work.offers.actions.sending import content_of, in_time
from freehold.work.offers.events import (
    OfferAccepted,
    OfferDeclined,
    OfferEnding,
    OfferExpired,
    OfferVoided,
    OfferWithdrawn,
)
from freehold.work.offers.models import Offer
from freehold.work.offers.states import OFFER, O


@action
def accept_offer(*, actor: Actor, offer_id: UUID, version: int, at: datetime) -> Contract:
    """
    Say yes: contract, handed-over hold, hired proposal and filled post in one commit.

    :param version: the version the worker read
    :raises NotFound: unless it was sent to the actor's party
    :raises NotAllowed: unless the actor may decide for it and begin something new
    :raises IllegalMove: unless it waits for an answer
    :raises Stale: when the client has sent a newer version
    :raises AnswerOver: after its clock
    """
    offer = Offer.objects.locked(offer_id)
    require(policies.can_see(actor, offer), NotFound)
    require(policies.can_accept(actor, offer))
    require(OFFER.allows(offer, "accept"), IllegalMove)
    require(offer.version == version, Stale)
    in_time(offer, at)
    content, terms = content_of(offer), fees.Terms.from_json(offer.terms)
    terms = terms.lower(fees.terms_now(origin=offer.origin, currency=offer.currency))
    assert offer.hold_id is not None
    contract = contracts.open_contract(
        actor=actor,
        agreement=Agreement(
            company_id=offer.company_id,
            team_id=offer.team_id,
            worker_id=offer.worker_id,
            hiring_account_id=offer.sender_id,
            title=offer.title,
            text=offer.text,
            currency=offer.currency,
            terms=terms.as_json(),
            parts=content.parts,
            origin=offer.origin,
            starts_on=offer.starts_on,
            post_id=offer.post_id,
            proposal_id=offer.proposal_id,
            offer_id=offer.pk,
        ),
        hold_id=offer.hold_id,
        at=at,
    )
    OFFER.move(offer, "accept", at=at, contract_id=contract.pk, answer_due_at=None, remind_due_at=None)
    if offer.proposal_id:
        proposals.hire(proposal_id=offer.proposal_id, at=at)
    if offer.post_id:
        jobs.fill_post(post_id=offer.post_id, at=at, close=offer.close_post)
    parties.acquaint(one_id=offer.company_id, other_id=offer.worker_id)
    publish(OfferAccepted(**about(offer), contract_id=contract.pk), actor=actor, at=at)
    return contract


@action
def decline_offer(*, actor: Actor, offer_id: UUID, at: datetime, text: str = "") -> Offer:
    """
    Say no; the money goes back to the client.

    :raises NotFound: unless it was sent to the actor's party
    :raises NotAllowed: unless the actor may decide for it
    :raises IllegalMove: unless it waits for an answer
    """
    offer = Offer.objects.locked(offer_id)
    require(policies.can_see(actor, offer), NotFound)
    require(policies.can_decline(actor, offer))
    _end(offer, "decline", OfferDeclined, actor=actor, at=at, decline_text=clean(text)[:500])
    return offer


@action
def withdraw_offer(*, actor: Actor, offer_id: UUID, at: datetime) -> Offer:
    """
    Take an offer back, or drop its draft; held money returns.

    :raises NotFound: unless it is an offer of the actor's company
    :raises NotAllowed: unless the actor may send the company's offers
    :raises IllegalMove: when it has ended, or its money is on its way in
    """
    offer = Offer.objects.locked(offer_id)
    require(policies.can_see(actor, offer), NotFound)
    require(policies.can_withdraw(actor, offer))
    _end(offer, "withdraw", OfferWithdrawn, actor=actor, at=at)
    return offer


@action
def expire_offer(*, actor: Actor, offer_id: UUID, at: datetime) -> Offer:
    """
    Nobody answered in time: the money goes back.

    :raises NotAllowed: unless the machine itself acts
    :raises IllegalMove: unless it waits for an answer and its clock has ended
    """
    offer = Offer.objects.locked(offer_id)
    require(actor.is_system)
    require(offer.answer_due_at is not None and offer.answer_due_at <= at, IllegalMove)
    _end(offer, "expire", OfferExpired, actor=actor, at=at)
    return offer


@action
def void_offer(*, actor: Actor, offer_id: UUID, at: datetime) -> Offer:
    """
    One side cannot deal any more; held money returns.

    :raises NotAllowed: unless the machine itself acts
    :raises IllegalMove: when it has ended
    """
    offer = Offer.objects.locked(offer_id)
    require(actor.is_system)
    _end(offer, "void", OfferVoided, actor=actor, at=at)
    return offer


@action
def drop_draft(*, actor: Actor, offer_id: UUID, at: datetime) -> None:
    """
    Delete a draft nobody sent in 90 days.

    :raises NotAllowed: unless the machine itself acts
    :raises IllegalMove: unless it is a draft and its clock has ended
    """
    offer = Offer.objects.locked(offer_id)
    require(actor.is_system)
    require(offer.state == O.DRAFT and offer.draft_due_at is not None and offer.draft_due_at <= at, IllegalMove)
    offer.delete()


@action
def remind_of_offer(*, actor: Actor, offer_id: UUID, at: datetime) -> Offer:
    """
    Remind the worker that the offer will soon expire.

    :raises NotAllowed: unless the machine itself acts
    :raises IllegalMove: unless it waits for an answer
    """
    offer = Offer.objects.locked(offer_id)
    require(actor.is_system)
    due = offer.answer_due_at
    require(offer.state == O.SENT and offer.remind_due_at is not None and due is not None, IllegalMove)
    assert due is not None
    offer.remind_due_at = next_reminder(due, at)
    offer.save(update_fields=["remind_due_at"])
    publish(OfferEnding(**about(offer), due_at=due), actor=actor, at=at)
    return offer


def _end(offer: Offer, step: str, fact: type[Event], *, actor: Actor, at: datetime, **columns: Any) -> None:
    was_funding, was_sent = offer.state == O.FUNDING, offer.state == O.SENT
    OFFER.move(
        offer,
        step,
        at=at,
        answer_due_at=None,
        remind_due_at=None,
        funding_due_at=None,
        draft_due_at=None,
        **columns,
    )
    if held := purse.held(offer):
        purse.send_back(offer, held, at)
    elif was_funding and offer.hold_id is not None:
        purse.abandon(offer.hold_id, at)
    if was_sent and offer.proposal_id:
        proposals.offer_ended(proposal_id=offer.proposal_id, at=at)
    publish(fact(**about(offer)), actor=actor, at=at)
