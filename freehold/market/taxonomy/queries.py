"""What there is to see of the taxonomy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django.core.cache import cache
from django.db.models import Case, F, Func, IntegerField, Q, Value, When
from django.db.models.functions import Length

from freehold.kit.cards import card
from freehold.kit.refusals import NotFound
from freehold.market.taxonomy.models import Category, Skill, SkillSubcategory, Subcategory, comparison_key
from freehold.market.taxonomy.states import S


@card
class SubcategoryCard:
    subcategory_id: UUID
    slug: str
    label: str
    category_id: UUID
    category_slug: str
    category_label: str


@card
class CategoryCard:
    category_id: UUID
    slug: str
    label: str
    subcategories: tuple[SubcategoryCard, ...]


@card
class SkillCard:
    skill_id: UUID
    slug: str
    label: str


_KEPT_SECONDS = 300
_kept: tuple[str, tuple[CategoryCard, ...]] = ("", ())


def tree() -> tuple[CategoryCard, ...]:
    """
    All categories with their subcategories, in order; kept in memory for five minutes.

    The cache only says how long: taking ninety cards out of it costs more than showing them.
    """
    global _kept
    token, found = _kept
    if not found or cache.get("taxonomy.tree") != token:
        token, found = uuid4().hex, _tree()
        _kept = token, found
        cache.set("taxonomy.tree", token if found else "", _KEPT_SECONDS)
    return found


def _tree() -> tuple[CategoryCard, ...]:
    below: dict[UUID, list[SubcategoryCard]] = {}
    rows = (
        Subcategory.objects.filter(state=S.ACTIVE).select_related("category").order_by("category__position", "position")
    )
    for row in rows:
        below.setdefault(row.category_id, []).append(_subcategory(row))
    return tuple(
        CategoryCard(category_id=c.pk, slug=c.slug, label=c.label, subcategories=tuple(below.get(c.pk, ())))
        for c in Category.objects.order_by("position")
    )


def _subcategory(row: Subcategory) -> SubcategoryCard:
    return SubcategoryCard(
        subcategory_id=row.pk,
        slug=row.slug,
        label=row.label,
        category_id=row.category_id,
        category_slug=row.category.slug,
        category_label=row.category.label,
    )


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The tree as a select box wants it, grouped by category; values are ids."""
    return [(c.label, [(str(s.subcategory_id), s.label) for s in c.subcategories]) for c in tree()]


def subcategory(subcategory_id: UUID) -> SubcategoryCard:
    """
    One subcategory.

    :raises NotFound: when there is no such one
    """
    for category in tree():
        for one in category.subcategories:
            if one.subcategory_id == subcategory_id:
                return one
    row = Subcategory.objects.select_related("category").filter(pk=subcategory_id).first()
    if row is None:
        raise NotFound()
    return _subcategory(row)


def subcategories(ids: Iterable[UUID]) -> dict[UUID, SubcategoryCard]:
    """Several subcategories; unknown ids are left out."""
    wanted = set(ids)
    known = {s.subcategory_id: s for c in tree() for s in c.subcategories}
    found = {i: known[i] for i in wanted if i in known}
    if missing := wanted - set(found):
        rows = Subcategory.objects.select_related("category").filter(pk__in=missing)
        found |= {row.pk: _subcategory(row) for row in rows}
    return found


def by_slug(slug: str) -> SubcategoryCard | CategoryCard | None:
    """A category or subcategory by its address part."""
    for category in tree():
        if category.slug == slug:
            return category
        for one in category.subcategories:
            if one.slug == slug:
                return one
    return None


def skills_named(names: Iterable[str]) -> dict[str, SkillCard]:
    """
    Skills by label, slug or synonym as people typed them, in one query.

    :returns: name as given → its skill; names nobody knows are left out
    """
    keys = {name: comparison_key(name) for name in names if name.strip()}
    if not keys:
        return {}
    slugs = {name.strip().lower() for name in keys}
    rows = Skill.objects.filter(Q(keys__overlap=list(set(keys.values()))) | Q(slug__in=slugs), state=S.ACTIVE)
    by_key: dict[str, Skill] = {}
    by_its_slug: dict[str, Skill] = {}
    for row in rows:
        by_its_slug[row.slug] = row
        for key in row.keys:
            by_key[key] = row
    found = {}
    for name, key in keys.items():
        match = by_key.get(key) or by_its_slug.get(name.strip().lower())
        if match is not None:
            found[name] = _skill(match)
    return found


def skills(ids: Iterable[UUID]) -> dict[UUID, SkillCard]:
    """Several skills by id."""
    return {row.pk: _skill(row) for row in Skill.objects.filter(pk__in=set(ids))}


def skills_of(subcategory_id: UUID, limit: int = 12) -> list[SkillCard]:
    """Skills that belong to a subcategory, the most typical first."""
    rows = SkillSubcategory.objects.filter(subcategory_id=subcategory_id, skill__state=S.ACTIVE)
    return [_skill(row.skill) for row in rows.select_related("skill").order_by("position")[:limit]]


def suggest(text: str, subcategory_id: UUID | None = None, limit: int = 10) -> list[SkillCard]:
    """
    Skills somebody may mean: label, then synonym, then prefix, then a part of a word, then a similar spelling.

    :param subcategory_id: skills of this subcategory come first within each step
    """
    key = comparison_key(text)[:50]
    if not key:
        return skills_of(subcategory_id, limit) if subcategory_id else []
    similar = Func(F("key"), Value(key), function="similarity")
    rows = Skill.objects.filter(state=S.ACTIVE).annotate(near=similar)
    rows = rows.filter(
        Q(key=key) | Q(keys__contains=[key]) | Q(key__startswith=key) | Q(key__contains=key) | Q(near__gte=0.4)
    )
    step = Case(
        When(key=key, then=0), When(keys__contains=[key], then=1), When(key__startswith=key, then=2),
        When(key__contains=key, then=3), default=4, output_field=IntegerField(),
    )  # fmt: skip
    place: Any = Value(0)
    if subcategory_id:
        own = SkillSubcategory.objects.filter(subcategory_id=subcategory_id).values("skill_id")
        place = Case(When(pk__in=own, then=0), default=1, output_field=IntegerField())
    placed = rows.annotate(step=step, place=place).order_by("step", "place", "-near", Length("label"), "label")
    return [_skill(row) for row in placed[:limit]]


def _skill(row: Skill) -> SkillCard:
    return SkillCard(skill_id=row.pk, slug=row.slug, label=row.label)
