"""Countries and time zones, in the reader's language."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from django.utils.translation import get_language

#: where most people of a country with several zones live
_MAIN_ZONE = {
    "US": "America/New_York", "CA": "America/Toronto", "BR": "America/Sao_Paulo", "AU": "Australia/Sydney",
    "RU": "Europe/Moscow", "MX": "America/Mexico_City", "ID": "Asia/Jakarta", "ES": "Europe/Madrid",
    "PT": "Europe/Lisbon", "DE": "Europe/Berlin", "CN": "Asia/Shanghai", "NZ": "Pacific/Auckland",
    "CL": "America/Santiago", "AR": "America/Argentina/Buenos_Aires", "UA": "Europe/Kyiv", "KZ": "Asia/Almaty",
    "EC": "America/Guayaquil", "CD": "Africa/Kinshasa", "GL": "America/Nuuk", "MN": "Asia/Ulaanbaatar",
    "MY": "Asia/Kuala_Lumpur", "PF": "Pacific/Tahiti", "UZ": "Asia/Tashkent", "CY": "Asia/Nicosia",
    "FR": "Europe/Paris", "GB": "Europe/London", "PS": "Asia/Gaza", "VN": "Asia/Ho_Chi_Minh", "KI": "Pacific/Tarawa",
}  # fmt: skip
_NOT_COUNTRIES = {"ZZ", "EU", "EZ", "UN", "QO", "XA", "XB", "AC", "CP", "DG", "EA", "IC", "TA", "CQ"}
_AREAS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@cache
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    names = Locale.parse(language.replace("-", "_")).territories
    found = [(c, n) for c, n in names.items() if len(c) == 2 and c.isalpha() and c not in _NOT_COUNTRIES]
    return tuple(sorted(found, key=lambda pair: pair[1].casefold()))


def countries() -> tuple[tuple[str, str], ...]:
    """Pairs of code and name, sorted by name."""
    return _countries(get_language() or "en")


def is_country(code: str) -> bool:
    return code in dict(_countries("en"))


def country_name(code: str) -> str:
    """The country's name, or the code itself where there is none."""
    return dict(countries()).get(code, code)


@cache
def time_zones() -> tuple[str, ...]:
    """Names of all zones people live in."""
    return (*sorted(z for z in available_timezones() if z.split("/")[0] in _AREAS), "UTC")


@cache
def zone_of(country: str) -> str:
    """The zone most people of a country live in; UTC when there is none."""
    if country in _MAIN_ZONE:
        return _MAIN_ZONE[country]
    of_country = sorted(zone for zone, land in get_global("zone_territories").items() if land == country)
    return next((zone for zone in of_country if zone in time_zones()), "UTC")
