"""Filters as people see them: counts beside each choice, and chips that take one away."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from freehold.market.jobs.states import Kind, Level
from freehold.market.search.queries.wishes import POSTED, Chip, Facet, Wish
from freehold.market.taxonomy import queries as taxonomy


def facets(counts: list[tuple[str, str, int]], wish: Wish) -> dict[str, tuple[Facet, ...]]:
    by = {(name, value): n for name, value, n in counts}

    def facet(name: str, value: str, label: str, on: bool) -> Facet:
        return Facet(value=value, label=label, count=by.get((name, value), 0), on=on)

    inside = wish.category
    if wish.subcategory:
        inside = next((c for c in taxonomy.tree() if c.category_id == wish.subcategory.category_id), None)
    places = [
        Facet(
            value=c.slug, label=c.label, count=by.get(("category", str(c.category_id)), 0),
            on=inside is not None and inside.category_id == c.category_id,
        )
        for c in taxonomy.tree()
    ]  # fmt: skip
    below = [
        Facet(
            value=s.slug, label=s.label, count=by.get(("subcategory", str(s.subcategory_id)), 0),
            on=wish.subcategory is not None and wish.subcategory.slug == s.slug,
        )
        for s in (inside.subcategories if inside else ())
    ]  # fmt: skip
    return {
        "kinds": tuple(facet("kind", k.value, str(k.label), k.value in wish.kinds) for k in Kind),
        "levels": tuple(facet("level", k.value, str(k.label), k.value in wish.levels) for k in Level),
        "categories": tuple(places),
        "subcategories": tuple(below),
        "posted": tuple(facet("posted", str(n), posted_words(n), n == wish.posted) for n in POSTED),
    }


def posted_words(days: int) -> str:
    return ngettext("Last %(n)s day", "Last %(n)s days", days) % {"n": days} if days > 1 else _("Last 24 hours")


def active(wish: Wish) -> list[tuple[str, str, dict[str, Any]]]:
    """Each active filter: its name in the statement, its words, and the change that takes it away."""
    found: list[tuple[str, str, dict[str, Any]]] = []
    if wish.words:
        found.append(("words", f"“{wish.words}”", {"words": ""}))
    if wish.subcategory:
        parent = next((c for c in taxonomy.tree() if c.slug == wish.subcategory.category_slug), None)
        found.append(("category", wish.subcategory.label, {"subcategory": None, "category": parent}))
    elif wish.category:
        found.append(("category", wish.category.label, {"category": None}))
    for kind in wish.kinds:
        found.append(("kind", str(Kind(kind).label), {"kinds": tuple(k for k in wish.kinds if k != kind)}))
    for level in wish.levels:
        rest = tuple(lv for lv in wish.levels if lv != level)
        found.append(("level", str(Level(level).label), {"levels": rest}))
    if wish.least is not None:
        found.append(("least", _("From %(amount)s") % {"amount": wish.least}, {"least": None}))
    if wish.most is not None:
        found.append(("most", _("Up to %(amount)s") % {"amount": wish.most}, {"most": None}))
    if wish.posted:
        found.append(("posted", posted_words(wish.posted), {"posted": 0}))
    return found


def chips(wish: Wish) -> tuple[Chip, ...]:
    return tuple(Chip(label=label, href=wish.address(**change)) for _name, label, change in active(wish))
