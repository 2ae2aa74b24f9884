"""Refusals and errors: a sentence, what became of money, a way on, and a number to ask about."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory

from freehold.kit.refusals import IllegalMove, Invalid, NotAllowed, NotFound, TooMany
from freehold.web import middleware, views


def asked(method="get", path="/somewhere", **headers):
    request = getattr(RequestFactory(), method)(path, headers=headers)
    return request


def broken_by(error, request):
    """What the last handler answers while an error is being handled."""
    try:
        raise error
    except type(error):
        return views.broken(request)


@pytest.mark.parametrize("method", ["get", "post"])
def test_when_the_database_is_away_a_page_says_so_without_asking_it(method):
    answer = broken_by(OperationalError("gone"), asked(method))
    html = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "catching its breath" in html
    assert "did not happen" in html


def test_a_fault_apologizes_once_and_names_a_number():
    answer = broken_by(ValueError("defect"), asked(path="/money"))
    html = answer.content.decode()
    assert answer.status_code == 500
    assert html.count("sorry") == 1
    assert "defect" not in html
    assert re.search(r"<dd>[0-9A-Z]{10}</dd>", html)


def test_the_number_on_the_page_is_the_one_in_the_headers(client_for, db):
    answer = client_for().get("/no-such-thing")
    assert answer["X-Request-Id"] in answer.content.decode()


@pytest.mark.parametrize(
    ("error", "status"),
    [(NotFound(), 404), (NotAllowed(), 403), (IllegalMove(), 409), (TooMany(), 429),
     (Invalid(fields={"a": "A is wrong.", "b": "B is wrong."}), 422)],
)
def test_a_refusal_is_an_ordinary_page(cast, client_for, monkeypatch, error, status):
    client = client_for(cast.basil.account)
    monkeypatch.setattr(views, "page", _raising_menu(views.page, error))
    answer = client.get("/menu")
    html = answer.content.decode()
    assert answer.status_code == status
    assert str(error.title) in html
    assert "Basil" in html  # the frame is theirs
    if status == 422:
        assert "A is wrong." in html and "B is wrong." in html
    if status == 429:
        assert answer["Retry-After"] == "300"


def _raising_menu(page, error):
    def either(request, template, **context):
        if template == "web/menu.html":
            raise error
        return page(request, template, **context)

    return either


def test_a_refused_post_says_that_no_money_moved_and_leads_back(cast, client_for, monkeypatch):
    def refuse(*_args):
        raise IllegalMove()

    monkeypatch.setattr(views, "safe_next", refuse)
    answer = client_for(cast.basil.account).post("/theme", {"theme": "dark"}, headers={"referer": "http://testserver/kit"})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "None moved." in html
    assert 'href="http://testserver/kit"' in html


def test_the_way_back_never_leads_elsewhere(cast, client_for):
    html = client_for(cast.basil.account).get("/nothing", headers={"referer": "https://evil.example/x"}).content.decode()
    assert "evil.example" not in html


def test_htmx_gets_the_sentence_only(cast, client_for):
    answer = client_for(cast.basil.account).get("/nothing", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Retarget"]) == (404, "#flash")
    assert "<html" not in answer.content.decode()


def test_machines_get_a_problem_document(client_for, db):
    answer = client_for().get("/nothing", headers={"Accept": "application/json"})
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 404


def test_a_form_without_its_token_is_explained(db):
    answer = Client(enforce_csrf_checks=True).post("/theme", {"theme": "dark"})
    html = answer.content.decode()
    assert answer.status_code == 403
    assert "too old" in html
    assert "None moved." in html


def test_what_is_not_there_for_me_is_not_there(cast, client_for):
    assert client_for(cast.chiara.account).get(f"/contracts/{uuid4()}").status_code == 404


def test_every_answer_carries_the_headers(cast, client_for):
    for path in ("/kit", "/no-such-thing", "/robots.txt"):
        answer = client_for(cast.basil.account).get(path)
        assert "default-src 'self'" in answer["Content-Security-Policy"]
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Cache-Control"] == "no-store"
    assert middleware.PARTY == "party_id"
