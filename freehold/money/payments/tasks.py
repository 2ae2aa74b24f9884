"""Calls to providers, and the clocks of charges and refunds."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app

from freehold.kit import clock
from freehold.kit.actors import Actor
from freehold.kit.deadlines import deadline
from freehold.kit.jobs import OUTBOX
from freehold.money.payments import actions, providers, queries
from freehold.money.payments.providers import RefundOrder


@app.task(name="payments.send_charge", queue=OUTBOX, retry=8)
def send_charge(charge_id: str) -> None:
    """Call the provider, outside of any transaction; our charge's id keeps a second call from being a second charge."""
    at = clock.now()
    charge = queries.charge_row(UUID(charge_id))
    if charge.state != "SENDING":
        return
    provider = providers.named(charge.provider)
    answer = provider.begin_charge(actions.order_of(charge), at=at)
    kept = []
    for body in answer.notices:
        told = provider.parse_notice(body)
        kept.append(
            actions.keep_notice(provider=charge.provider, external_id=told.external_id, body=body, at=at)[0].pk
        )
    actions.take_answer(charge_id=charge.pk, answer=answer, at=at)
    for notice_id in kept:
        handle_notice.defer(notice_id=notice_id)


@app.task(name="payments.handle_notice", queue=OUTBOX, retry=8)
def handle_notice(notice_id: int) -> None:
    """Do what a kept notice says."""
    actions.handle_notice(notice_id=notice_id, at=clock.now())


@app.task(name="payments.send_refund", queue=OUTBOX, retry=8)
def send_refund(refund_id: str) -> None:
    """Send the parts of a refund to the cards they came from."""
    _ask_refund(UUID(refund_id), clock.now(), first=True)


def ask_charge(_actor: Actor, charge_id: UUID, due: datetime) -> None:
    """The hour is over: ask the provider how the charge ended."""
    charge = queries.charge_row(charge_id)
    if charge.state in ("SENDING", "FAILED"):
        answer = providers.named(charge.provider).charge_status(actions.order_of(charge), at=due)
        actions.take_answer(charge_id=charge_id, answer=answer, at=due)
    else:
        actions.ask_again(charge_id=charge_id, at=due)


def ask_refund(_actor: Actor, refund_id: UUID, due: datetime) -> None:
    """Ask the provider again for a refund it has not answered."""
    _ask_refund(refund_id, due, first=False)


def action_expired(_actor: Actor, charge_id: UUID, due: datetime) -> None:
    actions.fail_charge(charge_id=charge_id, reason="action_expired", at=due)


def _ask_refund(refund_id: UUID, at: datetime, *, first: bool) -> None:
    refund, parts = queries.refund_parts(refund_id)
    if refund.state != "SENDING":
        return
    refused: list[UUID] = []
    for n, (charge, amount) in enumerate(parts):
        provider: Any = providers.named(charge.provider)
        order = RefundOrder(
            key=f"{refund.pk}:{n}",
            token=charge.method.token if charge.method else "",
            reference=charge.reference,
            currency=refund.currency,
            amount=amount,
            begun_at=refund.begun_at,
        )
        answer = (provider.begin_refund if first else provider.refund_status)(order, at=at)
        if answer.outcome not in ("settled", "failed"):
            actions.ask_refund_again(refund_id=refund_id, at=at)
            return
        if answer.outcome == "failed":
            refused.append(charge.pk)
    actions.settle_refund(refund_id=refund_id, refused=refused, at=at)


deadline(
    "payments.action_expired", waiting=queries.waiting_for_payer, field="action_due_at", act=action_expired
)
deadline("payments.ask_charge", waiting=queries.waiting_for_provider, field="ask_due_at", act=ask_charge)
deadline("payments.ask_refund", waiting=queries.refunds_waiting, field="ask_due_at", act=ask_refund)
