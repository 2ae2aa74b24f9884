"""Pages one reads: the style page, the rules, accessibility, privacy."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from freehold.kit.cards import card
from freehold.kit.money import Money, display
from freehold.kit.pages import number, page
from freehold.kit.settings import current, history
from freehold.web.samples import samples


@card
class Rule:
    """One published number."""

    words: str
    value: str
    key: str


@card
class Chapter:
    """Published numbers that belong together, and what they mean."""

    id: str
    title: str
    text: str
    rules: tuple[Rule, ...]
    icon: str
    formula: str = ""
    more: str | None = None
    more_label: str = ""


def kit(request: HttpRequest) -> HttpResponse:
    """Every component in every state, the tokens, and how we write."""
    return page(request, "web/kit.html", **samples(request.at))  # type: ignore[attr-defined]


def accessibility(request: HttpRequest) -> HttpResponse:
    return page(request, "web/accessibility.html", market=current().market)


def privacy(request: HttpRequest) -> HttpResponse:
    found = current()
    return page(request, "web/privacy.html", market=found.market, retention=found.retention, closure=found.closure)


def rules(request: HttpRequest) -> HttpResponse:
    """Every number that decides about people, with what it is now."""
    return page(
        request,
        "web/rules.html",
        chapters=_chapters(),
        all_numbers=_all_numbers(),
        changes=[(at, key, _plain(value)) for at, key, value in history(limit=40) if not key.startswith("market.")],
    )


def percent(bps: int) -> str:
    """``1000`` → ``10 %``."""
    return f"{number(bps / 100 if bps % 100 else bps // 100)} %"


def days(n: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", n) % {"n": number(n)}


def hours(n: int) -> str:
    return ngettext("%(n)s hour", "%(n)s hours", n) % {"n": number(n)}


def credits_of(n: int) -> str:
    return ngettext("%(n)s credit", "%(n)s credits", n) % {"n": number(n)}


def _chapters() -> list[Chapter]:
    s = current()
    base = s.billing.base_currency

    def money(amount: int) -> str:
        return display(Money(amount, base))

    return [
        Chapter(
            id="fees",
            icon="percent",
            title=_("Fees"),
            text=_("Two fees, fixed for the life of a contract the day it starts. A refund returns its share of both."),
            formula=_("fee = amount × rate, rounded half up once per document line; the freelancer gets the rest"),
            rules=(
                Rule(words=_("Service fee, out of what a freelancer earns"), value=percent(s.fees.freelancer_bps),
                     key="fees.freelancer_bps"),
                Rule(words=_("Client fee, on top of each payment"), value=percent(s.fees.client_bps),
                     key="fees.client_bps"),
                Rule(words=_("Once per contract"), value=money(s.fees.contract_fee), key="fees.contract_fee"),
            ),
            more="/fees",
            more_label=_("Calculate with your own amount"),
        ),
        Chapter(
            id="protected",
            icon="shield-check",
            title=_("Protected money and its clocks"),
            text=_("Money is set aside before work begins. Once work is handed in, silence pays the freelancer; once a "
                   "refund is asked for, silence returns the money to the client."),
            formula=_("“N days” end at midnight after the Nth day, in %(zone)s") % {"zone": s.billing.time_zone},
            rules=(
                Rule(words=_("The client looks at handed-in work"), value=days(s.escrow.auto_release_days),
                     key="escrow.auto_release_days"),
                Rule(words=_("The freelancer answers a refund request"), value=days(s.escrow.refund_reply_days),
                     key="escrow.refund_reply_days"),
                Rule(words=_("Released money becomes available after"), value=days(s.earnings.security_days),
                     key="earnings.security_days"),
                Rule(words=_("A funded milestone without a sign of life is asked about after"),
                     value=days(s.escrow.dormant_days), key="escrow.dormant_days"),
                Rule(words=_("Smallest milestone"), value=money(s.escrow.milestone_min), key="escrow.milestone_min"),
                Rule(words=_("Smallest payout"), value=money(s.payout.minimum), key="payout.minimum"),
                Rule(words=_("A new payout method waits"), value=days(s.payout.method_hold_days),
                     key="payout.method_hold_days"),
            ),
        ),
        Chapter(
            id="credits",
            icon="coins",
            title=_("What a proposal costs"),
            text=_("Credits keep proposals few and meant. The cost is the same for everyone and printed on each post."),
            formula=_("cost = base + demand, between %(least)s and %(most)s")
            % {"least": s.credits.cost_min, "most": s.credits.cost_max},
            rules=(
                *_cost_rules(money),
                Rule(words=_("Given once, with the first published profile"), value=credits_of(s.credits.signup_free),
                     key="credits.signup_free"),
                Rule(words=_("Given every month"), value=credits_of(s.credits.monthly_free),
                     key="credits.monthly_free"),
                Rule(words=_("Credits lapse after"), value=days(s.credits.expiry_days), key="credits.expiry_days"),
                Rule(words=_("Returned if the client never opens the proposal for"), value=days(s.credits.unseen_days),
                     key="credits.unseen_days"),
            ),
            more="/credits",
            more_label=_("Your credits"),
        ),
        Chapter(
            id="posts",
            icon="megaphone",
            title=_("Posts, proposals and offers"),
            text=_("Nothing stays open forever without anybody looking. Search sorts by fit and time; no place in it "
                   "can be bought."),
            formula=_("with words: how well they match, then newest; without words: newest first"),
            rules=(
                Rule(words=_("A post without activity closes after"), value=days(s.job.idle_close_days),
                     key="job.idle_close_days"),
                Rule(words=_("Open proposals at once, per freelancer"), value=number(s.proposal.active_max),
                     key="proposal.active_max"),
                Rule(words=_("A proposal can be edited for"), value=hours(s.proposal.edit_hours),
                     key="proposal.edit_hours"),
                Rule(words=_("An offer waits for an answer"), value=days(s.offer.ttl_days), key="offer.ttl_days"),
            ),
            more="/jobs",
            more_label=_("Open jobs"),
        ),
        Chapter(
            id="feedback",
            icon="star",
            title=_("Reviews"),
            text=_("Both sides write without seeing the other’s words. Both appear together: when both are written, or "
                   "when the time is over. Nobody can buy, move or remove one."),
            formula=_("rating = mean of published reviews, one per contract"),
            rules=(
                Rule(words=_("Time to write a review"), value=days(s.feedback.window_days),
                     key="feedback.window_days"),
                Rule(words=_("Time to answer one in public"), value=days(s.feedback.reply_days),
                     key="feedback.reply_days"),
            ),
        ),
        Chapter(
            id="leaving",
            icon="door-open",
            title=_("Leaving"),
            text=_("Closing takes three pages and no phone call. You see first what goes, what stays, how long."),
            rules=(
                Rule(words=_("You can still come back for"), value=days(s.closure.grace_days),
                     key="closure.grace_days"),
                Rule(words=_("Then everything else is erased within"), value=hours(s.closure.erase_hours),
                     key="closure.erase_hours"),
                Rule(words=_("Documents about money stay, sealed, for"),
                     value=ngettext("%(n)s year", "%(n)s years", s.retention.financial_years)
                     % {"n": s.retention.financial_years},
                     key="retention.financial_years"),
            ),
            more="/settings/account/leaving",
            more_label=_("See how closing works"),
        ),
    ]


def _cost_rules(money: Any) -> tuple[Rule, ...]:
    """The table of what a proposal costs, as the app that charges it has it."""
    from freehold.market.credits import queries as prices

    unit = 100
    rows = sorted(prices.BASES)
    base = " · ".join(
        _("from %(amount)s: %(n)s") % {"amount": money(floor * unit), "n": n} for floor, n in rows if floor
    )
    demand = " · ".join(f"{low}+: {add:+d}".replace("-", "−") for low, add in sorted(prices.DEMANDS))
    return (
        Rule(words=_("Base, by the value of the post"), value=f"{rows[0][1]} · {base}", key=""),
        Rule(
            words=_("Demand, by the median of proposals in its category over %(days)s days")
            % {"days": prices.DEMAND_DAYS},
            value=demand,
            key="",
        ),
    )


def _all_numbers() -> list[tuple[str, str]]:
    """Every setting that is not about the operator's own name and address."""
    found = current()
    return [
        (f"{area.name}.{f.name}", _plain(getattr(getattr(found, area.name), f.name)))
        for area in dataclasses.fields(found)
        if area.name != "market"
        for f in dataclasses.fields(getattr(found, area.name))
    ]


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value) or "–"
    return number(value) if isinstance(value, int) else str(value)
