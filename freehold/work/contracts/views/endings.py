"""Pausing, resuming and ending a contract."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from freehold.kit.doors import Request, posts_only, signed_in
from freehold.kit.money import Money, total
from freehold.kit.pages import page
from freehold.kit.refusals import IllegalMove, Invalid
from freehold.work.contracts import actions, queries
from freehold.work.contracts.forms import ClientEndForm, PauseForm, WorkerEndForm, complain
from freehold.work.contracts.queries import ContractView
from freehold.work.contracts.views.acts import asks, back


@asks
@signed_in
def pause(request: Request, contract_id: UUID) -> HttpResponse:
    """Pause: no new funding; what is in review goes on."""
    contract = queries.detail(request.actor, contract_id, request.at)
    if request.method != "POST" and "pause" not in contract.acts:
        raise IllegalMove()
    form = PauseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.pause_contract(
            actor=request.actor, contract_id=contract_id, text=form.cleaned_data["text"], at=request.at
        )
        messages.success(request, _("The contract is paused. Clocks of work in review go on."))
        return back(contract_id)
    status = 422 if form.errors else 200
    return page(request, "contracts/pause.html", status=status, contract=contract, form=form)


@posts_only
@signed_in
def resume(request: Request, contract_id: UUID) -> HttpResponse:
    """Go on after a pause."""
    actions.resume_contract(actor=request.actor, contract_id=contract_id, at=request.at)
    messages.success(request, _("The contract goes on."))
    return back(contract_id)


@asks
@signed_in
def end(request: Request, contract_id: UUID) -> HttpResponse:
    """What happens to every amount and clock, then the reason, then the button."""
    contract = queries.detail(request.actor, contract_id, request.at)
    if request.method != "POST" and "end" not in contract.acts:
        raise IllegalMove(_("This contract has ended already. No money moved."))
    return _end_client(request, contract) if contract.role == "client" else _end_worker(request, contract)


def _end_worker(request: Request, contract: ContractView) -> HttpResponse:
    form = WorkerEndForm(request.POST if request.method == "POST" else None, currency=contract.currency)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["amount"]
        try:
            actions.end_as_worker(
                actor=request.actor, contract_id=contract.contract_id, reason=form.cleaned_data["reason"],
                typed_amount=typed.amount if typed else None, at=request.at,
            )  # fmt: skip
        except actions.ReviewUnderWay as refusal:
            form.add_error("amount", str(refusal))
        else:
            messages.success(request, _("The contract has ended."))
            return back(contract.contract_id)
    return page(
        request, "contracts/end_worker.html", status=422 if form.errors else 200, contract=contract, form=form,
        goes_back=contract.protected, reviewed=any(m.in_review for m in contract.milestones),
    )  # fmt: skip


def _end_client(request: Request, contract: ContractView) -> HttpResponse:
    held: list[tuple[str, Any, Money, bool]] = [
        (f"pay-{m.position}", f"{m.position}. {m.title}", m.planned, m.in_review)
        for m in contract.milestones
        if m.is_held
    ]
    if contract.carry:
        held.append(("pay-carry", _("Kept aside"), contract.carry, False))
    form = ClientEndForm(request.POST if request.method == "POST" else None, held=held)
    if request.method == "POST" and form.is_valid():
        pays = {m.milestone_id: form.paid(f"pay-{m.position}") for m in contract.milestones if m.is_held}
        try:
            actions.end_as_client(
                actor=request.actor, contract_id=contract.contract_id, reason=form.cleaned_data["reason"], pays=pays,
                carry_pays=form.paid("pay-carry") if contract.carry else 0, text=form.cleaned_data["text"],
                at=request.at,
            )  # fmt: skip
        except Invalid as refusal:
            complain(form, refusal)
        else:
            messages.success(request, _("The contract has ended."))
            return back(contract.contract_id)
    return page(
        request, "contracts/end_client.html", status=422 if form.errors else 200, contract=contract, form=form,
        held=[(form[name], most) for name, _label, most, _in in held],
        whole=total([most for _name, _label, most, _in in held], contract.currency),
    )  # fmt: skip
