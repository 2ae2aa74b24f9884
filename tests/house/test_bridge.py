"""From the web server to the pages, and live events."""

from __future__ import annotations

import asyncio
import json
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection

from freehold.config import data, events
from freehold.config.bridge import Bridge
from freehold.config.events import Events, Hub
from freehold.kit import live


def scope(path="/", method="GET", headers=(), query=b""):
    return {
        "type": "http", "method": method, "path": path, "query_string": query, "headers": list(headers),
        "http_version": "1.1", "scheme": "http", "client": ("127.0.0.1", 5), "server": ("127.0.0.1", 80),
    }  # fmt: skip


def ask(application, scope, *bodies):
    """Send one request through an ASGI application; returns status, headers and body."""
    sent = []
    waiting = [{"type": "http.request", "body": b, "more_body": True} for b in bodies]
    waiting.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive():
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    asyncio.run(application(scope, receive, send))
    body = b"".join(m.get("body", b"") for m in sent[1:])
    return sent[0]["status"], dict(sent[0]["headers"]), body


def echo(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    told = {k: v for k, v in environ.items() if isinstance(v, str)}
    return [json.dumps(told | {"body": environ["wsgi.input"].read().decode()}).encode()]


@pytest.fixture
def bridge():
    one = Bridge(echo, threads=2)
    yield one
    one.pool.shutdown()


def test_a_body_in_pieces_arrives_whole(bridge):
    status, _headers, body = ask(bridge, scope(method="POST"), b"amount=", b"12")
    assert status == 200
    assert json.loads(body)["body"] == "amount=12"
    assert json.loads(body)["CONTENT_LENGTH"] == "9"


def test_a_path_in_any_script_arrives(bridge):
    _status, _headers, body = ask(bridge, scope("/people/жанна"))
    assert json.loads(body)["PATH_INFO"].encode("latin-1").decode() == "/people/жанна"


def test_a_header_with_underscores_cannot_pose_as_another(bridge):
    headers = [(b"x_forwarded_proto", b"https"), (b"x-real", b"1"), (b"cookie", b"a=1"), (b"cookie", b"b=2")]
    _status, _headers, body = ask(bridge, scope(headers=headers))
    told = json.loads(body)
    assert "HTTP_X_FORWARDED_PROTO" not in told
    assert told["HTTP_X_REAL"] == "1"
    assert told["HTTP_COOKIE"] == "a=1; b=2"


def test_nobody_in_between_is_believed_unless_the_operator_says_so(bridge):
    headers = [(b"x-forwarded-for", b"203.0.113.1, 198.51.100.7")]
    assert json.loads(ask(bridge, scope(headers=headers))[2])["REMOTE_ADDR"] == "127.0.0.1"
    bridge.behind_proxy = True
    assert json.loads(ask(bridge, scope(headers=headers))[2])["REMOTE_ADDR"] == "198.51.100.7"


def test_a_body_too_large_is_refused_before_it_is_read(bridge):
    status, _headers, body = ask(bridge, scope(method="POST", headers=[(b"content-length", b"99999999999")]))
    assert status == 413
    assert b"more than" in body


def test_an_application_that_breaks_gets_a_sentence(capsys):
    def broken(_environ, _start):
        raise ValueError("no")

    one = Bridge(broken, threads=1)
    status, _headers, body = ask(one, scope())
    one.pool.shutdown()
    assert status == 500
    assert b"Something broke" in body


class Listener:
    """A browser's EventSource, without the browser."""

    def __init__(self, application, cookie="key"):
        self.application, self.sent, self.gone = application, [], asyncio.Event()
        self.scope = scope("/events", headers=[(b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode())])

    async def __aenter__(self):
        self.task = asyncio.create_task(self.application(self.scope, self.receive, self.send))
        await self.until(lambda: self.sent)
        return self

    async def __aexit__(self, *_error):
        self.gone.set()
        await asyncio.wait_for(self.task, 5)

    async def receive(self):
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        self.sent.append(message)

    async def until(self, true):
        async with asyncio.timeout(5):
            while not true():
                await asyncio.sleep(0.01)

    @property
    def heard(self):
        lines = b"".join(m.get("body", b"") for m in self.sent[1:]).decode().splitlines()
        return [json.loads(line[6:]) for line in lines if line.startswith("data: ")]


@pytest.fixture
def sessions():
    return {"key": "ada", "other": "basil"}


@pytest.fixture
def application(sessions):
    pool = ThreadPoolExecutor(2)
    hub = Hub(data.database_url(), live.CHANNEL)
    hub._listen = lambda: asyncio.sleep(60)
    yield Events(hub, whose=lambda key: sessions.get(key, ""), pool=pool, cookie=settings.SESSION_COOKIE_NAME)
    pool.shutdown()


def tell(application, account, kind="notice", ref=""):
    application.hub.hand_out(json.dumps({"account": account, "kind": kind, "ref": ref}))


def run(story):
    asyncio.run(asyncio.wait_for(story, 20))


def test_a_visitor_is_told_not_to_come_back(application):
    async def story():
        async with Listener(application, cookie="unknown") as visitor:
            assert visitor.sent[0]["status"] == 204

    run(story())


def test_a_person_hears_what_is_theirs_and_nothing_else(application):
    async def story():
        async with Listener(application) as ada, Listener(application, "other") as basil:
            tell(application, "ada", ref="7")
            await ada.until(lambda: ada.heard)
            assert ada.heard == [{"kind": "notice", "ref": "7"}]
            assert basil.heard == []
            application.hub.hand_out("no json")
        assert application.hub.streams == {}

    run(story())


def test_a_stream_ends_at_once_when_its_session_does(application, sessions):
    async def story():
        async with Listener(application) as ada:
            del sessions["key"]
            tell(application, "ada", events.SIGNED_OUT)
            await asyncio.wait_for(asyncio.shield(ada.task), 1)
            assert ada.heard == [{"kind": "signed_out", "ref": ""}]

    run(story())


def test_a_stream_looks_after_its_session_by_itself(application, sessions, monkeypatch):
    monkeypatch.setattr(events, "HEARTBEAT", 0.05)

    async def story():
        async with Listener(application) as ada:
            await ada.until(lambda: any(b"still here" in m.get("body", b"") for m in ada.sent))
            del sessions["key"]
            await asyncio.wait_for(asyncio.shield(ada.task), 2)

    run(story())


def test_the_oldest_of_too_many_streams_ends(application, monkeypatch):
    monkeypatch.setattr(events, "_MOST_PER_ACCOUNT", 1)

    async def story():
        async with Listener(application) as first, Listener(application) as second:
            await asyncio.wait_for(asyncio.shield(first.task), 2)
            tell(application, "ada")
            await second.until(lambda: second.heard)

    run(story())


def test_a_stream_nobody_reads_keeps_the_newest():
    queue = asyncio.Queue(2)
    for n in range(4):
        events.put(queue, n)
    assert [queue.get_nowait(), queue.get_nowait()] == [2, 3]


def test_what_a_transaction_tells_is_heard_after_its_commit(live_db, sessions):
    account = uuid.uuid4()
    sessions["key"] = str(account)
    pool = ThreadPoolExecutor(2)
    hub = Hub(data.database_url(), live.CHANNEL)
    application = Events(
        hub, whose=lambda key: sessions.get(key, ""), pool=pool, cookie=settings.SESSION_COOKIE_NAME
    )

    def commit():
        live.tell(account, "notice", "42")
        connection.close()

    async def story():
        async with Listener(application) as ada:
            loop = asyncio.get_running_loop()
            async with asyncio.timeout(5):
                while not ada.heard:
                    await loop.run_in_executor(pool, commit)
                    await asyncio.sleep(0.05)
            assert ada.heard[0] == {"kind": "notice", "ref": "42"}
            hub.end()

    run(story())
    pool.shutdown()


def test_a_session_key_nobody_has_is_nobody(db):
    assert events.account_of_session("x" * 32) == ""
