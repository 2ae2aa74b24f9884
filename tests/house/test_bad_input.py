"""What people type, paste, press twice and open too late: answered with a sentence, never with a fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client

from freehold.kit import jobs, settings
from freehold.kit.ids import uuid7
from freehold.kit.models import Fact
from freehold.money.payouts.models import Payout
from freehold.people.accounts import actions as accounts
from tests.house.doors import DOORS
from tests.house.town import Answer, Town
from tests.talk.files.factories import archive, picture

GETS = {d.name: d for d in DOORS if d.method == "GET"}
POSTS = {d.name: d for d in DOORS if d.method == "POST"}

NO_AMOUNTS = (
    "-5", "0", "1e5", "９９９", "٣٤", "NaN", "Infinity", "9" * 20, "9" * 500, "1.999", "12,50", "1,2,3", "--5", ",", "$",
    "abc", "a\0b", "0x10", "1_000", "€5", "5 EUR",
)  # fmt: skip
#: who types an amount where; A stands for the amount
MONEY = (
    ("ada", "contracts:add", {"title": "More", "text": "More of it.", "amount": "A"}),
    ("ada", "contracts:edit", {"title": "More", "text": "More of it.", "amount": "A", "version": "1"}),
    ("ada", "contracts:release_part", {"amount": "A"}),
    ("basil", "contracts:give_back", {"amount": "A"}),
    ("ada", "contracts:ask_refund", {"amount": "A", "text": "The plan has changed since we began."}),
    ("basil", "contracts:give_carry_back", {"amount": "A"}),
    ("ada", "contracts:ask_carry_refund", {"amount": "A", "text": "The plan has changed since we began."}),
    ("basil", "contracts:answer_refund", {"amount": "A"}),
    ("basil", "contracts:end", {"amount": "A", "reason": "COMPLETED"}),
    ("ada", "offers:new", {"title": "Together", "0-title": "Part", "0-amount": "A"}),
    ("ada", "offers:revise", {"title": "Together", "0-title": "Part", "0-amount": "A", "version": "1"}),
    ("ada", "jobs:edit", {"title": "A good title", "kind": "FIXED", "currency": "USD", "budget": "A"}),
    ("ada", "jobs:edit", {"title": "A good title", "kind": "HOURLY", "currency": "USD", "rate_min": "A"}),
    ("basil", "proposals:apply", {"terms": "WHOLE", "amount": "A", "letter": "Hello"}),
    ("basil", "proposals:apply", {"terms": "MILESTONES", "part_text_0": "P", "part_amount_0": "A", "letter": "Hello"}),
    ("basil", "proposals:edit", {"terms": "WHOLE", "amount": "A"}),
    ("basil", "profiles:rate", {"rate": "A", "currency": "USD"}),
    ("basil", "payouts:request", {"amount": "A", "currency": "USD", "method": "M", "once": str(uuid7())}),
)

NONSENSE = ("\0", "²", "9" * 5000, "nonsense", "9999-12-31", "0001-01-01", "\u202e\uffff")
#: fields that no page shows and that somebody may send all the same
HIDDEN = ("version", "text", "next", "letter", "title", "rows", "price", "part_amount_0", "amount", "²-title", "currency",
          "method", "once", "what", "answer", "back")  # fmt: skip
ASKED = ("q", "page", "before", "sort", "tab", "show", "min", "max", "category", "sub", "kind", "level", "posted", "to",
         "number", "next", "currency", "amount", "method", "year", "reviews", "skill", "subcategory", "email", "as")  # fmt: skip


@pytest.fixture
def scene(town: Town) -> Iterator[Town]:
    """The town for a test that changes it."""
    before = transaction.savepoint()
    yield town
    transaction.savepoint_rollback(before)


def press(town: Town, who: str, name: str, data: Any = None) -> Answer:
    return town.send(who, "POST", town.address(name), data)


def fields_of(page: str) -> set[str]:
    return set(re.findall(r'<(?:input|textarea|select)\b[^>]*?\sname="([^"]+)"', page)) - {"csrfmiddlewaretoken"}


# --- what is typed ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "name", "form"), MONEY, ids=[f"{name} {n}" for n, (_who, name, _f) in enumerate(MONEY)])
def test_what_is_no_amount_moves_none(town, who, name, form):
    method = str(town.world["payouts:"]["method_id"])
    found = {}
    for typed in NO_AMOUNTS:
        answer = town.ask(who, "POST", name, {k: {"A": typed, "M": method}.get(v, v) for k, v in form.items()})
        if answer.status != 422 or answer.writes:
            found[typed[:30]] = (answer.status, answer.writes)
    assert found == {}


def test_a_calculator_takes_anything(town):
    found = {}
    for typed in NO_AMOUNTS:
        asked = {"amount": typed, "currency": "USD", "meaning": "gross", "origin": "PROPOSAL", "min": typed, "max": typed}
        for who, method, name in (
            ("visitor", "GET", "fees:fees"), ("visitor", "GET", "search:jobs"), ("basil", "GET", "payouts:request"),
            ("basil", "GET", "profiles:rate_preview"), ("basil", "POST", "proposals:fee"),
        ):  # fmt: skip
            if (answer := town.ask(who, method, name, asked)).status not in (200, 422):
                found[name, typed[:30]] = answer.status
    assert found == {}


@pytest.mark.parametrize("nonsense", NONSENSE, ids=lambda text: repr(text[:12]))
def test_no_form_breaks_of_what_stands_in_it(town, nonsense):
    found = []
    for name, door in POSTS.items():
        who = next((p for p in ("ada", "basil", "visitor") if door.answers[p] not in ("403", "404")), "ada")
        names = set(HIDDEN)
        if name in GETS and GETS[name].answers[who] == "200":
            names |= fields_of(town.ask(who, "GET", name).text)
        answer = town.ask(who, "POST", name, dict.fromkeys(sorted(names), nonsense))
        if answer.status >= 500:
            found.append(f"{who} at {name}: {answer.status}")
    assert found == []


@pytest.mark.parametrize("nonsense", ("\0", "9" * 5000, "²"), ids=lambda t: repr(t[:9]))
def test_no_page_breaks_of_what_stands_in_its_address(town, nonsense):
    query = "?" + "&".join(f"{name}={quote(nonsense)}" for name in ASKED)
    found = []
    for name, door in GETS.items():
        who = next((p for p in ("ada", "basil", "visitor") if door.answers[p] == "200"), "ada")
        if (answer := town.ask(who, "GET", name, query=query)).status >= 500:
            found.append(f"{who} at {name}: {answer.status}")
    assert found == []


@pytest.mark.parametrize(
    "path", ["/contracts/nonsense", "/jobs/%00", "/people/%00", "/reset/%00", "/dev/mail/" + "9" * 40, "/files/1/2/3",
             "/settings/security/sessions/" + "9" * 40 + "/end", "/avatars/%00.svg", "/%ff%fe"],
)  # fmt: skip
def test_no_address_breaks(town, path):
    for method in ("GET", "POST"):
        assert town.send("ada", method, path).status in (200, 302, 404, 405)


def test_a_search_says_what_it_left_out(town):
    answer = town.ask("visitor", "GET", "search:jobs", query="?min=abc&max=10&page=-1&sort=weird&kind=NONE")
    assert answer.status == 200 and "is not an amount" in answer.text
    assert town.ask("visitor", "GET", "search:jobs", query="?min=900&max=10").status == 200


# --- too long ---------------------------------------------------------------------------------------

LONG = "Lorem ipsum dolor. " * 1200


@pytest.mark.parametrize(
    ("who", "name", "field", "form"),
    [
        ("ada", "jobs:edit", "title", {"kind": "FIXED", "currency": "USD", "budget": "500"}),
        ("ada", "jobs:edit", "description", {"title": "A title", "kind": "FIXED", "currency": "USD", "budget": "500"}),
        ("basil", "proposals:apply", "letter", {"terms": "WHOLE", "amount": "500"}),
        ("ada", "contracts:add", "title", {"amount": "500"}),
        ("ada", "contracts:add", "text", {"title": "More", "amount": "500"}),
        ("ada", "contracts:ask_changes", "text", {}),
        ("ada", "feedback:review", "comment", {f"star_{n}": "5" for n in range(1, 7)}),
        ("basil", "profiles:basics", "overview", {"title": "Engineer", "level": "EXPERT"}),
        ("ada", "offers:new", "title", {"0-title": "Part", "0-amount": "500"}),
    ],
)
def test_what_is_too_long_stays_in_the_form(town, who, name, field, form):
    text = LONG[:3000].strip() if field == "title" else LONG.strip()
    answer = town.ask(who, "POST", name, {**form, field: text})
    assert answer.status == 422 and not answer.writes
    assert text in answer.text, "what was typed is gone"
    assert re.search(r"character|long", answer.text)


# --- files ------------------------------------------------------------------------------------------


def _files() -> dict[str, Any]:
    return {
        "empty": SimpleUploadedFile("empty.png", b""),
        "program": SimpleUploadedFile("report.pdf", b"MZ" + bytes(4000)),
        "broken": SimpleUploadedFile("picture.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 300),
        "bomb": archive({"zeros.txt": bytes(2_000_000)}),
        "large": picture(name="large.png"),
    }


@pytest.mark.parametrize("kind", list(_files()))
@pytest.mark.parametrize(
    ("who", "name", "field", "form"),
    [
        ("basil", "contracts:hand_in", "files", {"message": "Done."}),
        ("basil", "files:photo", "photo", {}),
        ("basil", "profiles:add_piece", "files", {"title": "A museum"}),
        ("basil", "proposals:apply", "files", {"terms": "WHOLE", "amount": "500", "letter": "Hello"}),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_a_sentence(town, who, name, field, form, kind):
    small = {"files.upload_mb": 0, "files.image_mb": 0} if kind == "large" else {"files.unpacked_mb": 1}
    with settings.overridden(**small):
        answer = town.ask(who, "POST", name, {**form, field: _files()[kind]})
    assert answer.status == 422
    assert re.search(r"[Ff]ile|picture|empty", answer.text)


def test_a_page_is_no_portrait(town):
    upload = SimpleUploadedFile("picture.png", b"<!doctype html><script>alert(1)</script>")
    assert town.ask("basil", "POST", "files:photo", {"photo": upload}).status == 422


# --- twice ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "name", "form"),
    [
        ("ada", "contracts:release", None),
        ("ada", "contracts:agree", None),
        ("basil", "contracts:take_back", None),
        ("basil", "contracts:hand_in", {"message": "Here it is."}),
        ("ada", "contracts:ask_changes", {"text": "Please make the letters larger."}),
        ("ada", "contracts:ask_refund", {"amount": "100", "text": "The plan has changed since we began."}),
        ("basil", "contracts:answer_refund", {"amount": "100"}),
        ("ada", "contracts:withdraw_refund", None),
        ("basil", "contracts:give_back", {"amount": "1600"}),
        ("ada", "contracts:pause", {"text": "We wait for the architect."}),
        ("basil", "offers:accept", {"version": "1"}),
        ("basil", "offers:decline", {"text": "No time."}),
        ("ada", "offers:withdraw", None),
        ("ada", "jobs:close", None),
        ("ada", "jobs:reopen", None),
        ("basil", "proposals:withdraw", {"reason": "OTHER"}),
        ("ada", "proposals:decline", {"reason": "OTHER"}),
        ("basil", "payouts:cancel", None),
        ("ada", "payments:confirm", {"answer": "yes"}),
    ],
)
def test_pressed_twice_it_happens_once(scene, who, name, form):
    first = press(scene, who, name, form)
    assert first.kind == "go", first.text[-2000:]
    facts = Fact.objects.count()
    again = press(scene, who, name, form)
    assert again.status in (404, 409) or again.kind == "go"
    if again.status == 409:
        assert "o money moved" in again.text or "None moved" in again.text
    assert Fact.objects.count() == facts


def test_funding_twice_charges_once(scene):
    card = {"method": str(scene.world["payments:"]["method_id"])}
    paid = press(scene, "ada", "contracts:fund", card)
    assert paid.location.startswith("/money/charges/")
    facts = Fact.objects.filter(name__contains="charge").count()
    assert press(scene, "ada", "contracts:fund", card).status == 409
    jobs.drain()
    assert press(scene, "ada", "contracts:fund", card).status == 409
    assert Fact.objects.filter(name="money.charge.begun").count() <= facts


def test_a_payout_asked_for_twice_is_one(scene):
    form = {"amount": "1000", "currency": "USD", "method": str(scene.world["payouts:"]["method_id"]), "once": str(uuid7())}
    before = Payout.objects.count()
    one, two = (press(scene, "basil", "payouts:request", form) for _ in range(2))
    assert one.location == two.location and Payout.objects.count() == before + 1
    assert press(scene, "basil", "payouts:request", {**form, "amount": "2000"}).status == 409
    for odd in ({"currency": "XXX"}, {"currency": "\0\0\0"}, {"currency": ""}, {"method": str(uuid7())}, {"once": "once"}):
        assert press(scene, "basil", "payouts:request", {**form, "once": str(uuid7()), **odd}).status in (404, 422), odd


# --- too late ---------------------------------------------------------------------------------------


def test_whoever_read_an_older_version_decides_again(scene):
    assert press(scene, "basil", "offers:accept", {"version": "7"}).status == 409
    change = {"title": "More", "text": "More of it.", "amount": "500", "version": "99"}
    stale = press(scene, "ada", "contracts:edit", change)
    assert stale.status == 409 and "changed" in stale.text


@pytest.mark.parametrize(
    ("purpose", "path", "form", "status"),
    [
        ("RESET", "/reset/", {"password": "a new long phrase of words"}, 410),
        ("EMAIL", "/change-address/", {}, 410),
        ("UNDO", "/keep-address/", {}, 410),
        ("REOPEN", "/reopen/", {}, 410),
        ("CONFIRM", "/confirm/", {}, 200),  # a page that says so and mails a new one
    ],
)
def test_a_link_that_is_too_old_says_so(scene, at: datetime, purpose, path, form, status):
    basil = scene.account("basil")
    token = accounts.mail_link(account_id=basil, purpose=purpose, at=at - timedelta(days=60))
    facts = Fact.objects.count()
    for method in ("GET", "POST"):
        answer = scene.send("visitor", method, path + token, form if method == "POST" else None)
        assert answer.status == status, method
        assert not answer.writes
    assert Fact.objects.count() == facts
    assert scene.send("visitor", "GET", path + "invented").status == 404


def test_a_link_works_once(scene):
    form = {"password": "a new long phrase of words"}
    assert press(scene, "visitor", "accounts:reset", form).kind == "in"
    assert press(scene, "visitor", "accounts:reset", form).status == 410
    assert press(scene, "visitor", "teams:confirm").kind == "in"
    again = press(scene, "visitor", "teams:confirm")
    assert again.status == 200 and not again.writes


# --- nobody at home ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/jobs", "/", "/sign-in", "/home", "/reset/anything"])
@pytest.mark.parametrize("cookie", ["", "some-session"])
def test_without_a_database_a_page_says_so(monkeypatch, path, cookie):
    def away(self: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", away)
    settings.forget()
    client = Client(raise_request_exception=False)
    if cookie:
        client.cookies["freehold_session"] = cookie
    for method, accept in (("get", "text/html"), ("post", "text/html"), ("get", "application/json")):
        answer = getattr(client, method)(path, headers={"Accept": accept})
        assert answer.status_code in (503, 405) or urlsplit(answer.headers.get("Location", "")).path == "/sign-in"
        if answer.status_code == 503:
            assert answer.headers["Retry-After"] and b"does not answer" in answer.content
            assert b"connection refused" not in answer.content
