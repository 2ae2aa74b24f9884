"""
Live events: what changed for the person who is looking, as server-sent events at ``/events``.

One LISTEN connection per process hears every NOTIFY on kit's channel and hands it to the streams of that
account. A message is ``data: {"kind": …, "ref": …}``: it says that something is new, never what; the page
asks for that. A stream ends when its session does. Pages work without it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Executor
from http.cookies import CookieError, SimpleCookie
from typing import Any

import psycopg
import structlog
from psycopg import sql

from freehold.config.bridge import Receive, Scope, Send

log = structlog.get_logger("freehold.events")

HEARTBEAT = 20.0
_MOST_PER_ACCOUNT = 12
_MOST_WAITING = 100
#: Sent by whoever ends sessions: look at once whether yours still exists.
SIGNED_OUT = "signed_out"
_END = None


class Hub:
    """
    Every open stream of this process.

    :param address: psycopg connection string of a direct connection (LISTEN does not pass a pooler)
    :param channel: the channel's name
    """

    def __init__(self, address: str, channel: str) -> None:
        self.address, self.channel = address, channel
        self.streams: dict[str, list[asyncio.Queue[Any]]] = defaultdict(list)
        self._listening: asyncio.Task[None] | None = None

    def open(self, account: str) -> asyncio.Queue[Any]:
        """Add a stream; beyond a dozen of one person's the oldest ends."""
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen())
        mine = self.streams[account]
        if len(mine) >= _MOST_PER_ACCOUNT:
            put(mine.pop(0), _END)
        queue: asyncio.Queue[Any] = asyncio.Queue(_MOST_WAITING)
        mine.append(queue)
        return queue

    def close(self, account: str, queue: asyncio.Queue[Any]) -> None:
        mine = self.streams.get(account, [])
        if queue in mine:
            mine.remove(queue)
        if not mine:
            self.streams.pop(account, None)

    def end(self) -> None:
        """End every stream, for the process is going."""
        if self._listening:
            self._listening.cancel()
        for mine in self.streams.values():
            for queue in mine:
                put(queue, _END)

    def hand_out(self, payload: str) -> None:
        """Give one NOTIFY to the streams it is for."""
        try:
            message = json.loads(payload)
            account, kind, ref = str(message["account"]), str(message["kind"]), str(message.get("ref", ""))
        except (ValueError, KeyError, TypeError):
            log.warning("events.unreadable")
            return
        for queue in self.streams.get(account, ()):
            put(queue, {"kind": kind, "ref": ref})

    async def _listen(self) -> None:
        pause = 0.2
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self.address, autocommit=True) as db:
                    await db.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self.channel)))
                    pause = 0.2
                    async for notice in db.notifies():
                        self.hand_out(notice.payload)
            except (psycopg.Error, OSError):
                log.warning("events.database_away", again_in=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 10.0)


def put(queue: asyncio.Queue[Any], item: Any) -> None:
    """Append to a stream; one that nobody reads loses its oldest message."""
    while True:
        try:
            queue.put_nowait(item)
            return
        except asyncio.QueueFull:
            queue.get_nowait()


class Events:
    """
    The ASGI application at ``/events``.

    :param hub: the streams
    :param whose: session key → account id, or an empty string when the session is gone; runs in a thread
    :param pool: the threads to ask in
    :param cookie: name of the session cookie
    """

    def __init__(self, hub: Hub, *, whose: Callable[[str], str], pool: Executor, cookie: str) -> None:
        self.hub, self.whose, self.pool, self.cookie = hub, whose, pool, cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = self._session_key(scope)
        account = await self._ask(key) if key and scope["method"] == "GET" else ""
        if not account:
            # 204 tells a browser's EventSource not to come back.
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        queue = self.hub.open(account)
        gone = asyncio.create_task(_wait_until_gone(receive))
        try:
            await self._stream(key, account, queue, gone, send)
        finally:
            gone.cancel()
            self.hub.close(account, queue)

    async def _stream(
        self, key: str, account: str, queue: asyncio.Queue[Any], gone: asyncio.Task[None], send: Send
    ) -> None:
        headers = [
            (b"content-type", b"text/event-stream"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
            (b"x-content-type-options", b"nosniff"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await say(send, b"retry: 3000\n\n")
        while not gone.done():
            waiting = asyncio.create_task(queue.get())
            await asyncio.wait({waiting, gone}, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
            if not waiting.done():
                waiting.cancel()
                if gone.done() or await self._ask(key) != account:
                    break
                await say(send, b": still here\n\n")
                continue
            message = waiting.result()
            if message is _END:
                break
            if message["kind"] == SIGNED_OUT and await self._ask(key) == account:
                continue
            await say(send, f"data: {json.dumps(message)}\n\n".encode())
            if message["kind"] == SIGNED_OUT:
                break
        with contextlib.suppress(Exception):
            await send({"type": "http.response.body", "body": b""})

    async def _ask(self, key: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self.pool, self.whose, key)

    def _session_key(self, scope: Scope) -> str:
        found: SimpleCookie = SimpleCookie()
        for name, value in scope["headers"]:
            if name == b"cookie":
                with contextlib.suppress(CookieError):
                    found.load(value.decode("latin-1"))
        return found[self.cookie].value if self.cookie in found else ""


async def say(send: Send, text: bytes) -> None:
    await send({"type": "http.response.body", "body": text, "more_body": True})


async def _wait_until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def account_of_session(key: str) -> str:
    """
    Whose session is this?

    :param key: the session cookie's value
    :returns: the account's id, or an empty string when the session is gone or no longer valid
    """
    from django.contrib.auth import get_user
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import DatabaseError, close_old_connections
    from django.http import HttpRequest

    close_old_connections()
    request = HttpRequest()
    request.session = SessionStore(key)
    try:
        user = get_user(request)
    except DatabaseError:
        return ""
    finally:
        close_old_connections()
    return str(user.pk) if user.is_authenticated else ""
