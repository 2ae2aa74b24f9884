"""What people type about contracts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from freehold.kit.forms import ManyFilesField, MoneyField, ProseField
from freehold.kit.money import Money, zero
from freehold.kit.refusals import Invalid
from freehold.work.contracts.states import Reason

_DAY = {"type": "date"}


def complain(form: forms.Form, refusal: Invalid) -> None:
    """Show a refusal's sentences where they belong in the form."""
    for name, sentence in refusal.fields.items():
        form.add_error(name if name in form.fields else None, str(sentence))
    if not refusal.fields:
        form.add_error(None, str(refusal))


class MilestoneForm(forms.Form):
    """A milestone before there is money in it."""

    title = forms.CharField(label=_("Title"), max_length=100)
    text = ProseField(
        label=_("What is delivered, and how you both know that it is done"), max_length=5000, required=False, rows=5
    )
    amount = MoneyField(label=_("Amount"))
    due_on = forms.DateField(label=_("Due day"), required=False, widget=forms.DateInput(attrs=_DAY))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, currency: str, **kw: Any) -> None:
        super().__init__(*args, **kw)
        amount = self.fields["amount"]
        assert isinstance(amount, MoneyField)
        amount.currency = currency


class HandInForm(forms.Form):
    """Work on its way to the client."""

    message = ProseField(label=_("Message to the client"), max_length=5000, required=False, rows=5)
    files = ManyFilesField(label=_("Files"), required=False, most=10)  # type: ignore[assignment]


class ChangesForm(forms.Form):
    """What should be different."""

    text = ProseField(label=_("What should change?"), max_length=5000, rows=5)


class AmountForm(forms.Form):
    """An amount typed on purpose."""

    amount = MoneyField(label=_("Amount"))

    def __init__(self, *args: Any, most: Money, label: Any = None, **kw: Any) -> None:
        super().__init__(*args, **kw)
        amount = self.fields["amount"]
        assert isinstance(amount, MoneyField)
        amount.currency, amount.maximum = most.currency, most.amount
        if label:
            amount.label = label


class RefundForm(AmountForm):
    """A request for held money back."""

    text = ProseField(label=_("Why"), max_length=2000, rows=4)
    field_order = ["amount", "text"]


class RefuseForm(forms.Form):
    """Why not."""

    text = ProseField(label=_("Why you refuse"), max_length=2000, rows=4)


class FundForm(forms.Form):
    """Which card pays."""

    method = forms.TypedChoiceField(label=_("Pay with"), widget=forms.RadioSelect, required=False)

    def __init__(self, *args: Any, methods: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        method = self.fields["method"]
        assert isinstance(method, forms.TypedChoiceField)
        method.choices = methods
        if methods:
            self.initial.setdefault("method", methods[0][0])


class PauseForm(forms.Form):
    """Why it pauses."""

    text = ProseField(label=_("Why do you pause?"), max_length=500, rows=3)


class EndForm(forms.Form):
    """Why it ends."""

    reason = forms.ChoiceField(label=_("Why does it end?"), choices=Reason.choices, widget=forms.RadioSelect)


class WorkerEndForm(EndForm):
    """The worker ends: what is in review is given back only when the amount is typed."""

    amount = MoneyField(label=_("Type the amount that goes back"), required=False)

    def __init__(self, *args: Any, currency: str, **kw: Any) -> None:
        super().__init__(*args, **kw)
        amount = self.fields["amount"]
        assert isinstance(amount, MoneyField)
        amount.currency = currency


class ClientEndForm(EndForm):
    """The client ends: how much of each held amount is paid."""

    text = ProseField(label=_("A word to the freelancer"), max_length=2000, required=False, rows=3)

    def __init__(self, *args: Any, held: list[tuple[str, Any, Money, bool]], **kw: Any) -> None:
        """:param held: name, label, what is held, and whether work for it was handed in, so that it is likely paid"""
        super().__init__(*args, **kw)
        for name, label, most, handed_in in held:
            field = MoneyField(label=label, currency=most.currency, minimum=0, maximum=most.amount, required=False)
            self.fields[name] = field
            self.initial.setdefault(name, most if handed_in else zero(most.currency))

    def paid(self, name: str) -> int:
        """Minor units to pay of one held amount; empty means nothing."""
        money = self.cleaned_data.get(name)
        return money.amount if money else 0
