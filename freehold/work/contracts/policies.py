"""Who may do what with a contract. States answer *when*, these answer *who*."""

from __future__ import annotations

from uuid import UUID

from freehold.kit.actors import Actor
from freehold.people.teams.states import Can
from freehold.talk.files.policies import readable
from freehold.work.contracts.models import Contract, Milestone, RefundRequest, Submission
from freehold.work.contracts.states import Side


def can_see(actor: Actor, contract: Contract) -> bool:
    """Both sides; the company's members with the permission to read contracts."""
    if actor.is_system:
        return True
    return actor.acts_for(contract.company_id, Can.CONTRACTS_READ) or actor.acts_for(contract.worker_id)


def is_client(actor: Actor, contract: Contract) -> bool:
    return actor.acts_for(contract.company_id, Can.CONTRACTS_MANAGE)


def is_worker(actor: Actor, contract: Contract) -> bool:
    return actor.acts_for(contract.worker_id, Can.WORK_SUBMIT)


def side_of(actor: Actor, contract: Contract) -> Side:
    """On which side of the contract does the actor stand?"""
    if actor.acts_for(contract.company_id):
        return Side.COMPANY
    return Side.WORKER if actor.acts_for(contract.worker_id) else Side.SYSTEM


def can_open(actor: Actor, worker_id: UUID) -> bool:
    """The worker who accepts; beginning something new is not for those who are limited or leaving."""
    return actor.is_system or (actor.acts_for(worker_id, Can.OFFERS_DECIDE) and actor.may_begin)


def can_plan(actor: Actor, contract: Contract) -> bool:
    return is_client(actor, contract) and actor.may_begin


def can_propose(actor: Actor, contract: Contract) -> bool:
    return is_worker(actor, contract) and actor.may_begin


def can_agree(actor: Actor, milestone: Milestone) -> bool:
    return is_client(actor, milestone.contract) and actor.may_begin


def can_decline(actor: Actor, milestone: Milestone) -> bool:
    return is_client(actor, milestone.contract)


def can_edit(actor: Actor, milestone: Milestone) -> bool:
    return is_client(actor, milestone.contract)


def can_cancel(actor: Actor, milestone: Milestone) -> bool:
    """The client; the worker only what they proposed themselves."""
    if is_client(actor, milestone.contract):
        return True
    return is_worker(actor, milestone.contract) and milestone.answer_due_at is not None


def can_fund(actor: Actor, milestone: Milestone) -> bool:
    return is_client(actor, milestone.contract) and actor.may_begin


def can_submit(actor: Actor, milestone: Milestone) -> bool:
    return is_worker(actor, milestone.contract)


def can_take_back(actor: Actor, milestone: Milestone) -> bool:
    return is_worker(actor, milestone.contract)


def can_ask_changes(actor: Actor, milestone: Milestone) -> bool:
    return is_client(actor, milestone.contract)


def can_release(actor: Actor, milestone: Milestone) -> bool:
    return is_client(actor, milestone.contract)


def can_return(actor: Actor, contract: Contract) -> bool:
    return is_worker(actor, contract)


def can_ask_refund(actor: Actor, contract: Contract) -> bool:
    return is_client(actor, contract)


def can_answer_refund(actor: Actor, request: RefundRequest) -> bool:
    return actor.is_system or is_worker(actor, request.contract)


def can_withdraw_refund(actor: Actor, request: RefundRequest) -> bool:
    return is_client(actor, request.contract)


def can_pause(actor: Actor, contract: Contract) -> bool:
    return is_client(actor, contract) or is_worker(actor, contract)


def can_resume(actor: Actor, contract: Contract) -> bool:
    """Whoever paused it."""
    mine = {Side.COMPANY: is_client, Side.WORKER: is_worker}.get(Side(contract.paused_by or Side.SYSTEM))
    return mine is not None and mine(actor, contract)


def can_end_as_client(actor: Actor, contract: Contract) -> bool:
    return is_client(actor, contract)


def can_end_as_worker(actor: Actor, contract: Contract) -> bool:
    return is_worker(actor, contract)


def can_wind_down(actor: Actor, contract: Contract) -> bool:
    """Either side may say that it ends once everything is settled; a closure does it for them."""
    return actor.is_system or is_client(actor, contract) or is_worker(actor, contract)


@readable("submission")
def can_read_submission(actor: Actor, submission_id: UUID) -> bool:
    """Files handed in are for the two sides of the contract."""
    found = Submission.objects.select_related("milestone__contract").filter(pk=submission_id).first()
    return found is not None and can_see(actor, found.milestone.contract)


@readable("contract")
def can_read_contract_files(actor: Actor, contract_id: UUID) -> bool:
    found = Contract.objects.filter(pk=contract_id).first()
    return found is not None and can_see(actor, found)
