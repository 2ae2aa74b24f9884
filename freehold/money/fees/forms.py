"""The calculator's form: a plain GET, so that a calculation has an address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from freehold.kit.forms import MoneyField
from freehold.kit.settings import current
from freehold.money.fees.queries import in_currency

ORIGINS = (("PROPOSAL", _("We met here")), ("DIRECT", _("We knew each other before")))
MEANINGS = (("price", _("The price of the work")), ("net", _("What the freelancer receives")))


class CalculatorForm(forms.Form):
    """An amount, its currency, what it means, and how the two sides met."""

    amount = MoneyField(label=_("Amount"))
    currency = forms.ChoiceField(label=_("Currency"))
    meaning = forms.ChoiceField(label=_("The amount is"), choices=MEANINGS, widget=forms.RadioSelect)
    origin = forms.ChoiceField(label=_("The two sides"), choices=ORIGINS, widget=forms.RadioSelect)

    def __init__(self, data: Any = None) -> None:
        billing = current().billing
        defaults = {"meaning": "price", "origin": "PROPOSAL", "currency": billing.base_currency}
        given = {k: v for k, v in (data or {}).items() if v}
        super().__init__({"amount": "1600", **defaults, **given})
        codes = list(billing.currencies)
        self.fields["currency"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]
        chosen = given.get("currency") if given.get("currency") in codes else billing.base_currency
        amount = self.fields["amount"]
        assert isinstance(amount, MoneyField)
        amount.currency = str(chosen)
        amount.maximum = in_currency(current().escrow.milestone_max, amount.currency)
