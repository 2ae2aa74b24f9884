"""Who lives in the demo market: names as people write them, with a plain spelling for addresses."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_DATA = Path(__file__).with_name("data")


@dataclass(frozen=True)
class Somebody:
    """
    :ivar plain: the name in plain Latin letters, for addresses and handles
    """

    first: str
    last: str
    plain: str
    country: str
    time_zone: str
    languages: tuple[str, ...]
    city: str
    address: str = ""

    @property
    def email(self) -> str:
        return self.address or self.plain.replace(" ", ".") + "@example.org"

    @property
    def handle(self) -> str:
        return self.plain.replace(" ", "")[:20].ljust(4, "0")


def everybody() -> list[Somebody]:
    """
    All of them, the countries mixed as a market mixes them.

    A line of ``places.txt``: country|time zone|languages|cities|names, a name being ``First Last`` or
    ``First Last = plain spelling``.
    """
    rows: list[list[Somebody]] = []
    for line in _lines("places.txt"):
        country, zone, languages, cities, names = line.split("|")
        places = cities.split(", ")
        row = []
        for i, name in enumerate(names.split("; ")):
            shown, _sign, plain = name.partition(" = ")
            first, _space, last = shown.rpartition(" ")
            known = (tuple(languages.split()), places[i % len(places)])
            row.append(Somebody(first, last, plain or shown.lower(), country, zone, *known))
        rows.append(row)
    return [row[i] for i in range(max(map(len, rows))) for row in rows if i < len(row)]


def businesses() -> list[tuple[str, str]]:
    """What companies do, as it stands in posts ("for a …"), with a name for each."""
    pairs = (line.split("|") for line in _lines("businesses.txt"))
    return [(kind, name) for kind, name in pairs]


def _lines(name: str) -> list[str]:
    return (_DATA / name).read_text(encoding="utf-8").strip().splitlines()
