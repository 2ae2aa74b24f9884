"""
Deadline arithmetic (spec README section 3, Clocks).

A deadline is the first instant at which the action is refused. Days are counted in the billing time zone.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from freehold.kit.settings import current


def zone() -> ZoneInfo:
    return ZoneInfo(current().billing.time_zone)


def day_of(at: datetime) -> date:
    """The billing day an instant lies in."""
    return at.astimezone(zone()).date()


def start_of(day: date) -> datetime:
    """00:00 of a day in the billing zone, as UTC."""
    return datetime.combine(day, time(), tzinfo=zone()).astimezone(UTC)


def days_after(at: datetime, days: int) -> datetime:
    """*N days*: the starting day is day 0 and the clock ends at 00:00 of day N+1."""
    return start_of(day_of(at) + timedelta(days=days + 1))


def security_end(at: datetime, days: int) -> datetime:
    """*Security period of N days*: 00:00 of the calendar day N days later; 0 days ends at once."""
    return start_of(day_of(at) + timedelta(days=days)) if days else at


def business_days_after(at: datetime, days: int) -> datetime:
    """*N business days*: as :func:`days_after`, counting Monday to Friday except holidays."""
    day, holidays = day_of(at), {date.fromisoformat(d) for d in current().billing.holidays}
    while days:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in holidays:
            days -= 1
    return start_of(day + timedelta(days=1))


def months_after(at: datetime, months: int) -> datetime:
    """*N months*: same day of the month or the last of a shorter one, to the end of that day."""
    day = day_of(at)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return start_of(date(year, month + 1, number) + timedelta(days=1))
        except ValueError:
            continue
    return start_of(date(year, month + 1, day.day) + timedelta(days=1))


def end_of_year_after(at: datetime, years: int) -> date:
    """Retention: the last day of the calendar year of ``at`` plus ``years``."""
    return date(day_of(at).year + years, 12, 31)


def next_reminder(due_at: datetime | None, at: datetime) -> datetime | None:
    """When to remind somebody of a clock: 72 hours before its end, then 24; None when both are past."""
    if due_at is None:
        return None
    moments = (due_at - timedelta(hours=72), due_at - timedelta(hours=24))
    return next((moment for moment in moments if moment > at), None)
