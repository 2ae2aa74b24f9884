"""
What every test can ask for.

``db``          a database, rolled back afterwards       ``live_db``   one with real commits, put back afterwards
``at``          Monday 5 January 2026, 09:00 UTC: what every clock says
``client_for``  a browser signed in as somebody          ``run_jobs``  do what waits in the queue, now
``mailbox``     the mail that was sent                   ``live_server``  the address of a real web server
``cast``        Ada, Basil, Chiara, Dora and Edna          ``long_db``  one database for a whole module that only looks
"""

from __future__ import annotations

import contextlib
import math
import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests import databases

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
_NAME = databases.own_name()
_FOLDER = tempfile.mkdtemp(prefix="freehold-test-")
_state: dict[str, Any] = {"server": None, "made": False, "allowed": False}


def pytest_configure(config: pytest.Config) -> None:
    """Find or start the server, then wake Django; no database is made before a test wants one."""
    os.environ["FREEHOLD_MODE"] = "test"
    os.environ["FREEHOLD_DATA"] = str(Path(_FOLDER) / "data")
    os.environ["DJANGO_SETTINGS_MODULE"] = "freehold.config.settings"
    for name in ("FREEHOLD_URL", "FREEHOLD_HOSTS", "FREEHOLD_EMAIL_URL", "FREEHOLD_TRUST_PROXY"):
        os.environ.pop(name, None)
    if not os.environ.get("FREEHOLD_TEST_SERVER"):
        from freehold.config import postgres

        _state["server"] = postgres.throw_away(Path(_FOLDER))
        os.environ["FREEHOLD_TEST_SERVER"] = _state["server"].url  # worker processes use the same one
    os.environ["FREEHOLD_DATABASE_URL"] = databases.url_of(os.environ["FREEHOLD_TEST_SERVER"], _NAME)
    databases.state_once()

    import django

    django.setup()
    _close_doors()


def pytest_unconfigure(config: pytest.Config) -> None:
    if _state["made"]:
        from django.db import connections

        connections.close_all()
        databases.drop(os.environ["FREEHOLD_TEST_SERVER"], _NAME)
    if _state["server"] is not None:
        _state["server"].stop()
    shutil.rmtree(_FOLDER, ignore_errors=True)


def _close_doors() -> None:
    """No socket but loopback and local ones; no database but for tests that ask for it."""
    from django.db.backends.base.base import BaseDatabaseWrapper

    connect, ensure = socket.socket.connect, BaseDatabaseWrapper.ensure_connection

    def connect_nearby(self: socket.socket, address: Any) -> Any:
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise RuntimeError(f"A test wanted to talk to {address[0]}.")
        return connect(self, address)

    def ensure_allowed(self: Any) -> None:
        if not _state["allowed"]:
            raise RuntimeError("This test uses the database: let it ask for the fixture db or live_db.")
        ensure(self)

    socket.socket.connect = connect_nearby  # type: ignore[method-assign,assignment]
    BaseDatabaseWrapper.ensure_connection = ensure_allowed  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def _database() -> None:
    _state["allowed"] = True
    databases.make(os.environ["FREEHOLD_TEST_SERVER"], _NAME)
    _state["made"], _state["allowed"] = True, False


def _settle() -> None:
    """Pin the clock and drop what a test before may have left in this process."""
    from django.core.cache import cache
    from django.utils import timezone, translation

    from freehold.kit import clock, deadlines, settings

    clock._kept = (math.inf, timedelta(0), AT)
    settings.forget()
    deadlines.forget_stuck()
    cache.clear()
    timezone.deactivate()
    translation.activate("en")


@pytest.fixture(scope="session")
def at() -> datetime:
    """The moment every test starts at: a Monday, 09:00 UTC."""
    return AT


@pytest.fixture
def db(_database: None, request: pytest.FixtureRequest) -> Iterator[None]:
    """A database for one test; what it writes is rolled back."""
    if "live_db" in request.fixturenames:
        yield
        return
    with _rolled_back():
        yield


@pytest.fixture(scope="module")
def long_db(_database: None) -> Iterator[None]:
    """A database for all tests of a module that only look at it; rolled back after the last."""
    with _rolled_back():
        yield


@contextlib.contextmanager
def _rolled_back() -> Iterator[None]:
    from django.db import connection, transaction

    _state["allowed"] = True
    _settle()
    around = transaction.atomic()
    around._from_testcase = True  # lets the durable transaction of an action begin inside
    around.__enter__()
    try:
        yield
        if not connection.needs_rollback and connection.is_usable():
            connection.check_constraints()
    finally:
        transaction.set_rollback(True)
        around.__exit__(None, None, None)
        connection.close()
        _state["allowed"] = False
        _settle()


@pytest.fixture
def live_db(_database: None) -> Iterator[None]:
    """A database with real commits, for threads and servers; put back into its first state afterwards."""
    from django.db import connections

    _state["allowed"] = True
    _settle()
    try:
        yield
    finally:
        connections.close_all()
        _state["allowed"] = False
        databases.renew(os.environ["FREEHOLD_TEST_SERVER"], _NAME)
        _settle()


@pytest.fixture(scope="session")
def client_for() -> Callable[..., Any]:
    """``client_for(account)``: a test client signed in as somebody; without an account, a visitor's."""
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    def make(account: Any = None, *, fresh: bool = True) -> Client:
        """
        :param account: who is signed in
        :param fresh: they proved who they are just now, so no page asks again
        """
        client = Client()
        if account is not None:
            client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
            if fresh:
                from freehold.kit.doors import RECHECKED

                session = client.session
                session[RECHECKED] = timezone.now().isoformat()
                session.save()
        return client

    return make


@pytest.fixture
def run_jobs() -> Callable[[], int]:
    """``run_jobs()``: run the queue's waiting jobs here and now; returns how many ran."""
    from freehold.kit import jobs

    return jobs.drain


@pytest.fixture
def jobs(run_jobs: Callable[[], int]) -> Callable[[], int]:
    return run_jobs


@pytest.fixture
def cast(request: pytest.FixtureRequest, at: datetime) -> Any:
    """The cast of every play; works with ``db`` and ``live_db``."""
    if "live_db" not in request.fixturenames:
        request.getfixturevalue("db")
    from tests.cast import assemble

    return assemble(at)


class Mailbox:
    """The mail that was sent, oldest first."""

    def all(self) -> list[Any]:
        from django.apps import apps

        return list(apps.get_model("notifications", "Mail").objects.order_by("created_at", "pk"))

    def to(self, address: str) -> list[Any]:
        return [mail for mail in self.all() if mail.to_address == address]

    def last(self, address: str) -> Any:
        found = self.to(address)
        assert found, f"no mail to {address}"
        return found[-1]


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def live_server(live_db: None) -> Iterator[str]:
    """A web server of threads in this process; its address without a slash at the end."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet, allow_reuse_address=False)
    server.set_app(WSGIHandler())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
