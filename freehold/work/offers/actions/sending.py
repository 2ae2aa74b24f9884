"""Sending an offer: the first milestone's money comes first."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.calendar import days_after, next_reminder
from freehold.kit.events import publish
from freehold.kit.refusals import IllegalMove, NotFound, Refusal, Stale, TooLate
from freehold.kit.settings import current
from freehold.market.proposals import actions as proposals
from freehold.market.proposals.models import Proposal
from freehold.market.proposals.states import PROPOSAL
from freehold.people.teams import actions as parties
from freehold.people.teams import queries as teams
from freehold.work.contracts.models import Part
from freehold.work.offers import policies
from freehold.work.offers.actions import purse
from freehold.work.offers.actions.drafting import CannotDeal, NotOfferable, about, checked, write
from freehold.work.offers.events import OfferFundingFailed, OfferSent, OfferVoided
from freehold.work.offers.models import Content, Offer, OfferMilestone, OfferVersion
from freehold.work.offers.states import OFFER


class ChooseCard(Refusal):
    """An offer is sent with money."""

    status = 422
    sentence = _("Choose the card to charge for the first milestone. Nothing was sent and no money moved.")


class AnswerOver(TooLate):
    """The offer's clock has run out."""

    sentence = _("The time to answer this offer is over: it has expired and its money goes back to the client.")


@action
def send_offer(*, actor: Actor, offer_id: UUID, method_id: UUID | None, at: datetime) -> Offer:
    """
    Charge the first milestone into a hold bound to the offer; once the money is there the worker is asked.

    :raises NotFound: unless it is an offer of the actor's company
    :raises NotAllowed: unless the actor may send the company's offers
    :raises IllegalMove: unless it is a draft
    :raises CannotDeal: when the worker is leaving
    :raises NotOfferable: when the proposal is not open any more
    :raises ChooseCard: without a card
    """
    offer = Offer.objects.locked(offer_id)
    require(policies.can_see(actor, offer) and actor.acts_for(offer.company_id), NotFound)
    require(policies.can_send(actor, offer))
    require(OFFER.allows(offer, "send"), IllegalMove)
    face = teams.faces([offer.worker_id], actor)[offer.worker_id]
    require(not face.gone and not face.leaving, CannotDeal)
    require(_offerable(offer), NotOfferable)
    if method_id is None:
        raise ChooseCard()
    _fund(offer, "send", method_id, actor=actor, at=at)
    return offer


@action
def settle_offer(*, actor: Actor, offer_id: UUID, charge_id: UUID, at: datetime) -> Offer:
    """
    The money is held: the offer is sent and the worker's clock starts.

    When the proposal was withdrawn meanwhile the offer is void; money for a funding given up goes straight back.

    :raises NotAllowed: unless the machine itself acts
    """
    offer = Offer.objects.locked(offer_id)
    require(actor.is_system)
    if offer.charge_id != charge_id or not OFFER.allows(offer, "settle"):
        purse.return_late(offer, charge_id, at)
        return offer
    purse.arrive(offer, at)
    if offer.version == 0 and not _offerable(offer):
        purse.send_back(offer, purse.held(offer), at)
        OFFER.move(offer, "void", at=at, funding_due_at=None)
        publish(OfferVoided(**about(offer)), actor=actor, at=at)
        return offer
    first_time = offer.version == 0
    _sent(offer, "settle", actor=actor, at=at)
    if first_time:
        parties.acquaint(one_id=offer.company_id, other_id=offer.worker_id)
        if offer.proposal_id:
            proposals.offer_made(proposal_id=offer.proposal_id, at=at)
    return offer


@action
def fail_offer(*, actor: Actor, offer_id: UUID, charge_id: UUID | None, code: str, at: datetime) -> Offer:
    """
    The charge did not go through, or nobody confirmed it in time: the offer is a draft again and says why.

    :param charge_id: the charge that failed; None when the funding's own clock ran out
    :raises NotAllowed: unless the machine itself acts
    :raises IllegalMove: unless the offer waits for its money
    """
    offer = Offer.objects.locked(offer_id)
    require(actor.is_system)
    require(charge_id is None or offer.charge_id == charge_id, IllegalMove)
    hold_id, was_sent = offer.hold_id, offer.version > 0
    OFFER.move(
        offer,
        "fail",
        at=at,
        hold_id=None,
        funding_due_at=None,
        fail_code=code,
        draft_due_at=days_after(at, 90),
        version=0,
    )
    if hold_id is not None:
        purse.abandon(hold_id, at)
    if was_sent and offer.proposal_id:
        proposals.offer_ended(proposal_id=offer.proposal_id, at=at)
    publish(OfferFundingFailed(**about(offer), code=code), actor=actor, at=at)
    return offer


@action
def revise_offer(
    *, actor: Actor, offer_id: UUID, version: int, content: Content, at: datetime, method_id: UUID | None = None
) -> Offer:
    """
    Send a new version: the clock starts anew.

    A dearer first milestone is charged again, of a cheaper one the rest returns.

    :param version: the version the new one was written over
    :param method_id: card for a dearer first milestone
    :raises NotFound: unless it is an offer of the actor's company
    :raises NotAllowed: unless the actor may send the company's offers
    :raises IllegalMove: unless it waits for an answer
    :raises Stale: when there is a newer version
    :raises AnswerOver: after its clock
    :raises ChooseCard: when more money is needed and no card is named
    :raises Invalid: when title, days or milestones will not do
    """
    offer = Offer.objects.locked(offer_id)
    require(policies.can_see(actor, offer) and actor.acts_for(offer.company_id), NotFound)
    require(policies.can_send(actor, offer))
    require(OFFER.allows(offer, "revise"), IllegalMove)
    require(offer.version == version, Stale)
    in_time(offer, at)
    content = checked(content, currency=offer.currency, at=at)
    held, first = purse.held(offer), content.parts[0].amount
    if first > held and method_id is None:
        raise ChooseCard()
    write(offer, content)
    if first > held and method_id is not None:
        purse.send_back(offer, held, at)
        _fund(offer, "refund_revised", method_id, actor=actor, at=at)
        return offer
    if first < held:
        purse.send_back(offer, held - first, at)
    _sent(offer, "revise", actor=actor, at=at)
    return offer


def in_time(offer: Offer, at: datetime) -> None:
    """
    :raises AnswerOver: when the clock has run out, though the machine has not come round to it yet
    """
    if offer.answer_due_at is not None and at >= offer.answer_due_at:
        raise AnswerOver()


def content_of(offer: Offer) -> Content:
    """What the offer says now."""
    rows = OfferMilestone.objects.filter(offer=offer).order_by("position")
    return Content(
        title=offer.title,
        text=offer.text,
        starts_on=offer.starts_on,
        close_post=offer.close_post,
        parts=tuple(Part(title=m.title, text=m.text, amount=m.amount, due_on=m.due_on) for m in rows),
    )


def _fund(offer: Offer, step: str, method_id: UUID, *, actor: Actor, at: datetime) -> None:
    amount = OfferMilestone.objects.filter(offer=offer).order_by("position").values_list("amount", flat=True).first()
    assert amount is not None
    hold, charge = purse.begin(offer, amount, method_id, actor=actor, at=at)
    OFFER.move(
        offer,
        step,
        at=at,
        hold_id=hold.pk,
        charge_id=charge.pk,
        fail_code="",
        draft_due_at=None,
        answer_due_at=None,
        remind_due_at=None,
        funding_due_at=days_after(at, current().offer.funding_days),
    )


def _sent(offer: Offer, step: str, *, actor: Actor, at: datetime) -> None:
    due, content = days_after(at, current().offer.ttl_days), content_of(offer)
    OFFER.move(
        offer,
        step,
        at=at,
        version=_next_version(offer),
        funding_due_at=None,
        answer_due_at=due,
        remind_due_at=next_reminder(due, at),
    )
    OfferVersion.objects.create(offer=offer, number=offer.version, content=content.as_json(), at=at)
    total = sum(part.amount for part in content.parts)
    fact = OfferSent(**about(offer), version=offer.version, due_at=due, currency=offer.currency, amount=total)
    publish(fact, actor=actor, at=at)


def _next_version(offer: Offer) -> int:
    newest = OfferVersion.objects.filter(offer=offer).order_by("-number").values_list("number", flat=True).first()
    return (newest or 0) + 1


def _offerable(offer: Offer) -> bool:
    """Can the proposal still be offered a contract?"""
    if offer.proposal_id is None:
        return True
    proposal = Proposal.objects.select_for_update(no_key=True).filter(pk=offer.proposal_id).first()
    return proposal is not None and PROPOSAL.allows(proposal, "offer")
