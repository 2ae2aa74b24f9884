"""Forms of companies and of what stands on invoices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from freehold.kit.forms import ProseField
from freehold.kit.places import countries
from freehold.kit.refusals import Invalid
from freehold.people.teams.models import Party


class _Form(forms.Form):
    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        if "country" in self.fields:
            field: Any = self.fields["country"]
            field.choices = [("", _("Choose …")), *countries()]
            field.widget.attrs["autocomplete"] = "country"

    def add_refusal(self, refusal: Invalid) -> None:
        """Show an action's sentences where they belong."""
        for name, sentence in refusal.fields.items():
            self.add_error(name if name in self.fields else None, sentence)
        if not refusal.fields:
            self.add_error(None, str(refusal))


def _name() -> forms.CharField:
    return forms.CharField(
        label=_("Company name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )


class CompanyForm(_Form):
    name = _name()
    is_organization = forms.TypedChoiceField(
        label=_("You hire as"), coerce=lambda value: value == "True", widget=forms.RadioSelect,
        choices=[("True", _("an organization")), ("False", _("a person"))],
    )  # fmt: skip
    country = forms.ChoiceField(label=_("Country"))
    size = forms.ChoiceField(label=_("People in it"), choices=Party.Size)
    website = forms.CharField(
        label=_("Website"), max_length=200, required=False,
        widget=forms.URLInput(attrs={"autocomplete": "url", "placeholder": "https://"}),
    )  # fmt: skip
    description = ProseField(
        label=_("About the company"), max_length=2000, required=False, rows=5,
        help_text=_("Freelancers read this beside your posts."),
    )  # fmt: skip
    name_public = forms.BooleanField(
        label=_("Show the name to everybody"), required=False,
        help_text=_("If not, people you share no contract with read “Company in …”."),
    )  # fmt: skip


class BillingForm(_Form):
    address = forms.CharField(
        label=_("Billing address"), max_length=400, required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )  # fmt: skip
    tax_id = forms.CharField(
        label=_("Tax number"), max_length=40, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("As it should stand on invoices, e.g. DE 123456789."),
    )  # fmt: skip


class NewCompanyForm(_Form):
    name = _name()
    country = forms.ChoiceField(label=_("Country"))
    is_organization = CompanyForm.base_fields["is_organization"]
