"""What payers are told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.urls import reverse

from freehold.kit.money import Money
from freehold.kit.notices import Notice, notice
from freehold.money.payments import queries
from freehold.money.payments.events import (
    ChargeFailed,
    ChargeNeedsAction,
    ChargeSettled,
    ChargeSettledLate,
    PaymentMethodAdded,
    RefundRerouted,
    RefundSettled,
)
from freehold.people.teams import queries as teams
from freehold.people.teams.states import Can

_WORDS = {
    ChargeSettled.name: "payments/notices/charge_settled",
    ChargeFailed.name: "payments/notices/charge_failed",
    ChargeNeedsAction.name: "payments/notices/charge_needs_action",
    ChargeSettledLate.name: "payments/notices/charge_late",
}


@notice(ChargeSettled, ChargeFailed, ChargeNeedsAction, ChargeSettledLate)
def charge_went_on(event: ChargeSettled | ChargeFailed | ChargeNeedsAction | ChargeSettledLate) -> Notice | None:
    found = queries.charge(event.charge_id)
    if found is None:
        return None
    places: dict[str, str | Money | datetime | None] = {
        "amount": found.money, "method": found.method, "why": found.why, "due": found.action_due_at,
    }  # fmt: skip
    if isinstance(event, ChargeNeedsAction) and found.action_due_at is None:
        return None
    payer = queries.payer_of(event.charge_id)
    to = teams.members_with(event.party_id, Can.PAYMENT_METHODS_MANAGE)
    return Notice(
        to=tuple(dict.fromkeys([*([payer] if payer else []), *to])),
        words=_WORDS[event.name],
        link=reverse("payments:charge", kwargs={"charge_id": event.charge_id}),
        places=places,
        always=True,
    )


@notice(RefundSettled)
def money_returned(event: RefundSettled) -> Notice:
    return _refund(event.party_id, "payments/notices/refund_settled", {"amount": Money(event.amount, event.currency)})


@notice(RefundRerouted)
def money_rerouted(event: RefundRerouted) -> Notice:
    places = {"amount": Money(event.amount, event.currency), "rerouted": Money(event.rerouted, event.currency)}
    return _refund(event.party_id, "payments/notices/refund_rerouted", places)


@notice(PaymentMethodAdded)
def card_added(event: PaymentMethodAdded) -> Notice | None:
    label = queries.label_of(event.method_id)
    if not label:
        return None
    return Notice(
        to=teams.members_with(event.party_id, Can.PAYMENT_METHODS_MANAGE),
        words="payments/notices/method_added",
        link=reverse("payments:billing"),
        places={"method": label},
        always=True,
    )


def _refund(party_id: UUID, words: str, places: dict[str, Money]) -> Notice:
    return Notice(
        to=teams.members_with(party_id, Can.PAYMENT_METHODS_MANAGE),
        words=words,
        link=reverse("payments:billing"),
        places=dict(places),
    )
