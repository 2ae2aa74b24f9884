"""Pages of what comes in: billing, cards, and a charge on its way."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from freehold.kit.doors import posts_only, safe_next, signed_in
from freehold.kit.money import zero
from freehold.kit.pages import fragment, page
from freehold.kit.refusals import Invalid, NotAllowed
from freehold.kit.settings import current
from freehold.money.escrow import queries as escrow
from freehold.money.ledger import queries as books
from freehold.money.payments import actions, policies, providers, queries
from freehold.money.payments.forms import CardForm
from freehold.money.payments.providers.sandbox import TEST_CARDS

_SHOWN = 15


@signed_in
def billing(request: HttpRequest) -> HttpResponse:
    """A company's cards, balance and payments."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    if _is_person(request):
        return HttpResponseRedirect(reverse("payouts:wallet"))
    if not policies.can_see_money(actor, actor.party_id):
        raise NotAllowed()
    before = _moment(request.GET.get("before", ""))
    charges = queries.charges_of(actor.party_id, before=before, limit=_SHOWN + 1)
    held = escrow.held_by_payer(actor.party_id)
    wallets = books.wallets(actor.party_id)
    base = current().billing.base_currency
    return page(
        request,
        "payments/billing.html",
        methods=queries.methods_of(actor.party_id, request.at),  # type: ignore[attr-defined]
        balances=[w.available for w in wallets.values() if w.available] or [zero(base)],
        can_pay_out=any(w.available for w in wallets.values()),
        held=list(held.values()) or [zero(base)],
        charges=charges[:_SHOWN],
        older=charges[_SHOWN - 1].begun_at.isoformat() if len(charges) > _SHOWN else "",
        paged=before is not None,
        refunds=queries.refunds_of(actor.party_id, limit=5),
        escrow_label=current().escrow.label,
        manages=policies.can_manage_methods(actor, actor.party_id),
    )


@signed_in
def new_card(request: HttpRequest) -> HttpResponse:
    """The card form; goes on to ``?next`` when the card is there."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    onward = safe_next(request, request.POST.get("next") or request.GET.get("next", ""), reverse("payments:billing"))
    if not policies.can_manage_methods(actor, actor.party_id):
        raise NotAllowed(_("Cards are kept by a company's owner and its finance people. Switch to your company first."))
    form = CardForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            card = actions.add_card(
                actor=actor, party_id=actor.party_id, at=request.at, **form.cleaned_data  # type: ignore[attr-defined]
            )
        except Invalid as refusal:
            for field, sentence in refusal.fields.items():
                form.add_error(field, str(sentence))
        else:
            places = {"brand": card.brand, "digits": card.last_four}
            messages.success(request, _("%(brand)s ending %(digits)s is ready to pay with.") % places)
            return HttpResponseRedirect(onward)
    return page(
        request,
        "payments/card.html",
        status=422 if form.is_bound else 200,
        form=form,
        onward=onward,
        test_cards=TEST_CARDS if providers.shows_test_cards() else (),
    )


@posts_only
@signed_in
def prefer_card(request: HttpRequest, method_id: UUID) -> HttpResponse:
    actions.make_default(actor=request.actor, method_id=method_id, at=request.at)  # type: ignore[attr-defined]
    messages.success(request, _("This card is used first from now on."))
    return HttpResponseRedirect(reverse("payments:billing"))


@posts_only
@signed_in
def remove_card(request: HttpRequest, method_id: UUID) -> HttpResponse:
    actions.remove_method(actor=request.actor, method_id=method_id, at=request.at)  # type: ignore[attr-defined]
    messages.success(request, _("The card was removed."))
    return HttpResponseRedirect(reverse("payments:billing"))


@signed_in
def charge(request: HttpRequest, charge_id: UUID) -> HttpResponse:
    """A payment: waits by itself, then goes on to ``?next``."""
    found = queries.visible(request.actor, charge_id)  # type: ignore[attr-defined]
    onward = safe_next(request, request.GET.get("next", ""), "")
    if found.settled and onward:
        return _go(request, onward)
    if found.needs_action and not request.GET.get("look"):
        return _go(request, _with_next(reverse("payments:confirm", kwargs={"charge_id": charge_id}), onward))
    return fragment(
        request,
        "payments/charge.html",
        "progress",
        charge=found,
        onward=onward,
        here=request.get_full_path(),
        card_form=_with_next(reverse("payments:new_card"), onward),
        confirm=_with_next(reverse("payments:confirm", kwargs={"charge_id": charge_id}), onward),
    )


@signed_in
def confirm(request: HttpRequest, charge_id: UUID) -> HttpResponse:
    """The bank's page of the sandbox: a yes or a no."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    found = queries.visible(actor, charge_id)
    onward = safe_next(request, request.POST.get("next") or request.GET.get("next", ""), "")
    after = _with_next(reverse("payments:charge", kwargs={"charge_id": charge_id}), onward)
    if request.method == "POST":
        actions.confirm_action(
            actor=actor, charge_id=charge_id, approved=request.POST.get("answer") == "yes", at=at
        )
        return HttpResponseRedirect(after)
    if not found.needs_action:
        return HttpResponseRedirect(after)
    return page(request, "payments/confirm.html", charge=found, onward=onward)


def _go(request: HttpRequest, target: str) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def _with_next(path: str, onward: str) -> str:
    return path + "?" + urlencode({"next": onward}) if onward else path


def _is_person(request: HttpRequest) -> bool:
    return any(c.current and c.kind == "PERSON" for c in request.contexts)  # type: ignore[attr-defined]


def _moment(text: str) -> Any:
    from django.utils.dateparse import parse_datetime

    try:
        found = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
