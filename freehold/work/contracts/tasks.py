"""The clocks of contracts and their defaults for silence."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from freehold.kit.actors import Actor
from freehold.kit.deadlines import deadline
from freehold.work.contracts import actions, queries


def _release(actor: Actor, milestone_id: UUID, at: datetime) -> None:
    actions.release_by_silence(actor=actor, milestone_id=milestone_id, at=at)


def _refund(actor: Actor, request_id: UUID, at: datetime) -> None:
    actions.grant_by_silence(actor=actor, request_id=request_id, at=at)


def _lapse(actor: Actor, milestone_id: UUID, at: datetime) -> None:
    actions.lapse_milestone(actor=actor, milestone_id=milestone_id, at=at)


def _dormant(actor: Actor, milestone_id: UUID, at: datetime) -> None:
    actions.grow_dormant(actor=actor, milestone_id=milestone_id, at=at)


def _limit(actor: Actor, milestone_id: UUID, at: datetime) -> None:
    actions.near_limit(actor=actor, milestone_id=milestone_id, at=at)


def _remind_review(actor: Actor, milestone_id: UUID, at: datetime) -> None:
    actions.remind_of_review(actor=actor, milestone_id=milestone_id, at=at)


def _remind_reply(actor: Actor, request_id: UUID, at: datetime) -> None:
    actions.remind_of_reply(actor=actor, request_id=request_id, at=at)


def _start(actor: Actor, contract_id: UUID, at: datetime) -> None:
    actions.start_contract(actor=actor, contract_id=contract_id, at=at)


def _idle(actor: Actor, contract_id: UUID, at: datetime) -> None:
    actions.notice_idle(actor=actor, contract_id=contract_id, at=at)


deadline("contracts.auto_release", waiting=queries.in_review, field="review_due_at", act=_release)
deadline("contracts.refund_reply", waiting=queries.asked_refunds, field="reply_due_at", act=_refund)
deadline("contracts.lapse_proposed", waiting=queries.proposed, field="answer_due_at", act=_lapse)
deadline("contracts.dormant", waiting=queries.dormant, field="dormant_due_at", act=_dormant)
deadline("contracts.near_limit", waiting=queries.nearing_limit, field="limit_due_at", act=_limit)
deadline("contracts.remind_review", waiting=queries.reminding_reviews, field="remind_due_at", act=_remind_review)
deadline("contracts.remind_reply", waiting=queries.reminding_refunds, field="remind_due_at", act=_remind_reply)
deadline("contracts.start", waiting=queries.starting, field="start_due_at", act=_start)
deadline("contracts.idle", waiting=queries.idle, field="idle_due_at", act=_idle)
