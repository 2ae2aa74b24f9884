"""Every door of the building: who gets in, who is led away, and that nobody changes anything by looking."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from freehold.kit.doors import RECHECKED
from tests.cast import assemble
from tests.house import world
from tests.house.doors import DOORS, PLAYERS, Door

#: what every form carries; without a field it would not count as sent
EMPTY = {"csrfmiddlewaretoken": "nothing else"}
GETS = {d.name: d for d in DOORS if d.method == "GET"}
POSTS = {d.name: d for d in DOORS if d.method == "POST"}
#: answers that may be kept or name what they are: pictures drawn from a seed, files, mail shown as it was sent
OWN_HEADERS = {"accounts:avatar", "files:serve", "files:thumb", "notifications:mail_html"}


def addresses(resolver: Any = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every named address with its pattern."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLPattern):
            if one.name:
                yield f"{space}{one.name}", one
        else:
            yield from addresses(one, f"{space}{one.namespace}:" if one.namespace else space)


PATTERNS = dict(addresses())


@dataclass
class Answer:
    """What came back, and what was written meanwhile."""

    status: int
    location: str
    headers: Any
    text: str
    writes: list[str]

    @property
    def kind(self) -> str:
        if self.status in (301, 302):
            return "in" if self.location.startswith("/sign-in") else "go"
        return str(self.status)


#: refused, they keep the text as a draft and say so
KEEPS_WHAT_WAS_TYPED = {"proposals:apply"}


class Town:
    """The market of this module: asked as often as one likes, the same afterwards."""

    def __init__(self, cast: Any, found: world.World, client_for: Any) -> None:
        self.world = found
        self.clients = {n: client_for(getattr(cast, n).account if n != "visitor" else None) for n in PLAYERS}
        self.careful = Client(enforce_csrf_checks=True, raise_request_exception=False)
        self.careful.cookies = self.clients["ada"].cookies.copy()
        for client in self.clients.values():
            client.raise_request_exception = False
            if client.cookies:
                session = client.session
                session[RECHECKED] = (timezone.now() + timedelta(days=1)).isoformat()  # however long this takes
                session.save()

    def address(self, name: str, *, absent: bool = False) -> str:
        known = world.arguments(self.world, name)
        wanted = PATTERNS[name].pattern.converters
        places = {k: uuid4() if absent and isinstance(known[k], UUID) else known[k] for k in wanted}
        return reverse(name, kwargs=places)

    def has_ids(self, name: str) -> bool:
        known = world.arguments(self.world, name)
        return any(isinstance(known[k], UUID) for k in PATTERNS[name].pattern.converters)

    def ask(self, who: str, method: str, name: str, **how: Any) -> Answer:
        """Ask, and put everything back as it was."""
        client = self.careful if who == "careful" else self.clients[who]
        kept = client.cookies.copy()
        data = EMPTY if method == "POST" and who != "careful" else {}
        before = transaction.savepoint()
        with _writes() as writes:
            response = getattr(client, method.lower())(self.address(name, **how), data)
            content = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.savepoint_rollback(before)
        client.cookies = kept
        text = content.decode(errors="replace")
        return Answer(response.status_code, response.headers.get("Location", ""), response.headers, text, writes)


@contextmanager
def _writes() -> Iterator[list[str]]:
    """Statements that changed something to last; sessions come and go with every visit."""
    found: list[str] = []
    marks: dict[str, int] = {}

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if saved := re.match(r'SAVEPOINT ("?\w+"?)', sql):
            marks[saved[1]] = len(found)
        if undone := re.match(r'ROLLBACK TO SAVEPOINT ("?\w+"?)', sql):
            del found[marks[undone[1]] :]
        if re.match(r"\s*(INSERT|UPDATE|DELETE|TRUNCATE)\b", sql) and "django_session" not in sql:
            found.append(sql[:120])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


@pytest.fixture(scope="module")
def town(long_db: None, at: datetime, client_for: Any) -> Town:
    cast = assemble(at)
    return Town(cast, world.build(cast, at), client_for)


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
        if answer.writes and name not in KEEPS_WHAT_WAS_TYPED and answer.status in (403, 404, 405, 409, 410, 422):
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
