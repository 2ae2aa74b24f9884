"""Profiles as others see them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.views.decorators.http import require_safe

from freehold.kit import pages
from freehold.kit.money import Money
from freehold.kit.refusals import NotFound
from freehold.market.profiles import queries
from freehold.market.profiles.queries import PublicProfile
from freehold.market.profiles.states import Level
from freehold.market.taxonomy import queries as taxonomy
from freehold.money.fees import queries as fees
from freehold.people.teams import queries as teams
from freehold.trust.feedback import queries as feedback
from freehold.work.contracts import queries as contracts

_REVIEWS = 8
#: the published steps earnings are shown in, in major units (spec market section 2)
_STEPS = (1_000_000, 500_000, 100_000, 50_000, 10_000, 5_000, 1_000, 500, 100)


@require_safe
def person(request: HttpRequest, handle: str) -> HttpResponse:
    try:
        profile = queries.public(handle, request.actor)
    except NotFound:
        moved = queries.moved_to(handle, request.at)
        if not moved:
            raise
        return HttpResponsePermanentRedirect(f"/people/{moved}")
    if handle != profile.card.handle:
        return HttpResponsePermanentRedirect(profile.card.href)
    every = request.GET.get("reviews") == "all"
    response = pages.page(request, "profiles/person.html", **shown(request, profile, every=every))
    if profile.visibility != "PUBLIC" or profile.card.state != "PUBLISHED":
        response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def piece(request: HttpRequest, handle: str, item_id: UUID) -> HttpResponse:
    profile = queries.public(handle, request.actor)
    pieces = profile.portfolio
    place = next((n for n, one in enumerate(pieces) if one.item_id == item_id), None)
    if place is None:
        raise NotFound()
    return pages.page(
        request,
        "profiles/public_piece.html",
        profile=profile,
        card=profile.card,
        piece=pieces[place],
        before=pieces[place - 1] if place else None,
        after=pieces[place + 1] if place + 1 < len(pieces) else None,
    )


def shown(request: HttpRequest, profile: PublicProfile, *, every: bool = False) -> dict[str, Any]:
    """What the public page shows; the preview in the hub shows the same."""
    party_id = profile.card.party_id
    history = contracts.history(party_id, limit=100 if every else _REVIEWS)
    reputation = feedback.of_party(party_id, viewer=request.actor, limit=1)
    reviews = feedback.of_contracts([c.contract_id for c in history.contracts], viewer=request.actor)
    faces = teams.faces([c.company_id for c in history.contracts], request.actor)
    lines = [
        {
            "contract": c,
            "client": faces[c.company_id],
            "country": queries.country_name(faces[c.company_id].country),
            "review": next((r for r in reviews.get(c.contract_id, ()) if r.receiver_id == party_id), None),
        }
        for c in history.contracts
    ]
    terms = fees.terms_now()
    return {
        "profile": profile,
        "card": profile.card,
        "local": queries.local_time(profile.card.time_zone, request.at),
        "quote": fees.quote(profile.card.rate, terms) if profile.card.rate else None,
        "client_percent": terms.client_bps / 100,
        "history": history,
        "lines": lines,
        "reputation": reputation,
        "earned": [_band(m) for m in history.earned.values()] if profile.show_earnings else [],
        "more": history.total - len(lines),
        "hires": any(c.kind == "COMPANY" and c.current for c in request.contexts),
    }


def _band(earned: Money) -> str:
    """``$5k+``: exact below a hundred, then in steps."""
    major = int(earned.decimal)
    step = next((s for s in _STEPS if major >= s), None)
    if step is None:
        return str(earned)
    text = str(Money(int(Money(1, earned.currency).amount), earned.currency))
    sign = "".join(ch for ch in text if not ch.isdigit() and ch not in ".,  ")
    words = f"{step // 1_000_000}M" if step >= 1_000_000 else f"{step // 1000}k" if step >= 1000 else str(step)
    return f"{sign}{words}+"


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:100]
    category, level = request.GET.get("category", ""), request.GET.get("level", "")
    place = taxonomy.by_slug(category) if category else None
    category = category if place else ""
    level = level if level in Level.values else ""
    found = queries.directory(
        request.actor, words=words, category=category, level=level, page=_number(request.GET.get("page", ""))
    )
    standings = feedback.standings([c.party_id for c in found.cards])
    asked = {"q": words, "category": category, "level": level}

    def at(**changes: Any) -> str:
        kept = {k: v for k, v in {**asked, **changes}.items() if v}
        return "/people" + ("?" + urlencode(kept) if kept else "")

    return pages.page(
        request,
        "profiles/people.html",
        found=found,
        standings=standings,
        words=words,
        category=category,
        level=level,
        place=place,
        chips=[
            *([(f"“{words}”", at(q=""))] if words else []),
            *([(place.label, at(category=""))] if place else []),
            *([(Level(level).label, at(level=""))] if level else []),
        ],
        tree=taxonomy.tree(),
        levels=Level.choices,
        previous=at(page=found.page - 1) if found.page > 1 else None,
        next=at(page=found.page + 1) if found.page < found.pages else None,
        plain=at(q="", category="", level=""),
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
