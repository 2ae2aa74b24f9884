"""Suggestions while somebody names skills."""

from __future__ import annotations


def test_options_for_a_list(db, client_for):
    answer = client_for().get("/skills/suggest", {"q": "Django, postg"}, headers={"hx-request": "true"})
    assert '<option value="Django, PostgreSQL"></option>' in answer.content.decode()


def test_json(db, client_for):
    answer = client_for().get("/skills/suggest", {"q": "c++"}, headers={"accept": "application/json"})
    assert answer.json()["skills"][0] == {"slug": "c-plus-plus", "label": "C++"}


def test_a_page_without_scripts(db, client_for):
    assert "PostgreSQL" in client_for().get("/skills/suggest?q=postgres&subcategory=nonsense").content.decode()
