"""The form for a portrait."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class PhotoForm(forms.Form):
    photo = forms.FileField(
        label=_("Picture"),
        help_text=_("PNG, JPEG or WebP, at least 250 × 250 pixels and at most 10 MB. The middle square is shown."),
        allow_empty_file=True,
        error_messages={"required": _("Choose a picture first.")},
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
