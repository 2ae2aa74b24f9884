"""Posts for tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from freehold.market.jobs import actions
from freehold.market.jobs.models import Brief, Post
from freehold.market.taxonomy import queries as taxonomy

TEXT = "Sixty labels in two languages, a floor map and six outdoor signs. Texts are final; the system must be extensible."


def subcategory(slug: str = "") -> Any:
    """A subcategory to post in."""
    places = [s for c in taxonomy.tree() for s in c.subcategories]
    return next((s for s in places if s.slug == slug), places[0])


def skill_names(count: int, place: Any = None) -> tuple[str, ...]:
    """Labels of skills that exist."""
    from freehold.market.taxonomy.models import Skill

    return tuple(Skill.objects.order_by("label").values_list("label", flat=True)[:count])


def a_brief(**changes: Any) -> Brief:
    """A complete brief: 1,200.00 USD, one skill."""
    place = changes.pop("place", None) or subcategory()
    plain: dict[str, Any] = {
        "title": "Wayfinding and exhibit labels for a small museum",
        "description": TEXT,
        "subcategory_id": place.subcategory_id,
        "must": skill_names(1),
        "kind": "FIXED",
        "currency": "USD",
        "budget": 120_000,
    }
    return Brief(**plain | changes)


def a_draft(cast: Any, at: datetime, **typed: Any) -> Post:
    return actions.draft_post(actor=cast.ada.actor, company_id=cast.ada.party_id, typed=typed, at=at)


def an_open_post(cast: Any, at: datetime, *, by: Any = None, **changes: Any) -> Post:
    """A post of Ada's company (or of ``by``'s), open to proposals."""
    who = by or cast.ada
    draft = actions.draft_post(actor=who.actor, company_id=who.party_id, at=at)
    return actions.publish_post(actor=who.actor, post_id=draft.pk, brief=a_brief(**changes), at=at)
