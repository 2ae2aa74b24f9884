"""The reference says what the code says, and the code says something about everything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from freehold.config import reference
from freehold.kit.deadlines import DEADLINES
from freehold.kit.defaults import Settings
from freehold.kit.events import EVENTS
from freehold.kit.scopes import Scope

CODE = [
    p.read_text() for p in Path(reference.ROOT / "freehold").rglob("*")
    if p.suffix in (".py", ".html", ".txt") and p.name not in ("defaults.py", "reference.py") and "migrations" not in p.parts
]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), reference.render().items(), ids=lambda part: part[:20])
def test_the_reference_is_what_the_code_says(name, text):
    written = reference.FOLDER / name
    assert written.exists() and written.read_text() == text, "write it anew: uv run python -m freehold.config.reference"


def test_there_is_no_other_page_in_it():
    assert {p.name for p in reference.FOLDER.iterdir()} == set(reference.render())


def test_every_event_says_what_happened():
    assert [name for name, event in EVENTS.items() if not reference._first(event)] == []


def test_every_clock_says_what_happens_then():
    assert [line.name for line in DEADLINES.values() if not reference._default(line.act)] == []


@pytest.mark.parametrize(("area", "key"), [(area, key) for area, key, _value in reference.each_setting()])
def test_a_setting_has_a_meaning_and_is_read(area, key):
    assert reference.meaning(type(getattr(Settings(), area)), key)
    whole = re.compile(rf"\b{area}\.{key}\b")
    short = re.compile(rf"\.{area}(?!\.).*\.{key}\b", re.S)  # rules = current().area … rules.key
    assert any(whole.search(text) or short.search(text) for text in CODE), f"nobody reads {area}.{key}"


def test_scopes_stand_in_order():
    assert [str(s) for s in Scope] == sorted(str(s) for s in Scope)
