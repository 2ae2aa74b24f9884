"""What search knows of an open post."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class JobRow(models.Model):
    """
    An open post, flat: everything a card shows and a filter asks. Gone when the post closes.

    ``amount`` is what the post is worth in minor units of the base currency (the budget; rate × hours × weeks), for
    filters and order only; null when its author was unsure.
    """

    post_id = models.UUIDField(primary_key=True)
    tsv = SearchVectorField()
    title = models.CharField(max_length=100)
    teaser = models.CharField(max_length=300)
    skills = ArrayField(models.CharField(max_length=50), default=list)
    skill_ids = ArrayField(models.UUIDField(), default=list)
    category_id = models.UUIDField()
    subcategory_id = models.UUIDField()
    kind = models.CharField(max_length=6)
    currency = models.CharField(max_length=3)
    budget = models.BigIntegerField(null=True)
    rate_min = models.BigIntegerField(null=True)
    rate_max = models.BigIntegerField(null=True)
    amount = models.BigIntegerField(null=True)
    level = models.CharField(max_length=12, blank=True)
    duration = models.CharField(max_length=6, blank=True)
    load = models.CharField(max_length=6, blank=True)
    visibility = models.CharField(max_length=7)
    company_id = models.UUIDField()
    country = models.CharField(max_length=2)
    client_since = models.DateTimeField()
    client_hires = models.IntegerField(default=0)
    client_posts = models.IntegerField(default=0)
    proposals = models.IntegerField(default=0)
    cost = models.IntegerField(default=0)
    deadline_on = models.DateField(null=True)
    published_at = models.DateTimeField()

    class Meta:
        indexes = [
            GinIndex(fields=["tsv"], name="jobrow_words", fastupdate=False),
            models.Index(fields=["-published_at", "-post_id"], name="jobrow_newest"),
            models.Index(fields=["category_id", "-published_at"], name="jobrow_category"),
            models.Index(fields=["subcategory_id", "-published_at"], name="jobrow_subcategory"),
            models.Index(fields=["company_id"], name="jobrow_company"),
        ]
