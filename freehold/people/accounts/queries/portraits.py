"""
Portraits drawn by code: a calm head and shoulders, the same for the same seed, nobody in particular.

Every choice (ground, skin, hair, clothes, glasses, beard) is a digit of the seed's hash, so nothing is stored. A seed
that begins with ``company-`` gets a mark instead of a face.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache

#: ground and what lies on it: paper and ink, never louder than the page
_GROUNDS = (
    ("#efe3d3", "#e2d0b8"), ("#dfe8df", "#c9d8c9"), ("#e3e6ef", "#cdd3e4"), ("#f0dfe3", "#e2c6ce"),
    ("#e6e0ef", "#d3c8e3"), ("#dbe8ea", "#c2d7da"), ("#f1e6c9", "#e4d3a3"), ("#e8e4de", "#d6d0c6"),
)  # fmt: skip
_SKINS = (
    ("#f3d3bd", "#e2b498"), ("#ecc19f", "#d7a27c"), ("#d9a57e", "#bf875f"), ("#bd8158", "#a0683f"),
    ("#94603f", "#7a4b2e"), ("#6d452d", "#573421"),
)  # fmt: skip
_HAIRS = ("#2b2320", "#4a3226", "#6f4a2f", "#99673a", "#c79a5b", "#a8a29a", "#8a3f2c", "#39404d")
_CLOTHES = ("#7a2048", "#2f4b6e", "#3f6b57", "#8a5a2b", "#4b4453", "#6b7b8c", "#a8544a", "#35393f")
_INK = "#2b2320"


class _Digits:
    """The seed's hash, spent choice by choice."""

    def __init__(self, seed: str) -> None:
        self.rest = int.from_bytes(hashlib.sha256(seed.strip().lower().encode()).digest(), "big")

    def below(self, n: int) -> int:
        self.rest, found = divmod(self.rest, n)
        return found

    def one_of(self, options: Sequence[object]) -> object:
        return options[self.below(len(options))]


def _back_hair(style: int, hair: str) -> str:
    """What falls behind the head."""
    return {
        1: f'<path fill="{hair}" d="M26 46c-2-20 10-29 24-29s26 9 24 29c-.6 12 3 22 5 30H21c2-8 5.6-18 5-30z"/>',
        2: f'<path fill="{hair}" d="M28 44c-1-18 9-26 22-26s23 8 22 26c-.4 9 1 14 2 19H26c1-5 2.4-10 2-19z"/>',
        5: f'<circle fill="{hair}" cx="50" cy="17" r="9"/>',
        7: f'<circle fill="{hair}" cx="50" cy="40" r="27"/>',
    }.get(style, "")


def _front_hair(style: int, hair: str) -> str:
    """What frames the forehead."""
    return {
        0: f'<path fill="{hair}" d="M31 42c-3-15 6-24 19-24s22 9 19 24c-2-6-4-10-8-12-8 2-17 2-23 0-4 3-6 6-7 12z"/>',
        1: f'<path fill="{hair}" d="M31 45c-2-17 7-26 19-26s21 9 19 26c-2-9-8-14-14-17-5 6-17 8-24 17z"/>',
        2: f'<path fill="{hair}" d="M30 46c-2-18 7-27 20-27s22 9 20 27l-3-13c-11 1-23 1-34 0z"/>',
        3: f'<path fill="{hair}" d="M31 41c-2-14 7-22 19-22s21 8 19 22c-3-4-4-9-6-11-9-3-20-2-26 1-3 3-4 6-6 10z"/>',
        4: f'<path fill="{hair}" d="M30 43c-4-12 2-20 9-21 5-6 18-6 24 1 8 2 11 10 7 20-2-5-4-8-7-10'
        '-4 2-8 0-11-2-5 4-13 1-15 3-4 2-5 5-7 9z"/>',
        5: f'<path fill="{hair}" d="M31 43c-2-15 7-23 19-23s21 8 19 23c-3-8-9-14-19-14s-16 6-19 14z"/>',
        6: f'<path fill="{hair}" opacity=".55"'
        ' d="M31.5 41c-1-13 7-20 18.5-20s19.5 7 18.5 20c-2-7-6-13-18.5-13s-16.5 6-18.5 13z"/>',
        7: f'<path fill="{hair}" d="M31 42c1-11 8-15 19-15s18 4 19 15c3-16-5-25-19-25s-22 9-19 25z"/>',
    }[style]


def _face(skin: str, shade: str, digits: _Digits) -> str:
    brow = digits.one_of(("M39 41q4-2.5 8 0M53 41q4-2.5 8 0", "M39 41.5h8M53 41.5h8"))
    mouth = digits.one_of(("M44 59q6 4.5 12 0", "M45 59.5q5 3 10 0", "M45 60q5 1.5 10 0"))
    return (
        f'<path fill="{shade}" d="M43 60h14v14q-7 7-14 0z"/>'
        f'<rect fill="{skin}" x="32" y="25" width="36" height="43" rx="17.5"/>'
        f'<circle fill="{skin}" cx="31.5" cy="48" r="4"/><circle fill="{skin}" cx="68.5" cy="48" r="4"/>'
        f'<g fill="none" stroke="{_INK}" stroke-width="1.7" stroke-linecap="round" opacity=".8"><path d="{brow}"/>'
        f'<path d="{mouth}"/></g><path fill="none" stroke="{shade}" stroke-width="1.7" stroke-linecap="round"'
        f' d="M50 47v5.5q0 1.5-2.5 1.5"/>'
        f'<g fill="{_INK}"><circle cx="43" cy="46.5" r="1.9"/><circle cx="57" cy="46.5" r="1.9"/></g>'
    )


def _extras(hair: str, digits: _Digits) -> str:
    found = ""
    if digits.below(4) == 0:
        found += (
            f'<g fill="none" stroke="{_INK}" stroke-width="1.5"><circle cx="43" cy="46.5" r="5.6"/>'
            f'<circle cx="57" cy="46.5" r="5.6"/><path d="M48.6 46h2.8M37.4 45.5l-5-1M62.6 45.5l5-1"/></g>'
        )
    if digits.below(6) == 0:
        found += (
            f'<path fill="{hair}" opacity=".9"'
            ' d="M32.5 52c1 14 8 18 17.5 18s16.5-4 17.5-18c-2 5-5 6-8 5-6-2-13-2-19 0-3 1-6 0-8-5z'
            'M44.5 60q5.5-2.5 11 0-5.5 4-11 0z" fill-rule="evenodd"/>'
        )
    return found


def _clothes(color: str, skin: str, digits: _Digits) -> str:
    collar = digits.one_of(
        (
            f'<path fill="{skin}" d="M42 72q8 9 16 0l1 3q-9 10-18 0z"/>',
            f'<path fill="{skin}" d="M42 71l8 13 8-13z"/>',
            '<path fill="#fff" opacity=".85" d="M41 71l9 9 9-9 4 4-9 12-4-5-4 5-9-12z"/>',
            f'<path fill="{color}" d="M41 68h18v9q-9 5-18 0z"/>',
        )
    )
    return f'<path fill="{color}" d="M12 104c1-20 14-29 29-32 6 4 12 4 18 0 15 3 28 12 29 32z"/>{collar}'


def _mark(digits: _Digits) -> str:
    """A sign over a firm's door: two shapes on a quiet ground."""
    ground, under = _GROUNDS[digits.below(len(_GROUNDS))]
    color = _CLOTHES[digits.below(len(_CLOTHES))]
    shape = digits.one_of(
        (
            '<path d="M24 76V40a26 26 0 0 1 52 0v36H60V42a10 10 0 0 0-20 0v34z"/>',
            '<path d="M24 24h52v18H42v34H24zM52 52h24v24H52z"/>',
            '<path d="M50 20l28 28-12 12-16-16-16 16-12-12zM50 50l15 15-15 15-15-15z"/>',
            '<path d="M24 62a26 26 0 0 1 52 0zM24 68h52v10H24zM50 22a9 9 0 1 1 0 .01z"/>',
            '<path d="M24 24h23v52H24zM53 24h23v23H53zM64.5 53a11.5 11.5 0 1 1 0 23 11.5 11.5 0 0 1 0-23z"/>',
            '<path d="M50 22a28 28 0 1 1 0 56 28 28 0 0 1 0-56zm0 16a12 12 0 1 0 0 24 12 12 0 0 0 0-24z"/>',
        )
    )
    x, y, r = digits.below(100), digits.below(100), 30 + digits.below(24)
    return (
        f'<rect width="100" height="100" fill="{ground}"/><circle cx="{x}" cy="{y}" r="{r}" fill="{under}"/>'
        f'<g fill="{color}" fill-rule="evenodd">{shape}</g>'
    )


@lru_cache(maxsize=2048)
def portrait(seed: str) -> str:
    """
    Draw the portrait of a seed.

    :returns: an SVG document
    """
    digits = _Digits(seed)
    drawn = _mark(digits) if seed.startswith("company-") else _person(digits)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="100" height="100">{drawn}</svg>'


def _person(digits: _Digits) -> str:
    ground, mark = _GROUNDS[digits.below(len(_GROUNDS))]
    skin, shade = _SKINS[digits.below(len(_SKINS))]
    hair = _HAIRS[digits.below(len(_HAIRS))]
    color = _CLOTHES[digits.below(len(_CLOTHES))]
    style = digits.below(8)
    x, y, r = digits.below(100), digits.below(60), 26 + digits.below(20)
    return (
        f'<rect width="100" height="100" fill="{ground}"/><circle cx="{x}" cy="{y}" r="{r}" fill="{mark}"/>'
        f"{_back_hair(style, hair)}{_clothes(color, skin, digits)}{_face(skin, shade, digits)}"
        f"{_front_hair(style, hair)}{_extras(hair, digits)}"
    )
