"""Finding open posts: two statements a page, whatever it shows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from freehold.kit.actors import Actor
from freehold.kit.cards import card
from freehold.kit.money import Money
from freehold.kit.places import country_name
from freehold.kit.settings import current
from freehold.market.jobs.queries import band
from freehold.market.jobs.states import Duration, Kind, Level, Load
from freehold.market.profiles.models import Profile
from freehold.market.proposals.models import Proposal
from freehold.market.proposals.states import STANDING, S
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


@dataclass
class _Clause:
    """SQL conditions with their values, each under the filter's name."""

    parts: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    def but(self, *names: str) -> str:
        return " AND ".join(f"f_{name}" for name in self.parts if name not in names) or "TRUE"


def search(wish: Wish, viewer: Actor, at: datetime) -> Found:
    """A page of open posts with counts for every filter."""
    reader = reader_of(viewer)
    sort = wish.sort or ("best" if wish.words or reader.skill_ids else "newest")
    clause, seen, (words, values) = _clause(wish, at), _seen(viewer), _words(wish)
    base = f"{seen} AND {words}"
    counts = _counts(base, clause, values | clause.values, at, wish)
    total = sum(n for name, _value, n in counts if name == "total")
    rows = _rows(base, clause, values | clause.values, wish, reader, sort, at) if total else []
    hits = _hits(rows, reader, at)
    pages = min(-(-total // PAGE), PAGES_MAX) or 1
    chips = _chips(wish)
    return Found(
        total=total,
        about=sum(n for name, _v, n in counts if name == "seen") >= COUNTED,
        hits=hits,
        chips=chips,
        ways_out=_ways_out(seen, base, clause, values | clause.values, wish) if not total else (),
        sort=sort,
        pages=pages,
        **_facets(counts, wish),
    )


def reader_of(viewer: Actor) -> Reader:
    """What the viewer's published profile says they can do, in one query."""
    if not viewer.party_id:
        return Reader()
    sql = (
        "SELECT p.level, (SELECT array_agg(s.skill_id) FROM profiles_profileskill s WHERE s.profile_id = p.id),"
        " (SELECT array_agg(k.label) FROM profiles_profileskill s JOIN taxonomy_skill k ON k.id = s.skill_id"
        " WHERE s.profile_id = p.id),"
        " (SELECT array_agg(c.subcategory_id) FROM profiles_profilesubcategory c WHERE c.profile_id = p.id)"
        " FROM profiles_profile p WHERE p.party_id = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [viewer.party_id])
        row = cursor.fetchone()
    if row is None:
        return Reader(party_id=viewer.party_id)
    return Reader(
        party_id=viewer.party_id,
        skill_ids=tuple(row[1] or ()),
        skills=frozenset(row[2] or ()),
        subcategory_ids=tuple(row[3] or ()),
        level=row[0],
        is_worker=True,
    )


def _seen(viewer: Actor) -> str:
    """What the viewer may come across at all."""
    return "TRUE" if viewer.is_known else "visibility = 'PUBLIC'"


def _words(wish: Wish) -> tuple[str, dict[str, Any]]:
    if not wish.words:
        return "TRUE", {}
    # A query of nothing but common words ("IT") is asked again as it stands.
    sql = (
        "tsv @@ (SELECT CASE WHEN numnode(q) > 0 THEN q ELSE websearch_to_tsquery('simple', %(words)s) END"
        " FROM websearch_to_tsquery('english', %(words)s) q)"
    )
    return sql, {"words": wish.words}


def _clause(wish: Wish, at: datetime) -> _Clause:
    clause = _Clause()
    if wish.subcategory:
        clause.parts["category"] = "subcategory_id = %(subcategory)s"
        clause.values["subcategory"] = wish.subcategory.subcategory_id
    elif wish.category:
        clause.parts["category"] = "category_id = %(category)s"
        clause.values["category"] = wish.category.category_id
    if wish.kinds:
        clause.parts["kind"] = "kind = ANY(%(kinds)s)"
        clause.values["kinds"] = list(wish.kinds)
    if wish.levels:
        clause.parts["level"] = "level = ANY(%(levels)s)"
        clause.values["levels"] = list(wish.levels)
    if wish.least is not None:
        clause.parts["least"] = "coalesce(amount >= %(least)s, FALSE)"
        clause.values["least"] = wish.least.amount
    if wish.most is not None:
        clause.parts["most"] = "coalesce(amount <= %(most)s, FALSE)"
        clause.values["most"] = wish.most.amount
    if wish.posted:
        clause.parts["posted"] = "published_at >= %(since)s"
        clause.values["since"] = at - timedelta(days=wish.posted)
    return clause


def _counts(
    base: str, clause: _Clause, values: dict[str, Any], at: datetime, wish: Wish
) -> list[tuple[str, str, int]]:
    flags = "".join(f", ({sql}) AS f_{name}" for name, sql in clause.parts.items())
    whole = wish.category.category_id if wish.category else None
    if wish.subcategory:
        whole = wish.subcategory.category_id
    days = ", ".join(f"({n})" for n in POSTED)
    parts = [
        f"SELECT 'total', '', count(*) FROM m WHERE {clause.but()}",
        "SELECT 'seen', '', count(*) FROM m",
        f"SELECT 'kind', kind, count(*) FROM m WHERE {clause.but('kind')} GROUP BY kind",
        f"SELECT 'level', level, count(*) FROM m WHERE {clause.but('level')} GROUP BY level",
        f"SELECT 'category', category_id::text, count(*) FROM m WHERE {clause.but('category')} GROUP BY category_id",
        f"SELECT 'posted', d::text, count(m.kind) FROM (VALUES {days}) AS w(d) LEFT JOIN m ON"
        f" m.published_at >= %(at)s - make_interval(days => d) AND {clause.but('posted')} GROUP BY d",
    ]
    if whole:
        parts.append(
            "SELECT 'subcategory', subcategory_id::text, count(*) FROM m WHERE category_id = %(whole)s"
            f" AND {clause.but('category')} GROUP BY subcategory_id"
        )
    sql = (
        "WITH m AS MATERIALIZED (SELECT kind, level, category_id, subcategory_id, published_at"  # noqa: S608
        f"{flags} FROM search_jobrow WHERE {base} LIMIT {COUNTED}) " + " UNION ALL ".join(parts)
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values | {"at": at, "whole": whole})
        return list(cursor.fetchall())


_COLUMNS = (
    "post_id, title, teaser, skills, kind, currency, budget, rate_min, rate_max, level, duration, load, country,"
    " client_hires, client_posts, client_since, proposals, cost, deadline_on, published_at, subcategory_id"
)
#: parts of *best match* that need no words, each from 0 to 1 (spec market section 4); unknown parts count as there
_FIT = (
    "0.35 * CASE WHEN cardinality(%(my_skills)s::uuid[]) = 0 OR cardinality(skill_ids) = 0 THEN 0 ELSE"
    " (SELECT count(*) FROM unnest(skill_ids) s WHERE s = ANY(%(my_skills)s::uuid[]))::float / cardinality(skill_ids) END"
    " + 0.25 * CASE WHEN subcategory_id = ANY(%(my_places)s::uuid[]) THEN 1 ELSE 0 END"
    " + 0.15 * power(0.5, extract(epoch FROM %(at)s - published_at) / 259200.0)"
    " + 0.15 * (0.4 * CASE WHEN client_posts = 0 THEN 0.5 ELSE least(1, client_hires::float / client_posts) END + 0.16)"
    " + 0.10 * CASE WHEN level = '' OR %(my_level)s = '' THEN 0.5 WHEN level = %(my_level)s THEN 1 ELSE 0 END"
)
_TEXT = (
    "least(1, ts_rank('{.1,.2,.6,1}', tsv, websearch_to_tsquery('english', %(words)s))"
    " + CASE WHEN lower(%(words)s) IN (SELECT lower(s) FROM unnest(skills) s) THEN 0.5 ELSE 0 END)"
)


def _rows(
    base: str, clause: _Clause, values: dict[str, Any], wish: Wish, reader: Reader, sort: str, at: datetime
) -> list[tuple[Any, ...]]:
    where = " AND ".join([base, *clause.parts.values()])
    values = values | {"limit": PAGE, "offset": (wish.page - 1) * PAGE}
    if sort == "best":
        score = f"0.6 * {_TEXT} + 0.4 * ({_FIT})" if wish.words else _FIT
        values |= {
            "my_skills": list(reader.skill_ids),
            "my_places": list(reader.subcategory_ids),
            "my_level": reader.level,
            "at": at,
        }
        order = f"{score} DESC, published_at DESC, post_id DESC"
        source = (
            f"(SELECT * FROM search_jobrow WHERE {where} ORDER BY published_at DESC, post_id DESC"  # noqa: S608
            f" LIMIT {max(CANDIDATES, wish.page * PAGE)}) c"
        )
        sql = f"SELECT {_COLUMNS} FROM {source} ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s"  # noqa: S608
    else:
        order = {"newest": "published_at DESC, post_id DESC", "budget": "amount DESC NULLS LAST, published_at DESC"}[sort]
        sql = f"SELECT {_COLUMNS} FROM search_jobrow WHERE {where} ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _hits(rows: list[tuple[Any, ...]], reader: Reader, at: datetime) -> tuple[Hit, ...]:
    ids = [row[0] for row in rows]
    mine: dict[UUID, str] = {}
    if reader.party_id and ids:
        own = Proposal.objects.filter(worker_id=reader.party_id, post_id__in=ids, state__in=(*STANDING, S.DRAFT))
        mine = dict(own.values_list("post_id", "state"))
    return tuple(_hit(row, reader, mine.get(row[0], ""), at) for row in rows)


def _hit(row: tuple[Any, ...], reader: Reader, standing: str, at: datetime) -> Hit:
    (post_id, title, teaser, skills, kind, currency, budget, rate_min, rate_max, level, duration, load, country,
     hires, posts, since, proposals, cost, _deadline_on, published_at, place) = row  # fmt: skip
    matches = tuple(s for s in skills if s in reader.skills)
    notes = [str(choices(value).label) for choices, value in ((Level, level), (Duration, duration), (Load, load)) if value]
    return Hit(
        post_id=post_id,
        title=title,
        teaser=teaser,
        kind_label=str(Kind(kind).label),
        budget=None if budget is None else Money(budget, currency),
        rates=None if rate_min is None else (Money(rate_min, currency), Money(rate_max, currency)),
        notes=tuple(notes),
        skills=tuple(skills),
        matches=matches,
        country=country_name(country),
        client_hires=hires,
        client_posts=posts,
        client_since=since,
        proposals=band(proposals),
        cost=cost,
        published_at=published_at,
        standing=standing,
        standing_label=str(S(standing).label) if standing else "",
        why=_why(len(matches), len(skills), place in reader.subcategory_ids, bool(level) and level == reader.level),
    )


def _why(matched: int, asked: int, same_place: bool, same_level: bool) -> str:
    """The reasons a post fits its reader, in a sentence; empty when there is none to name."""
    parts = []
    if matched:
        words = ngettext("%(matched)s of %(asked)s skill is yours", "%(matched)s of %(asked)s skills are yours", asked)
        parts.append(words % {"matched": matched, "asked": asked})
    if same_place:
        parts.append(_("it is your kind of work"))
    if same_level and parts:
        parts.append(_("and your level"))
    return ", ".join(parts)


def _facets(counts: list[tuple[str, str, int]], wish: Wish) -> dict[str, tuple[Facet, ...]]:
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


def _filters(wish: Wish) -> list[tuple[str, str, dict[str, Any]]]:
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


def _chips(wish: Wish) -> tuple[Chip, ...]:
    return tuple(Chip(label=label, href=wish.address(**change)) for _name, label, change in _filters(wish))


def _ways_out(seen: str, base: str, clause: _Clause, values: dict[str, Any], wish: Wish) -> tuple[Chip, ...]:
    """Nothing was found: how many posts dropping each single filter would give, the most helpful first."""
    filters: dict[str, tuple[str, dict[str, Any]]] = {}
    for name, label, change in _filters(wish):
        if name == "kind":
            change = {"kinds": ()}
        if name == "level":
            change = {"levels": ()}
        if name == "category":
            change = {"category": None, "subcategory": None}
        filters.setdefault(name, (label, change))
    if not filters:
        return ()
    flags = "".join(f", ({sql}) AS f_{name}" for name, sql in clause.parts.items())
    parts = []
    for name in filters:
        source = "w" if name == "words" else "m"
        condition = clause.but() if name == "words" else clause.but(name)
        parts.append(f"SELECT '{name}', count(*) FROM {source} WHERE {condition}")  # noqa: S608
    sql = (
        f"WITH m AS MATERIALIZED (SELECT post_id{flags} FROM search_jobrow WHERE {base} LIMIT {COUNTED}),"  # noqa: S608
        f" w AS (SELECT post_id{flags} FROM search_jobrow WHERE {seen} LIMIT {COUNTED}) " + " UNION ALL ".join(parts)
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        gains = dict(cursor.fetchall())
    ways = [
        Chip(label=label, href=wish.address(**change), gain=gains[name])
        for name, (label, change) in filters.items()
        if gains.get(name)
    ]
    return tuple(sorted(ways, key=lambda chip: -chip.gain))


def base_currency() -> str:
    return current().billing.base_currency


def similar(post_id: UUID, viewer: Actor, limit: int = 3) -> list[Hit]:
    """Open posts of the same kind of work, newest first."""
    sql = (
        f"SELECT {_COLUMNS} FROM search_jobrow WHERE post_id <> %(post)s AND (%(known)s OR visibility = 'PUBLIC')"  # noqa: S608
        " AND subcategory_id = (SELECT subcategory_id FROM jobs_post WHERE id = %(post)s)"
        " ORDER BY published_at DESC, post_id DESC LIMIT %(limit)s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, {"post": post_id, "known": viewer.is_known, "limit": limit})
        rows = list(cursor.fetchall())
    return [_hit(row, Reader(), "", row[19]) for row in rows]


def newest(limit: int = 6) -> list[Hit]:
    """The newest posts everybody may see, for landing pages."""
    sql = (
        f"SELECT {_COLUMNS} FROM search_jobrow WHERE visibility = 'PUBLIC'"  # noqa: S608
        " ORDER BY published_at DESC, post_id DESC LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [limit])
        return [_hit(row, Reader(), "", row[19]) for row in cursor.fetchall()]


def best_for(viewer: Actor, at: datetime, limit: int = 5) -> list[Hit]:
    """What fits somebody best now, for their home page."""
    reader = reader_of(viewer)
    sort = "best" if reader.skill_ids else "newest"
    return list(_hits(_rows(_seen(viewer), _Clause(), {}, Wish(), reader, sort, at)[:limit], reader, at))


def open_count() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM search_jobrow WHERE visibility = 'PUBLIC'")
        return int(cursor.fetchone()[0])


def counts_by_category() -> dict[UUID, int]:
    """Open posts per category, for the landing page."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT category_id, count(*) FROM search_jobrow WHERE visibility = 'PUBLIC' GROUP BY 1")
        return dict(cursor.fetchall())
