"""One contract as one of its sides sees it: everything the page shows, asked for at once."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from freehold.kit.actors import Actor
from freehold.kit.money import half_up
from freehold.kit.refusals import NotFound
from freehold.money.escrow.models import Hold
from freehold.money.fees import queries as fees
from freehold.people.teams import queries as teams
from freehold.talk.files import queries as files
from freehold.work.contracts import policies
from freehold.work.contracts.models import Contract, Milestone, RefundRequest, Submission
from freehold.work.contracts.queries.lists import CONTRACT_MARKS, visible_to
from freehold.work.contracts.queries.shapes import ContractView, MilestoneView, RefundView, SubmissionView
from freehold.work.contracts.states import CLOSED, CONTRACT, HELD, MILESTONE, REFUND, C, M, Origin, R, Reason, Side

#: state → the mark that stands beside it
MARKS = {
    M.PROPOSED: "wait",
    M.AGREED: "plan",
    M.FUNDING: "wait",
    M.FUNDED: "held",
    M.SUBMITTED: "review",
    M.CHANGES_ASKED: "held",
    M.PAID: "paid",
    M.REFUNDED: "plan",
    M.CANCELED: "plan",
}


def detail(actor: Actor, contract_id: UUID, at: datetime) -> ContractView:
    """
    A contract and all that belongs to it, in eight queries at most.

    :raises NotFound: unless the actor stands on one of its sides
    """
    contract = Contract.objects.filter(visible_to(actor)).filter(pk=contract_id).first()
    if contract is None:
        raise NotFound()
    milestones = list(Milestone.objects.filter(contract=contract).order_by("position"))
    for milestone in milestones:
        milestone.contract = contract
    submissions = _submissions([m.pk for m in milestones])
    requests = list(RefundRequest.objects.filter(contract=contract).order_by("asked_at", "pk"))
    for request in requests:
        request.contract = contract
    carry = Hold.objects.filter(pk=contract.carry_hold_id).first() if contract.carry_hold_id else None
    faces = teams.faces({contract.company_id, contract.worker_id}, actor)
    refunds: dict[UUID | None, list[RefundView]] = defaultdict(list)
    for request in requests:
        refunds[request.milestone_id].append(_refund(request, actor, at))

    views = tuple(_milestone(m, submissions[m.pk], refunds[m.pk], carry, actor, at) for m in milestones)
    return _contract(contract, milestones, views, refunds[None], carry, faces, actor)


def _contract(
    contract: Contract,
    milestones: list[Milestone],
    views: tuple[MilestoneView, ...],
    carry_refunds: list[RefundView],
    carry: Hold | None,
    faces: dict[UUID, teams.Face],
    actor: Actor,
) -> ContractView:
    client = actor.party_id == contract.company_id
    money, left = contract.money, carry.held.amount if carry else 0
    at_work = sum(m.amount for m in milestones if m.state in HELD and m.state != M.SUBMITTED)
    return ContractView(
        contract_id=contract.pk,
        number=contract.number,
        title=contract.title,
        text=contract.text,
        role="client" if client else "worker",
        company_id=contract.company_id,
        worker_id=contract.worker_id,
        other=faces[contract.other_side(actor.party_id)],
        me=faces[contract.company_id if client else contract.worker_id],
        company=faces[contract.company_id],
        worker=faces[contract.worker_id],
        state=contract.state,
        state_label=str(C(contract.state).label),
        mark=CONTRACT_MARKS[C(contract.state)],
        is_open=contract.is_open,
        is_paused=contract.state == C.PAUSED,
        origin_label=str(Origin(contract.origin).label),
        currency=contract.currency,
        terms=fees.Terms.from_json(contract.terms),
        auto_release_days=contract.auto_release_days,
        refund_reply_days=contract.refund_reply_days,
        dormant_days=contract.dormant_days,
        dormant_notice_days=contract.dormant_notice_days,
        opened_at=contract.opened_at,
        start_due_at=contract.start_due_at,
        paused_by=str(Side(contract.paused_by).label) if contract.paused_by else "",
        pause_text=contract.pause_text,
        ends_when_settled=contract.ends_when_settled,
        ended_at=contract.ended_at,
        ended_by=str(Side(contract.ended_by).label) if contract.ended_by else "",
        end_reason=str(Reason(contract.end_reason).label) if contract.end_reason else "",
        settled_at=contract.settled_at,
        post_id=contract.post_id,
        proposal_id=contract.proposal_id,
        offer_id=contract.offer_id,
        carry=money(left),
        carry_refunds=tuple(carry_refunds),
        milestones=views,
        acts=_contract_acts(contract, actor, left, carry_refunds),
        planned=money(sum(m.amount for m in milestones if m.state in (M.AGREED, M.FUNDING))),
        held=money(at_work + left),
        in_review=money(sum(m.amount for m in milestones if m.state == M.SUBMITTED)),
        paid=money(sum(m.released_amount for m in milestones) + (carry.released if carry else 0)),
        refunded=money(sum(m.refunded_amount for m in milestones) + (carry.refunded if carry else 0)),
    )


def _contract_acts(contract: Contract, actor: Actor, carry: int, refunds: list[RefundView]) -> frozenset[str]:
    running, waiting = contract.is_open, any(r.is_open for r in refunds)
    grows = running and not contract.ends_when_settled
    asked = {
        "plan": grows and policies.can_plan(actor, contract),
        "propose": grows and policies.can_propose(actor, contract),
        "pause": CONTRACT.allows(contract, "pause") and policies.can_pause(actor, contract),
        "resume": CONTRACT.allows(contract, "resume") and policies.can_resume(actor, contract),
        "end": running and policies.can_pause(actor, contract),
        "end_as_client": running and policies.can_end_as_client(actor, contract),
        "end_as_worker": running and policies.can_end_as_worker(actor, contract),
        "return_carry": carry > 0 and policies.can_return(actor, contract),
        "ask_carry_refund": carry > 0 and not waiting and policies.can_ask_refund(actor, contract),
    }
    return frozenset(name for name, may in asked.items() if may)


def _milestone(
    milestone: Milestone,
    submissions: list[SubmissionView],
    refunds: list[RefundView],
    carry: Hold | None,
    actor: Actor,
    at: datetime,
) -> MilestoneView:
    contract = milestone.contract
    terms, money, state = fees.Terms.from_json(contract.terms), contract.money, M(milestone.state)
    amount = milestone.released_amount if state == M.PAID else milestone.amount
    quote = fees.quote(money(amount), terms)
    carried = min(carry.held.amount if carry else 0, milestone.amount) if state == M.AGREED else 0
    fee = max(quote.client_fee.amount - _share(carry, carried), 0)
    to_pay = 0 if carried == milestone.amount else milestone.amount - carried + fee
    return MilestoneView(
        milestone_id=milestone.pk,
        position=milestone.position,
        title=milestone.title,
        text=milestone.text,
        amount=money(milestone.refunded_amount if state == M.REFUNDED else amount),
        planned=money(milestone.amount),
        released=money(milestone.released_amount),
        refunded=money(milestone.refunded_amount),
        state_label=str(state.label),
        mark=MARKS[state],
        is_closed=state in CLOSED,
        is_held=state in HELD,
        in_review=state == M.SUBMITTED,
        is_planned=state == M.AGREED,
        is_proposed=state == M.PROPOSED,
        is_funding=state == M.FUNDING,
        changes_asked=state == M.CHANGES_ASKED,
        is_paid=state == M.PAID,
        due_on=milestone.due_on,
        version=milestone.version,
        charge_id=milestone.charge_id,
        failed=bool(milestone.fail_code) and state == M.AGREED,
        funded_at=milestone.funded_at,
        submitted_at=milestone.submitted_at,
        closed_at=milestone.closed_at,
        answer_due_at=milestone.answer_due_at,
        review_due_at=milestone.review_due_at,
        review_left_days=milestone.review_left_days,
        dormant_due_at=milestone.dormant_due_at,
        dormant_step=milestone.dormant_step,
        limit_due_at=milestone.limit_due_at,
        entry_id=milestone.entry_id,
        fail_code=milestone.fail_code,
        acts=_acts(milestone, refunds, actor, at),
        quote=quote,
        carried=money(carried),
        to_pay=money(to_pay),
        fund_fee=money(fee if to_pay else 0),
        submissions=tuple(submissions),
        refunds=tuple(refunds),
    )


def _share(carry: Hold | None, carried: int) -> int:
    """The client's fee that comes along with carried money, as escrow will count it."""
    if carry is None or not carried:
        return 0
    if carried == carry.remaining:
        return carry.advance_remaining
    return min(half_up(Fraction(carry.advance * carried, carry.amount)), carry.advance_remaining)


def _acts(milestone: Milestone, refunds: list[RefundView], actor: Actor, at: datetime) -> frozenset[str]:
    contract = milestone.contract
    late = milestone.review_due_at is not None and at >= milestone.review_due_at
    waiting = any(r.is_open for r in refunds)
    asked_now = any(not r.by_rule for r in refunds if _about_this(r, milestone))
    grows = contract.is_open and not contract.ends_when_settled
    asked = {
        "agree": grows and policies.can_agree(actor, milestone),
        "decline": policies.can_decline(actor, milestone),
        "edit": grows and policies.can_edit(actor, milestone),
        "cancel": policies.can_cancel(actor, milestone),
        "fund": grows and contract.state == C.ACTIVE and policies.can_fund(actor, milestone),
        "submit": policies.can_submit(actor, milestone),
        "take_back": not late and policies.can_take_back(actor, milestone),
        "ask_changes": not late and policies.can_ask_changes(actor, milestone),
        "release": not late and policies.can_release(actor, milestone),
        "return": not late and policies.can_return(actor, contract),
    }
    acts = {name for name, may in asked.items() if may and MILESTONE.allows(milestone, name)}
    if milestone.is_held and not late and not waiting and not asked_now and policies.can_ask_refund(actor, contract):
        acts.add("ask_refund")
    return frozenset(acts)


def _about_this(refund: RefundView, milestone: Milestone) -> bool:
    """Was it asked since the newest hand-in, and not withdrawn?"""
    withdrawn = refund.state_label == str(R.WITHDRAWN.label)
    newest = milestone.submitted_at
    return not withdrawn and (newest is None or refund.asked_at >= newest)


def _refund(request: RefundRequest, actor: Actor, at: datetime) -> RefundView:
    late = request.reply_due_at is not None and at >= request.reply_due_at
    asked = {
        "agree": not late and policies.can_answer_refund(actor, request),
        "refuse": not late and policies.can_answer_refund(actor, request),
        "withdraw": not late and policies.can_withdraw_refund(actor, request),
    }
    return RefundView(
        request_id=request.pk,
        milestone_id=request.milestone_id,
        amount=request.money(),
        agreed=request.contract.money(request.agreed_amount),
        text=request.text,
        answer_text=request.answer_text,
        state_label=str(R(request.state).label),
        is_open=request.state == R.ASKED,
        by_rule=request.by_rule,
        asked_at=request.asked_at,
        reply_due_at=request.reply_due_at,
        answered_at=request.answered_at,
        acts=frozenset(name for name, may in asked.items() if may and REFUND.allows(request, name)),
    )


def _submissions(milestone_ids: list[UUID]) -> dict[UUID, list[SubmissionView]]:
    rows = list(Submission.objects.filter(milestone_id__in=milestone_ids).order_by("number"))
    attached = files.of("submission", [row.pk for row in rows])
    found: dict[UUID, list[SubmissionView]] = defaultdict(list)
    for row in rows:
        found[row.milestone_id].append(
            SubmissionView(
                submission_id=row.pk,
                number=row.number,
                message=row.message,
                at=row.at,
                sha256=row.sha256,
                taken_back_at=row.taken_back_at,
                answer_text=row.answer_text,
                answered_at=row.answered_at,
                files=attached.get(row.pk, ()),
            )
        )
    return found
