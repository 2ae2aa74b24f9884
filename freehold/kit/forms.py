"""Form fields every door shares."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from freehold.kit.money import Money, exponent, parse
from freehold.kit.text import clean


class MoneyField(forms.CharField):
    """
    An amount as people type it in their locale.

    The currency is the form's own business, never the request's: set :attr:`currency` in the form's ``__init__``.
    """

    default_error_messages = {
        "amount": _("Enter an amount such as %(example)s."),
        "decimals": _("%(currency)s amounts have %(digits)s decimals at most."),
        "range": _("That amount is too large."),
        "low": _("Enter at least %(minimum)s."),
        "high": _("Enter at most %(maximum)s."),
    }

    def __init__(self, *, currency: str = "USD", minimum: int = 1, maximum: int | None = None, **kw: Any) -> None:
        super().__init__(max_length=kw.pop("max_length", 24), **kw)
        self.currency, self.minimum, self.maximum = currency, minimum, maximum
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off"})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            money = parse(text, self.currency)
        except ValueError as error:
            raise self._complaint(str(error)) from None
        if money.amount < self.minimum:
            raise self._invalid("low", minimum=Money(self.minimum, self.currency))
        if self.maximum is not None and money.amount > self.maximum:
            raise self._invalid("high", maximum=Money(self.maximum, self.currency))
        return money

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Money):
            return f"{value.decimal:.{exponent(value.currency)}f}"
        return value

    def _complaint(self, why: str) -> forms.ValidationError:
        key = {"too many decimals": "decimals", "out of range": "range"}.get(why, "amount")
        return self._invalid(
            key, example=Money(125000, self.currency), currency=self.currency, digits=exponent(self.currency)
        )

    def _invalid(self, key: str, **places: Any) -> forms.ValidationError:
        return forms.ValidationError(self.error_messages[key], code=key, params=places)


class ProseField(forms.CharField):
    """Text of several lines; control characters are dropped and limits count what is left."""

    def __init__(self, *, rows: int = 6, **kw: Any) -> None:
        kw.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kw)

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value) or "")


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several uploads in one field; cleans to a list."""

    def __init__(self, *, most: int = 10, **kw: Any) -> None:
        kw.setdefault("widget", ManyFilesInput())
        super().__init__(**kw)
        self.most = most

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        uploads = [d for d in (data if isinstance(data, list | tuple) else [data]) if d]
        if len(uploads) > self.most:
            raise forms.ValidationError(_("At most %(most)s files at once."), params={"most": self.most})
        one = super().clean
        return [one(upload, initial) for upload in uploads] if uploads else ([] if not self.required else [one(None)])
