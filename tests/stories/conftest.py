"""
Stories: people in a real browser.

``visit``      a page of a visitor: ``page = visit("/jobs")``
``browse``     a page of a member: ``page = browse(cast.ada, "/home")``
``check_page`` looks at the open page closely (tests/stories/pages.py)

Both take ``width=390``, ``theme="dark"`` and ``scripts=False``. They need Chromium; without it they are skipped,
in continuous integration they fail.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.stories.pages import SIZES, Noise
from tests.stories.pages import check_page as _check_page

_HINT = "The stories need Chromium. Install it with: apt-get install chromium"


def chromium() -> str | None:
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return next((path for path in found if path), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for all stories."""
    path = chromium()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(_HINT)
        pytest.skip(_HINT)
    # Playwright's synchronous side runs a loop of its own in this thread, where Django would not ask its database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Any, live_server: str) -> Iterator[Callable[..., Any]]:
    """``open_page(account=None, path=None, …)``: a window of its own for one person."""
    contexts = []

    def make(account: Any, path: str | None, *, width: int = 1280, theme: str = "light", scripts: bool = True) -> Any:
        context = browser.new_context(
            base_url=live_server,
            viewport={"width": width, "height": SIZES.get(width, 900)},
            color_scheme=theme,
            reduced_motion="reduce",
            java_script_enabled=scripts,
            locale="en-US",
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        # The tests' server speaks no ASGI, so there are no live events; pages work without them.
        context.route("**/events", lambda route: route.fulfill(status=204))
        if account is not None:
            name, value = session_cookie(account)
            context.add_cookies([{"name": name, "value": value, "url": live_server}])
        page = context.new_page()
        page.noise = Noise()
        page.noise.listen(page, live_server)
        if path:
            page.goto(path)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def visit(open_page: Callable[..., Any]) -> Callable[..., Any]:
    return lambda path=None, **options: open_page(None, path, **options)


@pytest.fixture
def browse(open_page: Callable[..., Any]) -> Callable[..., Any]:
    return lambda player, path=None, **options: open_page(getattr(player, "account", player), path, **options)


@pytest.fixture
def check_page() -> Callable[..., None]:
    return _check_page


def session_cookie(account: Any) -> tuple[str, str]:
    """Sign somebody in without their password; they proved who they are just now."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from freehold.kit.doors import RECHECKED

    assert isinstance(account.pk, uuid.UUID)
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session[RECHECKED] = timezone.now().isoformat()
    session.save()
    return settings.SESSION_COOKIE_NAME, str(session.session_key)
