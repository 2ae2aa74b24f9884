"""Delivery: work handed in, taken back, or sent back for changes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.calendar import days_after, next_reminder
from freehold.kit.events import publish
from freehold.kit.refusals import Invalid, NotFound
from freehold.kit.text import clean
from freehold.talk.files import actions as files
from freehold.work.contracts import policies
from freehold.work.contracts.actions.upkeep import about, dormant_from, in_time, touch
from freehold.work.contracts.events import ChangesAsked, MilestoneSubmitted, SubmissionTakenBack
from freehold.work.contracts.models import Milestone, RefundRequest, Submission
from freehold.work.contracts.states import MILESTONE

#: fewest characters of a wish for changes
CHANGES_MIN = 20


@action
def submit_work(
    *, actor: Actor, milestone_id: UUID, message: str, at: datetime, file_ids: Sequence[UUID] = ()
) -> Submission:
    """
    Hand work in; the client's silence will release the money.

    :raises NotAllowed: unless the actor is the contract's worker
    :raises IllegalMove: unless the milestone is funded or changes were asked
    :raises Invalid: without a message or a file
    """
    milestone = Milestone.objects.locked(milestone_id)
    contract = milestone.contract
    require(policies.can_see(actor, contract), NotFound)
    require(policies.can_submit(actor, milestone))
    message = clean(message)
    MILESTONE.move(milestone, "submit", at=at, save=False)
    if not message and not file_ids:
        raise Invalid(fields={"message": _("Write a message or add a file, so that there is something to review.")})
    if len(message) > 5000:
        raise Invalid(fields={"message": _("At most 5,000 characters.")})

    due = days_after(at, contract.auto_release_days)
    if RefundRequest.objects.asked().filter(milestone=milestone).exists():
        milestone.review_due_at, milestone.review_left_days = None, contract.auto_release_days
    else:
        milestone.review_due_at, milestone.review_left_days = due, None
    milestone.remind_due_at = next_reminder(milestone.review_due_at, at)
    milestone.dormant_due_at, milestone.dormant_step = None, 0
    milestone.submissions_count += 1
    milestone.save(
        update_fields=[
            "state", "submitted_at", "review_due_at", "review_left_days", "remind_due_at", "dormant_due_at",
            "dormant_step", "submissions_count",
        ]
    )  # fmt: skip
    submission = Submission(milestone=milestone, number=milestone.submissions_count, message=message, at=at)
    attached = files.attach(actor=actor, file_ids=file_ids, subject=("submission", submission.pk), at=at)
    submission.sha256 = _seal(message, [file.sha256 for file in attached])
    submission.save(force_insert=True)
    touch(contract, actor, at)
    publish(
        MilestoneSubmitted(**about(milestone), submission_id=submission.pk, number=submission.number, due_at=due),
        actor=actor,
        at=at,
    )
    return submission


@action
def take_back(*, actor: Actor, milestone_id: UUID, at: datetime) -> Milestone:
    """
    Take work handed in back; its review clock is void.

    :raises NotAllowed: unless the actor is the contract's worker
    :raises IllegalMove: unless the milestone is in review
    :raises ReviewOver: after the review clock
    """
    milestone = Milestone.objects.locked(milestone_id)
    require(policies.can_see(actor, milestone.contract), NotFound)
    require(policies.can_take_back(actor, milestone))
    in_time(milestone, actor, at)
    asked_before = Submission.objects.filter(milestone=milestone, answered_at__isnull=False).exists()
    MILESTONE.move(
        milestone,
        "take_back_again" if asked_before else "take_back",
        at=at,
        review_due_at=None,
        review_left_days=None,
        remind_due_at=None,
        dormant_due_at=dormant_from(milestone.contract, milestone.due_on, at),
    )
    Submission.objects.filter(milestone=milestone, number=milestone.submissions_count).update(taken_back_at=at)
    touch(milestone.contract, actor, at)
    publish(SubmissionTakenBack(**about(milestone)), actor=actor, at=at)
    return milestone


@action
def ask_changes(*, actor: Actor, milestone_id: UUID, text: str, at: datetime) -> Milestone:
    """
    Send work back; when it is handed in again, a full new review clock starts.

    :raises NotAllowed: unless the actor may manage the company's contracts
    :raises IllegalMove: unless the milestone is in review
    :raises ReviewOver: after the review clock
    :raises Invalid: when the text is too short to act on
    """
    milestone = Milestone.objects.locked(milestone_id)
    require(policies.can_see(actor, milestone.contract), NotFound)
    require(policies.can_ask_changes(actor, milestone))
    in_time(milestone, actor, at)
    MILESTONE.move(milestone, "ask_changes", at=at, save=False)
    text = clean(text)
    if not CHANGES_MIN <= len(text) <= 5000:
        raise Invalid(
            fields={"text": _("Say in at least %(least)s characters what should change.") % {"least": CHANGES_MIN}}
        )
    milestone.review_due_at = milestone.review_left_days = milestone.remind_due_at = None
    milestone.dormant_due_at = dormant_from(milestone.contract, milestone.due_on, at)
    milestone.save(update_fields=["state", "review_due_at", "review_left_days", "remind_due_at", "dormant_due_at"])
    latest = Submission.objects.filter(milestone=milestone, number=milestone.submissions_count)
    latest.update(answer_text=text, answered_at=at)
    touch(milestone.contract, actor, at)
    publish(ChangesAsked(**about(milestone)), actor=actor, at=at)
    return milestone


def _seal(message: str, digests: list[str]) -> str:
    """One digest over the message and every file."""
    return hashlib.sha256("\n".join([hashlib.sha256(message.encode()).hexdigest(), *digests]).encode()).hexdigest()
