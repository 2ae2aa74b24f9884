"""What every way in ends with: a new session."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from freehold.kit.doors import mark_fresh
from freehold.kit.settings import current
from freehold.people.accounts import actions

#: Session key of somebody who signed up here and has not proved their mailbox yet.
JOINING = "joining"
#: Session key of somebody whose password was right and whose second step is still to come.
HALF = "half_signed_in"
#: Session key with the moment this browser was last noted down as used.
SEEN = "seen_at"
_SEEN_EVERY = timedelta(hours=12)
_HALF_LASTS = timedelta(minutes=10)


def place(request: HttpRequest) -> str:
    """The network address somebody asks from."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return "0.0.0.0"  # noqa: S104


def let_in(request: HttpRequest, account: Any) -> None:
    """Open a session under a new key; nothing a stranger put into the old one survives a change of person."""
    request.session.pop(JOINING, None)
    request.session.pop(HALF, None)
    login(request, account, backend=settings.AUTHENTICATION_BACKENDS[0])
    mark_fresh(request)
    request.session[SEEN] = request.at.isoformat()  # type: ignore[attr-defined]
    request.session.set_expiry(current().session.hours * 3600)  # counted from its last use
    note(request, account.pk)


def keep_alive(request: HttpRequest) -> None:
    """A session ends some time after its last use: twice a day, using it begins that time anew."""
    seen = parse_datetime(request.session.get(SEEN) or "")
    if seen is not None and request.at - seen > _SEEN_EVERY:  # type: ignore[attr-defined]
        request.session[SEEN] = request.at.isoformat()  # type: ignore[attr-defined]
        actions.touch_session(session_key=str(request.session.session_key), at=request.at)  # type: ignore[attr-defined]


def note(request: HttpRequest, account_id: UUID) -> None:
    """List this browser among those the person is signed in with."""
    if not request.session.session_key:
        request.session.save()
    actions.note_session(
        account_id=account_id,
        session_key=str(request.session.session_key),
        place=place(request),
        user_agent=request.headers.get("User-Agent", ""),
        at=request.at,  # type: ignore[attr-defined]
    )


def remember_half(request: HttpRequest, account_id: UUID) -> None:
    request.session.cycle_key()
    request.session[HALF] = {"account": str(account_id), "at": request.at.isoformat()}  # type: ignore[attr-defined]


def half(request: HttpRequest) -> UUID | None:
    """Whose second step this browser owes, if it was not too long ago."""
    found = request.session.get(HALF)
    if not found:
        return None
    began = parse_datetime(found["at"])
    if began is None or request.at - began > _HALF_LASTS:  # type: ignore[attr-defined]
        return None
    return UUID(found["account"])
