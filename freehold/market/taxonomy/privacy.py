"""The vocabulary knows nobody."""

from __future__ import annotations

from freehold.kit.privacy import impersonal
from freehold.market.taxonomy.models import Category, Skill, SkillSubcategory, Subcategory

_BECAUSE = "Words for kinds of work, the same for everybody."

for model in (Category, Subcategory, Skill, SkillSubcategory):
    impersonal(model, _BECAUSE)
