"""The forms of a proposal: they parse what was typed; what a proposal must be is decided by the actions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from freehold.kit.forms import ManyFilesField, MoneyField, ProseField
from freehold.kit.money import LIMIT, Money
from freehold.kit.settings import current
from freehold.market.jobs.states import Duration, Kind
from freehold.market.proposals.models import Part, Pitch
from freehold.market.proposals.states import DeclineReason, Terms, WithdrawReason

ROWS, ROWS_MAX = 3, 50
_SALT = "proposals.price"


class TermsForm(forms.Form):
    """What the work costs: one amount, milestones, or a rate per hour."""

    def __init__(
        self, data: Any = None, files: Any = None, *, kind: str, currency: str, typed: dict[str, Any] | None = None
    ) -> None:
        start = {"terms": Terms.HOURLY.value if kind == Kind.HOURLY else Terms.WHOLE.value} | (typed or {})
        super().__init__(data, files, initial=start)
        self.kind, self.currency = kind, currency
        self.hourly = kind == Kind.HOURLY
        choices = [(c.value, c.label) for c in (Terms.WHOLE, Terms.MILESTONES)]
        if not self.hourly:
            self.fields["terms"] = forms.ChoiceField(
                label=_("How you want to be paid"), choices=choices, widget=forms.RadioSelect, required=False
            )
        self.fields["amount"] = MoneyField(
            label=_("Your rate per hour") if self.hourly else _("Amount for the whole job"),
            required=False, currency=currency, maximum=LIMIT,
        )  # fmt: skip
        self.fields["duration"] = forms.ChoiceField(
            label=_("How long it will take"), choices=[("", _("Not sure yet")), *Duration.choices], required=False
        )
        self.rows = 0 if self.hourly else self._row_count(data if data is not None else typed or {})
        for n in range(self.rows):
            self.fields[f"part_text_{n}"] = forms.CharField(
                label=_("Milestone %(n)s: what is done then") % {"n": n + 1}, max_length=500, required=False
            )
            self.fields[f"part_amount_{n}"] = MoneyField(
                label=_("Amount"), required=False, currency=currency, maximum=LIMIT
            )
            self.fields[f"part_due_{n}"] = forms.DateField(
                label=_("By"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            )

    @property
    def part_rows(self) -> list[tuple[Any, Any, Any]]:
        """Bound fields of each milestone row."""
        return [(self[f"part_text_{n}"], self[f"part_amount_{n}"], self[f"part_due_{n}"]) for n in range(self.rows)]

    @staticmethod
    def _row_count(given: Any) -> int:
        filled = [n for n in range(ROWS_MAX) if given.get(f"part_text_{n}") or given.get(f"part_amount_{n}")]
        asked = str(given.get("rows", ""))
        wanted = int(asked) if asked.isdecimal() and len(asked) < 3 else 0
        return min(max(ROWS, (filled[-1] + 1) if filled else 0, wanted), ROWS_MAX)

    @property
    def chosen(self) -> str:
        """The way of paying that stands in the form now."""
        if self.hourly:
            return Terms.HOURLY.value
        given = self.data.get("terms") if self.is_bound else self.initial.get("terms")
        return Terms.MILESTONES.value if given == Terms.MILESTONES else Terms.WHOLE.value

    def total(self) -> Money | None:
        """The gross that stands in the form now, as far as it can be read."""
        names = ["amount"]
        if self.chosen == Terms.MILESTONES:
            names = [f"part_amount_{n}" for n in range(self.rows)]
        sums = 0
        for name in names:
            typed = self.data.get(name) if self.is_bound else self.initial.get(name)
            if isinstance(typed, Money):
                sums += typed.amount
                continue
            try:
                money = self.fields[name].clean(typed) if typed else None
            except forms.ValidationError:
                money = None
            sums += money.amount if money else 0
        return Money(sums, self.currency) if sums else None

    def pitch(self, **more: Any) -> Pitch:
        found = self.cleaned_data
        parts = []
        for n in range(self.rows):
            text, amount = found.get(f"part_text_{n}") or "", found.get(f"part_amount_{n}")
            if text or amount:
                due = found.get(f"part_due_{n}")
                parts.append(Part(text=text, amount=amount.amount if amount else 0, due_on=due))
        amount = found.get("amount")
        return Pitch(
            terms=self.chosen,
            amount=amount.amount if amount else 0,
            parts=tuple(parts) if self.chosen == Terms.MILESTONES else (),
            duration=found.get("duration", ""),
            **more,
        )


class WordsForm(forms.Form):
    """What a proposal says: letter, answers, files."""

    def __init__(
        self, data: Any = None, files: Any = None, *, questions: Sequence[str], letter_required: bool,
        typed: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(data, files, initial=typed or {})
        self.questions, self.letter_required = list(questions), letter_required
        self.fields["letter"] = ProseField(
            label=_("Letter"), max_length=current().proposal.letter_max, required=False, rows=10,
            help_text=_("What you would do, in which order, and why you.")
            if letter_required
            else _("The client does not ask for one; it may still help."),
        )  # fmt: skip
        for n, question in enumerate(self.questions):
            self.fields[f"answer_{n}"] = ProseField(label=question, max_length=2000, required=False, rows=3)
        self.fields["files"] = ManyFilesField(
            label=_("Attach files"), required=False, most=100, help_text=_("Up to 10, such as samples of your work.")
        )
        self.fields["ai_assisted"] = forms.BooleanField(
            label=_("Written with AI assistance"), required=False, help_text=_("The client sees this as a label.")
        )

    @property
    def answer_fields(self) -> list[Any]:
        return [self[f"answer_{n}"] for n in range(len(self.questions))]

    def words(self) -> dict[str, Any]:
        found = self.cleaned_data
        return {
            "letter": found["letter"],
            "answers": tuple(found[f"answer_{n}"] for n in range(len(self.questions))),
            "ai_assisted": found["ai_assisted"],
        }

    def pitch(self, file_ids: tuple[UUID, ...]) -> Pitch:
        """A pitch of words alone, for changing the letter."""
        return Pitch(**self.words(), file_ids=file_ids)


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), choices=DeclineReason.choices)
    note = ProseField(
        label=_("A word to the freelancer"), max_length=1000, required=False, rows=3,
        help_text=_("They read the reason and this."),
    )  # fmt: skip


class WithdrawForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Reason"), choices=[c for c in WithdrawReason.choices if c[0] != WithdrawReason.LEAVING]
    )


class MarkForm(forms.Form):
    rating = forms.TypedChoiceField(
        label=_("Rating"), required=False, coerce=int, empty_value=None,
        choices=[("", _("None")), *[(n, str(n)) for n in range(1, 6)]],
    )  # fmt: skip
    note = ProseField(label=_("Note"), max_length=1000, required=False, rows=3)


def typed_of(data: QueryDict) -> dict[str, Any]:
    """What stands in the form, as a draft keeps it."""
    kept = {name: value for name, value in data.items() if name.startswith(("part_", "answer_"))}
    for name in ("terms", "amount", "duration", "letter", "rows"):
        if name in data:
            kept[name] = data[name]
    return {k: str(v).replace("\0", "")[:12_000] for k, v in kept.items()} | {"ai_assisted": "ai_assisted" in data}


def seal_price(cost: int, at: datetime) -> str:
    """The price a form was drawn with, and when; nobody else can make one."""
    return signing.dumps([cost, at.isoformat()], salt=_SALT)


def open_price(sealed: str) -> tuple[int, datetime] | None:
    try:
        cost, at = signing.loads(sealed, salt=_SALT)
    except signing.BadSignature:
        return None
    return int(cost), datetime.fromisoformat(at)
