"""
What happens to every request before and after its view.

``request.actor`` says who asks, ``request.at`` when (the market's clock), ``request.contexts`` as whom else.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.utils import timezone, translation
from django.utils.http import urlencode

from freehold.kit import clock
from freehold.kit.actors import Actor
from freehold.kit.doors import safe_next
from freehold.kit.ids import readable
from freehold.kit.refusals import NeedsRecheck, Refusal
from freehold.people.accounts.views.letting_in import keep_alive
from freehold.people.teams import queries as teams

log = structlog.get_logger(__name__)

Answer = Callable[[HttpRequest], HttpResponse]

#: Session key with the party the person acts as.
PARTY = "party_id"

_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "style-src 'self'",
        "script-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


class SecurityHeadersMiddleware:
    """The headers every answer carries."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
        response.headers.setdefault("X-Frame-Options", "DENY")
        if getattr(request, "actor", None) is not None and request.actor.is_known:  # type: ignore[attr-defined]
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class RequestMiddleware:
    """Say who asks, as whom, and when; speak their language in their time zone."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = readable(10)  # type: ignore[attr-defined]
        request.at = clock.now()  # type: ignore[attr-defined]
        request.actor, request.contexts = _who(request)  # type: ignore[attr-defined]
        account = request.user if request.user.is_authenticated else None
        if account is not None:
            translation.activate(account.language or settings.LANGUAGE_CODE)
            keep_alive(request)
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = _without_nul(request.GET)  # type: ignore[assignment]
        with timezone.override(_zone(account.time_zone if account else "UTC")):
            response = self.answer(request)
        response.headers["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        return response


def _without_nul(asked: QueryDict) -> QueryDict:
    """No column holds that character, and nobody types it."""
    kept = QueryDict(mutable=True)
    for name, values in asked.lists():
        kept.setlist(name.replace("\0", ""), [value.replace("\0", "") for value in values])
    return kept


def _who(request: HttpRequest) -> tuple[Actor, list[teams.Context]]:
    if not request.user.is_authenticated:
        return Actor.visitor(), []
    chosen = request.session.get(PARTY)
    return teams.actor_and_contexts(request.user, UUID(chosen) if chosen else None)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def wants_problem(request: HttpRequest) -> bool:
    """Does a machine ask?"""
    accept = request.headers.get("Accept", "")
    return "json" in accept and "text/html" not in accept


class RefusalMiddleware:
    """A refused action is an ordinary answer: a page with a sentence for people, a problem document for machines."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        from freehold.web.views import refused

        if isinstance(error, NeedsRecheck) and not wants_problem(request):
            back = request.get_full_path() if request.method == "GET" else request.headers.get("Referer", "/home")
            return HttpResponseRedirect("/recheck?" + urlencode({"next": safe_next(request, back)}))
        if not isinstance(error, Refusal):
            return None
        log.info("page.refused", code=error.code, status=error.status)
        if wants_problem(request):
            body = {"type": "about:blank", "title": str(error.title), "status": error.status, "code": error.code}
            return JsonResponse(
                body | {"detail": str(error)}, status=error.status, content_type="application/problem+json"
            )
        return refused(request, error)
