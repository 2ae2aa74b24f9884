"""Pages of offers."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from freehold.kit.doors import Request, posts_only, signed_in
from freehold.kit.pages import page
from freehold.kit.refusals import IllegalMove, Invalid
from freehold.kit.text import whole
from freehold.money.fees import queries as fees
from freehold.money.payments import queries as payments
from freehold.work.offers import actions, queries
from freehold.work.offers.forms import DeclineForm, OfferForm, SendForm
from freehold.work.offers.queries import OfferView

asks = require_http_methods(["GET", "HEAD", "POST"])


@asks
@signed_in
def new(request: Request, proposal_id: UUID) -> HttpResponse:
    """Write an offer for a proposal: the next page shows what it costs before anything is sent."""
    blank = queries.blank(request.actor, proposal_id)
    if blank.is_open and blank.offer_id is not None:
        return HttpResponseRedirect(reverse("offers:detail", kwargs={"offer_id": blank.offer_id}))
    form = OfferForm(request.POST if request.method == "POST" else None, content=blank.content, currency=blank.currency)
    if request.method == "POST" and "more" not in request.POST and form.is_complete():
        try:
            offer = actions.draft_offer(
                actor=request.actor, proposal_id=proposal_id, content=form.content(), at=request.at
            )
        except Invalid as refusal:
            form.complain(refusal.fields)
        else:
            return HttpResponseRedirect(reverse("offers:detail", kwargs={"offer_id": offer.pk}))
    more = "more" in request.POST
    return page(
        request, "offers/form.html", status=422 if request.method == "POST" and not more else 200, form=form,
        blank=blank, other=blank.other, offer=None, terms=fees.terms_now(currency=blank.currency), more=more,
        wrong=_wrong(form) if request.method == "POST" and not more else False,
    )  # fmt: skip


@require_safe
@signed_in
def mine(request: Request) -> HttpResponse:
    """Offers sent and received."""
    return page(request, "offers/mine.html", cards=queries.cards(request.actor))


@require_safe
@signed_in
def detail(request: Request, offer_id: UUID) -> HttpResponse:
    """One offer: terms, fees of both sides, the clock, and what can be done."""
    offer = queries.detail(request.actor, offer_id, request.at)
    return _page(request, offer)


@posts_only
@signed_in
def send(request: Request, offer_id: UUID) -> HttpResponse:
    """Charge the first milestone and send."""
    form = SendForm(request.POST, methods=_methods(request))
    if form.is_valid():
        chosen = form.cleaned_data["method"]
        try:
            offer = actions.send_offer(
                actor=request.actor, offer_id=offer_id, method_id=UUID(chosen) if chosen else None, at=request.at
            )
        except actions.ChooseCard as refusal:
            form.add_error("method", str(refusal))
        else:
            return _to_charge(offer.charge_id, offer_id)
    return _page(request, queries.detail(request.actor, offer_id, request.at), form, status=422)


@asks
@signed_in
def revise(request: Request, offer_id: UUID) -> HttpResponse:
    """Send a new version of an offer that waits for an answer."""
    offer = queries.detail(request.actor, offer_id, request.at)
    if request.method != "POST" and "revise" not in offer.acts:
        raise IllegalMove(_("This offer cannot be changed any more. No money moved."))
    content = queries.content_of(request.actor, offer_id)
    form = OfferForm(
        request.POST if request.method == "POST" else None,
        content=content,
        currency=offer.currency,
        version=offer.version,
    )
    methods = _methods(request)
    pay = SendForm(request.POST if request.method == "POST" else None, methods=methods)
    if request.method == "POST" and "more" not in request.POST and form.is_complete() and pay.is_valid():
        chosen = pay.cleaned_data["method"]
        try:
            revised = actions.revise_offer(
                actor=request.actor, offer_id=offer_id, version=form.cleaned_data["version"] or 0,
                content=form.content(), method_id=UUID(chosen) if chosen else None, at=request.at,
            )  # fmt: skip
        except actions.ChooseCard as refusal:
            pay.add_error("method", str(refusal))
        except Invalid as refusal:
            form.complain(refusal.fields)
        else:
            if revised.state == "FUNDING":
                return _to_charge(revised.charge_id, offer_id)
            messages.success(request, _("The new version is sent; the clock starts anew."))
            return HttpResponseRedirect(reverse("offers:detail", kwargs={"offer_id": offer_id}))
    more = "more" in request.POST
    return page(
        request, "offers/form.html", status=422 if request.method == "POST" and not more else 200, form=form,
        blank=None, other=offer.other, offer=offer, terms=offer.terms, more=more, pay=pay, methods=methods,
        wrong=(_wrong(form) or bool(pay.errors)) if request.method == "POST" and not more else False,
    )  # fmt: skip


@posts_only
@signed_in
def accept(request: Request, offer_id: UUID) -> HttpResponse:
    """Say yes to the version that was read."""
    contract = actions.accept_offer(
        actor=request.actor, offer_id=offer_id, version=whole(request.POST.get("version", "")), at=request.at
    )
    messages.success(request, _("Accepted. The contract begins, and the first milestone is protected for you."))
    return HttpResponseRedirect(reverse("contracts:detail", kwargs={"contract_id": contract.pk}))


@asks
@signed_in
def decline(request: Request, offer_id: UUID) -> HttpResponse:
    """Say no, with a word."""
    offer = queries.detail(request.actor, offer_id, request.at)
    if request.method != "POST" and "decline" not in offer.acts:
        raise IllegalMove(_("This offer does not wait for your answer. No money moved."))
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.decline_offer(actor=request.actor, offer_id=offer_id, text=form.cleaned_data["text"], at=request.at)
        messages.success(request, _("Declined. The client is told, and the money goes back."))
        return HttpResponseRedirect(reverse("offers:detail", kwargs={"offer_id": offer_id}))
    status = 422 if form.errors else 200
    return page(request, "offers/decline.html", status=status, offer=offer, form=form)


@posts_only
@signed_in
def withdraw(request: Request, offer_id: UUID) -> HttpResponse:
    """Take an offer back, or drop a draft."""
    actions.withdraw_offer(actor=request.actor, offer_id=offer_id, at=request.at)
    messages.success(request, _("Taken back. Held money goes back to your card."))
    return HttpResponseRedirect(reverse("offers:detail", kwargs={"offer_id": offer_id}))


def _page(request: Request, offer: OfferView, form: SendForm | None = None, *, status: int = 200) -> HttpResponse:
    methods = _methods(request) if "send" in offer.acts else []
    return page(
        request, "offers/detail.html", status=status, offer=offer, methods=methods,
        form=form or SendForm(methods=methods),
    )  # fmt: skip


def _methods(request: Request) -> list[tuple[str, str]]:
    party_id = request.actor.party_id
    found = payments.methods_of(party_id, request.at) if party_id else []
    return [(str(m.method_id), m.label) for m in found if m.usable]


def _to_charge(charge_id: UUID | None, offer_id: UUID) -> HttpResponse:
    """Wait a moment for the provider, then show how the payment stands; its page goes on by itself."""
    there = reverse("offers:detail", kwargs={"offer_id": offer_id})
    if charge_id is None:
        return HttpResponseRedirect(there)
    payments.wait_for(charge_id)
    return HttpResponseRedirect(reverse("payments:charge", kwargs={"charge_id": charge_id}) + f"?next={there}")


def _wrong(form: OfferForm) -> bool:
    return bool(form.errors) or any(row.errors for row in form.parts)
