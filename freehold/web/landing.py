"""The landing page: what this market is, in numbers and open work; what it shows is kept for a minute."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import BigIntegerField, Count, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from freehold.kit.actors import Actor
from freehold.kit.cards import card
from freehold.kit.models import Fact
from freehold.kit.money import Money
from freehold.kit.pages import number, page
from freehold.kit.settings import current
from freehold.market.profiles import queries as profiles
from freehold.market.search import queries as search
from freehold.market.taxonomy import queries as taxonomy
from freehold.money.fees import queries as fees
from freehold.web.reading import days, percent

_KEPT_SECONDS = 60
_ICONS = (
    ("design", "pen-tool"),
    ("software", "code-xml"),
    ("translat", "languages"),
    ("data", "chart-column"),
    ("writ", "book-open"),
    ("engineer", "ruler"),
    ("network", "database"),
    ("admin", "list-checks"),
    ("customer", "headphones"),
    ("legal", "scale"),
    ("market", "megaphone"),
    ("account", "calculator"),
)


@card
class Category:
    label: str
    href: str
    icon: str
    open_jobs: int


@card
class Number:
    """One figure with what it counts."""

    figure: str
    words: str


@card
class Front:
    """What the landing page shows to everybody alike."""

    open_jobs: int
    categories: tuple[Category, ...]
    jobs: tuple[Any, ...]
    people: tuple[Any, ...]
    people_total: int
    numbers: tuple[Number, ...]


def landing(request: HttpRequest) -> HttpResponse:
    """The page for those who do not know us yet; members go home."""
    if request.actor.is_known:  # type: ignore[attr-defined]
        return HttpResponseRedirect("/home")
    at = request.at  # type: ignore[attr-defined]
    settings = current()
    terms = fees.terms_now()
    amount = Money(160_000, settings.billing.base_currency)
    return page(
        request,
        "web/landing.html",
        front=front(at),
        quote=fees.quote(amount, terms),
        service=percent(terms.freelancer_bps),
        client=percent(terms.client_bps),
        review=days(settings.escrow.auto_release_days),
        security=days(settings.earnings.security_days),
        grace=days(settings.closure.grace_days),
        set_aside=at - timedelta(days=14),
        handed_in=at - timedelta(days=3),
        released=at + timedelta(days=settings.escrow.auto_release_days - 3),
    )


def front(at: datetime) -> Front:
    """Everything counted, kept for a minute."""
    found: Front | None = cache.get("landing")
    if found is None:
        found = _front(at)
        cache.set("landing", found, _KEPT_SECONDS)
    return found


def _front(at: datetime) -> Front:
    by_category = search.counts_by_category()
    total = sum(by_category.values())
    people = profiles.directory(Actor.visitor())
    categories = [
        Category(
            label=c.label,
            href=f"/jobs?category={c.slug}",
            icon=next((icon for part, icon in _ICONS if part in c.slug), "folder"),
            open_jobs=by_category.get(c.category_id, 0),
        )
        for c in taxonomy.tree()
    ]
    return Front(
        open_jobs=total,
        categories=tuple(sorted(categories, key=lambda c: -c.open_jobs)),
        jobs=tuple(search.newest(4)),
        people=people.cards[:4],
        people_total=people.total,
        numbers=_numbers(at, total, people.total),
    )


def _numbers(at: datetime, jobs: int, people: int) -> tuple[Number, ...]:
    """The last twelve months, counted from what happened; nothing is shown that is zero."""
    since = at - timedelta(days=365)
    base = current().billing.base_currency
    released = (
        Fact.objects.filter(name="work.milestone.released", at__gte=since, data__currency=base)
        .annotate(net=Cast(KT("data__net"), BigIntegerField()))
        .aggregate(n=Count("pk"), paid=Sum("net"))
    )
    ended = Fact.objects.filter(name="work.contract.opened", at__gte=since).aggregate(n=Count("pk"))["n"]
    found: list[tuple[int, Money | str, str]] = [
        (released["paid"] or 0, Money(released["paid"] or 0, base), _("paid out to freelancers’ wallets")),
        (released["n"], number(released["n"]),
         ngettext("milestone released", "milestones released", released["n"])),
        (ended, number(ended), ngettext("contract begun", "contracts begun", ended)),
        (people, number(people), ngettext("freelancer to hire", "freelancers to hire", people)),
        (jobs, number(jobs), ngettext("job open now", "jobs open now", jobs)),
    ]
    return tuple(
        Number(figure=_short(figure) if isinstance(figure, Money) else figure, words=words)
        for n, figure, words in found
        if n
    )[:4]


def _short(amount: Money) -> str:
    """``$1.84M``: large sums without their cents."""
    from babel.numbers import format_compact_currency

    from freehold.kit.money import exponent

    major = amount.amount / 10 ** exponent(amount.currency)
    digits = 1 if major >= 1000 else 0
    return str(format_compact_currency(major, amount.currency, locale="en_US", fraction_digits=digits))
