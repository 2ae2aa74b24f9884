"""What is set aside, what is earned, and the laws of both."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import TruncMonth

from freehold.kit.calendar import zone
from freehold.kit.cards import card
from freehold.kit.money import Money
from freehold.money.escrow.models import Earning, Hold
from freehold.money.escrow.states import H
from freehold.money.ledger.queries import ACCOUNTS, law


@card
class HoldCard:
    """Money set aside for something, as both sides see it."""

    hold_id: UUID
    subject_id: UUID
    state: str
    amount: Money
    held: Money
    released: Money
    refunded: Money
    advance: Money
    funded_at: datetime | None
    provider_limit_at: datetime | None


@card
class PendingCard:
    """An earning in its security period."""

    earning_id: UUID
    hold_id: UUID | None
    entry_id: int
    amount: Money
    earned_at: datetime
    due_at: datetime


def hold_card(hold: Hold) -> HoldCard:
    code = hold.currency
    return HoldCard(
        hold_id=hold.pk,
        subject_id=hold.subject_id,
        state=hold.state,
        amount=Money(hold.amount, code),
        held=hold.held,
        released=Money(hold.released, code),
        refunded=Money(hold.refunded, code),
        advance=Money(hold.advance_remaining if hold.held else 0, code),
        funded_at=hold.funded_at,
        provider_limit_at=hold.provider_limit_at,
    )


def held_for(subject_kind: str, ids: Iterable[UUID]) -> dict[UUID, HoldCard]:
    """The newest hold of each subject that has one."""
    rows = Hold.objects.for_subjects(subject_kind, list(ids)).order_by("pk")
    return {hold.subject_id: hold_card(hold) for hold in rows}


def hold(hold_id: UUID) -> HoldCard:
    """
    One hold.

    :raises NotFound: when there is none
    """
    return hold_card(Hold.objects.found(pk=hold_id))


def held_for_payee(party_id: UUID) -> dict[str, Money]:
    """What is set aside for a freelancer's work, by currency."""
    return _held(Hold.objects.filter(payee_id=party_id))


def held_by_payer(party_id: UUID) -> dict[str, Money]:
    """What a client has set aside, by currency, without the fees."""
    return _held(Hold.objects.filter(payer_id=party_id))


def _held(rows: QuerySet[Hold]) -> dict[str, Money]:
    left = F("amount") - F("released") - F("refunded") - F("moved")
    sums = rows.filter(state__in=[H.HELD, H.FROZEN]).values_list("currency").annotate(left=Sum(left))
    return {currency: Money(int(sum_), currency) for currency, sum_ in sums.order_by("currency") if sum_}


def pending_of(party_id: UUID) -> list[PendingCard]:
    """A party's earnings that are not available yet, the next first."""
    rows = Earning.objects.filter(party_id=party_id, matured_at__isnull=True).order_by("due_at", "pk")
    return [
        PendingCard(
            earning_id=e.pk,
            hold_id=e.hold_id,
            entry_id=e.entry_id,
            amount=Money(e.amount, e.currency),
            earned_at=e.earned_at,
            due_at=e.due_at,
        )
        for e in rows
    ]


def pending_by_entry(entry_ids: Iterable[int]) -> dict[int, datetime | None]:
    """When each of some releases' earnings becomes available; None where it has."""
    rows = Earning.objects.filter(entry_id__in=list(entry_ids)).values_list("entry_id", "due_at", "matured_at")
    return {entry_id: None if matured else due for entry_id, due, matured in rows}


def earned_by_month(party_id: UUID, currency: str, since: datetime) -> dict[date, Money]:
    """What a party earned after fees, by the first day of the month of the release."""
    rows = Earning.objects.filter(party_id=party_id, currency=currency, earned_at__gte=since)
    sums = rows.annotate(month=TruncMonth("earned_at", tzinfo=zone())).values_list("month").annotate(sum=Sum("amount"))
    return {month.date(): Money(int(sum_), currency) for month, sum_ in sums.order_by("month")}


def ripening() -> QuerySet[Earning]:
    """Earnings whose security period runs."""
    return Earning.objects.filter(matured_at__isnull=True)


def nearing_limit() -> QuerySet[Hold]:
    """Holds whose payer and payee are yet to be told of the provider's limit."""
    return Hold.objects.filter(limit_warn_due_at__isnull=False, state__in=[H.HELD, H.FROZEN])


# --- laws ---

_LEFT = "h.amount - h.released - h.refunded - h.moved"
_FEE_LEFT = "h.advance - h.advance_released - h.advance_refunded - h.advance_moved"


def _adds_up(prefix: str, left: str) -> str:
    return f"""
        SELECT h.id, h.state, h.currency, {left} AS remaining, coalesce(a.holds, 0) AS in_books
        FROM escrow_hold h
        LEFT JOIN ({ACCOUNTS}) a ON a.name = '{prefix}:' || h.id AND a.currency = h.currency
        WHERE CASE h.state
            WHEN 'HELD' THEN coalesce(a.holds, 0) <> {left}
            WHEN 'FROZEN' THEN coalesce(a.holds, 0) <> {left}
            WHEN 'CLOSED' THEN coalesce(a.holds, 0) <> 0
            ELSE coalesce(a.holds, 0) > h.amount + h.advance END
    """  # noqa: S608


law("4 a hold adds up", _adds_up("hold", _LEFT))
law("4 a hold's advance adds up", _adds_up("advance", _FEE_LEFT))
law(
    "4 no held money without a hold",
    f"""
    SELECT a.name, a.currency, a.holds FROM ({ACCOUNTS}) a
    WHERE a.holds <> 0 AND a.name ~ '^(hold|advance):' AND NOT EXISTS (SELECT 1 FROM escrow_hold h
        WHERE h.id::text = split_part(a.name, ':', 2) AND h.currency = a.currency)
    """,  # noqa: S608
)
law(
    "3 fees and net make the gross",
    """
    SELECT e.id, e.amount, sum(l.amount) AS paid FROM escrow_earning e
    LEFT JOIN ledger_leg l ON l.entry_id = e.entry_id AND l.taker_id = (SELECT a.id FROM ledger_account a
        WHERE a.name = 'wallet:' || e.party_id || ':pending' AND a.currency = e.currency)
    GROUP BY e.id, e.amount HAVING e.amount IS DISTINCT FROM sum(l.amount)
    """,
)
law(
    "7 a hold returns no more fee than it took",
    f"SELECT h.id, h.advance, h.advance_refunded FROM escrow_hold h WHERE {_FEE_LEFT} < 0 OR h.advance_refunded < 0",  # noqa: S608
)
