"""The frame: it renders for everybody, on every page, and costs little."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

READABLE = ("/kit",)


@pytest.mark.parametrize("path", READABLE)
def test_everybody_can_read_it(cast, client_for, path):
    for who in (None, cast.ada.account, cast.basil.account, cast.dora.account):
        answer = client_for(who).get(path)
        assert answer.status_code == 200
        assert b'<main id="main"' in answer.content


def test_the_frame_costs_a_member_two_queries_at_most(cast, client_for):
    """Beyond session, account and memberships, which every request needs."""
    client = client_for(cast.basil.account)
    client.get("/menu")
    with CaptureQueriesContext(connection, ) as queries:
        client.get("/menu")
    frame = [q["sql"] for q in queries if not any(t in q["sql"] for t in ("django_session", '"accounts_account"'))]
    assert len(frame) <= 3, frame


def test_the_menu_offers_the_other_sides(cast, client_for, at):
    html = client_for(cast.ada.account).get("/menu").content.decode()
    assert "Analytical Engines" in html
    assert 'action="/sign-out"' in html


def test_nothing_here_is_a_page(cast, client_for):
    answer = client_for().get("/no-such-thing")
    assert answer.status_code == 404
    assert "Nothing here" in answer.content.decode()


def test_theme_is_kept_and_only_goes_back_home(client_for, db):
    client = client_for()
    answer = client.post("/theme", {"theme": "dark", "next": "/kit"})
    assert (answer.status_code, answer["Location"]) == (302, "/kit")
    assert 'data-theme="dark"' in client.get("/kit").content.decode()
    assert client.post("/theme", {"theme": "light", "next": "https://evil.example/"})["Location"] == "/"
    assert client.get("/theme").status_code == 405


@pytest.mark.parametrize("path", ["/robots.txt", "/manifest.webmanifest"])
def test_robots_and_devices_are_answered(client_for, db, path):
    assert client_for().get(path).status_code == 200
