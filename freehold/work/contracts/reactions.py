"""When money came, or did not."""

from __future__ import annotations

from datetime import datetime

from freehold.kit.actors import Actor
from freehold.kit.events import when
from freehold.money.payments.events import ChargeFailed, ChargeSettled
from freehold.work.contracts import actions

_ACTOR = Actor.system("contracts.funding")


@when(ChargeSettled)
def money_came(event: ChargeSettled, *, at: datetime) -> None:
    """A milestone's charge settled: it is funded."""
    if event.subject_kind == "milestone":
        actions.settle_funding(actor=_ACTOR, milestone_id=event.subject_id, charge_id=event.charge_id, at=at)


@when(ChargeFailed)
def money_did_not_come(event: ChargeFailed, *, at: datetime) -> None:
    """A milestone's charge failed: it is a plan again."""
    if event.subject_kind == "milestone":
        actions.fail_funding(
            actor=_ACTOR, milestone_id=event.subject_id, charge_id=event.charge_id, code=event.reason, at=at
        )
