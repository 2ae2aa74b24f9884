"""Everything that is written about feedback."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.calendar import days_after
from freehold.kit.events import publish
from freehold.kit.money import Money
from freehold.kit.rates import in_base
from freehold.kit.refusals import IllegalMove, Invalid, NotFound, TooLate
from freehold.kit.settings import current
from freehold.kit.text import clean
from freehold.trust.feedback import policies, queries
from freehold.trust.feedback.events import (
    FeedbackAsked,
    FeedbackExpired,
    FeedbackLeft,
    FeedbackPublished,
    FeedbackReminded,
    FeedbackReplied,
    FeedbackRisen,
    FeedbackSunk,
)
from freehold.trust.feedback.models import PrivateAnswer, Review
from freehold.trust.feedback.states import REVIEW, Reason, S, Side
from freehold.work.contracts import queries as contracts
from freehold.work.contracts.models import Contract

_LIMIT = 2000
_REMIND_DAYS = 3
_REPLY_DAYS = 14


class AlreadyAnswered(IllegalMove):
    """A reply is given once and for good."""

    title = _("Answered already")
    sentence = _("This review was answered before. A reply is given once and stays as it is.")


@action
def open_reviews(*, actor: Actor, contract_id: UUID, at: datetime) -> list[Review]:
    """
    Ask both sides of an ended contract, once, if enough was paid in it.

    :returns: the two reviews, or none while there is nothing to review
    :raises NotAllowed: unless the machine acts
    """
    contract = Contract.objects.locked(contract_id)
    require(policies.can_carry_on(actor))
    found = list(Review.objects.filter(contract=contract).order_by("pk"))
    paid = _paid(contract)
    if found or contract.ended_at is None or paid < current().earnings.visible_min:
        return found
    due = days_after(at, current().feedback.window_days)
    sides = {Side.CLIENT: (contract.company_id, contract.worker_id)}
    sides[Side.FREELANCER] = (contract.worker_id, contract.company_id)
    made = [
        Review.objects.create(
            contract=contract, side=side, author_id=author, receiver_id=receiver, paid=paid, opened_at=at, due_at=due,
            remind_due_at=due - timedelta(days=_REMIND_DAYS),
        )
        for side, (author, receiver) in sides.items()
    ]  # fmt: skip
    asked = FeedbackAsked(
        contract_id=contract.pk, company_id=contract.company_id, worker_id=contract.worker_id, due_at=due
    )
    publish(asked, actor=actor, at=at)
    return made


@action
def submit_review(
    *, actor: Actor, contract_id: UUID, stars: Sequence[int], comment: str = "", recommend: int | None = None,
    reason: str = "", at: datetime,
) -> Review:  # fmt: skip
    """
    Leave feedback, or change it while it is sealed; both are shown as soon as both are there.

    :raises NotFound: when there is nothing to review, or the actor is on neither side
    :raises NotAllowed: unless the actor may speak for their side
    :raises IllegalMove: after publication or the end of the window
    :raises TooLate: when the window ended just now
    :raises Invalid: without six stars from 1 to 5
    """
    pair = Review.objects.pair(contract_id)
    review = next((r for r in pair.values() if actor.acts_for(r.author_id)), None)
    if review is None:
        raise NotFound()
    require(policies.can_write(actor, review))
    if review.state == S.OPEN and at >= review.due_at:
        raise TooLate()
    given = _checked(stars)
    is_first = review.state == S.OPEN
    REVIEW.move(
        review, "submit" if is_first else "edit", at=at, stars=given, comment=clean(comment)[:_LIMIT],
        overall=queries.overall_of(review.side, given), remind_due_at=None,
    )  # fmt: skip
    if review.side == Side.CLIENT:
        if recommend is not None and not 0 <= recommend <= 10:
            raise Invalid(fields={"recommend": _("A number from 0 to 10.")})
        known = reason if reason in Reason.values else ""
        PrivateAnswer.objects.update_or_create(review=review, defaults={"recommend": recommend, "reason": known})
    if is_first:
        publish(FeedbackLeft(**_about(review)), actor=actor, at=at)
    if all(r.state == S.SEALED for r in pair.values()):
        for one in pair.values():
            _publish(one, actor, at)
    return review


@action
def close_window(*, actor: Actor, review_id: UUID, at: datetime) -> list[Review]:
    """
    End the window of a contract: what was left is shown, what was not left can no longer be.

    :raises NotAllowed: unless the machine acts
    """
    pair = Review.objects.pair(queries.contract_of(review_id))
    require(policies.can_carry_on(actor))
    for review in pair.values():
        if at < review.due_at:
            continue
        if review.state == S.SEALED:
            _publish(review, actor, at)
        elif review.state == S.OPEN:
            REVIEW.move(review, "expire", at=at, remind_due_at=None)
            publish(FeedbackExpired(**_about(review)), actor=actor, at=at)
    return list(pair.values())


@action
def remind(*, actor: Actor, review_id: UUID, at: datetime) -> Review:
    """
    Say once that the window ends soon.

    :raises NotAllowed: unless the machine acts
    """
    review = Review.objects.locked(review_id)
    require(policies.can_carry_on(actor))
    if review.remind_due_at is not None:
        review.remind_due_at = None
        review.save(update_fields=["remind_due_at"])
        if review.state == S.OPEN:
            publish(FeedbackReminded(**_about(review)), actor=actor, at=at)
    return review


@action
def reply_to_review(*, actor: Actor, review_id: UUID, text: str, at: datetime) -> Review:
    """
    Answer a review about oneself in public, once and for good.

    :raises NotFound: unless it is about a party the actor acts for
    :raises NotAllowed: unless the actor may speak for that party
    :raises IllegalMove: unless the review is published
    :raises AlreadyAnswered: the second time
    :raises TooLate: when the days for it are over
    :raises Invalid: without words
    """
    review = Review.objects.locked(review_id)
    if not actor.acts_for(review.receiver_id):
        raise NotFound()
    require(policies.can_reply(actor, review))
    if review.replied_at is not None:
        raise AlreadyAnswered()
    words = clean(text)
    if not 1 <= len(words) <= _LIMIT:
        raise Invalid(fields={"text": _("A reply has 1 to 2,000 characters.")})
    if review.reply_due_at is not None and at >= review.reply_due_at:
        raise TooLate()
    REVIEW.move(review, "reply", at=at, reply=words)
    publish(FeedbackReplied(**_about(review)), actor=actor, at=at)
    return review


@action
def weigh_reviews(*, actor: Actor, contract_id: UUID, at: datetime) -> list[Review]:
    """
    Take what is paid in a contract anew: under ``earnings.visible_min`` its reviews sink, above it they rise again.

    :raises NotAllowed: unless the machine acts
    """
    contract = Contract.objects.locked(contract_id)
    pair = Review.objects.pair(contract_id)
    require(policies.can_carry_on(actor))
    paid = _paid(contract)
    for review in pair.values():
        if review.paid != paid:
            review.paid = paid
            review.save(update_fields=["paid"])
        if review.state == S.PUBLISHED and paid < current().earnings.visible_min:
            REVIEW.move(review, "sink", at=at)
            publish(FeedbackSunk(**_about(review)), actor=actor, at=at)
        elif review.state == S.SUNK and paid >= current().earnings.visible_min:
            REVIEW.move(review, "rise", at=at)
            publish(FeedbackRisen(**_about(review)), actor=actor, at=at)
    return list(pair.values())


def _publish(review: Review, actor: Actor, at: datetime) -> None:
    ended = review.contract.ended_at or at
    rules = current().feedback
    until = max(days_after(ended, rules.reply_days), days_after(at, _REPLY_DAYS))
    REVIEW.move(review, "publish", at=at, reply_due_at=until, remind_due_at=None)
    publish(FeedbackPublished(**_about(review)), actor=actor, at=at)


def _paid(contract: Contract) -> int:
    paid = contracts.paid_totals([contract.pk]).get(contract.pk) or Money(0, contract.currency)
    return in_base(paid).amount


def _checked(stars: Sequence[int]) -> list[int]:
    given = list(stars)
    if len(given) != 6 or any(not isinstance(s, int) or not 1 <= s <= 5 for s in given):
        raise Invalid(fields={"stars": _("Give one to five stars for each of the six.")})
    return given


def _about(review: Review) -> dict[str, UUID]:
    client = review.side == Side.CLIENT
    return {
        "contract_id": review.contract_id,
        "company_id": review.author_id if client else review.receiver_id,
        "worker_id": review.receiver_id if client else review.author_id,
        "review_id": review.pk,
        "author_id": review.author_id,
        "receiver_id": review.receiver_id,
    }
