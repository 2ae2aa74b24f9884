"""What happens to proposals because of something else: a clock, a closed post, an offer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.calendar import days_after
from freehold.kit.events import publish
from freehold.kit.refusals import IllegalMove
from freehold.kit.settings import current
from freehold.market.credits import actions as credits
from freehold.market.jobs import actions as jobs
from freehold.market.jobs.models import Post
from freehold.market.jobs.states import P
from freehold.market.proposals.actions.worker import _ids
from freehold.market.proposals.events import (
    ProposalArchived,
    ProposalHired,
    ProposalInvalidated,
    ProposalOffered,
    ProposalOfferEnded,
    ProposalRevived,
)
from freehold.market.proposals.models import Proposal
from freehold.market.proposals.states import LIVE, PROPOSAL, S

_MACHINE = Actor.system("proposals")


@action
def offer_made(*, proposal_id: UUID, at: datetime, actor: Actor = _MACHINE) -> Proposal:
    """
    An offer was made on the proposal. The offers app calls this.

    :raises IllegalMove: when the proposal is decided or has an offer
    """
    require(actor.is_system or actor.is_known)  # the app above asked its own policy
    proposal = Proposal.objects.locked(proposal_id)
    was_live = proposal.state in LIVE
    PROPOSAL.move(
        proposal, "offer", at=at, state_before=proposal.state, unseen_due_at=None,
        opened_at=proposal.opened_at or at,
    )  # fmt: skip
    if not was_live:
        jobs.note_proposals(post_id=proposal.post_id, live=1, at=at)
    publish(ProposalOffered(**_ids(proposal)), actor=actor, at=at)
    return proposal


@action
def offer_ended(*, proposal_id: UUID, at: datetime, actor: Actor = _MACHINE) -> Proposal:
    """
    The offer was declined, withdrawn or ran out: the proposal lives on. The offers app calls this.

    :raises IllegalMove: when there was no offer
    """
    require(actor.is_system or actor.is_known)  # the app above asked its own policy
    proposal = Proposal.objects.locked(proposal_id)
    PROPOSAL.move(proposal, "end_offer", at=at)
    publish(ProposalOfferEnded(**_ids(proposal)), actor=actor, at=at)
    return proposal


@action
def hire(*, proposal_id: UUID, at: datetime, actor: Actor = _MACHINE) -> Proposal:
    """
    The offer was accepted. The offers app calls this.

    :raises IllegalMove: when there was no offer
    """
    require(actor.is_system or actor.is_known)  # the app above asked its own policy
    proposal = Proposal.objects.locked(proposal_id)
    PROPOSAL.move(proposal, "hire", at=at)
    jobs.note_proposals(post_id=proposal.post_id, live=-1, at=at)
    publish(ProposalHired(**_ids(proposal)), actor=actor, at=at)
    return proposal


@action
def archive_proposals(*, actor: Actor, post_id: UUID, give_back: bool, at: datetime) -> int:
    """
    Keep a closed post's waiting proposals; where nobody was hired, their credits come back.

    All of one post together: first the proposals, then the post, then the pools, each in the order of their keys.

    :returns: how many were archived
    :raises NotAllowed: unless the machine acts
    """
    require(actor.is_system)
    rows = Proposal.objects.select_for_update(of=("self",), no_key=True).select_related("post")
    found = list(rows.filter(post_id=post_id).exclude(state=S.DRAFT).order_by("pk"))
    waiting = [p for p in found if PROPOSAL.allows(p, "archive")]
    for proposal in waiting:
        PROPOSAL.move(proposal, "archive", at=at, state_before=proposal.state, unseen_due_at=None)
        publish(ProposalArchived(**_ids(proposal)), actor=actor, at=at)
    if waiting:
        jobs.note_proposals(post_id=post_id, live=-len(waiting), at=at)
    if give_back:
        owed = [p for p in found if p.state in (S.ARCHIVED, S.OFFERED) and p.returned_at is None]
        for proposal in sorted(owed, key=lambda p: p.worker_id):
            credits.give_back(actor=actor, ref=("proposal", proposal.pk), at=at)
        Proposal.objects.filter(pk__in=[p.pk for p in owed]).update(returned_at=at)
    return len(waiting)


@action
def revive_proposals(*, actor: Actor, post_id: UUID, at: datetime) -> int:
    """
    Bring the proposals of a reopened post back into the state they had.

    :returns: how many
    :raises NotAllowed: unless the machine acts
    """
    require(actor.is_system)
    rows = Proposal.objects.select_for_update(of=("self",), no_key=True).select_related("post")
    found = list(rows.filter(post_id=post_id, state=S.ARCHIVED).order_by("pk"))
    if not found or Post.objects.found(pk=post_id).state != P.OPEN:
        return 0
    for proposal in found:
        move = "revive_active" if proposal.state_before == S.ACTIVE else "revive"
        seen = proposal.opened_at or proposal.returned_at
        due = None if seen else days_after(at, current().credits.unseen_days)
        PROPOSAL.move(proposal, move, at=at, state_before="", unseen_due_at=due)
        publish(ProposalRevived(**_ids(proposal)), actor=actor, at=at)
    jobs.note_proposals(post_id=post_id, live=len(found), at=at)
    return len(found)


@action
def return_unseen(*, actor: Actor, proposal_id: UUID, at: datetime) -> int:
    """
    Give back the credits of a proposal nobody opened for ``credits.unseen_days``; it stays live.

    :returns: how many came back
    :raises NotAllowed: unless the machine acts
    :raises IllegalMove: when it was opened, or its time is not over
    """
    proposal = Proposal.objects.locked(proposal_id)
    require(actor.is_system)
    if proposal.unseen_due_at is None or proposal.unseen_due_at > at:
        raise IllegalMove()
    proposal.unseen_due_at = None
    if proposal.returned_at is None:
        proposal.returned_at = at
    proposal.save(update_fields=["unseen_due_at", "returned_at"])
    return credits.give_back(actor=actor, ref=("proposal", proposal.pk), at=at)


@action
def free_to_withdraw(*, actor: Actor, post_id: UUID, at: datetime) -> int:
    """
    Let everybody waiting withdraw with their credits for ``credits.change_return_days``: the job pays less now.

    :returns: how many may
    :raises NotAllowed: unless the machine acts
    """
    require(actor.is_system)
    until = days_after(at, current().credits.change_return_days)
    waiting = Proposal.objects.filter(post_id=post_id, state__in=(S.SUBMITTED, S.ACTIVE), submitted_at__lte=at)
    ids = list(waiting.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    return Proposal.objects.filter(pk__in=ids).update(free_until=until)


@action
def invalidate(*, actor: Actor, proposal_id: UUID, give_back: bool, at: datetime) -> Proposal:
    """
    End a proposal because one of its sides is gone.

    :raises NotAllowed: unless the machine or staff acts
    :raises IllegalMove: when it is decided
    """
    proposal = Proposal.objects.locked(proposal_id)
    require(actor.is_system or actor.is_staff())
    PROPOSAL.move(proposal, "invalidate", at=at, unseen_due_at=None)
    jobs.note_proposals(post_id=proposal.post_id, live=-1, at=at)
    if give_back and proposal.returned_at is None:
        credits.give_back(actor=_MACHINE, ref=("proposal", proposal.pk), at=at)
        proposal.returned_at = at
        proposal.save(update_fields=["returned_at"])
    publish(ProposalInvalidated(**_ids(proposal)), actor=actor, at=at)
    return proposal
