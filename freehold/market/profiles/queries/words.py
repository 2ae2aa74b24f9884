"""Countries, languages and wall clocks in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from django.utils.translation import get_language


def _locale() -> Locale:
    try:
        return Locale.parse((get_language() or "en").replace("-", "_"))
    except ValueError:
        return Locale("en")


def country_name(code: str) -> str:
    """A country in the reader's language."""
    return str(_locale().territories.get(code, code)) if code else ""


def language_name(code: str) -> str:
    """A language in the reader's language."""
    name = str(_locale().languages.get(code, code))
    return name[:1].upper() + name[1:]


def language_choices() -> list[tuple[str, str]]:
    """Languages people speak, by name."""
    codes = [str(code) for code in _locale().languages]
    names = [(code, language_name(code)) for code in codes if len(code) in (2, 3) and code.isalpha()]
    return sorted(((c, n) for c, n in names if c not in _NOT_SPOKEN and n != c), key=lambda pair: pair[1])


_NOT_SPOKEN = {"mul", "mis", "und", "zxx", "root"}


def local_time(zone: str, at: datetime) -> datetime:
    """The same moment on somebody's own wall clock."""
    try:
        return at.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        return at


def day_begins(day: date, zone: str) -> datetime:
    """00:00 of a day on somebody's own wall clock."""
    try:
        return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except (ZoneInfoNotFoundError, ValueError):
        return datetime.combine(day, time(), tzinfo=UTC)
