"""Pages of acts without money: planning, handing in, asking for changes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from freehold.kit.actions import require
from freehold.kit.doors import Request, posts_only, signed_in
from freehold.kit.pages import page
from freehold.kit.refusals import IllegalMove, Invalid, NotAllowed, NotFound
from freehold.talk.files import actions as files
from freehold.work.contracts import actions, queries
from freehold.work.contracts.forms import ChangesForm, HandInForm, MilestoneForm, complain
from freehold.work.contracts.queries import ContractView, MilestoneView

asks = require_http_methods(["GET", "HEAD", "POST"])


def back(contract_id: UUID, milestone_id: UUID | None = None) -> HttpResponse:
    """To the contract, at the milestone if one is named."""
    place = f"#m-{milestone_id}" if milestone_id else ""
    return HttpResponseRedirect(reverse("contracts:detail", kwargs={"contract_id": contract_id}) + place)


def opened(request: Request, contract_id: UUID, milestone_id: UUID, act: str) -> tuple[ContractView, MilestoneView]:
    """
    The contract and milestone of an act's page.

    :raises NotFound: unless they belong to each other and to the actor
    :raises IllegalMove: when the act is not possible now, or not theirs (a form for it would only mislead)
    """
    contract = queries.detail(request.actor, contract_id, request.at)
    milestone = contract.milestone(milestone_id)
    if request.method != "POST" and act not in milestone.acts:
        raise IllegalMove(_("That is not possible now. Look at the contract to see where it stands. No money moved."))
    return contract, milestone


def checked(request: Request, contract_id: UUID, milestone_id: UUID) -> None:
    """:raises NotFound: unless the milestone belongs to the contract in the address"""
    require(queries.belongs(milestone_id, contract_id), NotFound)


@asks
@signed_in
def add(request: Request, contract_id: UUID) -> HttpResponse:
    """A new milestone: the client plans it, the worker proposes it."""
    contract = queries.detail(request.actor, contract_id, request.at)
    client = contract.role == "client"
    if not contract.acts & {"plan", "propose"} and request.method != "POST":
        raise NotAllowed()
    form = MilestoneForm(request.POST if request.method == "POST" else None, currency=contract.currency)
    if request.method == "POST" and form.is_valid():
        act = actions.plan_milestone if client else actions.propose_milestone
        try:
            made = act(actor=request.actor, contract_id=contract_id, at=request.at, **_plan(form))
        except Invalid as refusal:
            complain(form, refusal)
        else:
            said = (
                _("Planned. It is not protected until you fund it.") if client else _("Proposed. The client is told.")
            )
            messages.success(request, said)
            return back(contract_id, made.pk)
    status = 422 if form.errors else 200
    return page(request, "contracts/add.html", status=status, contract=contract, form=form, milestone=None)


@asks
@signed_in
def edit(request: Request, contract_id: UUID, milestone_id: UUID) -> HttpResponse:
    """Change a milestone that has no money in it."""
    contract, milestone = opened(request, contract_id, milestone_id, "edit")
    first = {
        "title": milestone.title, "text": milestone.text, "amount": milestone.amount, "due_on": milestone.due_on,
        "version": milestone.version,
    }  # fmt: skip
    form = MilestoneForm(request.POST if request.method == "POST" else None, initial=first, currency=contract.currency)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            actions.edit_milestone(
                actor=request.actor, milestone_id=milestone_id, version=version, at=request.at, **_plan(form)
            )
        except Invalid as refusal:
            complain(form, refusal)
        else:
            messages.success(request, _("The milestone is changed."))
            return back(contract_id, milestone_id)
    status = 422 if form.errors else 200
    return page(request, "contracts/add.html", status=status, contract=contract, form=form, milestone=milestone)


@posts_only
@signed_in
def agree(request: Request, contract_id: UUID, milestone_id: UUID) -> HttpResponse:
    """Take up a proposed milestone."""
    checked(request, contract_id, milestone_id)
    actions.agree_milestone(actor=request.actor, milestone_id=milestone_id, at=request.at)
    messages.success(request, _("Agreed. It is not protected until you fund it."))
    return back(contract_id, milestone_id)


@posts_only
@signed_in
def decline(request: Request, contract_id: UUID, milestone_id: UUID) -> HttpResponse:
    """Say no to a proposed milestone."""
    checked(request, contract_id, milestone_id)
    actions.decline_milestone(actor=request.actor, milestone_id=milestone_id, at=request.at)
    messages.success(request, _("Declined. The freelancer is told."))
    return back(contract_id)


@posts_only
@signed_in
def cancel(request: Request, contract_id: UUID, milestone_id: UUID) -> HttpResponse:
    """Drop a milestone without money."""
    checked(request, contract_id, milestone_id)
    actions.cancel_milestone(actor=request.actor, milestone_id=milestone_id, at=request.at)
    messages.success(request, _("The milestone is dropped. No money moved."))
    return back(contract_id)


@asks
@signed_in
def hand_in(request: Request, contract_id: UUID, milestone_id: UUID) -> HttpResponse:
    """Hand work in."""
    contract, milestone = opened(request, contract_id, milestone_id, "submit")
    form = HandInForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        auto_id="hand-in-%s",
    )
    if request.method == "POST" and form.is_valid():
        try:
            stored = _store(request, form.cleaned_data["files"])
            actions.submit_work(
                actor=request.actor, milestone_id=milestone_id, message=form.cleaned_data["message"], file_ids=stored,
                at=request.at,
            )  # fmt: skip
        except Invalid as refusal:
            complain(form, refusal)
        else:
            messages.success(request, _("Handed in. The client is told, and the review clock runs."))
            return back(contract_id, milestone_id)
    status = 422 if form.errors else 200
    return page(request, "contracts/hand_in.html", status=status, contract=contract, milestone=milestone, form=form)


@posts_only
@signed_in
def take_back(request: Request, contract_id: UUID, milestone_id: UUID) -> HttpResponse:
    """Take work handed in back."""
    checked(request, contract_id, milestone_id)
    actions.take_back(actor=request.actor, milestone_id=milestone_id, at=request.at)
    messages.success(request, _("Taken back. The review clock has stopped; hand in again when you are ready."))
    return back(contract_id, milestone_id)


@asks
@signed_in
def ask_changes(request: Request, contract_id: UUID, milestone_id: UUID) -> HttpResponse:
    """Send work back."""
    contract, milestone = opened(request, contract_id, milestone_id, "ask_changes")
    form = ChangesForm(request.POST if request.method == "POST" else None, auto_id="changes-%s")
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_changes(
                actor=request.actor, milestone_id=milestone_id, text=form.cleaned_data["text"], at=request.at
            )
        except Invalid as refusal:
            complain(form, refusal)
        else:
            messages.success(request, _("Sent back. A full new review clock starts when it is handed in again."))
            return back(contract_id, milestone_id)
    status = 422 if form.errors else 200
    return page(request, "contracts/changes.html", status=status, contract=contract, milestone=milestone, form=form)


def _plan(form: MilestoneForm) -> dict[str, Any]:
    data = form.cleaned_data
    return {"title": data["title"], "text": data["text"], "amount": data["amount"].amount, "due_on": data["due_on"]}


def _store(request: Request, uploads: list[Any]) -> list[UUID]:
    stored = [files.store(actor=request.actor, upload=u, purpose="submission", at=request.at) for u in uploads]
    return [file.pk for file in stored]
