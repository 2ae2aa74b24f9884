"""The processes the supervisor keeps: web, worker, and the demo's making."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from freehold.config import installation, say
from freehold.config.supervisor import end_with_supervisor

WORKERS = 2
_MONTH = 30 * 86_400


def web(*, host: str, port: int) -> int:
    """Serve pages, files and live events until told to stop."""
    end_with_supervisor()
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    installation.wake()
    from django.conf import settings

    static: list[Path] = []
    if settings.FREEHOLD_MODE in ("demo", "production") and settings.STATIC_ROOT.is_dir():
        static = [settings.STATIC_ROOT]
    Granian(
        "freehold.config.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=WORKERS,
        websockets=False,
        backlog=2048,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        respawn_interval=1,
        workers_kill_timeout=5,
        static_path_route=["/static"] if static else None,
        static_path_mount=static or None,
        static_path_expires=_MONTH,
    ).serve()
    return 0


def worker() -> int:
    """Do what waits in the queue, as it comes, until told to stop."""
    end_with_supervisor()
    installation.wake()
    from procrastinate.contrib.django import app

    async def work() -> None:
        own = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
        async with own.open_async():
            await own.run_worker_async(
                name="freehold",
                concurrency=4,
                listen_notify=True,
                delete_jobs="successful",
                fetch_job_polling_interval=5,
            )

    asyncio.run(work())
    return 0


def make_demo() -> int:
    """Fill the market with the demo's people and their work."""
    end_with_supervisor()
    installation.wake()
    demo = import_module("freehold.config.demo")

    with say.step("demo market made") as progress:
        demo.load(progress=progress)
    return 0


def advance(by: timedelta) -> int:
    """
    Move the market's clock, running everything that falls due on the way.

    :param by: how far
    :returns: how many deadlines ran
    """
    from freehold.kit import clock

    ran, left, day = 0, by, timedelta(days=1)
    with say.step(f"clock moved by {words(by)}") as progress:
        while left > timedelta(0):
            ran += clock.advance(min(left, day))
            left -= min(left, day)
            progress(f"{clock.now():%d %B %Y %H:%M} UTC, {ran} due so far")
    return ran


def words(span: timedelta) -> str:
    """``14 days``, ``1 day 12 hours``."""
    hours, minutes = divmod(span.seconds // 60, 60)
    parts = [(span.days, "day"), (hours, "hour"), (minutes, "minute")]
    return " ".join(f"{n} {name}{'s' if n != 1 else ''}" for n, name in parts if n) or "nothing"
