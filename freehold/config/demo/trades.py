"""What people in the demo do: trades with the words of their profiles, posts, letters and reviews."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = Path(__file__).with_name("data")


@dataclass(frozen=True)
class Trade:
    """
    :ivar subcategory: its label in the taxonomy
    :ivar rate_from: hourly rate in major units, as its upper end
    :ivar subjects: titles of posts; ``{b}`` stands for the business
    """

    subcategory: str
    titles: tuple[str, ...]
    rate_from: int
    rate_to: int
    doing: tuple[str, ...]
    subjects: tuple[str, ...]
    milestones: tuple[str, ...]


@cache
def trades() -> tuple[Trade, ...]:
    """All of them; a line of ``trades.txt`` has the fields in their order, lists separated by semicolons."""
    found = []
    for line in (_DATA / "trades.txt").read_text(encoding="utf-8").strip().splitlines():
        subcategory, titles, rates, *lists = line.split("|")
        low, high = rates.split("-")
        doing, subjects, milestones = (tuple(one.split("; ")) for one in lists)
        found.append(Trade(subcategory, tuple(titles.split("; ")), int(low), int(high), doing, subjects, milestones))
    return tuple(found)


@cache
def sentences(kind: str) -> tuple[str, ...]:
    """
    Sentences of one kind: openings, middles, closings (of profiles), about, needs, how (of posts), letters, handed_in,
    changes, praise, praise_client. ``{w}`` is what is done, ``{p}`` a place, ``{b}`` a business, ``{c}`` its name,
    ``{n}`` a small number.
    """
    text = (_DATA / "sentences.txt").read_text(encoding="utf-8")
    blocks = dict(block.split("\n", 1) for block in text.strip().split("\n\n"))
    return tuple(blocks[f"# {kind}"].strip().splitlines())
