"""Asking for a payout, watching it, and where payouts may go."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from freehold.kit.doors import posts_only, recheck, signed_in
from freehold.kit.ids import uuid7
from freehold.kit.money import Money, exponent, zero
from freehold.kit.pages import fragment, page
from freehold.kit.refusals import Invalid, NotAllowed, TooMany
from freehold.kit.settings import current
from freehold.money.ledger import queries as books
from freehold.money.payouts import actions, policies, providers, queries
from freehold.money.payouts.forms import AmountForm, MethodForm
from freehold.money.payouts.providers.sandbox import TEST_ACCOUNTS
from freehold.people.teams import queries as teams


@signed_in
@recheck("money")
def request(request: HttpRequest) -> HttpResponse:
    """Fee, net and arrival first; the button says the amount."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    if not policies.can_request(actor, actor.party_id):
        raise NotAllowed()
    if request.method == "POST":
        return _ask(request)
    free = _free(actor.party_id)
    currency = request.GET.get("currency") or _richest(free)
    available = free.get(currency, zero(currency) if currency in free else zero(current().billing.base_currency))
    company, least = _is_company(request), policies.minimum(available.currency)
    usable = [m for m in queries.methods_of(actor.party_id) if m.usable]
    fees = {str(m.method_id): policies.fee(m.rail, available.currency, company=company) for m in usable}
    form = AmountForm(
        request.GET if "amount" in request.GET else None,
        least=least,
        most=available,
        methods=[
            (str(m.method_id), _("%(method)s, fee %(fee)s") % {"method": m.label, "fee": fees[str(m.method_id)]})
            for m in usable
        ],
        initial={"amount": available, "method": str(usable[0].method_id) if usable else ""},
    )
    amount, chosen = available, usable[0] if usable else None
    if form.is_bound:
        if form.is_valid():
            amount = form.cleaned_data["amount"]
            chosen = next(m for m in usable if str(m.method_id) == form.cleaned_data["method"])
        else:
            chosen = None
    fee = fees[str(chosen.method_id)] if chosen else zero(amount.currency)
    return page(
        request,
        "payouts/request.html",
        status=422 if form.errors else 200,
        available=available,
        others=[m for c, m in free.items() if c != available.currency and m],
        amount=amount,
        fee=fee,
        arrives=amount - fee,
        chosen=chosen,
        usable=usable,
        waiting=[m for m in queries.methods_of(actor.party_id) if m.waits] if not usable else [],
        form=form,
        least=least,
        enough=amount.amount >= least.amount and amount.amount > fee.amount,
        expected_on=queries.expected_on(at),
        cancel_minutes=current().payout.cancel_minutes,
        once=uuid7(),
    )


def _ask(request: HttpRequest) -> HttpResponse:
    actor, said = request.actor, request.POST  # type: ignore[attr-defined]
    try:
        amount, currency = _minor(said.get("amount", "")), said.get("currency", "")
        exponent(currency)
        method_id, payout_id = UUID(said.get("method", "")), UUID(said.get("once", ""))
    except ValueError:
        raise Invalid(_("Something in the form was missing. No money moved. Go back and look at it again.")) from None
    made = actions.request_payout(
        actor=actor,
        party_id=actor.party_id,
        currency=currency,
        amount=amount,
        method_id=method_id,
        payout_id=payout_id,
        at=request.at,  # type: ignore[attr-defined]
    )
    messages.success(request, _("Payout %(number)s is scheduled.") % {"number": made.number})
    return HttpResponseRedirect(reverse("payouts:payout", kwargs={"payout_id": made.pk}))


def _minor(text: str) -> int:
    """Minor units as our own page wrote them: plain digits, nothing else."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ValueError("not an amount")
    return int(text)


@signed_in
def payout(request: HttpRequest, payout_id: UUID) -> HttpResponse:
    """A payout and where it stands."""
    found = queries.visible(request.actor, payout_id)  # type: ignore[attr-defined]
    return fragment(
        request,
        "payouts/payout.html",
        "progress",
        payout=found,
        may_cancel=found.can_cancel
        and policies.can_request(request.actor, found.party_id)  # type: ignore[attr-defined]
        and (found.leaves_at is None or request.at < found.leaves_at),  # type: ignore[attr-defined]
        soon=bool(found.leaves_at and request.at >= found.leaves_at),  # type: ignore[attr-defined]
    )


@posts_only
@signed_in
def cancel(request: HttpRequest, payout_id: UUID) -> HttpResponse:
    called_off = actions.cancel_payout(actor=request.actor, payout_id=payout_id, at=request.at)  # type: ignore[attr-defined]
    places = {"number": called_off.number, "amount": called_off.money}
    messages.success(request, _("Payout %(number)s was called off. %(amount)s is available again.") % places)
    return HttpResponseRedirect(reverse("payouts:payout", kwargs={"payout_id": payout_id}))


@signed_in
def methods(request: HttpRequest) -> HttpResponse:
    """Where payouts may go."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    if not policies.can_see(actor, actor.party_id):
        raise NotAllowed()
    return page(
        request,
        "payouts/methods.html",
        methods=queries.methods_of(actor.party_id),
        manages=policies.can_manage_methods(actor, actor.party_id),
        hold_days=current().payout.method_hold_days,
        company=_is_company(request),
        fees={rail: policies.fee(rail, current().billing.base_currency) for rail in ("SEPA", "CARD")},
    )


@signed_in
@recheck("money")
def add_method(request: HttpRequest) -> HttpResponse:
    """The form for a bank account or a card."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    if not policies.can_manage_methods(actor, actor.party_id):
        raise NotAllowed()
    holder = teams.snapshot(actor.party_id)["name"]
    form = MethodForm(request.POST if request.method == "POST" else None, initial={"holder": holder, "rail": "SEPA"})
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_method(
                actor=actor, party_id=actor.party_id, at=request.at, **form.cleaned_data  # type: ignore[attr-defined]
            )
        except Invalid as refusal:
            for field, sentence in refusal.fields.items():
                form.add_error(field, str(sentence))
        except TooMany as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The payout method was added. It can be used when its waiting time is over."))
            return HttpResponseRedirect(reverse("payouts:methods"))
    return page(
        request,
        "payouts/add_method.html",
        status=422 if form.is_bound else 200,
        form=form,
        hold_days=current().payout.method_hold_days,
        test_accounts=TEST_ACCOUNTS if providers.shows_test_accounts() else (),
    )


@posts_only
@signed_in
@recheck("money")
def remove_method(request: HttpRequest, method_id: UUID) -> HttpResponse:
    actions.remove_method(actor=request.actor, method_id=method_id, at=request.at)  # type: ignore[attr-defined]
    messages.success(request, _("The payout method was removed."))
    return HttpResponseRedirect(reverse("payouts:methods"))


def _free(party_id: UUID) -> dict[str, Money]:
    debts = books.debts(party_id)
    found = {}
    for currency, wallet in books.wallets(party_id).items():
        debt = debts.get(currency, zero(currency))
        found[currency] = Money(max(0, wallet.available.amount - debt.amount), currency)
    return found


def _richest(free: dict[str, Money]) -> str:
    base = current().billing.base_currency
    if free.get(base):
        return base
    return next((c for c, m in free.items() if m), base)


def _is_company(request: HttpRequest) -> bool:
    return any(c.current and c.kind == "COMPANY" for c in request.contexts)  # type: ignore[attr-defined]
