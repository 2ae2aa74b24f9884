"""The word to type, why somebody leaves, and a receipt to look at."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from freehold.kit import privacy
from freehold.kit.forms import ProseField
from freehold.kit.privacy import Subject
from freehold.trust.closure.models import ExitAnswer


def the_word() -> str:
    """What one types to close an account, in the reader's language."""
    return pgettext("the word to type", "CLOSE")


class ConfirmForm(forms.Form):
    """Choices that exist for this member, and the word."""

    word = forms.CharField(max_length=30, label=_("The word"))

    def __init__(self, *args: Any, subject: Subject, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.offered = [o for o in privacy.OPTIONS.values() if o.offered(subject)]
        for option in self.offered:
            self.fields[option.key] = forms.BooleanField(required=False, label=option.label, help_text=option.hint)
        self.fields["word"].label = _("Type %(word)s to confirm") % {"word": the_word()}
        self.fields["word"].widget.attrs.update(autocomplete="off", autocapitalize="characters", spellcheck="false")

    def clean_word(self) -> str:
        word = str(self.cleaned_data["word"]).strip()
        if word.casefold() != the_word().casefold():
            raise forms.ValidationError(_("Type the word %(word)s, so that nobody closes an account by accident."),
                                        params={"word": the_word()})
        return word

    @property
    def options(self) -> list[str]:
        return [o.key for o in self.offered if self.cleaned_data.get(o.key)]


class WhyForm(forms.Form):
    reasons = forms.MultipleChoiceField(
        choices=ExitAnswer.Reason.choices, required=False, label=_("Reasons"), widget=forms.CheckboxSelectMultiple
    )
    text = ProseField(max_length=1000, required=False, rows=4, label=_("In your words"))


class VerifyForm(forms.Form):
    receipt = ProseField(max_length=100_000, rows=8, label=_("Your receipt"))
    file = forms.FileField(required=False, label=_("Or the mail as a file"))

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["receipt"].required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("file") and not data.get("receipt"):
            data["receipt"] = data["file"].read(200_000).decode(errors="replace")
        if not data.get("receipt"):
            self.add_error("receipt", _("Paste the receipt, or choose the file it came in."))
        return data
