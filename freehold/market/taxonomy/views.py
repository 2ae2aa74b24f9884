"""Suggestions while somebody names skills."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from freehold.kit import pages
from freehold.market.taxonomy import queries

#: names a field of skills may have, here and in the forms that ask for suggestions
_NAMES = ("q", "skill", "skills", "must", "nice")


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    typed = next((request.GET[name] for name in _NAMES if request.GET.get(name)), "")
    before, _comma, text = typed[-1500:].rpartition(",")
    text, before = text.strip()[:50], f"{before.strip()}, " if before.strip() else ""
    found = queries.suggest(text, _uuid(request.GET.get("subcategory", "")))
    if "json" in request.headers.get("Accept", ""):
        return JsonResponse({"skills": [{"slug": s.slug, "label": s.label} for s in found]})
    return pages.fragment(request, "taxonomy/suggest.html", "options", skills=found, text=text, before=before)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
