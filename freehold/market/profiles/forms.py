"""The forms of a profile's sections."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from freehold.kit.forms import ManyFilesField, MoneyField, ProseField
from freehold.kit.settings import current
from freehold.market.profiles import queries
from freehold.market.profiles.states import Availability, Fluency, Level, Visibility
from freehold.market.taxonomy import queries as taxonomy

LANGUAGE_LINES = 6


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class MonthField(forms.DateField):
    """A month, as the browser's month field or ``2024-05`` typed by hand."""

    def __init__(self, **kw: Any) -> None:
        widget = forms.DateInput(format="%Y-%m", attrs={"type": "month", "placeholder": "2024-05"})
        formats = ["%Y-%m", "%Y-%m-%d", "%m/%Y"]
        super().__init__(required=False, widget=widget, input_formats=formats, **kw)


class BasicsForm(forms.Form):
    title = forms.CharField(
        label=_("What you do"), help_text=_("One line, such as “Exhibition designer for museums”."), required=False
    )
    overview = ProseField(
        label=_("Overview"),
        rows=10,
        required=False,
        help_text=_("What you are good at, for whom, and how you work. The first lines stand in lists."),
    )
    level = forms.ChoiceField(
        label=_("Experience"), required=False, widget=forms.RadioSelect, choices=list(Level.choices)
    )

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        limits = current().profile
        # Only for the counters: what is too long is said by the action, in one place for every door.
        self.fields["title"].max_length = limits.title_max  # type: ignore[attr-defined]
        self.fields["overview"].max_length = limits.overview_max  # type: ignore[attr-defined]


class SkillsForm(forms.Form):
    subcategories = forms.MultipleChoiceField(label=_("Fields of work"), required=False)
    skills = forms.CharField(
        label=_("Skills"),
        required=False,
        help_text=_("Separated by commas, the most important first: “Django, PostgreSQL, htmx”."),
    )

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["subcategories"].choices = taxonomy.choices()  # type: ignore[attr-defined]

    def names(self) -> list[str]:
        text = self.cleaned_data["skills"].replace("\n", ",").replace(";", ",")
        return [name.strip() for name in text.split(",") if name.strip()]


class RateForm(forms.Form):
    currency = forms.ChoiceField(label=_("Currency"))
    rate = MoneyField(label=_("Hourly rate"), help_text=_("What clients see, before the service fee."))

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        currencies = current().billing.currencies
        self.fields["currency"].choices = [(c, c) for c in currencies]  # type: ignore[attr-defined]
        chosen = self.data.get("currency") if self.is_bound else self.initial.get("currency")
        self.fields["rate"].currency = chosen if chosen in currencies else currencies[0]  # type: ignore[attr-defined]


class LanguagesForm(forms.Form):
    """Up to six lines of a language and how well it is spoken; empty lines are left out."""

    def __init__(self, *args: Any, spoken: tuple[Any, ...] = (), **kw: Any) -> None:
        super().__init__(*args, **kw)
        languages = [("", _("None")), *queries.language_choices()]
        for n in range(max(LANGUAGE_LINES, len(spoken))):
            one = spoken[n] if n < len(spoken) else None
            self.fields[f"language_{n}"] = forms.ChoiceField(
                label=_("Language %(n)s") % {"n": n + 1},
                choices=languages,
                required=False,
                initial=one.code if one else "",
            )
            self.fields[f"fluency_{n}"] = forms.ChoiceField(
                label=_("How well"),
                choices=Fluency.choices,
                required=False,
                initial=one.fluency if one else Fluency.FLUENT,
            )

    @property
    def lines(self) -> list[tuple[Any, Any]]:
        return [(self[f"language_{n}"], self[f"fluency_{n}"]) for n in range(len(self.fields) // 2)]

    def pairs(self) -> list[tuple[str, str]]:
        found = [
            (self.cleaned_data[f"language_{n}"], self.cleaned_data[f"fluency_{n}"])
            for n in range(len(self.fields) // 2)
        ]
        return [(code, fluency) for code, fluency in found if code]


class JobForm(forms.Form):
    title = forms.CharField(label=_("What you did"), required=False)
    organization = forms.CharField(label=_("Where"), required=False)
    place = forms.CharField(label=_("Place"), required=False)
    began_on = MonthField(label=_("From"))
    ended_on = MonthField(label=_("To"), help_text=_("Leave empty if it goes on."))
    text = ProseField(label=_("What it was about"), rows=4, required=False)


class SchoolForm(forms.Form):
    degree = forms.CharField(label=_("Degree or course"), required=False)
    school = forms.CharField(label=_("School"), required=False)
    place = forms.CharField(label=_("Place"), required=False)
    began_on = MonthField(label=_("From"))
    ended_on = MonthField(label=_("To"), help_text=_("Leave empty if it goes on."))
    text = ProseField(label=_("What it was about"), rows=4, required=False)


class PieceForm(forms.Form):
    title = forms.CharField(label=_("Title"), required=False)
    role = forms.CharField(label=_("Your part"), required=False, help_text=_("Such as “concept and typesetting”."))
    text = ProseField(label=_("What it was"), rows=4, required=False)
    done_on = MonthField(label=_("Done in"))
    files = ManyFilesField(
        label=_("Pictures and files"),
        required=False,
        most=20,
        help_text=_("PNG, JPEG or WebP up to 10 MB each, PDF or sound. Place and camera data are removed."),
    )


class CaptionForm(forms.Form):
    caption = forms.CharField(label=_("What it shows"), required=False, max_length=300)


class AvailabilityForm(forms.Form):
    availability = forms.ChoiceField(
        label=_("Time for new work"), choices=Availability.choices, widget=forms.RadioSelect
    )
    away_until = forms.DateField(
        label=_("Back on"), required=False, widget=DayInput(), help_text=_("Only if you are away; it ends by itself.")
    )


class VisibilityForm(forms.Form):
    visibility = forms.ChoiceField(
        label=_("Who may come across it"), choices=Visibility.choices, widget=forms.RadioSelect
    )
    show_earnings = forms.BooleanField(label=_("Show what I earned with each contract"), required=False)
    handle = forms.CharField(
        label=_("Address"),
        required=False,
        help_text=_("4 to 20 small letters and digits. An old one leads on for 90 days."),
    )
