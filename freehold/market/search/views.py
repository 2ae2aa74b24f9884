"""The page on which work is found."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from freehold.kit.pages import fragment
from freehold.market.search import queries
from freehold.market.search.forms import wish_of
from freehold.trust.feedback import queries as feedback


@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """Open posts by words and filters; everything that is chosen stands in the address."""
    wish, complaints = wish_of(request.GET)
    found = queries.search(wish, request.actor, request.at)
    answer = fragment(
        request,
        "search/jobs.html",
        "results",
        wish=wish,
        found=found,
        standings=feedback.standings({hit.company_id for hit in found.hits}),
        complaints=complaints,
        currency=queries.base_currency(),
        previous=wish.address(page=wish.page - 1) if wish.page > 1 else None,
        next=wish.address(page=wish.page + 1) if wish.page < found.pages else None,
    )
    patch_vary_headers(answer, ["HX-Request", "Cookie"])
    return answer
