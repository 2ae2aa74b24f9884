"""What proposals cost, and what they ask for."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from uuid import UUID

from django.db import connection

from freehold.kit.money import Money, exponent, half_up
from freehold.kit.rates import in_base
from freehold.kit.settings import current
from freehold.market.credits import queries as credits
from freehold.market.jobs.models import Post
from freehold.market.jobs.states import Duration, Kind, Load
from freehold.market.proposals.models import Price

#: hours a week and weeks an hourly post counts for in its value
HOURS = {Load.FULL: 35, Load.PART: 15, Load.NEEDED: 8}
WEEKS = {Duration.DAYS: 3, Duration.WEEKS: 8, Duration.MONTHS: 18, Duration.LONG: 26}
WEEKS_UNSURE, RATE_UNSURE, RATE_DAYS = 8, 25, 180


def price(post_id: UUID) -> Price | None:
    """What a proposal on a post costs now."""
    return Price.objects.filter(post_id=post_id, replaced_at__isnull=True).first()


def was_price(post_id: UUID, cost: int) -> bool:
    """Did a proposal on the post ever cost this?"""
    return Price.objects.filter(post_id=post_id, cost=cost).exists()


def price_for(post: Post, at: datetime) -> credits.Price:
    """What a proposal on a post as it stands now should cost, by the published formula."""
    median, posts = demand(post.subcategory_id, at)
    return credits.price(value(post, at), median=median, posts=posts)


def value(post: Post, at: datetime) -> int | None:
    """What a post is worth in minor units of the base currency; None when a fixed budget is not known."""
    if post.kind == Kind.FIXED:
        return None if post.budget is None else in_base(Money(post.budget, post.currency)).amount
    hours = HOURS.get(Load(post.load), 8) if post.load else 8
    weeks = WEEKS.get(Duration(post.duration), WEEKS_UNSURE) if post.duration else WEEKS_UNSURE
    if post.rate_min is None or post.rate_max is None:
        return _usual_rate(post.subcategory_id, at) * hours * weeks
    middle = half_up(Fraction(post.rate_min + post.rate_max, 2))
    return in_base(Money(middle * hours * weeks, post.currency)).amount


def _usual_rate(subcategory_id: UUID | None, at: datetime) -> int:
    since = at - timedelta(days=RATE_DAYS)
    if subcategory_id is None:
        return RATE_UNSURE * int(10 ** exponent(current().billing.base_currency))
    rows = Post.objects.filter(
        subcategory_id=subcategory_id, kind=Kind.HOURLY, rate_min__isnull=False, published_at__gte=since,
        published_at__lt=at,
    )  # fmt: skip
    found = sorted(
        in_base(Money((low + high) // 2, currency)).amount
        for low, high, currency in rows.values_list("rate_min", "rate_max", "currency")[:2000]
        if low is not None and high is not None
    )
    unsure: int = RATE_UNSURE * 10 ** exponent(current().billing.base_currency)
    return found[(len(found) - 1) // 2] if found else unsure


def demand(subcategory_id: UUID | None, at: datetime) -> tuple[int | None, int]:
    """Median proposals per post of a subcategory in the last 28 days, and from how many posts."""
    sql = (
        "SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY proposals), count(*) FROM jobs_post"
        " WHERE subcategory_id = %s AND published_at >= %s AND published_at < %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [subcategory_id, at - timedelta(days=credits.DEMAND_DAYS), at])
        median, posts = cursor.fetchone()
    return median, posts


def middle_half(post_id: UUID) -> tuple[Money, Money] | None:
    """Between which amounts the middle half of the bids lies, once there are five."""
    sql = (
        "SELECT percentile_disc(0.25) WITHIN GROUP (ORDER BY amount), percentile_disc(0.75) WITHIN GROUP"
        " (ORDER BY amount), count(*), max(currency) FROM proposals_proposal WHERE post_id = %s AND state <> 'DRAFT'"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [post_id])
        low, high, count, currency = cursor.fetchone()
    return (Money(low, currency), Money(high, currency)) if count >= 5 else None
