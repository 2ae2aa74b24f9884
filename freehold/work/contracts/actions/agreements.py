"""Contracts as a whole: opened, started, paused, resumed, ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.calendar import day_of, days_after, start_of
from freehold.kit.events import publish
from freehold.kit.ids import readable
from freehold.kit.refusals import IllegalMove, Invalid, NotFound, Refusal
from freehold.kit.settings import current
from freehold.kit.text import clean
from freehold.work.contracts import policies
from freehold.work.contracts.actions import payment, purse, refunds
from freehold.work.contracts.actions.upkeep import SYSTEM, close, held_columns, settle_up, sides, touch
from freehold.work.contracts.events import (
    ContractOpened,
    ContractPaused,
    ContractResumed,
    ContractStarted,
    MilestoneFunded,
)
from freehold.work.contracts.models import Agreement, Contract, Milestone, RefundRequest
from freehold.work.contracts.states import CONTRACT, HELD, REFUND, C, M, Reason, Side


class ReviewUnderWay(Refusal):
    """Ending gives money back that is being reviewed; that must be meant."""

    status = 422
    sentence = _(
        "Work you handed in is being reviewed. Ending now returns %(held)s to the client. Type that amount to confirm. "
        "No money moved."
    )


@action
def open_contract(*, actor: Actor, agreement: Agreement, hold_id: UUID, at: datetime) -> Contract:
    """
    Make a contract of what two sides agreed on; the hold of the first milestone changes its subject.

    :param hold_id: money already held for the first milestone
    :raises NotAllowed: unless the actor is the worker who accepts
    """
    require(policies.can_open(actor, agreement.worker_id))
    settings, later = current(), agreement.starts_on is not None and agreement.starts_on > day_of(at)
    contract = Contract.objects.create(
        number=_number(),
        company_id=agreement.company_id,
        team_id=agreement.team_id,
        worker_id=agreement.worker_id,
        hiring_id=agreement.hiring_account_id,
        origin=agreement.origin,
        title=agreement.title,
        text=agreement.text,
        currency=agreement.currency,
        terms=agreement.terms,
        auto_release_days=settings.escrow.auto_release_days,
        refund_reply_days=settings.escrow.refund_reply_days,
        dormant_days=settings.escrow.dormant_days,
        dormant_notice_days=settings.escrow.dormant_notice_days,
        post_id=agreement.post_id,
        proposal_id=agreement.proposal_id,
        offer_id=agreement.offer_id,
        state=C.SCHEDULED if later else C.ACTIVE,
        opened_at=at,
        start_due_at=start_of(agreement.starts_on) if later and agreement.starts_on else None,
        started_at=None if later else at,
        acted_at=at,
        idle_due_at=days_after(at, settings.contract.idle_warn_days),
    )
    milestones = [
        Milestone(
            contract=contract,
            position=place,
            title=part.title,
            text=part.text,
            amount=part.amount,
            due_on=part.due_on,
            created_at=at,
        )
        for place, part in enumerate(agreement.parts, 1)
    ]
    first = milestones[0]
    hold = purse.take_over(contract, hold_id, first.pk, at)
    first.state, first.hold_id, first.funded_at = M.FUNDED, hold_id, at
    for column, value in held_columns(contract, first, hold.provider_limit_at, at).items():
        setattr(first, column, value)
    Milestone.objects.bulk_create(milestones)
    publish(ContractOpened(**sides(contract)), actor=actor, at=at)
    publish(
        MilestoneFunded(
            **sides(contract),
            milestone_id=first.pk,
            position=1,
            currency=contract.currency,
            amount=first.amount,
            hold_id=hold_id,
            payer_account_id=contract.hiring_id,
        ),
        actor=SYSTEM,
        at=at,
    )
    return contract


@action
def start_contract(*, actor: Actor, contract_id: UUID, at: datetime) -> Contract:
    """
    The start day has come.

    :raises NotAllowed: unless the machine itself acts
    :raises IllegalMove: unless the contract is scheduled
    """
    contract = Contract.objects.locked(contract_id)
    require(actor.is_system)
    CONTRACT.move(contract, "start", at=at, start_due_at=None)
    publish(ContractStarted(**sides(contract)), actor=actor, at=at)
    return contract


@action
def pause_contract(*, actor: Actor, contract_id: UUID, text: str, at: datetime) -> Contract:
    """
    Pause: no new funding; every clock of work handed in goes on.

    :raises NotAllowed: unless the actor manages the contract for one of its sides
    :raises IllegalMove: unless it is active
    :raises Invalid: without a reason
    """
    contract = Contract.objects.locked(contract_id)
    require(policies.can_see(actor, contract), NotFound)
    require(policies.can_pause(actor, contract))
    text, side = clean(text), policies.side_of(actor, contract)
    require(CONTRACT.allows(contract, "pause"), IllegalMove)
    require(1 <= len(text) <= 500, Invalid(fields={"text": _("Say why, in 1 to 500 characters.")}))
    CONTRACT.move(contract, "pause", at=at, paused_by=side, pause_text=text)
    touch(contract, actor, at)
    publish(ContractPaused(**sides(contract), side=side), actor=actor, at=at)
    return contract


@action
def resume_contract(*, actor: Actor, contract_id: UUID, at: datetime) -> Contract:
    """
    Go on after a pause.

    :raises NotAllowed: unless the actor's side paused it
    :raises IllegalMove: unless it is paused
    """
    contract = Contract.objects.locked(contract_id)
    require(policies.can_see(actor, contract), NotFound)
    require(CONTRACT.allows(contract, "resume") or not policies.can_pause(actor, contract), IllegalMove)
    require(policies.can_resume(actor, contract))
    side = policies.side_of(actor, contract)
    CONTRACT.move(contract, "resume", at=at, paused_by="", pause_text="")
    touch(contract, actor, at)
    publish(ContractResumed(**sides(contract), side=side), actor=actor, at=at)
    return contract


@action
def end_as_worker(
    *, actor: Actor, contract_id: UUID, reason: str, at: datetime, typed_amount: int | None = None
) -> Contract:
    """
    Stop working: everything held goes back to the client at once.

    :param typed_amount: the total that goes back, needed when work is in review
    :raises NotAllowed: unless the actor is the contract's worker
    :raises IllegalMove: when it has ended
    :raises ReviewUnderWay: when work is in review and the typed amount is not what goes back
    """
    contract = Contract.objects.locked(contract_id)
    require(policies.can_see(actor, contract), NotFound)
    require(policies.can_end_as_worker(actor, contract))
    require(CONTRACT.allows(contract, "end"), IllegalMove)
    reason = _known(reason)
    held = _held(contract)
    spare = purse.carry_left(contract)
    back = sum(m.amount for m in held) + spare
    if any(m.state == M.SUBMITTED for m in held):
        require(typed_amount == back, ReviewUnderWay(held=contract.money(back)))

    close(contract, side=Side.WORKER, reason=reason, actor=actor, at=at)
    for milestone in held:
        payment.give_back(milestone, milestone.amount, actor=actor, at=at)
    if spare:
        _drop_carry_request(contract, at)
        payment.give_carry_back(contract, spare, actor=actor, at=at)
    settle_up(contract, at)
    return contract


@action
def end_as_client(
    *, actor: Actor, contract_id: UUID, reason: str, pays: Mapping[UUID, int], at: datetime, carry_pays: int = 0,
    text: str = "",
) -> Contract:  # fmt: skip
    """
    End: per milestone pay all, a part or nothing; for what is not paid a refund is asked.

    :param pays: milestone → how much of its held money is paid; none named means nothing
    :param carry_pays: how much of the carry is paid
    :raises NotAllowed: unless the actor may manage the company's contracts
    :raises IllegalMove: when it has ended
    :raises Invalid: when more is to be paid than is held
    """
    contract = Contract.objects.locked(contract_id)
    require(policies.can_see(actor, contract), NotFound)
    require(policies.can_end_as_client(actor, contract))
    require(CONTRACT.allows(contract, "end"), IllegalMove)
    reason, text = _known(reason), clean(text)[:2000] or str(Reason(reason).label)
    held, spare = _held(contract), purse.carry_left(contract)
    for milestone in held:
        if not 0 <= pays.get(milestone.pk, 0) <= milestone.amount:
            raise Invalid(fields={f"pay-{milestone.position}": _("Pay at most what is held.")})
    require(0 <= carry_pays <= spare, Invalid(fields={"pay-carry": _("Pay at most what is held.")}))

    _drop_carry_request(contract, at)
    if carry_pays:
        payment.pay_carry(contract, carry_pays, actor=actor, at=at)
    for milestone in held:
        payment.drop_request(milestone, at)
        if paid := pays.get(milestone.pk, 0):
            payment.pay(milestone, paid, actor=actor, at=at)
    close(contract, side=Side.COMPANY, reason=reason, actor=actor, at=at)
    for milestone in held:
        if milestone.is_held:
            refunds.open_request(contract, milestone, milestone.amount, text, actor=actor, at=at, by_rule=True)
    if left := purse.carry_left(contract):
        refunds.open_request(contract, None, left, text, actor=actor, at=at, by_rule=True)
    settle_up(contract, at)
    return contract


@action
def end_idle(*, actor: Actor, contract_id: UUID, at: datetime) -> Contract:
    """
    End a contract nobody has worked on and nothing is held in: either side's closing, or the clock.

    :raises NotAllowed: unless the machine acts, or one of the sides
    :raises IllegalMove: when it has ended, or money is held
    """
    contract = Contract.objects.locked(contract_id)
    require(policies.can_see(actor, contract), NotFound)
    require(policies.can_wind_down(actor, contract))
    busy = Milestone.objects.filter(contract=contract, state__in=[*HELD, M.FUNDING]).exists()
    require(CONTRACT.allows(contract, "end") and not busy and not purse.carry_left(contract), IllegalMove)
    close(contract, side=policies.side_of(actor, contract), reason=Reason.COMPLETED, actor=actor, at=at)
    settle_up(contract, at)
    return contract


@action
def wind_down(*, actor: Actor, contract_id: UUID, at: datetime) -> Contract:
    """
    Let the contract end by itself once nothing is held in it any more; until then nothing new begins.

    :raises NotAllowed: unless the machine acts, or one of the sides
    :raises IllegalMove: when it has ended
    """
    contract = Contract.objects.locked(contract_id)
    require(policies.can_see(actor, contract), NotFound)
    require(policies.can_wind_down(actor, contract))
    require(contract.is_open, IllegalMove)
    contract.ends_when_settled = True
    contract.save(update_fields=["ends_when_settled"])
    settle_up(contract, at)
    return contract


def _held(contract: Contract) -> list[Milestone]:
    """Lock the milestones with money in them, in primary-key order."""
    rows = Milestone.objects.filter(contract=contract).held().select_for_update(of=("self",), no_key=True)
    held = list(rows.order_by("pk"))
    for milestone in held:
        milestone.contract = contract
    return held


def _drop_carry_request(contract: Contract, at: datetime) -> None:
    request = RefundRequest.objects.asked().filter(contract=contract, milestone__isnull=True).first()
    if request is not None:
        REFUND.move(request, "withdraw", at=at, reply_due_at=None, remind_due_at=None)


def _known(reason: str) -> str:
    if reason not in Reason.values:
        raise Invalid(fields={"reason": _("Choose a reason.")})
    return reason


def _number() -> str:
    while True:
        number = f"C-{readable(6)}"
        if not Contract.objects.filter(number=number).exists():
            return number
