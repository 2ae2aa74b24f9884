"""What the worker does: drafts, sends, changes and withdraws a proposal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.calendar import days_after
from freehold.kit.events import publish
from freehold.kit.refusals import IllegalMove, Invalid, NotAllowed, NotFound, Refusal, Stale
from freehold.kit.settings import current
from freehold.market.credits import actions as credits
from freehold.market.jobs import actions as jobs
from freehold.market.jobs.models import Post
from freehold.market.jobs.states import P
from freehold.market.proposals import policies, queries
from freehold.market.proposals.actions import pitches
from freehold.market.proposals.events import ProposalChanged, ProposalSubmitted, ProposalWithdrawn
from freehold.market.proposals.models import Pitch, Proposal
from freehold.market.proposals.states import LIVE, PROPOSAL, STANDING, S, WithdrawReason
from freehold.people.teams import queries as teams
from freehold.people.teams.models import Party
from freehold.talk.files import actions as files
from freehold.talk.files import queries as stored

TYPED_MAX = 60_000
#: a form that is open keeps its price so long
PRICE_KEPT = timedelta(minutes=30)


class OwnPost(NotAllowed):
    """Nobody deals with themselves."""

    sentence = _("This job is of a company you belong to, so you cannot apply to it. No credits were spent.")


class NotBeginning(NotAllowed):
    """The account may finish but not begin."""

    sentence = _("Your account can finish what is running but not begin anything new now. No credits were spent.")


class DraftsOnly(NotAllowed):
    """A company cannot apply."""

    sentence = _("Proposals are sent by your freelancer side. Switch to it in the menu, then apply.")


class NoProfile(Refusal):
    """A client wants to see who writes."""

    sentence = _("Publish your profile first: the client reads it beside your proposal. Your text is kept as a draft.")


class PostNotOpen(Refusal):
    """Too late."""

    title = _("The job is closed")
    sentence = _("This job takes no proposals any more. No credits were spent; your text is kept as a draft.")


class AlreadyApplied(Refusal):
    """One proposal per side and post."""

    sentence = _("You have a proposal on this job already. Nothing was sent twice and no credits were spent.")


class TooManyActive(Refusal):
    """As many proposals wait as the market allows."""

    sentence = _("At most %(most)s proposals can wait for an answer at once. Withdraw one first; this stays a draft.")


class PostFull(Refusal):
    """The market limits proposals per post."""

    sentence = _("This job has as many proposals as it takes. If one is withdrawn, a place comes free.")


class PriceChanged(Stale):
    """The price went up or down while the form was open for long."""

    title = _("The cost has changed")
    sentence = _("This proposal costs %(cost)s credits now. Nothing was sent. Look at it again, then send it.")


class LetterLocked(Refusal):
    """Read is read."""

    sentence = _("Letter and answers can change for %(hours)s hours or until the client opens them. Terms still can.")


@action
def save_draft(*, actor: Actor, post_id: UUID, typed: dict[str, Any], at: datetime) -> Proposal:
    """
    Keep what stands in the form.

    :raises NotFound: unless the actor may see the post
    :raises DraftsOnly: unless the actor acts as a worker side
    """
    post = Post.objects.visible_to(actor).found(pk=post_id)
    require(policies.can_send(actor), DraftsOnly)
    draft = _draft(actor, post, at)
    if len(json.dumps(typed)) > TYPED_MAX:
        raise Invalid(_("This is more text than a proposal can hold. What was saved before is still there."))
    draft.typed, draft.saved_at = typed, at
    draft.draft_due_at = days_after(at, current().proposal.draft_days)
    draft.save(update_fields=["typed", "saved_at", "draft_due_at"])
    return draft


@action
def check_room(*, actor: Actor, proposal_id: UUID, more: int) -> None:
    """
    Ask before files are uploaded whether the proposal has room for them.

    :raises NotFound: unless it is the actor's own
    :raises Invalid: above ten files
    """
    proposal = Proposal.objects.found(pk=proposal_id)
    require(policies.is_own(actor, proposal), NotFound)
    pitches.check_files(len(stored.of("proposal", [proposal.pk]).get(proposal.pk, ())) + more)


@action
def attach_files(*, actor: Actor, proposal_id: UUID, file_ids: Sequence[UUID], at: datetime) -> Proposal:
    """
    Put uploaded files onto a draft.

    :raises NotFound: unless it is the actor's own, or a file is somebody else's
    :raises IllegalMove: once it was sent
    :raises Invalid: above ten files
    """
    proposal = Proposal.objects.locked(proposal_id)
    require(policies.is_own(actor, proposal), NotFound)
    if proposal.state != S.DRAFT:
        raise IllegalMove(_("This proposal was sent meanwhile. Change it on its own page."))
    pitches.check_files(len(stored.of("proposal", [proposal.pk]).get(proposal.pk, ())) + len(file_ids))
    files.attach(actor=actor, file_ids=file_ids, subject=("proposal", proposal.pk), at=at)
    return proposal


@action
def remove_file(*, actor: Actor, proposal_id: UUID, file_id: UUID, at: datetime) -> Proposal:
    """
    Take a file off a draft, or off a sent proposal whose letter may still change.

    :raises NotFound: unless it is the actor's own
    :raises LetterLocked: once opened, or after ``proposal.edit_hours``
    """
    proposal = Proposal.objects.locked(proposal_id)
    require(policies.is_own(actor, proposal), NotFound)
    free = proposal.state == S.DRAFT or policies.can_edit_letter(actor, proposal, at)
    require(free, LetterLocked(hours=current().proposal.edit_hours))
    files.detach(actor=actor, file_id=file_id, subject=("proposal", proposal.pk), at=at)
    return proposal


@action
def delete_draft(*, actor: Actor, proposal_id: UUID, at: datetime) -> None:
    """
    Throw a draft away.

    :raises NotFound: unless it is the actor's own draft
    """
    draft = Proposal.objects.locked(proposal_id)
    require(actor.is_system or policies.is_own(actor, draft), NotFound)
    if draft.state != S.DRAFT:
        raise IllegalMove(_("This proposal was sent meanwhile. Withdraw it if you do not want the job any more."))
    files.detach_all(actor=actor, subject=("proposal", draft.pk), at=at)
    draft.delete()


@action
def drop_stale_draft(*, actor: Actor, proposal_id: UUID, at: datetime) -> None:
    """
    Throw away a draft nobody touched for ``proposal.draft_days``.

    :raises NotAllowed: unless the machine acts
    """
    draft = Proposal.objects.locked(proposal_id)
    require(actor.is_system)
    if draft.draft_due_at is None or draft.draft_due_at > at:
        raise IllegalMove()
    delete_draft(actor=actor, proposal_id=proposal_id, at=at)


@action
def submit_proposal(
    *, actor: Actor, post_id: UUID, pitch: Pitch, at: datetime, seen_cost: int | None = None,
    seen_at: datetime | None = None,
) -> Proposal:  # fmt: skip
    """
    Send a proposal and spend its credits, in one commit.

    :param seen_cost: the cost the form showed; it holds 30 minutes from ``seen_at``
    :raises NotFound: unless the actor may see the post
    :raises NotAllowed: for a company, one's own company's post, or an account that may not begin
    :raises PostNotOpen: when the post takes no proposals
    :raises AlreadyApplied: when this side has one on the post
    :raises PriceChanged: when the form was open too long and the cost is another one now
    :raises Invalid: with a sentence per field
    :raises NotEnoughCredits: when the balance is smaller than the cost
    """
    post = Post.objects.visible_to(actor).found(pk=post_id)
    require(policies.can_send(actor), DraftsOnly)
    require(actor.may_begin, NotBeginning)
    assert actor.party_id is not None
    require(not teams.connected(actor.party_id, post.company_id), OwnPost)
    draft = _draft(actor, post, at)
    post = Post.objects.locked(post_id)
    Party.objects.locked(actor.party_id)
    _may_stand(actor.party_id, post)
    cost = _cost(post, seen_cost, seen_at, at)
    pitches.check_terms(post, pitch)
    present = {f.file_id for f in stored.of("proposal", [draft.pk]).get(draft.pk, ())}
    pitches.check_words(
        pitch, post.questions, letter_required=post.letter_required, files=len(present | set(pitch.file_ids))
    )
    profile_id = queries.profile_of(actor.party_id)
    require(profile_id is not None, NoProfile)

    pitches.write_terms(draft, pitch)
    pitches.write_words(draft, pitch, post.questions)
    draft.currency, draft.profile_id, draft.cost, draft.saved_at = post.currency, profile_id, cost, at
    draft.submitted_at = at  # together with the terms: a sent proposal has both
    draft.save()
    pitches.write_parts(draft, pitch)
    if pitch.file_ids:
        files.attach(actor=actor, file_ids=pitch.file_ids, subject=("proposal", draft.pk), at=at)
    PROPOSAL.move(
        draft, "submit", at=at, typed={}, draft_due_at=None, author_id=actor.account_id,
        edit_until=at + timedelta(hours=current().proposal.edit_hours),
        unseen_due_at=days_after(at, current().credits.unseen_days),
    )  # fmt: skip

    jobs.note_proposals(post_id=post.pk, live=1, sent=1, at=at)
    credits.spend(actor=actor, party_id=actor.party_id, count=cost, ref=("proposal", draft.pk), at=at)
    publish(ProposalSubmitted(cost=cost, **_ids(draft, post)), actor=actor, at=at)
    return draft


@action
def edit_letter(*, actor: Actor, proposal_id: UUID, pitch: Pitch, at: datetime) -> Proposal:
    """
    Change letter, answers and files of a sent proposal.

    :raises NotFound: unless it is the actor's own
    :raises IllegalMove: once it is decided
    :raises LetterLocked: once opened, or after ``proposal.edit_hours``
    """
    proposal = Proposal.objects.locked(proposal_id)
    require(policies.is_own(actor, proposal), NotFound)
    if proposal.state not in (S.SUBMITTED, S.ACTIVE):
        raise IllegalMove(_("This proposal cannot be changed any more. Reload the page to see where it stands."))
    require(policies.letter_is_open(proposal, at), LetterLocked(hours=current().proposal.edit_hours))
    present = {f.file_id for f in stored.of("proposal", [proposal.pk]).get(proposal.pk, ())}
    pitches.check_words(
        pitch, proposal.questions, letter_required=proposal.post.letter_required,
        files=len(present | set(pitch.file_ids)),
    )  # fmt: skip

    pitches.write_words(proposal, pitch, proposal.questions)
    proposal.saved_at = at
    proposal.save(update_fields=["letter", "answers", "questions", "ai_assisted", "saved_at"])
    if pitch.file_ids:
        files.attach(actor=actor, file_ids=pitch.file_ids, subject=("proposal", proposal.pk), at=at)
    publish(ProposalChanged(terms_changed=False, **_ids(proposal)), actor=actor, at=at)
    return proposal


@action
def edit_terms(*, actor: Actor, proposal_id: UUID, pitch: Pitch, at: datetime) -> Proposal:
    """
    Change what a sent proposal costs the client; earlier terms stay in its history.

    :raises NotFound: unless it is the actor's own
    :raises IllegalMove: once an offer exists or it is decided
    :raises Invalid: with a sentence per field
    """
    proposal = Proposal.objects.locked(proposal_id)
    require(policies.is_own(actor, proposal), NotFound)
    if not policies.can_edit_terms(actor, proposal):
        raise IllegalMove(_("Terms stay once an offer was made or the proposal is decided. Nothing was changed."))
    pitches.check_terms(proposal.post, pitch)

    earlier = {
        "until": at.isoformat(),
        "terms": proposal.terms,
        "amount": proposal.amount,
        "parts": [[m.text, m.amount] for m in proposal.milestones.all()],
    }
    proposal.earlier_terms = [*proposal.earlier_terms, earlier]
    pitches.write_terms(proposal, pitch)
    proposal.saved_at = at
    proposal.save(update_fields=["earlier_terms", "terms", "amount", "duration", "saved_at"])
    pitches.write_parts(proposal, pitch)
    publish(ProposalChanged(terms_changed=True, **_ids(proposal)), actor=actor, at=at)
    return proposal


@action
def withdraw(*, actor: Actor, proposal_id: UUID, reason: str, at: datetime) -> Proposal:
    """
    Take a proposal back. Credits stay spent, unless the client changed the job against it.

    :raises NotFound: unless it is the actor's own
    :raises IllegalMove: once it is decided or has an offer
    """
    proposal = Proposal.objects.locked(proposal_id)
    require(actor.is_system or policies.is_own(actor, proposal), NotFound)
    if reason not in WithdrawReason.values:
        raise Invalid(fields={"reason": _("Say why, by choosing one of the list.")})
    if not PROPOSAL.allows(proposal, "withdraw"):
        raise IllegalMove(_("This proposal cannot be withdrawn any more. Reload the page to see where it stands."))
    was_live = proposal.state in LIVE
    free = proposal.free_until is not None and at < proposal.free_until and proposal.returned_at is None
    columns: dict[str, Any] = {"withdraw_reason": reason, "unseen_due_at": None}
    if free:
        columns["returned_at"] = at
    PROPOSAL.move(proposal, "withdraw", at=at, **columns)

    if was_live:
        jobs.note_proposals(post_id=proposal.post_id, live=-1, at=at)
    if free:
        credits.give_back(actor=Actor.system("proposals.withdraw"), ref=("proposal", proposal.pk), at=at)
    publish(ProposalWithdrawn(reason=reason, **_ids(proposal)), actor=actor, at=at)
    return proposal


def _draft(actor: Actor, post: Post, at: datetime) -> Proposal:
    """The side's draft on the post, locked; a new one if there is none."""
    assert actor.account_id is not None
    rows = Proposal.objects.select_for_update(of=("self",), no_key=True)
    draft = rows.filter(post=post, worker_id=actor.party_id, state=S.DRAFT).first()
    if draft is not None:
        return draft
    if Proposal.objects.filter(post=post, worker_id=actor.party_id, state__in=STANDING).exists():
        raise AlreadyApplied()
    draft, _new = Proposal.objects.get_or_create(
        post=post,
        worker_id=actor.party_id,
        state=S.DRAFT,
        defaults={
            "author_id": actor.account_id,
            "currency": post.currency,
            "created_at": at,
            "saved_at": at,
            "draft_due_at": days_after(at, current().proposal.draft_days),
        },
    )
    return Proposal.objects.locked(draft.pk)


def _may_stand(party_id: UUID, post: Post) -> None:
    settings = current()
    require(post.state == P.OPEN, PostNotOpen)
    mine = Proposal.objects.filter(worker_id=party_id)
    require(not mine.filter(post=post, state__in=STANDING).exists(), AlreadyApplied)
    most = settings.proposal.active_max
    require(not most or mine.filter(state=S.SUBMITTED).count() < most, TooManyActive(most=most))
    places = settings.proposal.per_job_max
    require(not places or post.live_proposals < places, PostFull)


def _cost(post: Post, seen_cost: int | None, seen_at: datetime | None, at: datetime) -> int:
    now = queries.price(post.pk)
    cost = now.cost if now else 0
    if seen_cost is None or seen_cost == cost:
        return cost
    kept = seen_at is not None and seen_at <= at < seen_at + PRICE_KEPT and queries.was_price(post.pk, seen_cost)
    require(kept, PriceChanged(cost=cost))
    return seen_cost


def _ids(proposal: Proposal, post: Post | None = None) -> dict[str, UUID]:
    return {
        "proposal_id": proposal.pk,
        "post_id": proposal.post_id,
        "worker_id": proposal.worker_id,
        "company_id": (post or proposal.post).company_id,
    }
