"""The published fees, and a calculator that needs no script."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from freehold.kit.money import Money
from freehold.kit.pages import fragment, number
from freehold.kit.settings import current
from freehold.money.fees import queries
from freehold.money.fees.forms import CalculatorForm


@require_GET
def fees(request: HttpRequest) -> HttpResponse:
    """Every fee with the value in force, and what it makes of an amount."""
    form = CalculatorForm(request.GET)
    quote, terms = None, queries.terms_now()
    if form.is_valid():
        asked, currency = form.cleaned_data["amount"], form.cleaned_data["currency"]
        terms = queries.terms_now(origin=form.cleaned_data["origin"], currency=currency)
        price = queries.gross_for_net(asked, terms) if form.cleaned_data["meaning"] == "net" else asked
        quote = queries.quote(price, terms, with_contract_fee=True)
    settings = current()
    base = settings.billing.base_currency
    return fragment(
        request,
        "fees/fees.html",
        "calculator",
        status=200 if quote else 422,
        form=form,
        quote=quote,
        service_rate=percent(terms.freelancer_bps),
        client_rate=percent(terms.client_bps),
        met=percent(settings.fees.freelancer_bps),
        direct=percent(settings.fees.direct_contract_bps),
        client=percent(settings.fees.client_bps),
        contract_fee=Money(settings.fees.contract_fee, base),
        fee_sepa=Money(settings.payout.fee_sepa, base),
        fee_card=Money(settings.payout.fee_card, base),
        minimum=Money(settings.payout.minimum, base),
        days=settings.earnings.security_days,
        example=example(),
    )


def percent(bps: int) -> str:
    """``10 %``, ``2.5 %``."""
    return f"{number(Decimal(bps) / 100)} %"


def example() -> dict[str, Money]:
    """A refund in numbers: 40.00 of 143.75 goes back, and with it its share of the client's fee."""
    base = current().billing.base_currency
    terms = queries.terms_now()
    amount, back = Money(queries.in_currency(14_375, base), base), Money(queries.in_currency(4_000, base), base)
    fee = queries.client_fee(amount, terms)
    return {"amount": amount, "back": back, "fee": fee, "fee_back": queries.returned_fee(fee, back, amount)}
