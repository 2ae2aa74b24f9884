"""Writing an offer, before any money moves."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.calendar import day_of, days_after
from freehold.kit.events import publish
from freehold.kit.refusals import Invalid, NotFound, Refusal
from freehold.kit.settings import current
from freehold.kit.text import clean
from freehold.market.proposals.models import Proposal
from freehold.market.proposals.states import PROPOSAL
from freehold.money.fees import queries as fees
from freehold.people.teams import queries as teams
from freehold.work.contracts import actions as contracts
from freehold.work.contracts.models import Part
from freehold.work.contracts.states import Origin
from freehold.work.offers import policies
from freehold.work.offers.events import OfferDrafted
from freehold.work.offers.models import Content, Offer, OfferMilestone
from freehold.work.offers.states import OPEN, O

_DRAFT_DAYS = 90


class CannotDeal(Refusal):
    """Nobody makes a deal with themselves, or with somebody who is leaving."""

    sentence = _("No offer can be made here: one side is closing its account, or both sides are the same people.")


class OfferOpen(Refusal):
    """One open offer per proposal."""

    sentence = _("An offer for this proposal is already under way. Look at it, or take it back first. No money moved.")


class NotOfferable(Refusal):
    """A proposal that was withdrawn, declined or hired takes no offer."""

    sentence = _(
        "This proposal cannot be offered a contract any more: it was withdrawn, declined or hired. No money moved."
    )


@action
def draft_offer(*, actor: Actor, proposal_id: UUID, content: Content, at: datetime) -> Offer:
    """
    Write down an offer for a proposal, or change the draft there is; nothing is sent and no money moves.

    :raises NotFound: unless the proposal was sent to the actor's company
    :raises NotAllowed: unless the actor may send the company's offers
    :raises CannotDeal: between connected parties
    :raises NotOfferable: when the proposal is not open any more
    :raises OfferOpen: while another offer for it is under way
    :raises Invalid: when title, days or milestones will not do
    """
    proposal = Proposal.objects.visible_to(actor).select_related("post").filter(pk=proposal_id).first()
    if proposal is None or not actor.acts_for(proposal.post.company_id):
        raise NotFound()
    post = proposal.post
    require(policies.can_draft(actor, post.company_id))
    require(not teams.connected(post.company_id, proposal.worker_id), CannotDeal)
    offer = Offer.objects.filter(proposal_id=proposal.pk, state__in=OPEN).select_for_update(no_key=True).first()
    require(offer is None or offer.state == O.DRAFT, OfferOpen)
    require(PROPOSAL.allows(proposal, "offer"), NotOfferable)
    content = checked(content, currency=post.currency, at=at)
    terms = fees.terms_now(origin=Origin.PROPOSAL, currency=proposal.currency)
    assert actor.account_id is not None
    team_id = post.team_id or teams.first_team(post.company_id)
    assert team_id is not None
    if offer is None:
        offer = Offer(
            company_id=post.company_id,
            team_id=team_id,
            worker_id=proposal.worker_id,
            sender_id=actor.account_id,
            post_id=post.pk,
            proposal_id=proposal.pk,
            currency=proposal.currency,
            created_at=at,
        )
    offer.sender_id, offer.terms = actor.account_id, terms.as_json()
    offer.draft_due_at = days_after(at, _DRAFT_DAYS)
    new = offer._state.adding
    write(offer, content)
    if new:
        publish(OfferDrafted(**about(offer)), actor=actor, at=at)
    return offer


def about(offer: Offer) -> dict[str, Any]:
    """The ids every fact about an offer carries."""
    return {
        "offer_id": offer.pk,
        "company_id": offer.company_id,
        "worker_id": offer.worker_id,
        "proposal_id": offer.proposal_id,
    }


def checked(content: Content, *, currency: str, at: datetime) -> Content:
    """
    An offer's words, cleaned.

    :raises Invalid: with a sentence per field
    """
    title, text = clean(content.title), clean(content.text)
    wrong: dict[str, Any] = {}
    most = current().contract.milestones_max
    if not 1 <= len(title) <= 100:
        wrong["title"] = _("Give the contract a title of 1 to 100 characters.")
    if len(text) > 10_000:
        wrong["text"] = _("At most 10,000 characters.")
    if content.starts_on is not None and content.starts_on < day_of(at):
        wrong["starts_on"] = _("This day has passed. Choose a later one or leave it empty.")
    if not 1 <= len(content.parts) <= most:
        wrong["milestones"] = _("An offer has 1 to %(most)s milestones.") % {"most": most}
    parts: list[Part] = []
    for place, part in enumerate(content.parts):
        try:
            parts.append(contracts.checked_part(part, currency=currency, at=at, field=f"{place}-"))
        except Invalid as complaint:
            wrong.update(complaint.fields)
    if wrong:
        raise Invalid(fields=wrong)
    return Content(
        title=title, text=text, parts=tuple(parts), starts_on=content.starts_on, close_post=content.close_post
    )


def write(offer: Offer, content: Content) -> None:
    """Save an offer's words and replace its milestones."""
    offer.title, offer.text = content.title, content.text
    offer.starts_on, offer.close_post = content.starts_on, content.close_post
    offer.save()
    OfferMilestone.objects.filter(offer=offer).delete()
    OfferMilestone.objects.bulk_create(
        OfferMilestone(
            offer=offer, position=place, title=part.title, text=part.text, amount=part.amount, due_on=part.due_on
        )
        for place, part in enumerate(content.parts, 1)
    )
