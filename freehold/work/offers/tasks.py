"""The clocks of offers and their defaults for silence."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from freehold.kit.actors import Actor
from freehold.kit.deadlines import deadline
from freehold.work.offers import actions, queries


def _expire(actor: Actor, offer_id: UUID, at: datetime) -> None:
    actions.expire_offer(actor=actor, offer_id=offer_id, at=at)


def _remind(actor: Actor, offer_id: UUID, at: datetime) -> None:
    actions.remind_of_offer(actor=actor, offer_id=offer_id, at=at)


def _give_up(actor: Actor, offer_id: UUID, at: datetime) -> None:
    actions.fail_offer(actor=actor, offer_id=offer_id, charge_id=None, code="action_expired", at=at)


def _drop(actor: Actor, offer_id: UUID, at: datetime) -> None:
    actions.drop_draft(actor=actor, offer_id=offer_id, at=at)


deadline("offers.expire", waiting=queries.sent, field="answer_due_at", act=_expire)
deadline("offers.remind", waiting=queries.reminding, field="remind_due_at", act=_remind)
deadline("offers.funding", waiting=queries.funding, field="funding_due_at", act=_give_up)
deadline("offers.drop_draft", waiting=queries.drafts, field="draft_due_at", act=_drop)
