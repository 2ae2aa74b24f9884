"""Suggestions while somebody names skills."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from freehold.kit import pages
from freehold.market.taxonomy import queries


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    text = (request.GET.get("q") or request.GET.get("skill") or "")[:50].rpartition(",")[2].strip()
    found = queries.suggest(text, _uuid(request.GET.get("subcategory", "")))
    if "json" in request.headers.get("Accept", ""):
        return JsonResponse({"skills": [{"slug": s.slug, "label": s.label} for s in found]})
    return pages.fragment(request, "taxonomy/suggest.html", "options", skills=found, text=text)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
