"""Samples for the style page: each component with something to show."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from freehold.kit.forms import MoneyField, ProseField
from freehold.kit.money import Money


class SampleForm(forms.Form):
    """Every kind of field."""

    title = forms.CharField(label=_l("Title"), max_length=70, help_text=_l("What you need, in a few words."))
    text = ProseField(label=_l("Description"), max_length=5000, rows=4, required=False)
    amount = MoneyField(label=_l("Amount"))
    day = forms.DateField(
        label=_l("Due on"), widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    level = forms.ChoiceField(
        label=_l("Level"), choices=[("entry", _l("Entry")), ("expert", _l("Expert"))], required=False
    )
    kind = forms.ChoiceField(
        label=_l("How you pay"),
        choices=[("fixed", _l("Fixed price")), ("hourly", _l("By the hour"))],
        widget=forms.RadioSelect,
    )
    attached = forms.FileField(label=_l("Files"), required=False)
    agreed = forms.BooleanField(label=_l("I have read the terms"), help_text=_l("They are two pages long."))


def dollars(cents: int) -> Money:
    return Money(cents, "USD")


def samples(at: datetime) -> dict[str, Any]:
    """What the style page shows."""
    wrong = SampleForm(
        {"title": "x" * 74, "amount": "twelve", "kind": "", "text": _("A short one.")}, auto_id="wrong_%s"
    )
    wrong.is_valid()
    months = ("Jun", "Jul", "Aug", "Sep", "Oct", "Nov")
    return {
        "form": SampleForm(initial={"title": _("Labels for a maritime museum"), "kind": "fixed"}, auto_id="right_%s"),
        "wrong": wrong,
        "amount": dollars(160_000),
        "fee": -dollars(16_000),
        "net": dollars(144_000),
        "yen": Money(48_000, "JPY"),
        "dinar": Money(1_250_500, "KWD"),
        "nothing": dollars(0),
        "until": at + timedelta(days=11, hours=10),
        "earlier": at - timedelta(days=3),
        "money_rows": [(m, dollars(v)) for m, v in zip(months, (98_000, 124_500, 110_000, 181_000, 261_500, 293_040),
                                                       strict=True)],
        "count_rows": [(m, v) for m, v in zip(months, (4, 7, 5, 9, 12, 11), strict=True)],
        "bar": [
            ("paid", _("Paid"), dollars(210_000)),
            ("review", _("In review"), dollars(160_000)),
            ("held", _("Protected"), dollars(70_000)),
            ("plan", _("Planned"), dollars(40_000)),
        ],
        "timeline": [
            {"mark": "paid", "title": _("Milestone 2 released"), "amount": dollars(120_000),
             "body": _("By Ewan Abernethy."), "href": "#timeline", "link": _("Invoice 2026-0418"),
             "at": at - timedelta(days=8)},
            {"mark": "held", "title": _("Milestone 4 funded"), "amount": dollars(70_000),
             "body": _("By Ewan Abernethy, card ending 2210"), "at": at - timedelta(days=8)},
            {"mark": "now", "title": _("Milestone 3 handed in"), "amount": dollars(160_000),
             "body": _("By Inês Carvalho, two files"), "at": at - timedelta(days=3)},
            {"mark": "next", "title": _("Releases by itself"), "at": at + timedelta(days=11, hours=10),
             "body": _("Unless you release earlier or ask for changes.")},
        ],
        "checklist": [
            {"kind": "act", "title": _("Pay out $1,879.20"), "body": _("To the bank account ending 4417."),
             "state": _("To do"), "action": _("Pay out $1,879.20"), "href": "#checklist"},
            {"kind": "waits", "title": _("One payment is under way"), "body": _("It arrives by Wed, Nov 25."),
             "state": _("Waits for the bank")},
            {"kind": "auto", "title": _("Two open proposals are withdrawn"), "state": _("By itself")},
            {"kind": "done", "title": _("No contract is running"), "state": _("Done")},
        ],
        "tokens": ("brand", "brand-fill", "brand-deep", "brand-wash", "hero", "paper", "surface", "sunken", "ink",
                   "ink-soft", "ink-faint", "line", "line-firm", "held", "held-wash", "wait", "wait-wash", "paid",
                   "paid-wash", "bad", "bad-wash"),
        "steps": ("-1", "0", "1", "2", "3", "4", "5"),
        "icons": ("house", "search", "briefcase", "wallet", "bell", "clock", "lock", "check", "triangle-alert",
                  "info", "send", "file", "download", "users", "building-2", "settings", "star", "shield-check"),
        "states": (
            ("plan", _("Planned")), ("held", _("Protected")), ("review", _("In review")), ("wait", _("Waiting")),
            ("paid", _("Paid")), ("ok", _("Active")), ("bad", _("Failed")), ("brand", _("New")),
        ),
    }
