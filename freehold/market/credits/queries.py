"""What there is to see of credits: balances, ledgers, and what a proposal costs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Sum

from freehold.kit.calendar import day_of, start_of
from freehold.kit.cards import card
from freehold.kit.money import exponent
from freehold.kit.settings import current
from freehold.market.credits.models import Entry, Lot, Pool
from freehold.market.credits.states import Mode, Reason, Source

#: value of a post in units of the base currency from … → base
BASES = ((20_000, 12), (5_000, 10), (1_000, 8), (500, 6), (100, 4), (0, 2))
#: base of a post whose author is unsure what to pay
BASE_UNSURE = 4
#: median proposals per post from … → add
DEMANDS = ((50, 4), (20, 2), (5, 0), (0, -2))
#: fewer posts than this say nothing about demand
DEMAND_POSTS = 20
#: demand is looked at over so many days
DEMAND_DAYS = 28


@card
class Price:
    """What a proposal costs, with its arithmetic: clamp(base + demand, least, most)."""

    cost: int
    base: int
    demand: int
    value: int | None
    median: int | None
    posts: int


@card
class LotCard:
    """Credits that lapse together."""

    lot_id: UUID
    source: str
    count: int
    left: int
    granted_at: datetime
    expires_at: datetime


@card
class PoolCard:
    """A freelancer side's credits now; lots in the order they are spent."""

    balance: int
    lots: tuple[LotCard, ...]
    next_grant_at: datetime | None
    next_grant: int
    frozen: bool


@card
class EntryCard:
    """One line of the credits ledger, with the balance after it."""

    entry_id: int
    at: datetime
    count: int
    reason: str
    source: str
    ref_kind: str
    ref_id: UUID | None
    balance: int


def price(value: int | None, *, median: int | None = None, posts: int = 0) -> Price:
    """
    What a proposal costs (spec market-deals section 1).

    :param value: of the post in minor units of the base currency; None when its author is unsure
    :param median: proposals per post of the same subcategory in the last 28 days
    :param posts: how many posts the median was taken from
    """
    settings = current().credits
    if settings.mode == Mode.FREE:
        return Price(cost=0, base=0, demand=0, value=value, median=median, posts=posts)
    if settings.mode == Mode.QUOTA:
        return Price(cost=1, base=1, demand=0, value=value, median=median, posts=posts)
    unit = 10 ** exponent(current().billing.base_currency)
    base = BASE_UNSURE if value is None else next(b for floor, b in BASES if value >= floor * unit)
    demand = 0
    if median is not None and posts >= DEMAND_POSTS:
        demand = next(add for floor, add in DEMANDS if median >= floor)
    cost = min(max(base + demand, settings.cost_min), settings.cost_max)
    return Price(cost=cost, base=base, demand=demand, value=value, median=median, posts=posts)


def balance(party_id: UUID | None, at: datetime) -> int:
    """How many credits a party can spend now."""
    if party_id is None:
        return 0
    found = _spendable(party_id, at).aggregate(left=Sum("left"))["left"]
    return int(found or 0)


def _spendable(party_id: UUID, at: datetime) -> Any:
    return Lot.objects.filter(pool__party_id=party_id, left__gt=0, expires_at__gt=at, pool__frozen_at__isnull=True)


def pool_card(party_id: UUID, at: datetime) -> PoolCard:
    """Balance by expiry and what comes next, in two queries."""
    pool = Pool.objects.filter(party_id=party_id).first()
    rows = Lot.objects.filter(pool=pool, left__gt=0, expires_at__gt=at).order_by("expires_at", "granted_at", "pk")
    lots = tuple(
        LotCard(
            lot_id=lot.pk,
            source=str(Source(lot.source).label),
            count=lot.count,
            left=lot.left,
            granted_at=lot.granted_at,
            expires_at=lot.expires_at,
        )
        for lot in (rows if pool else ())
    )
    frozen = bool(pool and pool.frozen_at)
    return PoolCard(
        balance=0 if frozen else sum(lot.left for lot in lots),
        lots=lots,
        next_grant_at=pool.grant_due_at if pool else None,
        next_grant=monthly_count(),
        frozen=frozen,
    )


def ledger(party_id: UUID, *, before: int | None = None, limit: int = 30) -> list[EntryCard]:
    """Newest first, with the running balance, in two queries."""
    rows = Entry.objects.filter(lot__pool__party_id=party_id)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.select_related("lot").order_by("-pk")[:limit])
    if not found:
        return []
    older = Entry.objects.filter(lot__pool__party_id=party_id, pk__lt=found[-1].pk).aggregate(sum=Sum("count"))
    running, cards = int(older["sum"] or 0), []
    for entry in reversed(found):
        running += entry.count
        cards.append(
            EntryCard(
                entry_id=entry.pk,
                at=entry.at,
                count=entry.count,
                reason=str(Reason(entry.reason).label),
                source=str(Source(entry.lot.source).label),
                ref_kind=entry.ref_kind,
                ref_id=entry.ref_id,
                balance=running,
            )
        )
    return cards[::-1]


def monthly_count() -> int:
    settings = current().credits
    return {Mode.QUOTA: settings.quota_per_month, Mode.FREE: 0}.get(Mode(settings.mode), settings.monthly_free)


def next_grant_after(joined_at: datetime, at: datetime) -> datetime:
    """The next sign-up day of the month after ``at``; the 29th to 31st count as the 1st of the month that follows."""
    wanted = day_of(joined_at).day if day_of(joined_at).day <= 28 else 1
    day = day_of(at) + timedelta(days=1)
    while day.day != wanted:
        day += timedelta(days=1)
    return start_of(day)


def terms() -> dict[str, Any]:
    """The formula's numbers in force, for the pages that publish it."""
    settings = current().credits
    return {
        "mode": settings.mode,
        "least": settings.cost_min,
        "most": settings.cost_max,
        "expiry_days": settings.expiry_days,
        "unseen_days": settings.unseen_days,
        "return_min_days": settings.return_min_days,
        "signup": settings.signup_free,
        "monthly": monthly_count(),
        "bases": BASES,
        "base_unsure": BASE_UNSURE,
        "demands": DEMANDS,
        "demand_posts": DEMAND_POSTS,
        "demand_days": DEMAND_DAYS,
        "currency": current().billing.base_currency,
    }


def pools_waiting() -> Any:
    """Pools whose monthly clock runs; those of closed parties stand still."""
    return Pool.objects.filter(party__closed_at__isnull=True)


def lots_with_something_left() -> Any:
    return Lot.objects.filter(left__gt=0)


def owner_of(party_id: UUID) -> UUID | None:
    """The account a party's notices go to."""
    found: UUID | None = Pool.objects.filter(party_id=party_id).values_list("party__owner_id", flat=True).first()
    return found


def lot(lot_id: UUID) -> Lot | None:
    return Lot.objects.filter(pk=lot_id).first()
