"""When a contract ends, both sides are asked; when more is paid later, the reviews are weighed anew."""

from __future__ import annotations

from datetime import datetime

from freehold.kit.actors import Actor
from freehold.kit.events import when
from freehold.trust.feedback import actions
from freehold.work.contracts.events import (
    CarryReleased,
    ContractEnded,
    ContractSettled,
    MilestoneRefunded,
    MilestoneReleased,
)

_SYSTEM = Actor.system("feedback.invite")


@when(ContractEnded, ContractSettled)
def invite(event: ContractEnded | ContractSettled, *, at: datetime) -> None:
    """Ask both sides for feedback."""
    actions.open_reviews(actor=_SYSTEM, contract_id=event.contract_id, at=at)


@when(MilestoneReleased, MilestoneRefunded, CarryReleased)
def weigh(event: MilestoneReleased | MilestoneRefunded | CarryReleased, *, at: datetime) -> None:
    """What is paid in an ended contract changed: ask now if there was too little before, else weigh anew."""
    actions.open_reviews(actor=_SYSTEM, contract_id=event.contract_id, at=at)
    actions.weigh_reviews(actor=_SYSTEM, contract_id=event.contract_id, at=at)
