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


def test_visitors_see_the_landing_page(client_for, db):
    answer = client_for().get("/")
    assert answer.status_code == 200
    assert "held to its word" in answer.content.decode()


def test_the_landing_page_costs_twelve_queries_at_most(client_for, db):
    with CaptureQueriesContext(connection) as queries:
        client_for().get("/")
    assert len(queries) <= 12, [q["sql"][:90] for q in queries]


def test_members_are_at_home(cast, client_for):
    assert client_for(cast.basil.account).get("/")["Location"] == "/home"
    for who, word in ((cast.ada, "Analytical Engines"), (cast.basil, "As freelancer"), (cast.dora, "Begin to hire")):
        answer = client_for(who.account).get("/home")
        assert answer.status_code == 200
        assert word in answer.content.decode()
    assert client_for().get("/home")["Location"].startswith("/sign-in")


def test_home_costs_twenty_queries_at_most(cast, client_for):
    for who in (cast.ada, cast.basil):
        client = client_for(who.account)
        with CaptureQueriesContext(connection) as queries:
            client.get("/home")
        assert len(queries) <= 22, [q["sql"][:90] for q in queries]


def test_a_members_colors_go_with_them(cast, client_for):
    client = client_for(cast.basil.account)
    assert client.post("/theme", {"theme": "dark", "next": "/menu"})["Location"] == "/menu"
    assert 'data-theme="dark"' in client.get("/menu").content.decode()
    cast.basil.account.refresh_from_db()
    assert cast.basil.account.theme == "dark"
    client.post("/theme", {"theme": "purple"})
    assert "data-theme" not in client.get("/menu").content.decode().split("<head>")[0]


def test_the_bell_is_counted(cast, client_for):
    assert client_for(cast.basil.account).get("/notices/count").json() == {"unread": 0}
    assert client_for().get("/notices/count").json() == {"unread": 0}
