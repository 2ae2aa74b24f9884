"""Who may do what with a proposal."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from freehold.kit.actors import Actor
from freehold.market.jobs.models import Post
from freehold.market.profiles.policies import shows
from freehold.market.proposals.models import Proposal
from freehold.market.proposals.states import PROPOSAL, S
from freehold.people.teams.states import Can
from freehold.talk.files.policies import readable


def can_send(actor: Actor) -> bool:
    """Does the actor act as a worker side?"""
    return actor.party_id is not None and Can.PROPOSALS_SEND in actor.permissions


def is_own(actor: Actor, proposal: Proposal) -> bool:
    return actor.acts_for(proposal.worker_id, Can.PROPOSALS_SEND)


def can_review(actor: Actor, proposal: Proposal) -> bool:
    """May the actor look at the proposal for the client and decide?"""
    return proposal.state != S.DRAFT and actor.acts_for(proposal.post.company_id, Can.PROPOSALS_REVIEW)


def can_review_post(actor: Actor, post: Post) -> bool:
    return actor.acts_for(post.company_id, Can.PROPOSALS_REVIEW)


def can_offer(actor: Actor, proposal: Proposal) -> bool:
    return actor.acts_for(proposal.post.company_id, Can.OFFERS_SEND) and PROPOSAL.allows(proposal, "offer")


def can_decline(actor: Actor, proposal: Proposal) -> bool:
    return can_review(actor, proposal) and PROPOSAL.allows(proposal, "decline")


def can_withdraw(actor: Actor, proposal: Proposal) -> bool:
    return is_own(actor, proposal) and PROPOSAL.allows(proposal, "withdraw")


def can_edit_letter(actor: Actor, proposal: Proposal, at: datetime) -> bool:
    """Until first opened, and within ``proposal.edit_hours``."""
    return is_own(actor, proposal) and proposal.state in (S.SUBMITTED, S.ACTIVE) and letter_is_open(proposal, at)


def letter_is_open(proposal: Proposal, at: datetime) -> bool:
    return proposal.opened_at is None and proposal.edit_until is not None and at < proposal.edit_until


def can_edit_terms(actor: Actor, proposal: Proposal) -> bool:
    """Until an offer exists."""
    return is_own(actor, proposal) and proposal.state in (S.SUBMITTED, S.ACTIVE)


@readable("proposal")
def may_read_files(actor: Actor, proposal_id: UUID) -> bool:
    """Both sides of a proposal may have its files."""
    return Proposal.objects.visible_to(actor).filter(pk=proposal_id).exists()


@shows
def came_with_a_proposal(actor: Actor, party_id: UUID) -> bool:
    """A client may look at the hidden profile of somebody who applied to them."""
    if actor.party_id is None or Can.PROPOSALS_REVIEW not in actor.permissions:
        return False
    sent = Proposal.objects.filter(post__company_id=actor.party_id, worker_id=party_id)
    return sent.exclude(state=S.DRAFT).exists()
