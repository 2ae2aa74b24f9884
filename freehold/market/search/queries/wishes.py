"""What somebody looks for, and the cards that answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from freehold.kit.cards import card
from freehold.kit.money import Money
from freehold.kit.settings import current
from freehold.market.taxonomy import queries as taxonomy

PAGE = 20
#: pages further back than this are not asked for
PAGES_MAX = 100
#: matches counted exactly; with more the page says "about"
COUNTED = 20_000
#: newest matches among which the best are chosen
CANDIDATES = 400
POSTED = (1, 3, 7, 14, 30)
SORTS = ("best", "newest", "budget")
WORDS_MAX = 200


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody looks for; the page's address says exactly this."""

    words: str = ""
    category: taxonomy.CategoryCard | None = None
    subcategory: taxonomy.SubcategoryCard | None = None
    kinds: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    least: Money | None = None
    most: Money | None = None
    posted: int = 0
    sort: str = ""
    page: int = 1

    def address(self, **changes: Any) -> str:
        """The page's address with some of it changed; any change but of the page leads to the first page."""
        one = replace(self, **{"page": 1} | changes)
        pairs: list[tuple[str, str]] = []
        if one.words:
            pairs.append(("q", one.words))
        if one.subcategory:
            pairs += [("category", one.subcategory.category_slug), ("sub", one.subcategory.slug)]
        elif one.category:
            pairs.append(("category", one.category.slug))
        pairs += [("kind", k) for k in one.kinds] + [("level", lv) for lv in one.levels]
        for name, money in (("min", one.least), ("max", one.most)):
            if money is not None:
                pairs.append((name, f"{money.decimal:f}"))
        if one.posted:
            pairs.append(("posted", str(one.posted)))
        if one.sort:
            pairs.append(("sort", one.sort))
        if one.page > 1:
            pairs.append(("page", str(one.page)))
        return "/jobs" + ("?" + urlencode(pairs) if pairs else "")


@card
class Hit:
    """What the page shows of an open post: everything that decides."""

    post_id: UUID
    company_id: UUID
    title: str
    teaser: str
    kind_label: str
    budget: Money | None
    rates: tuple[Money, Money] | None
    notes: tuple[str, ...]
    skills: tuple[str, ...]
    matches: tuple[str, ...]
    country: str
    client_hires: int
    client_posts: int
    client_since: datetime
    proposals: str
    cost: int
    published_at: datetime
    standing: str
    standing_label: str
    why: str


@card
class Facet:
    """One choice of a filter, with how many posts it would show."""

    value: str
    label: str
    count: int
    on: bool


@card
class Chip:
    """An active filter and the address without it."""

    label: str
    href: str
    gain: int = 0


@dataclass(frozen=True, kw_only=True)
class Found:
    """A page of results."""

    total: int
    about: bool
    hits: tuple[Hit, ...]
    kinds: tuple[Facet, ...]
    levels: tuple[Facet, ...]
    categories: tuple[Facet, ...]
    subcategories: tuple[Facet, ...]
    posted: tuple[Facet, ...]
    chips: tuple[Chip, ...]
    ways_out: tuple[Chip, ...] = ()
    sort: str = "newest"
    pages: int = 1


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who looks, as far as it changes what is best for them."""

    party_id: UUID | None = None
    skill_ids: tuple[UUID, ...] = ()
    skills: frozenset[str] = frozenset()
    subcategory_ids: tuple[UUID, ...] = ()
    level: str = ""
    is_worker: bool = False


def base_currency() -> str:
    return current().billing.base_currency
