"""The payout forms; what they say is checked by the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from freehold.kit.forms import MoneyField
from freehold.kit.money import Money
from freehold.money.payouts.states import Rail


class MethodForm(forms.Form):
    """Where money should go."""

    rail = forms.ChoiceField(label=_("Kind"), choices=Rail, widget=forms.RadioSelect, initial=Rail.SEPA)
    number = forms.CharField(
        label=_("IBAN or card number"), max_length=48, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    holder = forms.CharField(
        label=_("Account holder"),
        help_text=_("As your settings name you, or your company."),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class AmountForm(forms.Form):
    """How much, and where to."""

    amount = MoneyField(label=_("Amount"))
    method = forms.ChoiceField(label=_("Where to"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, least: Money, most: Money, methods: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        field: Any = self.fields["amount"]
        field.currency, field.minimum, field.maximum = most.currency, least.amount, most.amount
        choice: Any = self.fields["method"]
        choice.choices = methods
