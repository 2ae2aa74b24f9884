"""The taxonomy's nouns."""

from __future__ import annotations

import re
import unicodedata

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from freehold.kit.actions import LockingQuerySet
from freehold.kit.ids import uuid7
from freehold.market.taxonomy.states import WORD, S


def comparison_key(text: str) -> str:
    """What two spellings of one skill share; ``C``, ``C++`` and ``C#`` stay three."""
    return re.sub(r"[\s\-‐‑–]+", "", unicodedata.normalize("NFKC", text).casefold())


class Category(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.CharField(max_length=60, unique=True)
    label = models.CharField(max_length=60)
    position = models.IntegerField()

    class Meta:
        verbose_name_plural = "categories"


class Subcategory(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="subcategories")
    slug = models.CharField(max_length=60, unique=True)
    label = models.CharField(max_length=60)
    position = models.IntegerField()
    state = models.CharField(max_length=8, choices=S, default=S.ACTIVE)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)

    objects = models.Manager.from_queryset(LockingQuerySet["Subcategory"])()

    class Meta:
        constraints = [WORD.check("subcategory_state_known")]
        verbose_name_plural = "subcategories"


class Skill(models.Model):
    """
    One skill of the vocabulary.

    ``keys`` holds the comparison keys of the label and of every synonym.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.CharField(max_length=80, unique=True)
    label = models.CharField(max_length=50)
    key = models.CharField(max_length=80, unique=True)
    synonyms = ArrayField(models.CharField(max_length=60), default=list)
    keys = ArrayField(models.CharField(max_length=80), default=list)
    state = models.CharField(max_length=8, choices=S, default=S.ACTIVE)
    subcategories = models.ManyToManyField(Subcategory, through="SkillSubcategory", related_name="skills")

    objects = models.Manager.from_queryset(LockingQuerySet["Skill"])()

    class Meta:
        constraints = [WORD.check("skill_state_known")]
        indexes = [GinIndex(fields=["keys"], name="skill_keys")]


class SkillSubcategory(models.Model):
    id = models.BigAutoField(primary_key=True)
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="+")
    subcategory = models.ForeignKey(Subcategory, on_delete=models.CASCADE, related_name="+")
    position = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["skill", "subcategory"], name="skill_listed_once")]
