"""What the web process runs: live events at ``/events``, pages everywhere else."""

from __future__ import annotations

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "freehold.config.settings")

from freehold.config.wsgi import application as pages_application  # isort: skip

from django.conf import settings

from freehold.config import data
from freehold.config.bridge import Bridge, Receive, Scope, Send
from freehold.config.events import Events, Hub, account_of_session
from freehold.kit.live import CHANNEL

THREADS = 8

pages = Bridge(pages_application, threads=THREADS)
hub = Hub(data.database_url(), CHANNEL)
events = Events(hub, whose=account_of_session, pool=pages.pool, cookie=settings.SESSION_COOKIE_NAME)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http":
        await (events if scope["path"] == "/events" else pages)(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message: dict[str, Any] = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            hub.end()
            return
