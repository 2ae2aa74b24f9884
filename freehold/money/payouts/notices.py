"""What people are told about money going out."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.urls import reverse

from freehold.kit.money import Money
from freehold.kit.notices import Notice, notice
from freehold.money.payouts import queries
from freehold.money.payouts.events import (
    PayoutCanceled,
    PayoutFailed,
    PayoutMethodActive,
    PayoutMethodAdded,
    PayoutMethodBroken,
    PayoutMethodRemoved,
    PayoutPaid,
    PayoutRequested,
    PayoutReturned,
    PayoutSent,
)
from freehold.people.teams import queries as teams
from freehold.people.teams.states import Can

_METHODS = {
    PayoutMethodAdded.name: "payouts/notices/method_added",
    PayoutMethodActive.name: "payouts/notices/method_active",
    PayoutMethodBroken.name: "payouts/notices/method_broken",
    PayoutMethodRemoved.name: "payouts/notices/method_removed",
}
_PAYOUTS = {
    PayoutRequested.name: "payouts/notices/payout_scheduled",
    PayoutSent.name: "payouts/notices/payout_sent",
    PayoutPaid.name: "payouts/notices/payout_paid",
    PayoutFailed.name: "payouts/notices/payout_failed",
    PayoutReturned.name: "payouts/notices/payout_returned",
    PayoutCanceled.name: "payouts/notices/payout_canceled",
}
#: those that are told in the list only
_QUIET = {PayoutSent.name, PayoutCanceled.name}

_AboutMethod = PayoutMethodAdded | PayoutMethodActive | PayoutMethodBroken | PayoutMethodRemoved
_AboutPayout = PayoutRequested | PayoutSent | PayoutPaid | PayoutFailed | PayoutReturned | PayoutCanceled


@notice(PayoutMethodAdded, PayoutMethodActive, PayoutMethodBroken, PayoutMethodRemoved)
def method_changed(event: _AboutMethod) -> Notice | None:
    found = queries.notice_places(event.method_id)
    if found is None:
        return None
    label, active_at = found
    return Notice(
        to=_told(event.party_id),
        words=_METHODS[event.name],
        link=reverse("payouts:methods"),
        places={"method": label, "active_at": active_at},
        always=True,
    )


@notice(PayoutRequested, PayoutSent, PayoutPaid, PayoutFailed, PayoutReturned, PayoutCanceled)
def payout_moved(event: _AboutPayout) -> Notice:
    payout = queries.payout_card(event.payout_id)
    places: dict[str, str | Money | datetime | None] = {
        "number": payout.number,
        "amount": payout.money,
        "arrives": payout.arrives,
        "method": payout.aim,
        "expected_on": payout.expected_on,
        "leaves_at": payout.leaves_at,
        "why": payout.why,
    }
    if isinstance(event, PayoutReturned):
        places["back"] = Money(event.back, event.currency)
    return Notice(
        to=_told(event.party_id),
        words=_PAYOUTS[event.name],
        link=reverse("payouts:payout", kwargs={"payout_id": event.payout_id}),
        places=places,
        mail=event.name not in _QUIET,
    )


def _told(party_id: UUID) -> tuple[UUID, ...]:
    return teams.members_with(party_id, Can.PAYOUTS_REQUEST)
