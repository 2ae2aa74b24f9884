"""Every door of the building: who gets in, who is led away, and that nobody changes anything by looking."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.house.doors import DOORS, PLAYERS, Door
from tests.house.town import PATTERNS, Answer

GETS = {d.name: d for d in DOORS if d.method == "GET"}
POSTS = {d.name: d for d in DOORS if d.method == "POST"}
#: answers that may be kept or name what they are: pictures drawn from a seed, files, mail shown as it was sent
OWN_HEADERS = {"accounts:avatar", "files:serve", "files:thumb", "notifications:mail_html"}


def test_every_address_has_a_row():
    missing = set(PATTERNS) - set(GETS) - set(POSTS)
    assert missing == set(), f"say in tests/house/doors.py who gets through: {sorted(missing)}"
    assert (set(GETS) | set(POSTS)) - set(PATTERNS) == set(), "rows of addresses that are no more"


@pytest.mark.parametrize("who", PLAYERS)
def test_whoever_looks_sees_what_is_theirs_and_changes_nothing(town, who):
    found = []
    for name, door in GETS.items():
        answer = town.ask(who, "GET", name)
        if answer.kind != door.answers[who]:
            found.append(f"GET {name}: {answer.kind} instead of {door.answers[who]}")
        if answer.writes:
            found.append(f"GET {name} wrote: {answer.writes}")
        if name not in OWN_HEADERS:
            found += [f"GET {name}: {complaint}" for complaint in _headers(answer, known=who != "visitor")]
    assert not found, "\n" + "\n".join(found)


def _headers(answer: Answer, *, known: bool) -> Iterator[str]:
    policy = answer.headers.get("Content-Security-Policy", "")
    if "default-src 'self'" not in policy or "unsafe" in policy:
        yield f"policy {policy!r}"
    if known and "no-store" not in answer.headers.get("Cache-Control", ""):
        yield f"may be kept: {answer.headers.get('Cache-Control')}"


@pytest.mark.parametrize("who", PLAYERS)
def test_whoever_sends_is_let_through_or_refused_before_anything_changed(town, who):
    found = []
    for name, door in POSTS.items():
        answer = town.ask(who, "POST", name)
        if answer.kind != door.answers[who]:
            found.append(f"POST {name}: {answer.kind} instead of {door.answers[who]}")
        if answer.writes and answer.status in (403, 404, 405, 409, 410, 422):
            found.append(f"POST {name} was refused and wrote: {answer.writes}")
    assert not found, "\n" + "\n".join(found)


def test_what_acts_only_is_not_looked_at(town):
    """Not by the one whose it is, so by nobody."""
    owner = {name: next((p for p in ("ada", "basil") if door.answers[p] in ("go", "200")), "ada") for name, door in POSTS.items()}
    found = {name: a.kind for name in POSTS.keys() - GETS if (a := town.ask(owner[name], "GET", name)).kind != "405"}
    assert found == {}


def test_what_is_only_looked_at_takes_nothing(town):
    found = {}
    for name in GETS.keys() - POSTS:
        looked, sent = town.ask("ada", "GET", name), town.ask("ada", "POST", name)
        if sent.kind not in ("405", looked.kind) or sent.writes:
            found[name] = (looked.kind, sent.kind, sent.writes)
    assert found == {}


@pytest.mark.parametrize("door", [d for d in DOORS if d.answers["chiara"] == "404"], ids=lambda d: f"{d.method} {d.name}")
def test_what_is_not_theirs_looks_like_nothing(town, door: Door):
    """Somebody else's thing and one that never was: the same answer, word for word."""
    if not town.has_ids(door.name):
        return
    theirs = town.ask("chiara", door.method, door.name)
    nothing = town.ask("chiara", door.method, door.name, absent=True)
    assert (theirs.status, _plain(theirs.text)) == (nothing.status, _plain(nothing.text))


def _plain(text: str) -> str:
    """Without what differs between any two answers."""
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", text)
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "TOKEN", text)
    return re.sub(r"\b[0-9A-HJKMNP-TV-Z]{10}\b", "NUMBER", text)


def test_nothing_is_done_without_the_forms_token(town):
    found = {}
    for name in POSTS:
        answer = town.ask("careful", "POST", name)
        if answer.status != 403 or "too old" not in answer.text or answer.writes:
            found[name] = (answer.kind, answer.writes)
    assert found == {}
