"""The banner while the demo market is made: shown, then gone, then free."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from freehold.kit.models import DemoProgress


@pytest.fixture
def demo(settings_mode, db):
    settings_mode("demo")


@pytest.fixture
def settings_mode(monkeypatch):
    from django.conf import settings

    return lambda mode: monkeypatch.setattr(settings, "FREEHOLD_MODE", mode)


def progress_queries(client):
    with CaptureQueriesContext(connection) as queries:
        html = client.get("/accessibility").content.decode()
    return html, [q for q in queries if "demoprogress" in q["sql"]]


def test_the_banner_says_how_far_it_is(demo, client_for):
    DemoProgress.objects.create(pk=1, done=30, total=120, step="contracts of last summer")
    html, asked = progress_queries(client_for())
    assert "contracts of last summer" in html
    assert 'max="120" value="30"' in html
    assert len(asked) == 1


def test_a_finished_demo_is_never_asked_about_again(demo, client_for, at):
    DemoProgress.objects.create(pk=1, done=120, total=120, finished_at=at)
    client = client_for()
    html, asked = progress_queries(client)
    assert "fh-demo" not in html
    assert len(asked) == 1
    assert progress_queries(client)[1] == []


def test_the_demo_tells_its_clock(demo, client_for):
    assert "Demo clock: Mon, Jan 5" in client_for().get("/accessibility").content.decode()


def test_other_markets_know_nothing_of_it(client_for, db):
    DemoProgress.objects.create(pk=1, done=1, total=2, step="never seen")
    html, asked = progress_queries(client_for())
    assert "never seen" not in html
    assert "Demo clock" not in html
    assert asked == []
