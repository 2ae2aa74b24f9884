"""
What the frame of every page shows, asked for before the page renders.

At most two queries: the settings (kept some seconds) and the count of notices. Addresses are looked up
leniently, so a link to a part that is not installed is simply not there.
"""

from __future__ import annotations

import functools
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.template import engines
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from freehold.kit import pages
from freehold.kit.cards import card
from freehold.kit.defaults import Settings
from freehold.kit.models import DemoProgress
from freehold.kit.settings import current
from freehold.talk.notifications import queries as notifications

THEME_COOKIE = "theme"
_HTMX = json.dumps(
    {
        "includeIndicatorStyles": False,
        "allowEval": False,
        "selfRequestsOnly": True,
        "historyCacheSize": 0,
        "refreshOnHistoryMiss": True,
        "responseHandling": [
            {"code": "204", "swap": False},
            {"code": "[23]..", "swap": True},
            {"code": "422", "swap": True},
            {"code": "(4..|500|503)", "swap": True, "error": True},
            {"code": "...", "swap": False, "error": True},
        ],
    }
)


@card
class Place:
    """One way to go: an address with its words."""

    label: str
    href: str
    icon: str = ""
    here: bool = False


@card
class Me:
    name: str
    seed: str
    photo: str | None


@card
class Side:
    """A party the person may act as."""

    name: str
    words: str
    icon: str
    href: str
    current: bool


@card
class Demo:
    done: int
    total: int
    step: str


@card
class Shell:
    """Everything the frame shows."""

    market: str
    operator: str
    language: str
    direction: str
    theme: str
    canonical: str
    htmx: str
    home: str
    zone: str
    search: str | None = None
    me: Me | None = None
    notices: int = 0
    notices_label: str = ""
    notices_at: str | None = None
    nav: tuple[Place, ...] = ()
    bar: tuple[Place, ...] = ()
    doors: tuple[Place, ...] = ()
    yours: tuple[Place, ...] = ()
    additions: tuple[Place, ...] = ()
    contexts: tuple[Side, ...] = ()
    footer: tuple[Place, ...] = ()
    settings: tuple[tuple[str, str, bool], ...] = ()
    themes: tuple[tuple[str, str, str], ...] = ()
    demo: Demo | None = None
    clock: datetime | None = None


_L = gettext_lazy
#: who sees it → words, address, icon; the first that is part of the present address is marked.
_NAV: dict[str, tuple[tuple[Any, str, str], ...]] = {
    "visitor": (
        (_L("Find work"), "/jobs", "search"),
        (_L("Find people"), "/people", "users"),
        (_L("Fees"), "/fees", "percent"),
        (_L("Rules"), "/rules", "scale"),
    ),
    "PERSON": (
        (_L("Find work"), "/jobs", "search"),
        (_L("My work"), "/contracts", "briefcase"),
        (_L("Proposals"), "/proposals", "send"),
        (_L("Wallet"), "/money", "wallet"),
    ),
    "COMPANY": (
        (_L("My posts"), "/jobs/mine", "megaphone"),
        (_L("Contracts"), "/contracts", "briefcase"),
        (_L("Find talent"), "/people", "users"),
        (_L("Billing"), "/money/billing", "credit-card"),
    ),
    "none": ((_L("Find work"), "/jobs", "search"),),
}
_BAR: dict[str, tuple[tuple[Any, str, str], ...]] = {
    "visitor": (
        (_L("Home"), "/", "house"),
        (_L("Find"), "/jobs", "search"),
        (_L("Fees"), "/fees", "percent"),
        (_L("Sign in"), "/sign-in", "log-in"),
        (_L("Join"), "/sign-up", "user-plus"),
    ),
    "PERSON": (
        (_L("Home"), "/home", "house"),
        (_L("Find"), "/jobs", "search"),
        (_L("Work"), "/contracts", "briefcase"),
        (_L("Wallet"), "/money", "wallet"),
        (_L("More"), "/menu", "menu"),
    ),
    "COMPANY": (
        (_L("Home"), "/home", "house"),
        (_L("Posts"), "/jobs/mine", "megaphone"),
        (_L("Work"), "/contracts", "briefcase"),
        (_L("Billing"), "/money/billing", "credit-card"),
        (_L("More"), "/menu", "menu"),
    ),
    "none": (
        (_L("Home"), "/home", "house"),
        (_L("Find"), "/jobs", "search"),
        (_L("Notices"), "/notices", "bell"),
        (_L("More"), "/menu", "menu"),
    ),
}
_YOURS: dict[str, tuple[tuple[Any, str, str], ...]] = {
    "PERSON": (
        (_L("Your profile"), "/profile", "user"),
        (_L("Offers"), "/offers", "handshake"),
        (_L("Credits"), "/credits", "coins"),
        (_L("Documents"), "/money/documents", "receipt-text"),
        (_L("Settings"), "/settings", "settings"),
    ),
    "COMPANY": (
        (_L("Offers"), "/offers", "handshake"),
        (_L("Documents"), "/money/documents", "receipt-text"),
        (_L("Company"), "/settings/company", "building-2"),
        (_L("Settings"), "/settings", "settings"),
    ),
    "none": ((_L("Settings"), "/settings", "settings"),),
}
_DOORS = ((_L("Sign in"), "/sign-in", "log-in"), (_L("Join"), "/sign-up", "user-plus"))
_FOOTER = (
    (_L("Fees"), "/fees", ""),
    (_L("Rules and formulas"), "/rules", ""),
    (_L("Accessibility"), "/accessibility", ""),
    (_L("Privacy"), "/privacy", ""),
    (_L("Close my account"), "/settings/account/leaving", ""),
)
_SETTINGS = (
    (_L("You"), "/settings"),
    (_L("Company"), "/settings/company"),
    (_L("Security"), "/settings/security"),
    (_L("Account"), "/settings/account"),
)
_THEMES = (
    ("system", _L("Device"), "sun-moon"),
    ("light", _L("Light"), "sun"),
    ("dark", _L("Dark"), "moon"),
)


@functools.cache
def is_there(path: str) -> bool:
    """Is there a page at this address in this installation?"""
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


_jinja: Any = engines["jinja2"]
_jinja.env.tests["there"] = is_there


def ask(request: HttpRequest) -> None:
    """Put what the frame shows on the request; once per request."""
    if getattr(request, "shell", None) is None:
        request.shell = _shell(request)  # type: ignore[attr-defined]


pages.before_render.append(ask)


def bare(request: HttpRequest) -> Shell:
    """The frame when nothing can be asked: the database is away, or something broke."""
    return _frame(request, _last_market(), side="visitor", known=False)


_remembered: list[Settings] = []


def _last_market() -> Settings:
    return _remembered[0] if _remembered else Settings()


def _shell(request: HttpRequest) -> Shell:
    found = current()
    _remembered[:] = [found]
    actor = getattr(request, "actor", None)
    if actor is None or not actor.is_known:
        return _frame(request, found, side="visitor", known=False, demo=_demo())
    contexts = getattr(request, "contexts", [])
    kind = next((c.kind for c in contexts if c.current), "none")
    return _frame(
        request,
        found,
        side=kind if kind in _NAV else "COMPANY",
        known=True,
        demo=_demo(),
        contexts=contexts,
        unread=_unread(actor.account_id),
    )


def _frame(
    request: HttpRequest,
    found: Settings,
    *,
    side: str,
    known: bool,
    demo: Demo | None = None,
    contexts: Any = (),
    unread: int = 0,
) -> Shell:
    at = getattr(request, "at", None)
    shown = {} if not known else _of_member(request, contexts, side, unread)
    return Shell(
        market=found.market.name,
        operator=f"{found.market.operator}, {found.market.operator_address.rpartition(', ')[2]}",
        language=translation.get_language() or "en",
        direction="rtl" if translation.get_language_bidi() else "ltr",
        theme=_theme(request, known),
        canonical=f"{settings.FREEHOLD_URL}{request.path}",
        htmx=_HTMX,
        home="/home" if known else "/",
        zone=_("Times in %(zone)s") % {"zone": timezone.get_current_timezone_name().replace("_", " ")},
        search="/jobs" if is_there("/jobs") else None,
        nav=_places(_NAV[side], request.path),
        bar=_places(_BAR[side], request.path),
        doors=() if known else _places(_DOORS, request.path),
        footer=_places(_FOOTER, request.path),
        themes=tuple((v, str(label), icon) for v, label, icon in _THEMES),
        demo=demo,
        clock=at if settings.FREEHOLD_MODE == "demo" else None,
        **shown,
    )


def _of_member(request: HttpRequest, contexts: Any, side: str, unread: int) -> dict[str, Any]:
    user: Any = request.user
    path = request.path
    kinds = {c.kind for c in contexts}
    settings_tabs = [
        (str(label), href, href == _longest([h for _l, h in _SETTINGS], path))
        for label, href in _SETTINGS
        if is_there(href) and (href != "/settings/company" or kinds - {"PERSON"})
    ]
    additions = [] if "PERSON" in kinds else [(_("Offer your work too"), "/settings/sides", "user-plus")]
    additions += [(_("Add a company"), "/settings/sides", "plus")] if not kinds - {"PERSON"} else []
    return {
        "me": Me(name=user.name, seed=str(user.pk), photo=f"/files/{user.photo_id}/thumb" if user.photo_id else None),
        "notices": unread,
        "notices_label": ngettext("Notices, %(n)s new", "Notices, %(n)s new", unread) % {"n": unread}
        if unread
        else _("Notices"),
        "notices_at": "/notices" if is_there("/notices") else None,
        "yours": _places(_YOURS[side], path),
        "additions": _places(additions, path),
        "contexts": tuple(_side(c) for c in contexts),
        "settings": tuple(settings_tabs),
    }


def _side(context: Any) -> Side:
    works = context.kind == "PERSON"
    return Side(
        name=context.name,
        words=_("Freelancer") if works else _("Company"),
        icon="user" if works else "building-2",
        href=f"/switch/{context.party_id}",
        current=context.current,
    )


def _places(items: Any, path: str) -> tuple[Place, ...]:
    there = [(label, href, icon) for label, href, icon in items if is_there(href)]
    here = _longest([href for _label, href, _icon in there], path)
    return tuple(
        Place(label=str(label), href=href, icon=icon, here=href == here) for label, href, icon in there
    )


def _longest(hrefs: list[str], path: str) -> str:
    """The one of these addresses that the present page lies under."""
    fitting = [h for h in hrefs if path == h or (h != "/" and path.startswith(h + "/"))]
    return max(fitting, key=len, default="")


def _theme(request: HttpRequest, known: bool) -> str:
    chosen = getattr(request.user, "theme", "") if known else request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in ("light", "dark") else ""


def _unread(account_id: UUID) -> int:
    return notifications.unread_count(account_id)


def _demo() -> Demo | None:
    """How far the demo is made; once it is finished, that is remembered and never asked again."""
    if settings.FREEHOLD_MODE != "demo" or cache.get("demo_finished"):
        return None
    row = DemoProgress.objects.filter(pk=1).first()
    if row is not None and row.finished_at:
        cache.set("demo_finished", True, None)
    if row is None or row.finished_at:
        return None
    return Demo(done=row.done, total=max(row.total, 1), step=row.step or _("beginning"))
