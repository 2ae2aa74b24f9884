"""What the client does: opens, marks and declines."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.events import publish
from freehold.kit.refusals import IllegalMove, Invalid, NotFound
from freehold.kit.text import clean
from freehold.market.jobs import actions as jobs
from freehold.market.proposals import policies
from freehold.market.proposals.actions.worker import _ids
from freehold.market.proposals.events import ProposalDeclined, ProposalOpened
from freehold.market.proposals.models import Mark, Proposal
from freehold.market.proposals.states import LIVE, PROPOSAL, DeclineReason

NOTE_MAX = 1000


@action
def open_proposal(*, actor: Actor, proposal_id: UUID, at: datetime) -> Proposal:
    """
    Remember that the client looked; from now on the credits stay spent and the letter as it is. Twice is once.

    :raises NotFound: unless the actor reviews the post's proposals
    """
    proposal = Proposal.objects.locked(proposal_id)
    require(policies.can_review(actor, proposal), NotFound)
    jobs.note_seen(post_id=proposal.post_id, at=at)
    if proposal.opened_at is None:
        proposal.opened_at, proposal.unseen_due_at = at, None
        proposal.save(update_fields=["opened_at", "unseen_due_at"])
        publish(ProposalOpened(**_ids(proposal)), actor=actor, at=at)
    return proposal


@action
def decline(*, actor: Actor, proposal_id: UUID, reason: str, note: str = "", at: datetime) -> Proposal:
    """
    Say no, with a reason.

    :raises NotFound: unless the actor reviews the post's proposals
    :raises Invalid: without a reason
    :raises IllegalMove: once it is decided or has an offer
    """
    proposal = Proposal.objects.locked(proposal_id)
    require(policies.can_review(actor, proposal), NotFound)
    if reason not in DeclineReason.values:
        raise Invalid(fields={"reason": _("Say why, by choosing one of the list.")})
    if len(clean(note)) > NOTE_MAX:
        raise Invalid(fields={"note": _("At most %(most)s characters.") % {"most": NOTE_MAX}})
    if not PROPOSAL.allows(proposal, "decline"):
        raise IllegalMove(_("This proposal cannot be declined any more. Reload the page to see where it stands."))
    was_live = proposal.state in LIVE
    PROPOSAL.move(proposal, "decline", at=at, decline_reason=reason, decline_note=clean(note), unseen_due_at=None)

    if was_live:
        jobs.note_proposals(post_id=proposal.post_id, live=-1, at=at)
    publish(ProposalDeclined(reason=reason, **_ids(proposal)), actor=actor, at=at)
    return proposal


@action
def shortlist(*, actor: Actor, proposal_id: UUID, at: datetime) -> Mark:
    """
    Put a proposal on the team's short list.

    :raises NotFound: unless the actor reviews the post's proposals
    """
    return _mark(actor, proposal_id, shortlisted_at=at, put_away_at=None)


@action
def unshortlist(*, actor: Actor, proposal_id: UUID, at: datetime) -> Mark:
    """
    Take a proposal off the short list.

    :raises NotFound: unless the actor reviews the post's proposals
    """
    return _mark(actor, proposal_id, shortlisted_at=None)


@action
def put_away(*, actor: Actor, proposal_id: UUID, at: datetime) -> Mark:
    """
    Move a proposal out of the team's sight; the worker learns nothing of it.

    :raises NotFound: unless the actor reviews the post's proposals
    """
    return _mark(actor, proposal_id, put_away_at=at, shortlisted_at=None)


@action
def take_back(*, actor: Actor, proposal_id: UUID, at: datetime) -> Mark:
    """
    Bring a proposal back among the others.

    :raises NotFound: unless the actor reviews the post's proposals
    """
    return _mark(actor, proposal_id, put_away_at=None)


@action
def rate(*, actor: Actor, proposal_id: UUID, rating: int | None, note: str, at: datetime) -> Mark:
    """
    Note what the team thinks of a proposal, for itself alone.

    :raises NotFound: unless the actor reviews the post's proposals
    :raises Invalid: for a rating outside 1 to 5 or a long note
    """
    if rating is not None and not 1 <= rating <= 5:
        raise Invalid(fields={"rating": _("From 1 to 5, or none.")})
    if len(clean(note)) > NOTE_MAX:
        raise Invalid(fields={"note": _("At most %(most)s characters.") % {"most": NOTE_MAX}})
    return _mark(actor, proposal_id, rating=rating, note=clean(note))


def _mark(actor: Actor, proposal_id: UUID, **columns: Any) -> Mark:
    proposal = Proposal.objects.locked(proposal_id)
    require(policies.can_review(actor, proposal), NotFound)
    mark, _new = Mark.objects.update_or_create(
        proposal=proposal, defaults={**columns, "account_id": actor.account_id}
    )
    return mark
