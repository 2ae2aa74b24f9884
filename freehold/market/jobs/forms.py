"""The form of a post: parses what was typed; what a post must be is decided by the actions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from freehold.kit.forms import ManyFilesField, MoneyField, ProseField
from freehold.kit.money import LIMIT, Money, exponent
from freehold.kit.settings import current
from freehold.market.jobs.models import Brief
from freehold.market.jobs.states import Duration, Kind, Level, Load, Size, Visibility
from freehold.market.taxonomy import queries as taxonomy

_UNSURE = ("", _("Not sure yet"))


class NewPostForm(forms.Form):
    """The first step: what is needed, and what kind of work that is."""

    title = forms.CharField(label=_("What do you need?"), max_length=100, min_length=3)
    subcategory = forms.ChoiceField(label=_("Kind of work"), required=False)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["subcategory"].choices = [("", _("Choose …")), *taxonomy.choices()]  # type: ignore[attr-defined]


class PostForm(forms.Form):
    """Everything a post says."""

    title = forms.CharField(
        label=_("Title"), max_length=100, required=False,
        help_text=_("One line that a stranger understands: what, for whom."),
    )  # fmt: skip
    description = ProseField(
        label=_("Description"), max_length=10_000, required=False, rows=10,
        help_text=_("What it is for, what exists already, how you will work together. Leave out contact data."),
    )  # fmt: skip
    deliverables = ProseField(
        label=_("What you want to receive"), max_length=3000, required=False, rows=4,
        help_text=_("Files, formats, quantities: what must be there when the work is done."),
    )  # fmt: skip
    subcategory = forms.ChoiceField(label=_("Kind of work"), required=False)
    must = forms.CharField(
        label=_("Skills that must be there"), required=False, max_length=1500,
        help_text=_("Separated by commas, the most important first."),
    )  # fmt: skip
    nice = forms.CharField(label=_("Skills that would be nice"), required=False, max_length=1500)
    kind = forms.ChoiceField(label=_("How you pay"), choices=Kind.choices, widget=forms.RadioSelect, required=False)
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    budget = MoneyField(
        label=_("Budget"), required=False, help_text=_("For the whole job. Leave it empty if you are not sure.")
    )
    rate_min = MoneyField(label=_("Hourly rate from"), required=False)
    rate_max = MoneyField(label=_("to"), required=False)
    load = forms.ChoiceField(label=_("Hours"), choices=[_UNSURE, *Load.choices], required=False)
    duration = forms.ChoiceField(label=_("How long"), choices=[_UNSURE, *Duration.choices], required=False)
    size = forms.ChoiceField(label=_("Size"), choices=[_UNSURE, *Size.choices], required=False)
    level = forms.ChoiceField(label=_("Level of experience"), choices=[_UNSURE, *Level.choices], required=False)
    deadline_on = forms.DateField(
        label=_("Needed by"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    questions = ProseField(label=_("Questions to every applicant"), required=False, max_length=1600, rows=4)
    letter_required = forms.BooleanField(label=_("Ask for a letter"), required=False)
    hires_wanted = forms.IntegerField(label=_("People to hire"), required=False, min_value=1, max_value=50)
    keep_open = forms.BooleanField(label=_("Keep the job open after that"), required=False)
    visibility = forms.ChoiceField(
        label=_("Who can see it"), choices=Visibility.choices, widget=forms.RadioSelect, required=False
    )
    ai_assisted = forms.BooleanField(label=_("Written with AI assistance"), required=False)
    files = ManyFilesField(label=_("Attach files"), required=False)  # type: ignore[assignment]

    def __init__(self, data: Any = None, files: Any = None, *, typed: dict[str, Any] | None = None, **kw: Any) -> None:
        start: dict[str, Any] = {
            "kind": Kind.FIXED.value,
            "currency": current().billing.base_currency,
            "visibility": Visibility.PUBLIC.value,
            "letter_required": True,
            "hires_wanted": 1,
        }
        super().__init__(data, files, initial=start | (typed or {}), **kw)
        settings = current()
        currencies = [(c, c) for c in settings.billing.currencies]
        self.fields["currency"].choices = currencies  # type: ignore[attr-defined]
        self.fields["subcategory"].choices = [("", _("Choose …")), *taxonomy.choices()]  # type: ignore[attr-defined]
        chosen = (data or {}).get("currency") or self.initial["currency"]
        for name in ("budget", "rate_min", "rate_max"):
            money: Any = self.fields[name]
            money.currency = chosen if chosen in dict(currencies) else settings.billing.base_currency
            money.maximum = LIMIT
        most = settings.job
        self.fields["questions"].help_text = _("One per line, up to %(most)s.") % {"most": most.questions_max}
        self.fields["files"].help_text = _("Up to %(most)s files of %(mb)s MB each.") % {
            "most": most.attachments_max, "mb": most.attachment_mb,
        }  # fmt: skip
        picker: Any = self.fields["files"]
        picker.most = 100  # the action counts, together with what is there already

    def brief(self, file_ids: tuple[UUID, ...] = ()) -> Brief:
        """What was typed, as a brief."""
        found = self.cleaned_data
        return Brief(
            title=found["title"],
            description=found["description"],
            deliverables=found["deliverables"],
            subcategory_id=UUID(found["subcategory"]) if found["subcategory"] else None,
            must=names(found["must"]),
            nice=names(found["nice"]),
            kind=found["kind"],
            currency=found["currency"],
            budget=_minor(found["budget"]),
            rate_min=_minor(found["rate_min"]),
            rate_max=_minor(found["rate_max"]) or _minor(found["rate_min"]),
            load=found["load"],
            duration=found["duration"],
            size=found["size"],
            level=found["level"],
            deadline_on=found["deadline_on"],
            questions=tuple(line.strip() for line in found["questions"].splitlines() if line.strip()),
            hires_wanted=found["hires_wanted"] or 1,
            keep_open=found["keep_open"],
            letter_required=found["letter_required"],
            visibility=found["visibility"] or Visibility.PUBLIC.value,
            ai_assisted=found["ai_assisted"],
            file_ids=file_ids,
        )


#: fields a draft keeps, as typed
KEPT = tuple(name for name in PostForm.base_fields if name != "files")
_BOXES = tuple(name for name, f in PostForm.base_fields.items() if isinstance(f, forms.BooleanField))


def typed_of(data: QueryDict) -> dict[str, Any]:
    """What stands in the form, as a draft keeps it."""
    plain: dict[str, Any] = {name: data[name].replace("\0", "") for name in KEPT if name in data}
    return plain | {name: name in data for name in _BOXES}


def typed_from(brief: dict[str, Any]) -> dict[str, Any]:
    """A version's brief as the form shows it."""
    currency = brief.get("currency", "USD")
    places = exponent(currency)
    shown = {name: brief.get(name) for name in KEPT if name in brief}
    for name in ("budget", "rate_min", "rate_max"):
        amount = brief.get(name)
        shown[name] = "" if amount is None else f"{Money(amount, currency).decimal:.{places}f}"
    shown["subcategory"] = brief.get("subcategory_id", "")
    shown["must"], shown["nice"] = ", ".join(brief.get("must", ())), ", ".join(brief.get("nice", ()))
    shown["questions"] = "\n".join(brief.get("questions", ()))
    return shown


def names(text: str) -> tuple[str, ...]:
    """Skill names out of a comma-separated line, each once."""
    return tuple(dict.fromkeys(part.strip() for part in text.replace("\n", ",").split(",") if part.strip()))


def _minor(money: Money | None) -> int | None:
    return None if money is None else money.amount
