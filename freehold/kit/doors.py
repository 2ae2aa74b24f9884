"""What every door does before it lets somebody in."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from freehold.kit.actors import Actor
from freehold.kit.refusals import NeedsRecheck
from freehold.kit.settings import current

View = Callable[..., HttpResponse]


class Request(HttpRequest):
    """What a view is given: who asks and when, as the middleware found out; for annotations only."""

    actor: Actor
    at: datetime


#: Session key with the wall-clock moment of the last proof of identity.
RECHECKED = "rechecked_at"

#: Session key with the id of a closed account whose right credentials were just given; no session of its own opens.
CLOSED = "closed_account_id"

posts_only = require_POST


def signed_in(view: View) -> View:
    """Send visitors to the sign-in page, and back afterwards."""

    @functools.wraps(view)
    def guard(request: HttpRequest, *args: Any, **kw: Any) -> HttpResponse:
        if not request.actor.is_known:  # type: ignore[attr-defined]
            target = request.get_full_path() if request.method == "GET" else request.META.get("HTTP_REFERER", "/home")
            return HttpResponseRedirect("/sign-in?" + urlencode({"next": safe_next(request, target)}))
        return view(request, *args, **kw)

    guard.wants_sign_in = True  # type: ignore[attr-defined]
    return guard


def recheck(kind: str = "other") -> Callable[[View], View]:
    """
    Ask for a fresh proof of identity: within 5 minutes for ``money``, 15 for the rest.

    :raises NeedsRecheck: answered by the door with a redirect to ``/recheck``
    """

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def guard(request: HttpRequest, *args: Any, **kw: Any) -> HttpResponse:
            if not is_fresh(request, kind):
                raise NeedsRecheck()
            return view(request, *args, **kw)

        guard.wants_recheck = kind  # type: ignore[attr-defined]
        return guard

    return wrap


def is_fresh(request: HttpRequest, kind: str = "other") -> bool:
    """Did this person prove who they are lately? Counted on the wall clock, like everything about sessions."""
    stamp = request.session.get(RECHECKED)
    settings = current().session
    minutes = settings.recheck_money_minutes if kind == "money" else settings.recheck_minutes
    return bool(stamp) and timezone.now() - datetime.fromisoformat(str(stamp)) < timedelta(minutes=minutes)


def mark_fresh(request: HttpRequest) -> None:
    """Remember that the person just proved who they are."""
    request.session[RECHECKED] = timezone.now().isoformat()


def safe_next(request: HttpRequest, target: str, default: str = "/home") -> str:
    """A same-host path to go on to, never another site's address."""
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return default
