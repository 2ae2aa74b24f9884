"""Rows of search, written in the transaction of the post, the proposal or the hire they tell of."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, Sum

from freehold.kit.events import projects
from freehold.market.jobs import queries as jobs
from freehold.market.jobs.events import PostChanged, PostClosed, PostHired, PostPublished, PostReopened
from freehold.market.jobs.models import Post
from freehold.market.jobs.states import Kind, P
from freehold.market.proposals import queries as proposals
from freehold.market.proposals.events import ProposalSubmitted
from freehold.market.search.models import JobRow

TEASER = 220
_WRITE = """
INSERT INTO search_jobrow (post_id, tsv, title, teaser, skills, skill_ids, category_id, subcategory_id, kind, currency,
 budget, rate_min, rate_max, amount, level, duration, load, visibility, company_id, country, client_since, client_hires,
 client_posts, proposals, cost, deadline_on, published_at)
VALUES (%(post_id)s,
 setweight(to_tsvector('english', %(title)s), 'A') || setweight(to_tsvector('simple', %(title)s), 'A')
 || setweight(to_tsvector('english', %(skill_words)s), 'B') || setweight(to_tsvector('simple', %(skill_words)s), 'B')
 || setweight(to_tsvector('english', %(place)s), 'C') || setweight(to_tsvector('english', %(text)s), 'D'),
 %(title)s, %(teaser)s, %(skills)s, %(skill_ids)s, %(category_id)s, %(subcategory_id)s, %(kind)s, %(currency)s,
 %(budget)s, %(rate_min)s, %(rate_max)s, %(amount)s, %(level)s, %(duration)s, %(load)s, %(visibility)s, %(company_id)s,
 %(country)s, %(client_since)s, 0, 0, %(proposals)s, %(cost)s, %(deadline_on)s, %(published_at)s)
ON CONFLICT (post_id) DO UPDATE SET (tsv, title, teaser, skills, skill_ids, category_id, subcategory_id, kind, currency,
 budget, rate_min, rate_max, amount, level, duration, load, visibility, proposals, cost, deadline_on, published_at)
 = (EXCLUDED.tsv, EXCLUDED.title, EXCLUDED.teaser, EXCLUDED.skills, EXCLUDED.skill_ids, EXCLUDED.category_id,
 EXCLUDED.subcategory_id, EXCLUDED.kind, EXCLUDED.currency, EXCLUDED.budget, EXCLUDED.rate_min, EXCLUDED.rate_max,
 EXCLUDED.amount, EXCLUDED.level, EXCLUDED.duration, EXCLUDED.load, EXCLUDED.visibility, EXCLUDED.proposals,
 EXCLUDED.cost, EXCLUDED.deadline_on, EXCLUDED.published_at)
"""


@projects(PostPublished, PostChanged, PostReopened)
def show_post(event: PostPublished | PostChanged | PostReopened, *, at: datetime) -> None:
    """An open post has exactly one row."""
    post = Post.objects.select_related("company", "subcategory__category").get(pk=event.post_id)
    if post.state != P.OPEN:
        return
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, _columns(post, at))
    _count_client(post.company_id)


@projects(PostClosed)
def drop_post(event: PostClosed, *, at: datetime) -> None:
    JobRow.objects.filter(post_id=event.post_id).delete()
    _count_client(event.company_id)


@projects(PostHired)
def count_hire(event: PostHired, *, at: datetime) -> None:
    _count_client(event.company_id)


@projects(ProposalSubmitted)
def count_proposal(event: ProposalSubmitted, *, at: datetime) -> None:
    count = Post.objects.filter(pk=event.post_id).values_list("proposals", flat=True).first()
    JobRow.objects.filter(post_id=event.post_id).update(proposals=count or 0)


def _count_client(company_id: UUID) -> None:
    rows = Post.objects.filter(company_id=company_id).exclude(state=P.DRAFT)
    found = rows.aggregate(hires=Sum("hires"), posts=Count("pk", filter=Q(published_at__isnull=False)))
    JobRow.objects.filter(company_id=company_id).update(
        client_hires=found["hires"] or 0, client_posts=found["posts"] or 0
    )


def _columns(post: Post, at: datetime) -> dict[str, Any]:
    place, price = post.subcategory, proposals.price(post.pk)
    assert place is not None
    wanted = list(post.skills.order_by("position").values_list("skill_id", "skill__label"))
    synonyms = [word for row in post.skills.select_related("skill") for word in row.skill.synonyms]
    sure = post.budget is not None if post.kind == Kind.FIXED else post.rate_max is not None
    text = f"{post.description}\n{post.deliverables}"
    return {
        "post_id": post.pk,
        "title": post.title,
        "teaser": jobs.teaser(post.description, TEASER),
        "text": text,
        "skills": [label for _pk, label in wanted],
        "skill_ids": [pk for pk, _label in wanted],
        "skill_words": " , ".join([label for _pk, label in wanted] + synonyms),
        "place": f"{place.category.label} , {place.label}",
        "category_id": place.category_id,
        "subcategory_id": place.pk,
        "kind": post.kind,
        "currency": post.currency,
        "budget": post.budget,
        "rate_min": post.rate_min,
        "rate_max": post.rate_max,
        "amount": proposals.value(post, at) if sure else None,
        "level": post.level,
        "duration": post.duration,
        "load": post.load,
        "visibility": post.visibility,
        "company_id": post.company_id,
        "country": post.company.country,
        "client_since": post.company.created_at,
        "proposals": post.proposals,
        "cost": price.cost if price else 0,
        "deadline_on": post.deadline_on,
        "published_at": post.published_at,
    }
