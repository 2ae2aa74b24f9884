"""The filters in the address of the search page."""

from __future__ import annotations

from django.http import QueryDict
from django.utils.translation import gettext as _

from freehold.kit.money import Money, parse
from freehold.kit.text import clean
from freehold.market.jobs.states import Kind, Level
from freehold.market.search.queries import PAGES_MAX, POSTED, SORTS, WORDS_MAX, Wish, base_currency
from freehold.market.taxonomy import queries as taxonomy


def wish_of(data: QueryDict) -> tuple[Wish, list[str]]:
    """
    What an address asks for, and sentences about what in it could not be read.

    Whatever is unknown is left out, so that old links still lead somewhere.
    """
    complaints: list[str] = []
    place = taxonomy.by_slug(data.get("sub", "")) or taxonomy.by_slug(data.get("category", ""))
    is_sub = isinstance(place, taxonomy.SubcategoryCard)
    chosen = data.get("category", "")
    if is_sub and chosen and place.category_slug != chosen:  # type: ignore[union-attr]
        place, is_sub = taxonomy.by_slug(chosen), False  # another category was chosen in the same form
    least, most = _money(data.get("min", ""), complaints), _money(data.get("max", ""), complaints)
    if least and most and most < least:
        least, most = most, least
    posted, sort = _number(data.get("posted", "")), data.get("sort", "")
    wish = Wish(
        words=clean(data.get("q", ""))[:WORDS_MAX],
        category=place if isinstance(place, taxonomy.CategoryCard) else None,
        subcategory=place if isinstance(place, taxonomy.SubcategoryCard) else None,
        kinds=tuple(k for k in Kind.values if k in data.getlist("kind")),
        levels=tuple(lv for lv in Level.values if lv in data.getlist("level")),
        least=least,
        most=most,
        posted=posted if posted in POSTED else 0,
        sort=sort if sort in SORTS else "",
        page=min(max(1, _number(data.get("page", ""))), PAGES_MAX),
    )
    return wish, complaints


def _money(text: str, complaints: list[str]) -> Money | None:
    if not text.strip():
        return None
    try:
        money = parse(text[:24], base_currency())
    except ValueError:
        complaints.append(_("“%(text)s” is not an amount; this filter was left out.") % {"text": text[:24]})
        return None
    return money if money.amount > 0 else None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
