"""When money came for an offer, or did not; and when a proposal ends under it."""

from __future__ import annotations

from datetime import datetime

from freehold.kit.actors import Actor
from freehold.kit.events import when
from freehold.money.payments.events import ChargeFailed, ChargeSettled
from freehold.work.offers import actions

_ACTOR = Actor.system("offers.funding")


@when(ChargeSettled)
def money_came(event: ChargeSettled, *, at: datetime) -> None:
    """The first milestone's money is held: the offer is sent."""
    if event.subject_kind == "offer":
        actions.settle_offer(actor=_ACTOR, offer_id=event.subject_id, charge_id=event.charge_id, at=at)


@when(ChargeFailed)
def money_did_not_come(event: ChargeFailed, *, at: datetime) -> None:
    """The offer is a draft again and says why."""
    if event.subject_kind == "offer":
        actions.fail_offer(actor=_ACTOR, offer_id=event.subject_id, charge_id=event.charge_id, code=event.reason, at=at)
