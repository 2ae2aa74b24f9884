"""Forms of the doors and of one's own settings. The actions decide; a form shows each sentence at its field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from freehold.kit.places import countries, time_zones
from freehold.kit.refusals import Invalid
from freehold.kit.settings import current
from freehold.people.accounts.models import Account

#: what an empty field says: what belongs there, with an example where one helps
_EMPTY = {
    "first_name": _("Enter your first name, e.g. Maria."),
    "last_name": _("Enter your last name, e.g. Silva."),
    "email": _("Enter an e-mail address such as maria@example.com."),
    "password": _("Enter a password."),
    "old": _("Enter your present password."),
    "new": _("Enter the new password."),
    "country": _("Choose the country you live in."),
    "purpose": _("Say whether you want to hire or to work. You can do both later."),
    "code": _("Enter the code, e.g. 123 456."),
    "terms": _("To join you need to accept both and be old enough."),
}


class _Form(forms.Form):
    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        for name, field in self.fields.items():
            if name in _EMPTY:
                field.error_messages["required"] = _EMPTY[name]
            if field.help_text == _LONG:
                field.help_text = _LONG % {"least": current().account.password_min}

    def add_refusal(self, refusal: Invalid) -> None:
        """Show an action's sentences where they belong."""
        for name, sentence in refusal.fields.items():
            self.add_error(name if name in self.fields else None, sentence)
        if not refusal.fields:
            self.add_error(None, str(refusal))


def _password(label: Any, *, new: bool, help_text: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password" if new else "current-password"})
    return forms.CharField(label=label, max_length=128, strip=False, widget=widget, help_text=help_text)


def _address(autocomplete: str = "email") -> forms.EmailField:
    widget = forms.EmailInput(attrs={"autocomplete": autocomplete, "spellcheck": "false", "autocapitalize": "none"})
    message = _("Enter an e-mail address such as maria@example.com.")
    return forms.EmailField(label=_("E-mail"), max_length=254, widget=widget, error_messages={"invalid": message})


def _name(label: Any, autocomplete: str) -> forms.CharField:
    return forms.CharField(label=label, max_length=50, widget=forms.TextInput(attrs={"autocomplete": autocomplete}))


_LONG = _("At least %(least)s characters. A short sentence nobody knows is good and easy to remember.")
_TERMS = _("I accept the terms and the privacy notice, and I am at least %(age)s years old")


def _country(form: forms.Form) -> None:
    field: Any = form.fields["country"]
    field.choices = [("", _("Choose …")), *countries()]
    field.widget.attrs["autocomplete"] = "country"


class _NewPerson(_Form):
    first_name = _name(_("First name"), "given-name")
    last_name = _name(_("Last name"), "family-name")
    email = _address()
    password = _password(_("Password"), new=True, help_text=_LONG)
    country = forms.ChoiceField(label=_("Country"))

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        _country(self)


class SignUpForm(_NewPerson):
    purpose = forms.ChoiceField(label=_("What brings you here?"), choices=Account.Purpose, widget=forms.RadioSelect)
    company_name = forms.CharField(
        label=_("Company name"), max_length=100, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        help_text=_("If you hire for an organization. Leave it empty to hire in your own name."),
    )  # fmt: skip
    terms = forms.BooleanField(label=_TERMS)
    marketing = forms.BooleanField(label=_("Send me news about this market, a few times a year"), required=False)
    #: people leave it empty; programs fill in everything
    homepage = forms.CharField(required=False, label=_("Leave this empty"))

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["terms"].label = _TERMS % {"age": current().account.min_age}

    field_order = ["purpose", "first_name", "last_name", "company_name", "email", "password", "country"]


class FirstRunForm(_NewPerson):
    pass


class SignInForm(_Form):
    email = _address(autocomplete="username")
    password = _password(_("Password"), new=False)


class AddressForm(_Form):
    email = _address()


class CodeForm(_Form):
    code = forms.CharField(
        label=_("Code"), max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )  # fmt: skip


class NewPasswordForm(_Form):
    password = _password(_("New password"), new=True, help_text=_LONG)


class ChangePasswordForm(_Form):
    old = _password(_("Present password"), new=False)
    new = _password(_("New password"), new=True)


class RecheckForm(_Form):
    password = _password(_("Password"), new=False)
    code = forms.CharField(
        label=_("Code"), max_length=20, required=False, help_text=_("Six digits from your app, or a recovery code."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )  # fmt: skip


class YouForm(_Form):
    first_name = _name(_("First name"), "given-name")
    last_name = _name(_("Last name"), "family-name")
    country = forms.ChoiceField(label=_("Country"))
    time_zone = forms.ChoiceField(label=_("Time zone"))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    theme = forms.ChoiceField(label=_("Colors"), choices=Account.Theme, widget=forms.RadioSelect)
    marketing = forms.BooleanField(label=_("Send me news about this market, a few times a year"), required=False)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        _country(self)
        zones: Any = self.fields["time_zone"]
        zones.choices = [(zone, zone.replace("_", " ")) for zone in time_zones()]
