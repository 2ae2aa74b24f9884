"""The statements: two a page, whatever it shows. Only names written here and placeholders ever enter them."""
# ruff: noqa: S608

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from freehold.kit.actors import Actor
from freehold.kit.money import Money
from freehold.kit.places import country_name
from freehold.market.jobs.queries import band
from freehold.market.jobs.states import Duration, Kind, Level, Load
from freehold.market.proposals.models import Proposal
from freehold.market.proposals.states import STANDING, S
from freehold.market.search.queries import filters
from freehold.market.search.queries.wishes import (
    CANDIDATES,
    COUNTED,
    PAGE,
    PAGES_MAX,
    POSTED,
    Chip,
    Found,
    Hit,
    Reader,
    Wish,
)


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
    chips = filters.chips(wish)
    return Found(
        total=total,
        about=sum(n for name, _v, n in counts if name == "seen") >= COUNTED,
        hits=hits,
        chips=chips,
        ways_out=_ways_out(seen, base, clause, values | clause.values, wish) if not total else (),
        sort=sort,
        pages=pages,
        **filters.facets(counts, wish),
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
        "WITH m AS MATERIALIZED (SELECT kind, level, category_id, subcategory_id, published_at"
        f"{flags} FROM search_jobrow WHERE {base} LIMIT {COUNTED}) " + " UNION ALL ".join(parts)
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values | {"at": at, "whole": whole})
        return list(cursor.fetchall())


_COLUMNS = (
    "post_id, title, teaser, skills, kind, currency, budget, rate_min, rate_max, level, duration, load, country,"
    " client_hires, client_posts, client_since, proposals, cost, deadline_on, published_at, subcategory_id, company_id"
)
_ORDERS = {
    "newest": "published_at DESC, post_id DESC",
    "budget": "amount DESC NULLS LAST, published_at DESC, post_id DESC",
}
#: parts of *best match* that need no words, each from 0 to 1 (spec market section 4); unknown parts count as there
_FIT = (
    "0.35 * CASE WHEN cardinality(%(my_skills)s::uuid[]) = 0 OR cardinality(skill_ids) = 0 THEN 0 ELSE"
    " (SELECT count(*) FROM unnest(skill_ids) s WHERE s = ANY(%(my_skills)s::uuid[]))::float"
    " / cardinality(skill_ids) END"
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
            f"(SELECT * FROM search_jobrow WHERE {where} ORDER BY published_at DESC, post_id DESC"
            f" LIMIT {max(CANDIDATES, wish.page * PAGE)}) c"
        )
        sql = f"SELECT {_COLUMNS} FROM {source} ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s"
    else:
        order = _ORDERS[sort]
        sql = f"SELECT {_COLUMNS} FROM search_jobrow WHERE {where} ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s"
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
     hires, posts, since, proposals, cost, _deadline_on, published_at, place, company_id) = row  # fmt: skip
    matches = tuple(s for s in skills if s in reader.skills)
    named = ((Level, level), (Duration, duration), (Load, load))
    notes = [str(choices(value).label) for choices, value in named if value]
    return Hit(
        post_id=post_id,
        company_id=company_id,
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


def _ways_out(seen: str, base: str, clause: _Clause, values: dict[str, Any], wish: Wish) -> tuple[Chip, ...]:
    """Nothing was found: how many posts dropping each single filter would give, the most helpful first."""
    offered: dict[str, tuple[str, dict[str, Any]]] = {}
    for name, label, change in filters.active(wish):
        if name == "kind":
            change = {"kinds": ()}
        if name == "level":
            change = {"levels": ()}
        if name == "category":
            change = {"category": None, "subcategory": None}
        offered.setdefault(name, (label, change))
    if not offered:
        return ()
    flags = "".join(f", ({sql}) AS f_{name}" for name, sql in clause.parts.items())
    parts = []
    for name in offered:
        source = "w" if name == "words" else "m"
        condition = clause.but() if name == "words" else clause.but(name)
        parts.append(f"SELECT '{name}', count(*) FROM {source} WHERE {condition}")
    sql = (
        f"WITH m AS MATERIALIZED (SELECT post_id{flags} FROM search_jobrow WHERE {base} LIMIT {COUNTED}),"
        f" w AS (SELECT post_id{flags} FROM search_jobrow WHERE {seen} LIMIT {COUNTED}) " + " UNION ALL ".join(parts)
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        gains = dict(cursor.fetchall())
    ways = [
        Chip(label=label, href=wish.address(**change), gain=gains[name])
        for name, (label, change) in offered.items()
        if gains.get(name)
    ]
    return tuple(sorted(ways, key=lambda chip: -chip.gain))


def similar(post_id: UUID, viewer: Actor, limit: int = 3) -> list[Hit]:
    """Open posts of the same kind of work, newest first."""
    sql = (
        f"SELECT {_COLUMNS} FROM search_jobrow WHERE post_id <> %(post)s AND (%(known)s OR visibility = 'PUBLIC')"
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
        f"SELECT {_COLUMNS} FROM search_jobrow WHERE visibility = 'PUBLIC'"
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
