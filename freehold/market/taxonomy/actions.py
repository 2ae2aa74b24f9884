"""Loading the vocabulary every market starts with."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid5

from freehold.kit.actions import action
from freehold.market.taxonomy.models import Category, Skill, SkillSubcategory, Subcategory, comparison_key

_DATA = Path(__file__).parent / "data"
#: ids made from slugs are the same in every market, so that exports and examples agree
_SPACE = UUID("6f0c7a52-93f5-5d5b-9a4e-2f6f1f6a6d10")


@dataclass
class Seed:
    """
    The data files, read.

    :ivar categories: label → labels of its subcategories
    :ivar skills: label → synonyms
    :ivar listed: (skill, subcategory) pairs in their order
    """

    categories: dict[str, list[str]] = field(default_factory=dict)
    skills: dict[str, list[str]] = field(default_factory=dict)
    listed: list[tuple[str, str]] = field(default_factory=list)


def slug_of(label: str) -> str:
    """A readable address part: ``c-sharp``, ``front-end-development``."""
    text = label.replace("C++", "C plus plus").replace("C#", "C sharp").replace("&", " ")
    text = text.replace(".NET", "dot NET").replace(".", " ")
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def read_seed() -> Seed:
    """
    Read the data files.

    :raises ValueError: when two skills share a spelling, or a line names a skill nobody describes
    """
    seed, category, sub = Seed(), "", ""
    known: dict[str, str] = {}
    borrowed: list[tuple[str, str]] = []
    for path in sorted(_DATA.glob("skills_*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("## "):
                sub = line[3:].strip()
                seed.categories[category].append(sub)
            elif line.startswith("# "):
                category = line[2:].strip()
                seed.categories.setdefault(category, [])
            elif line.startswith("+ "):
                borrowed += [(name.strip(), sub) for name in line[2:].split(";")]
            elif line.strip():
                for entry in line.split(";"):
                    label, _equals, rest = entry.strip().partition(" = ")
                    synonyms = [s.strip() for s in rest.split(",") if s.strip()]
                    for spelling in (label, *synonyms):
                        if known.setdefault(comparison_key(spelling), label) != label:
                            raise ValueError(f"{spelling} is spelled in two skills")
                    seed.skills[label] = synonyms
                    seed.listed.append((label, sub))
    for name, where in borrowed:
        found = known.get(comparison_key(name))
        if found is None:
            raise ValueError(f"{where} lists {name}, which is described nowhere")
        seed.listed.append((found, where))
    seed.listed = list(dict.fromkeys(seed.listed))
    return seed


@action
def load_reference(*, at: datetime) -> int:
    """
    Load categories, subcategories and skills; what is there already stays, labels and synonyms are brought up to date.

    :returns: how many skills there are
    """
    seed = read_seed()
    order = sorted(seed.categories)
    Category.objects.bulk_create(
        [Category(id=_id("category", c), slug=slug_of(c), label=c, position=n) for n, c in enumerate(order)],
        update_conflicts=True, unique_fields=["slug"], update_fields=["label", "position"],
    )  # fmt: skip
    categories = dict(Category.objects.values_list("slug", "pk"))
    Subcategory.objects.bulk_create(
        [
            Subcategory(id=_id("sub", s), slug=slug_of(s), label=s, position=n, category_id=categories[slug_of(c)])
            for c in order
            for n, s in enumerate(seed.categories[c])
        ],
        update_conflicts=True, unique_fields=["slug"], update_fields=["label", "position", "category_id"],
    )  # fmt: skip
    subs = dict(Subcategory.objects.values_list("slug", "pk"))
    there = {row[0]: row[1:] for row in Skill.objects.values_list("key", "label", "synonyms")}
    wanted = [_skill(label, synonyms) for label, synonyms in seed.skills.items()]
    Skill.objects.bulk_create(
        [skill for skill in wanted if there.get(skill.key) != (skill.label, skill.synonyms)],
        update_conflicts=True, unique_fields=["key"], update_fields=["label", "synonyms", "keys"],
    )  # fmt: skip
    skills = dict(Skill.objects.values_list("key", "pk"))
    listed = set(SkillSubcategory.objects.values_list("skill_id", "subcategory_id"))
    links = [(skills[comparison_key(label)], subs[slug_of(s)], n) for n, (label, s) in enumerate(seed.listed)]
    SkillSubcategory.objects.bulk_create(
        [
            SkillSubcategory(skill_id=skill, subcategory_id=sub, position=n)
            for skill, sub, n in links
            if (skill, sub) not in listed
        ],
        ignore_conflicts=True,
    )
    return len(skills)


def _skill(label: str, synonyms: list[str]) -> Skill:
    keys = [comparison_key(spelling) for spelling in (label, *synonyms)]
    return Skill(
        id=_id("skill", label), slug=slug_of(label), label=label, key=keys[0], synonyms=synonyms, keys=sorted(set(keys))
    )


def _id(kind: str, label: str) -> UUID:
    return uuid5(_SPACE, f"{kind}:{slug_of(label)}")
