"""The vocabulary every market starts with."""

from __future__ import annotations

import time

import pytest

from freehold.market.taxonomy import actions, queries
from freehold.market.taxonomy.models import Category, Skill, SkillSubcategory, Subcategory, comparison_key


class TestSeed:
    def test_is_whole(self, db):
        assert Category.objects.count() == 12
        assert Subcategory.objects.count() == 86
        assert Skill.objects.count() >= 1000

    def test_every_subcategory_has_eight_skills(self, db):
        for category in queries.tree():
            for sub in category.subcategories:
                assert len(queries.skills_of(sub.subcategory_id, 50)) >= 8, sub.label

    def test_a_spelling_belongs_to_one_skill(self, db):
        spellings = [key for keys in Skill.objects.values_list("keys", flat=True) for key in keys]
        assert len(spellings) == len(set(spellings))

    def test_labels_fit(self):
        seed = actions.read_seed()
        assert max(map(len, seed.skills)) <= 50
        assert len({actions.slug_of(label) for label in seed.skills}) == len(seed.skills)

    def test_loading_again_changes_nothing_and_is_quick(self, db, at):
        before = list(Skill.objects.order_by("pk").values_list("pk", "label"))
        links = SkillSubcategory.objects.count()
        start = time.process_time()
        actions.load_reference(at=at)
        assert time.process_time() - start < 1.5
        assert list(Skill.objects.order_by("pk").values_list("pk", "label")) == before
        assert SkillSubcategory.objects.count() == links


class TestComparisonKey:
    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("Front End", "front-end", True),
            ("ＰＨＰ", "php", True),
            ("C", "C++", False),
            ("C", "C#", False),
            ("C#", "C++", False),
            ("Node.js", "Nodejs", False),
        ],
    )
    def test_compares(self, one, other, same):
        assert (comparison_key(one) == comparison_key(other)) is same


class TestLookingUp:
    def test_labels_and_synonyms(self, db):
        found = queries.skills_named(["node js", "NodeJS", "Postgres", "C#", "no such skill", " "])
        assert {name: skill.label for name, skill in found.items()} == {
            "node js": "Node.js", "NodeJS": "Node.js", "Postgres": "PostgreSQL", "C#": "C#",
        }  # fmt: skip

    def test_c_stays_three(self, db):
        assert [queries.suggest(text)[0].label for text in ("c", "C++", "c#")] == ["C", "C++", "C#"]

    def test_order_is_label_synonym_prefix(self, db):
        labels = [s.label for s in queries.suggest("react")]
        assert labels[0] == "React"
        assert "React Native" in labels

    def test_forgives_a_slip(self, db):
        assert "JavaScript" in [s.label for s in queries.suggest("javascirpt")]
        assert "Photography" not in [s.label for s in queries.suggest("zzzzqq")]

    def test_prefers_the_subcategory(self, db):
        sub = queries.by_slug("language-vision-models")
        assert queries.suggest("", sub.subcategory_id)[0].label == "Natural Language Processing"

    def test_ten_at_most(self, db):
        assert len(queries.suggest("e")) == 10

    def test_unknown_subcategory(self, db):
        import uuid

        from freehold.kit.refusals import NotFound

        with pytest.raises(NotFound):
            queries.subcategory(uuid.uuid4())
