"""Pages of acts that move money: each says the amount before the button."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from freehold.kit.doors import Request, posts_only, signed_in
from freehold.kit.pages import page
from freehold.kit.refusals import IllegalMove, Invalid
from freehold.money.payments import queries as payments
from freehold.work.contracts import actions, queries
from freehold.work.contracts.forms import AmountForm, FundForm, RefundForm, RefuseForm, complain
from freehold.work.contracts.queries import ContractView
from freehold.work.contracts.views.acts import asks, back, checked, opened


def to_charge(charge_id: UUID, then: str) -> HttpResponse:
    """Wait a moment for the provider, then show how the payment stands; its page goes on by itself."""
    payments.wait_for(charge_id)
    page_of_charge = reverse("payments:charge", kwargs={"charge_id": charge_id})
    return HttpResponseRedirect(f"{page_of_charge}?{urlencode({'next': then})}")


@asks
@signed_in
def fund(request: Request, contract_id: UUID, milestone_id: UUID) -> HttpResponse:
    """Amount, fee and total first, then the card, then the button."""
    contract, milestone = opened(request, contract_id, milestone_id, "fund")
    methods = [m for m in payments.methods_of(contract.company_id, request.at) if m.usable]
    form = FundForm(
        request.POST if request.method == "POST" else None, methods=[(str(m.method_id), m.label) for m in methods]
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["method"]
        try:
            funded = actions.fund_milestone(
                actor=request.actor,
                milestone_id=milestone_id,
                method_id=UUID(chosen) if chosen else None,
                at=request.at,
            )
        except actions.ChooseCard as refusal:
            form.add_error("method", str(refusal))
        else:
            there = reverse("contracts:detail", kwargs={"contract_id": contract_id}) + f"#m-{milestone_id}"
            if funded.charge_id and funded.state == "FUNDING":
                return to_charge(funded.charge_id, there)
            messages.success(request, _("Funded with money that was kept aside. No card was charged."))
            return HttpResponseRedirect(there)
    return page(
        request, "contracts/fund.html", status=422 if form.errors else 200, contract=contract, milestone=milestone,
        form=form, has_card=bool(methods),
    )  # fmt: skip


@posts_only
@signed_in
def release(request: Request, contract_id: UUID, milestone_id: UUID) -> HttpResponse:
    """Pay everything held for a milestone."""
    checked(request, contract_id, milestone_id)
    paid = actions.release_milestone(actor=request.actor, milestone_id=milestone_id, at=request.at)
    messages.success(request, _("%(amount)s released.") % {"amount": paid.contract.money(paid.released_amount)})
    return back(contract_id, milestone_id)


@asks
@signed_in
def release_part(request: Request, contract_id: UUID, milestone_id: UUID) -> HttpResponse:
    """Pay a part; the rest stays kept aside."""
    contract, milestone = opened(request, contract_id, milestone_id, "release")
    form = AmountForm(
        request.POST if request.method == "POST" else None, most=milestone.planned, label=_("Amount to release")
    )
    if request.method == "POST" and form.is_valid():
        amount = form.cleaned_data["amount"]
        try:
            actions.release_part(actor=request.actor, milestone_id=milestone_id, amount=amount.amount, at=request.at)
        except (actions.NoBonusYet, Invalid) as refusal:
            form.add_error("amount", str(refusal))
        else:
            messages.success(request, _("%(amount)s released. The rest stays kept aside.") % {"amount": amount})
            return back(contract_id, milestone_id)
    elif request.method == "POST" and _too_much(form):
        form.errors.clear()
        form.add_error("amount", str(actions.NoBonusYet(held=milestone.planned)))
    status = 422 if form.errors else 200
    return page(request, "contracts/part.html", status=status, contract=contract, milestone=milestone, form=form)


@asks
@signed_in
def give_back(request: Request, contract_id: UUID, milestone_id: UUID) -> HttpResponse:
    """The worker returns held money, all or a part, typed on purpose."""
    contract, milestone = opened(request, contract_id, milestone_id, "return")
    form = AmountForm(
        request.POST if request.method == "POST" else None, most=milestone.planned, label=_("Amount to return")
    )
    if request.method == "POST" and form.is_valid():
        amount = form.cleaned_data["amount"]
        try:
            actions.return_milestone(
                actor=request.actor, milestone_id=milestone_id, amount=amount.amount, at=request.at
            )
        except (actions.NotThatMuch, Invalid) as refusal:
            form.add_error("amount", str(refusal))
        else:
            messages.success(request, _("%(amount)s goes back to the client.") % {"amount": amount})
            return back(contract_id, milestone_id)
    return _amount_page(
        request, "contracts/give_back.html", contract, form, milestone=milestone, held=milestone.planned
    )


@asks
@signed_in
def give_carry_back(request: Request, contract_id: UUID) -> HttpResponse:
    """The worker returns money that was kept aside."""
    contract = _with(request, contract_id, "return_carry")
    form = AmountForm(
        request.POST if request.method == "POST" else None, most=contract.carry, label=_("Amount to return")
    )
    if request.method == "POST" and form.is_valid():
        amount = form.cleaned_data["amount"]
        try:
            actions.return_carry(actor=request.actor, contract_id=contract_id, amount=amount.amount, at=request.at)
        except (actions.NotThatMuch, Invalid) as refusal:
            form.add_error("amount", str(refusal))
        else:
            messages.success(request, _("%(amount)s goes back to the client.") % {"amount": amount})
            return back(contract_id)
    return _amount_page(request, "contracts/give_back.html", contract, form, milestone=None, held=contract.carry)


@asks
@signed_in
def ask_refund(request: Request, contract_id: UUID, milestone_id: UUID) -> HttpResponse:
    """The client asks for held money back."""
    contract, milestone = opened(request, contract_id, milestone_id, "ask_refund")
    first = {"amount": milestone.planned}
    form = RefundForm(
        request.POST if request.method == "POST" else None,
        initial=first,
        most=milestone.planned,
        label=_("Amount to ask for"),
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.ask_refund(
                actor=request.actor, milestone_id=milestone_id, amount=data["amount"].amount, text=data["text"],
                at=request.at,
            )  # fmt: skip
        except Invalid as refusal:
            complain(form, refusal)
        else:
            messages.success(request, _("Asked. The freelancer is told; the review clock stands still."))
            return back(contract_id, milestone_id)
    return _amount_page(request, "contracts/refund.html", contract, form, milestone=milestone, held=milestone.planned)


@asks
@signed_in
def ask_carry_refund(request: Request, contract_id: UUID) -> HttpResponse:
    """The client asks for money kept aside back."""
    contract = _with(request, contract_id, "ask_carry_refund")
    form = RefundForm(
        request.POST if request.method == "POST" else None,
        initial={"amount": contract.carry},
        most=contract.carry,
        label=_("Amount to ask for"),
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.ask_carry_refund(
                actor=request.actor, contract_id=contract_id, amount=data["amount"].amount, text=data["text"],
                at=request.at,
            )  # fmt: skip
        except Invalid as refusal:
            complain(form, refusal)
        else:
            messages.success(request, _("Asked. The freelancer is told."))
            return back(contract_id)
    return _amount_page(request, "contracts/refund.html", contract, form, milestone=None, held=contract.carry)


@asks
@signed_in
def answer_refund(request: Request, contract_id: UUID, request_id: UUID) -> HttpResponse:
    """The worker agrees to all or a part, or refuses with a reason."""
    contract = queries.detail(request.actor, contract_id, request.at)
    refund = contract.refund(request_id)
    form = AmountForm(
        request.POST if request.method == "POST" else None,
        initial={"amount": refund.amount},
        most=refund.amount,
        label=_("Amount to return"),
    )
    if request.method == "POST" and form.is_valid():
        amount = form.cleaned_data["amount"]
        try:
            actions.agree_refund(actor=request.actor, request_id=request_id, amount=amount.amount, at=request.at)
        except (actions.NotThatMuch, Invalid) as refusal:
            form.add_error("amount", str(refusal))
        else:
            messages.success(request, _("%(amount)s goes back to the client.") % {"amount": amount})
            return back(contract_id, refund.milestone_id)
    return _answer_page(request, contract, request_id, form, RefuseForm(auto_id="refuse-%s"))


@posts_only
@signed_in
def refuse_refund(request: Request, contract_id: UUID, request_id: UUID) -> HttpResponse:
    """Say no to a refund request."""
    contract = queries.detail(request.actor, contract_id, request.at)
    refund = contract.refund(request_id)
    form = RefuseForm(request.POST, auto_id="refuse-%s")
    if form.is_valid():
        actions.refuse_refund(actor=request.actor, request_id=request_id, text=form.cleaned_data["text"], at=request.at)
        messages.success(request, _("Refused. The client is told, and the review goes on."))
        return back(contract_id, refund.milestone_id)
    amount = AmountForm(initial={"amount": refund.amount}, most=refund.amount, label=_("Amount to return"))
    return _answer_page(request, contract, request_id, amount, form)


@posts_only
@signed_in
def withdraw_refund(request: Request, contract_id: UUID, request_id: UUID) -> HttpResponse:
    """Take a refund request back."""
    contract = queries.detail(request.actor, contract_id, request.at)
    refund = contract.refund(request_id)
    actions.withdraw_refund(actor=request.actor, request_id=request_id, at=request.at)
    messages.success(request, _("Withdrawn. The review goes on."))
    return back(contract_id, refund.milestone_id)


def _with(request: Request, contract_id: UUID, act: str) -> ContractView:
    contract = queries.detail(request.actor, contract_id, request.at)
    if request.method != "POST" and act not in contract.acts:
        raise IllegalMove(_("That is not possible now. Look at the contract to see where it stands. No money moved."))
    return contract


def _too_much(form: AmountForm) -> bool:
    return any(e.code == "high" for e in form.errors.as_data().get("amount", []))


def _amount_page(
    request: Request, template: str, contract: ContractView, form: AmountForm, **more: object
) -> HttpResponse:
    return page(request, template, status=422 if form.errors else 200, contract=contract, form=form, **more)


def _answer_page(
    request: Request, contract: ContractView, request_id: UUID, form: AmountForm, refuse: RefuseForm
) -> HttpResponse:
    refund = contract.refund(request_id)
    milestone = contract.milestone(refund.milestone_id) if refund.milestone_id else None
    wrong = form.errors or refuse.errors
    return page(
        request, "contracts/answer.html", status=422 if wrong else 200, contract=contract, refund=refund,
        milestone=milestone, form=form, refuse=refuse, clocks=queries.clocks(contract, request.at),
    )  # fmt: skip
