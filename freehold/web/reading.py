"""Pages one reads: the style page, the rules, accessibility, privacy."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from freehold.kit.pages import page
from freehold.web.samples import samples


def kit(request: HttpRequest) -> HttpResponse:
    """Every component in every state, the tokens, and how we write."""
    return page(request, "web/kit.html", **samples(request.at))  # type: ignore[attr-defined]
