"""Portraits for those who did not upload one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from freehold.people.accounts.queries.portraits import portrait


@require_safe
def avatar(request: HttpRequest, seed: str) -> HttpResponse:
    """The portrait of a seed: always the same, kept by browsers for a year."""
    response = HttpResponse(portrait(seed[:200]), content_type="image/svg+xml")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response
