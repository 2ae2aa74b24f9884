"""The answers that belong to no chapter: refusals, errors, theme, menu, and what robots and devices ask for."""

from __future__ import annotations

from typing import Any

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from freehold.kit.actors import Actor
from freehold.kit.cards import card
from freehold.kit.doors import posts_only, safe_next, signed_in
from freehold.kit.ids import readable
from freehold.kit.pages import page
from freehold.kit.refusals import Invalid, Refusal, TooMany
from freehold.people.accounts import actions as accounts
from freehold.talk.notifications import queries as notifications
from freehold.web import shell

log = structlog.get_logger(__name__)

_YEAR = 365 * 24 * 3600


@card
class Trouble:
    """
    What an error page says.

    :ivar money: what happened to money
    :ivar back: where to go on, with its words
    """

    status: int
    title: str
    sentence: str
    money: str = ""
    back: str = "/"
    back_label: str = ""
    reference: str = ""
    search: bool = False
    icon: str = "info"
    items: tuple[str, ...] = ()


# --- refusals and errors ---------------------------------------------------------------------------


def refused(request: HttpRequest, error: Refusal) -> HttpResponse:
    """Answer an action that was refused: what is wrong, that no money moved, and the way on."""
    fields = tuple(str(text) for text in getattr(error, "fields", {}).values())
    trouble = Trouble(
        status=error.status,
        title=str(error.title),
        sentence=str(error),
        money=_("None moved.") if request.method == "POST" else "",
        items=fields if isinstance(error, Invalid) and len(fields) > 1 else (),
        search=error.status == 404,
        icon={403: "lock", 404: "compass", 410: "archive", 429: "hourglass"}.get(error.status, "info"),
        **_back(request),
    )
    response = _answer(request, trouble)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.places.get("seconds", 300))
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _plain(
        request,
        400,
        _("We could not read that"),
        _("The request was not complete. Go back, reload the page and try again; nothing was changed."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _plain(
        request,
        403,
        _("Not yours to see"),
        _("This page belongs to somebody else, or to another of your sides. Switch in your menu and try again."),
        icon="lock",
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _plain(
        request,
        404,
        _("Nothing here"),
        _("There is no page at this address. It may have moved, or the link was cut in half."),
        search=True,
        icon="compass",
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    log.info("page.csrf_failed", reason=reason)
    return _plain(
        request,
        403,
        _("This form was too old"),
        _("You signed in or out after opening it, or cookies are blocked. Go back, reload the page and send it again."),
        money=_("None moved."),
        icon="rotate-ccw",
    )


def broken(request: HttpRequest) -> HttpResponse:
    """The last answer there is; asks nobody for anything."""
    import sys

    error = sys.exc_info()[1]
    request.shell = shell.bare(request)  # type: ignore[attr-defined]
    if isinstance(error, OperationalError | InterfaceError):
        response = _plain(
            request,
            503,
            _("The market is catching its breath"),
            _("Our database does not answer at the moment. Try again in a minute; what you had saved is safe."),
            money=_("An act that was not confirmed to you did not happen."),
            icon="database",
        )
        response.headers["Retry-After"] = "30"
        return response
    return _plain(
        request,
        500,
        _("Something broke on our side"),
        _("We are sorry. The fault was written down with the number below. Go back and look whether it went through."),
        money=_("Money moves completely or not at all: your wallet and documents show which."),
        icon="triangle-alert",
    )


def _plain(request: HttpRequest, status: int, title: str, sentence: str, **more: Any) -> HttpResponse:
    return _answer(request, Trouble(status=status, title=title, sentence=sentence, **more, **_back(request)))


def _answer(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    if not hasattr(request, "actor"):
        request.actor, request.contexts = Actor.visitor(), []  # type: ignore[attr-defined]
        request.shell = shell.bare(request)  # type: ignore[attr-defined]
    if _wants_json(request):
        body = {"type": "about:blank", "title": trouble.title, "status": trouble.status, "detail": trouble.sentence}
        return JsonResponse(body, status=trouble.status, content_type="application/problem+json")
    if request.headers.get("HX-Request") == "true":
        response = page(request, "web/trouble_part.html", status=trouble.status, trouble=trouble)
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#flash", "innerHTML"
        return response
    return page(request, "web/trouble.html", status=trouble.status, trouble=trouble)


def _wants_json(request: HttpRequest) -> bool:
    accept = request.headers.get("Accept", "")
    return "json" in accept and "text/html" not in accept


def _back(request: HttpRequest) -> dict[str, Any]:
    """The page one came from when it is ours, else the start."""
    if not hasattr(request, "id"):
        request.id = readable(10)  # type: ignore[attr-defined]
    known = getattr(request, "actor", None) is not None and request.actor.is_known  # type: ignore[attr-defined]
    start = {"back": "/home" if known else "/", "back_label": _("Go to the start page")}
    came_from = request.headers.get("Referer", "")
    own = bool(came_from) and url_has_allowed_host_and_scheme(came_from, {request.get_host()})
    if own and not came_from.endswith(request.get_full_path()):
        start = {"back": came_from, "back_label": _("Go back to where you were")}
    elif own and request.method == "POST":
        start = {"back": request.path, "back_label": _("Look at the page again")}
    return {"reference": request.id, **start}  # type: ignore[attr-defined]


# --- the frame's own acts ----------------------------------------------------------------------------


@posts_only
def theme(request: HttpRequest) -> HttpResponse:
    """Choose light, dark, or what the device says."""
    chosen = request.POST.get("theme", "")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    response = HttpResponseRedirect(safe_next(request, request.POST.get("next", "/"), "/"))
    if actor.account_id is not None:
        accounts.choose_theme(actor=actor, account_id=actor.account_id, theme=chosen, at=request.at)  # type: ignore[attr-defined]
        response.delete_cookie(shell.THEME_COOKIE)
    elif chosen in ("light", "dark", "system"):
        response.set_cookie(shell.THEME_COOKIE, chosen, max_age=_YEAR, secure=settings.HTTPS, samesite="Lax")
    return response


@signed_in
def menu(request: HttpRequest) -> HttpResponse:
    """The menu as a page, for narrow windows and for browsers without scripts."""
    return page(request, "web/menu.html")


@require_GET
def notices_count(request: HttpRequest) -> HttpResponse:
    """How many notices are new, for the bell of an open page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return JsonResponse({"unread": notifications.unread_count(actor.account_id) if actor.is_known else 0})


# --- what robots and devices ask for ------------------------------------------------------------------


@require_GET
def robots(request: HttpRequest) -> HttpResponse:
    closed = ("/home", "/settings", "/money", "/contracts", "/offers", "/notices", "/files", "/dev", "/menu")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    from freehold.kit.settings import current

    name = current().market.name
    icon = {"src": static("kit/icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    body = {
        "name": name,
        "short_name": name,
        "id": "/",
        "start_url": "/home",
        "display": "standalone",
        "background_color": "#faf7f2",
        "theme_color": "#7c1f53",
        "icons": [icon, {**icon, "src": static("kit/icon-maskable.svg"), "purpose": "maskable"}],
    }
    return JsonResponse(body, content_type="application/manifest+json")


@require_GET
def favicon(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(static("kit/icon.svg"))
