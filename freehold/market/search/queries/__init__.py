"""Finding open posts."""

from freehold.market.search.queries.results import (
    best_for,
    counts_by_category,
    newest,
    open_count,
    reader_of,
    search,
    similar,
)
from freehold.market.search.queries.wishes import (
    PAGES_MAX,
    POSTED,
    SORTS,
    WORDS_MAX,
    Chip,
    Facet,
    Found,
    Hit,
    Reader,
    Wish,
    base_currency,
)

__all__ = [
    "PAGES_MAX", "POSTED", "SORTS", "WORDS_MAX", "Chip", "Facet", "Found", "Hit", "Reader", "Wish", "base_currency",
    "best_for", "counts_by_category", "newest", "open_count", "reader_of", "search", "similar",
]  # fmt: skip
