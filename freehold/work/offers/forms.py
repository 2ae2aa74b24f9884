"""What people type about offers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from freehold.kit.forms import MoneyField, ProseField
from freehold.kit.money import Money
from freehold.kit.text import whole
from freehold.work.contracts.models import Part
from freehold.work.offers.models import Content

#: rows a form shows at once; more appear by a button
ROWS_MAX = 50
_DAY = {"type": "date"}


class PartForm(forms.Form):
    """One milestone of an offer; an empty row is left out."""

    title = forms.CharField(label=_("Title"), max_length=100, required=False)
    amount = MoneyField(label=_("Amount"), required=False)
    due_on = forms.DateField(label=_("Due day"), required=False, widget=forms.DateInput(attrs=_DAY))
    text = ProseField(label=_("What is delivered"), max_length=5000, required=False, rows=2)

    def __init__(self, *args: Any, currency: str, **kw: Any) -> None:
        super().__init__(*args, **kw)
        amount = self.fields["amount"]
        assert isinstance(amount, MoneyField)
        amount.currency = currency

    @property
    def is_empty(self) -> bool:
        data = self.cleaned_data
        return not (data.get("title") or data.get("amount") or data.get("text") or data.get("due_on"))


class OfferForm(forms.Form):
    """An offer's words; its milestones are rows of :class:`PartForm`."""

    title = forms.CharField(label=_("Title of the contract"), max_length=100)
    text = ProseField(label=_("What you agree on"), max_length=10_000, required=False, rows=8)
    starts_on = forms.DateField(label=_("Start day"), required=False, widget=forms.DateInput(attrs=_DAY))
    close_post = forms.BooleanField(label=_("Close the job post when the offer is accepted"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, content: Content, currency: str, version: int = 0) -> None:
        first = {
            "title": content.title, "text": content.text, "starts_on": content.starts_on,
            "close_post": content.close_post, "version": version,
        }  # fmt: skip
        super().__init__(data, initial=first)
        self.currency = currency
        self.parts = self._rows(data, content)

    def _rows(self, data: Any, content: Content) -> list[PartForm]:
        if data is None:
            found = [
                PartForm(
                    prefix=str(place),
                    currency=self.currency,
                    initial={
                        "title": part.title, "text": part.text, "due_on": part.due_on,
                        "amount": Money(part.amount, self.currency) if part.amount else None,
                    },
                )
                for place, part in enumerate(content.parts)
            ]  # fmt: skip
            spare = 1 if len(found) > 1 else 2
            return found + [PartForm(prefix=str(len(found) + n), currency=self.currency) for n in range(spare)]
        count = max((whole(key.split("-")[0]) for key in data), default=0) + 1
        more = 1 if "more" in data else 0
        return [
            PartForm(data if place < count else None, prefix=str(place), currency=self.currency)
            for place in range(min(count + more, ROWS_MAX))
        ]

    def is_complete(self) -> bool:
        """Valid with all its rows?"""
        rows = [row.is_valid() for row in self.parts]
        return self.is_valid() and all(rows)

    def content(self) -> Content:
        """What was typed, as the actions take it; empty rows are left out."""
        data = self.cleaned_data
        self.kept = [row for row in self.parts if not row.is_empty]
        return Content(
            title=data["title"],
            text=data["text"],
            starts_on=data["starts_on"],
            close_post=data["close_post"],
            parts=tuple(
                Part(
                    title=row.cleaned_data["title"],
                    text=row.cleaned_data["text"],
                    amount=row.cleaned_data["amount"].amount if row.cleaned_data["amount"] else 0,
                    due_on=row.cleaned_data["due_on"],
                )
                for row in self.kept
            ),
        )

    def complain(self, fields: dict[str, Any]) -> None:
        """Show a refusal's sentences at the rows they are about."""
        for name, sentence in fields.items():
            place, _dash, column = name.partition("-")
            if column and place.isdigit() and int(place) < len(self.kept):
                self.kept[int(place)].add_error(column, str(sentence))
            else:
                self.add_error(name if name in self.fields else None, str(sentence))


class SendForm(forms.Form):
    """Which card pays the first milestone."""

    method = forms.TypedChoiceField(label=_("Pay with"), widget=forms.RadioSelect, required=False)

    def __init__(self, *args: Any, methods: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        method = self.fields["method"]
        assert isinstance(method, forms.TypedChoiceField)
        method.choices = methods
        if methods:
            self.initial.setdefault("method", methods[0][0])


class DeclineForm(forms.Form):
    """Why not; the client reads it."""

    text = ProseField(label=_("A word to the client"), max_length=500, required=False, rows=3)
