"""Funding: from a plan to held money, by a charge, by carry, or by both."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.events import publish
from freehold.kit.refusals import IllegalMove, NotFound, Refusal
from freehold.kit.settings import current
from freehold.work.contracts import policies
from freehold.work.contracts.actions import purse
from freehold.work.contracts.actions.milestones import ContractOver
from freehold.work.contracts.actions.upkeep import about, clocks_off, held_columns, settle_up, touch
from freehold.work.contracts.events import MilestoneFunded, MilestoneFundingFailed, MilestoneRefunded
from freehold.work.contracts.models import Milestone
from freehold.work.contracts.states import HELD, MILESTONE, C, M


class NotRunning(Refusal):
    """New money only goes into a contract that is running."""

    sentence = _("This contract is paused or has not started, so no milestone can be funded now. No money moved.")


class TooManyFunded(Refusal):
    """So many milestones may hold money at once."""

    sentence = _("%(most)s milestones are funded already. Release or end one of them first. No money moved.")


class ChooseCard(Refusal):
    """There is something to pay and nothing to pay it with."""

    status = 422
    sentence = _("Choose the card to charge. No money moved.")


@action
def fund_milestone(*, actor: Actor, milestone_id: UUID, method_id: UUID | None, at: datetime) -> Milestone:
    """
    Set the money of a milestone aside: what the carry holds first, the rest from a card.

    With enough carry it is funded at once; else it waits for the provider (``charge_id`` names the charge).

    :raises NotAllowed: unless the actor may manage the company's contracts
    :raises IllegalMove: unless the milestone is planned
    :raises NotRunning: unless the contract is active
    :raises TooManyFunded: above ``escrow.funded_max``
    :raises ChooseCard: when the carry is not enough and no card is named
    """
    milestone = Milestone.objects.locked(milestone_id)
    contract = milestone.contract
    require(policies.can_see(actor, contract), NotFound)
    require(policies.can_fund(actor, milestone))
    require(contract.is_open and not contract.ends_when_settled, ContractOver)
    require(contract.state == C.ACTIVE, NotRunning)
    require(MILESTONE.allows(milestone, "fund"), IllegalMove)
    most = current().escrow.funded_max
    busy = Milestone.objects.filter(contract=contract, state__in=[*HELD, M.FUNDING]).count()
    require(busy < most, TooManyFunded(most=most))

    carried = min(purse.carry_left(contract), milestone.amount)
    if carried == milestone.amount:
        MILESTONE.move(milestone, "cover", at=at, save=False)
        hold = purse.cover(contract, milestone, at)
        _held(
            milestone, hold.provider_limit_at, hold.pk, carried=carried, payer_id=actor.account_id, actor=actor, at=at
        )
        return milestone
    MILESTONE.move(milestone, "fund", at=at, save=False)
    if method_id is None:
        raise ChooseCard()
    hold, charge = purse.begin(contract, milestone, carried, method_id, actor=actor, at=at)
    milestone.hold_id, milestone.charge_id, milestone.carry_part = hold.pk, charge.pk, carried
    milestone.fail_code = ""
    milestone.save(update_fields=["state", "hold_id", "charge_id", "carry_part", "fail_code"])
    touch(contract, actor, at)
    return milestone


@action
def settle_funding(*, actor: Actor, milestone_id: UUID, charge_id: UUID, at: datetime) -> Milestone:
    """
    The provider took the money: the milestone is funded and its text frozen.

    In a contract that ended meanwhile everything goes back to the client at once.

    :raises NotAllowed: unless the machine itself acts
    :raises IllegalMove: unless the milestone waits for this very charge
    """
    milestone = Milestone.objects.locked(milestone_id)
    contract = milestone.contract
    require(actor.is_system)
    require(milestone.charge_id == charge_id, NotFound)
    MILESTONE.move(milestone, "settle", at=at, save=False)
    assert milestone.hold_id is not None
    hold, payer_id = purse.arrive(milestone.hold_id, at), purse.who_paid(charge_id)
    carried, milestone.carry_part = milestone.carry_part, 0
    _held(milestone, hold.provider_limit_at, hold.pk, carried=carried, payer_id=payer_id, actor=actor, at=at)
    if not contract.is_open:
        amount = milestone.amount
        purse.send_back(contract, hold.pk, amount, ("milestone", milestone.pk), at)
        MILESTONE.move(milestone, "return", at=at, refunded_amount=amount, **clocks_off())
        publish(MilestoneRefunded(**about(milestone), left=0), actor=actor, at=at)
        settle_up(contract, at)
    return milestone


@action
def fail_funding(*, actor: Actor, milestone_id: UUID, charge_id: UUID, code: str, at: datetime) -> Milestone:
    """
    The charge did not go through: the milestone is a plan again, and says why.

    :raises NotAllowed: unless the machine itself acts
    :raises IllegalMove: unless the milestone waits for this very charge
    """
    milestone = Milestone.objects.locked(milestone_id)
    contract = milestone.contract
    require(actor.is_system)
    require(milestone.charge_id == charge_id, NotFound)
    hold_id = milestone.hold_id
    MILESTONE.move(milestone, "fail", at=at, hold_id=None, carry_part=0, fail_code=code)
    if hold_id is not None:
        purse.abandon(contract, hold_id, at)
    publish(MilestoneFundingFailed(**about(milestone), code=code), actor=actor, at=at)
    if not contract.is_open:
        MILESTONE.move(milestone, "cancel", at=at)
        settle_up(contract, at)
    return milestone


def _held(
    milestone: Milestone,
    limit_at: datetime | None,
    hold_id: UUID,
    *,
    carried: int,
    payer_id: UUID | None,
    actor: Actor,
    at: datetime,
) -> None:
    columns = {**held_columns(milestone.contract, milestone, limit_at, at), "hold_id": hold_id}
    for column, value in columns.items():
        setattr(milestone, column, value)
    milestone.save(update_fields=["state", "funded_at", "carry_part", *columns])
    touch(milestone.contract, actor, at)
    fact = MilestoneFunded(**about(milestone), hold_id=hold_id, carried=carried, payer_account_id=payer_id)
    publish(fact, actor=actor, at=at)
