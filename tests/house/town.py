"""A market one may ask anything, as anybody, and that is the same afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from freehold.kit.doors import RECHECKED
from tests.house import world
from tests.house.doors import PLAYERS

#: what every form carries; without a field it would not count as sent
EMPTY = {"csrfmiddlewaretoken": "nothing else"}


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


class Town:
    """The market of this module: asked as often as one likes, the same afterwards."""

    def __init__(self, cast: Any, found: world.World, client_for: Any) -> None:
        self.world, self.cast = found, cast
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

    def account(self, who: str) -> UUID:
        found: UUID = getattr(self.cast, who).account.pk
        return found

    def has_ids(self, name: str) -> bool:
        known = world.arguments(self.world, name)
        return any(isinstance(known[k], UUID) for k in PATTERNS[name].pattern.converters)

    def ask(self, who: str, method: str, name: str, data: Any = None, *, query: str = "", **how: Any) -> Answer:
        """Ask, and put everything back as it was; without ``data`` a form is sent empty."""
        before = transaction.savepoint()
        answer = self.send(who, method, self.address(name, **how) + query, data)
        transaction.savepoint_rollback(before)
        return answer

    def send(self, who: str, method: str, address: str, data: Any = None) -> Answer:
        """Ask, and let it last until the test around is over."""
        client = self.careful if who == "careful" else self.clients[who]
        kept = client.cookies.copy()
        if data is None:
            data = EMPTY if method == "POST" and who != "careful" else {}
        with _writes() as writes:
            response = getattr(client, method.lower())(address, data)
            content = b"".join(response.streaming_content) if response.streaming else response.content
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
