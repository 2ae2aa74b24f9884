"""
From ASGI to WSGI: pages are plain synchronous code in threads, behind the same port as live events.

Measured against Granian's own WSGI door this costs 0.15 CPU-ms a page, and saves a second port, a second
origin and a proxy between them.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

import structlog

log = structlog.get_logger("freehold.pages")

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

#: Bodies above this wait on disk; above the second they are refused before they are read.
_IN_MEMORY = 1024 * 1024
_LARGEST = 512 * 1024 * 1024


class Gone(Exception):
    """The client went away before it had sent everything."""


class Bridge:
    """
    An ASGI application around a WSGI one.

    :param application: the WSGI application
    :param threads: how many pages are made at once
    """

    def __init__(self, application: Callable[..., Iterable[bytes]], *, threads: int) -> None:
        self.application = application
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="page")
        self.behind_proxy = os.environ.get("FREEHOLD_TRUST_PROXY") == "1"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if length.isdigit() and int(length) > _LARGEST:
            await _plain(send, 413, b"That is more than this market takes at once.\n")
            return
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as body:
            try:
                await _read(receive, body)
            except Gone:
                return
            except OverflowError:
                await _plain(send, 413, b"That is more than this market takes at once.\n")
                return
            loop = asyncio.get_running_loop()
            environ = self.environ(scope, body)
            try:
                await loop.run_in_executor(self.pool, self._answer, environ, send, loop)
            except Exception:
                log.exception("page.broke", path=scope["path"])
                await _plain(send, 500, b"Something broke. It was written down; please try again.\n")

    def environ(self, scope: Scope, body: Any) -> dict[str, Any]:
        """What WSGI wants to know of a request; headers with underscores are dropped: they can pose."""
        client, server = scope.get("client") or ("", 0), scope.get("server") or ("localhost", 80)
        environ = {
            "REQUEST_METHOD": scope["method"],
            "SCRIPT_NAME": "",
            "PATH_INFO": scope["path"].encode().decode("latin-1"),
            "QUERY_STRING": scope["query_string"].decode("latin-1"),
            "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
            "SERVER_NAME": str(server[0]),
            "SERVER_PORT": str(server[1] or 80),
            "REMOTE_ADDR": str(client[0]),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": scope.get("scheme", "http"),
            "wsgi.input": body,
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        for raw, value in scope["headers"]:
            name = raw.decode("latin-1").upper()
            if "_" in name:
                continue
            key = name.replace("-", "_")
            key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
            text = value.decode("latin-1")
            if key in environ:
                text = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{text}"
            environ[key] = text
        size = body.seek(0, os.SEEK_END)
        body.seek(0)
        environ["CONTENT_LENGTH"] = str(size)  # also for bodies sent in chunks
        if self.behind_proxy and (seen := environ.get("HTTP_X_FORWARDED_FOR")):
            environ["REMOTE_ADDR"] = seen.rsplit(",", 1)[-1].strip()
        return environ

    def _answer(self, environ: dict[str, Any], send: Send, loop: asyncio.AbstractEventLoop) -> None:
        async def pass_on(message: dict[str, Any]) -> None:
            await send(message)  # an awaitable of the server's own, not always a coroutine

        def tell(**message: Any) -> None:
            asyncio.run_coroutine_threadsafe(pass_on(message), loop).result()

        start: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
            start["status"] = int(status.split(" ", 1)[0])
            start["headers"] = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in headers]

        result = self.application(environ, start_response)
        # Whoever went away does not hear the rest.
        try:
            with contextlib.suppress(OSError, RuntimeError):
                tell(type="http.response.start", **start)
                if getattr(result, "streaming", True) and not isinstance(result, list):
                    for chunk in result:
                        tell(type="http.response.body", body=bytes(chunk), more_body=True)
                    tell(type="http.response.body", body=b"")
                else:
                    tell(type="http.response.body", body=b"".join(result))
        finally:
            if close := getattr(result, "close", None):
                close()


async def _read(receive: Receive, body: IO[bytes]) -> None:
    more, size = True, 0
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > _LARGEST:
            raise OverflowError
        body.write(chunk)
        more = message.get("more_body", False)


async def _plain(send: Send, status: int, text: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})
