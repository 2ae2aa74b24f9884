"""Six rows of stars, words, and what stays private."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from freehold.kit.forms import ProseField
from freehold.trust.feedback.states import CRITERIA, Reason, Side


class ReviewForm(forms.Form):
    """The stars are fields ``star_0`` … ``star_5``; the private part is the client's only."""

    comment = ProseField(
        max_length=2000, required=False, rows=5, label=_("What should others know?"),
        help_text=_("Public, once both sides have left feedback or the window is over."),
    )  # fmt: skip
    recommend = forms.TypedChoiceField(
        choices=[("", _("No answer")), *((str(n), str(n)) for n in range(11))],
        coerce=int, empty_value=None, required=False, label=_("How likely are you to recommend this freelancer?"),
        help_text=_(
            "0 is never, 10 is certainly. Your number stays private; whether it was low, middle or high shows in the"
            " freelancer's own breakdown."
        ),
    )  # fmt: skip
    reason = forms.ChoiceField(
        choices=[("", _("No answer")), *Reason.choices], required=False, label=_("Why did the contract end?"),
        help_text=_("Private."),
    )  # fmt: skip

    def __init__(self, *args: Any, side: str, **kw: Any) -> None:
        super().__init__(*args, **kw)
        choices = [(n, str(n)) for n in range(1, 6)]
        for number, label in enumerate(CRITERIA[Side(side)]):
            self.fields[f"star_{number}"] = forms.TypedChoiceField(
                choices=choices, coerce=int, label=label, widget=forms.RadioSelect,
                error_messages={"required": _("Give one to five stars.")},
            )  # fmt: skip
        if side != Side.CLIENT:
            del self.fields["recommend"], self.fields["reason"]

    @property
    def star_fields(self) -> list[Any]:
        return [self[f"star_{n}"] for n in range(6)]

    @property
    def stars(self) -> list[int]:
        return [self.cleaned_data[f"star_{n}"] for n in range(6)]

    @staticmethod
    def initial_of(stars: Sequence[int], **others: Any) -> dict[str, Any]:
        return {f"star_{n}": s for n, s in enumerate(stars)} | others


class ReplyForm(forms.Form):
    text = ProseField(max_length=2000, rows=4, label=_("Your reply"))
