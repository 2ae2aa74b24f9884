"""The frame: it renders for everybody, on every page, and costs little."""

from __future__ import annotations


def test_menu_renders(cast, client_for):
    for who in (cast.ada, cast.basil, cast.dora):
        answer = client_for(who.account).get("/menu")
        assert answer.status_code == 200, who


def test_nothing_here_is_a_page(cast, client_for):
    answer = client_for().get("/no-such-thing")
    assert answer.status_code == 404
    assert "Nothing here" in answer.content.decode()
