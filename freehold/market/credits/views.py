"""The page of one's credits."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from freehold.kit.doors import signed_in
from freehold.kit.pages import page
from freehold.kit.text import whole
from freehold.market.credits import policies, queries
from freehold.market.proposals import queries as proposals

_LINES = 30


@require_safe
@signed_in
def credits(request: HttpRequest) -> HttpResponse:
    """Balance by expiry, what comes next, the ledger, and the formula."""
    policies.require_worker(request.actor)
    before = whole(request.GET.get("before", "")) or None
    lines = queries.ledger(request.actor.party_id, before=before, limit=_LINES + 1)
    refs = [line.ref_id for line in lines if line.ref_kind == "proposal" and line.ref_id]
    return page(
        request,
        "credits/credits.html",
        pool=queries.pool_card(request.actor.party_id, request.at),
        lines=lines[:_LINES],
        older=lines[_LINES - 1].entry_id if len(lines) > _LINES else None,
        titles=proposals.titles(refs),
        terms=queries.terms(),
        spend=proposals.forecast(request.actor.party_id),
    )
