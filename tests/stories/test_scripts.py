"""What scripts add: one answer per form, counters, drafts that save themselves, news as it happens."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.browser


def test_a_second_press_does_nothing_and_the_button_says_what_goes_on(browse, cast):
    page = browse(cast.basil, "/settings")
    asked = []

    def slow(route):
        asked.append(route.request.method)
        page.wait_for_timeout(600)
        route.continue_()

    page.route("**/settings", slow)
    save = page.locator("main form[method=post] button[type=submit], main form[method=post] button:not([type])").first
    save.evaluate("button => { button.dataset.busy = 'Saving…'; button.click(); button.click(); }")
    page.wait_for_timeout(450)
    page.wait_for_load_state("networkidle")
    assert asked.count("POST") == 1


def test_a_counter_counts_what_is_typed_and_keeps_what_is_too_much(browse, cast):
    page = browse(cast.ada, "/settings/company")
    line = page.locator("[data-counter]").first
    field = page.locator("#" + line.get_attribute("data-counter"))
    limit = int(field.get_attribute("data-limit"))
    field.fill("Ada’s")
    assert line.inner_text() == f"5 of {limit:,}"
    field.fill("x" * (limit + 2))
    assert line.get_attribute("data-over") is not None
    assert len(field.input_value()) == limit + 2


@pytest.fixture
def draft(cast, at, live_db):
    from tests.market.jobs.factories import a_draft

    return a_draft(cast, at, title="Audio guides, second season")


def test_a_draft_saves_itself_and_comes_back(browse, cast, draft):
    page = browse(cast.ada, f"/jobs/{draft.pk}/edit")
    text = page.locator("form[data-autosave] textarea").first
    text.fill("Eight guides of two minutes, for children.")
    page.locator(".fh-saved, [data-saved]", has_text="Saved").wait_for()
    page.goto("/home")
    page.goto(f"/jobs/{draft.pk}/edit")
    assert page.locator("form[data-autosave] textarea").first.input_value().startswith("Eight guides")


def test_without_a_network_a_draft_stays_on_the_device_until_it_can_be_sent(browse, cast, draft):
    page = browse(cast.ada, f"/jobs/{draft.pk}/edit")
    page.noise.expected = {0}
    page.route("**/save", lambda route: route.abort())
    page.locator("form[data-autosave] textarea").first.fill("Written on a train.")
    page.locator(".fh-saved, [data-saved]", has_text="Kept on this device").wait_for()
    page.unroute("**/save")
    page.goto(f"/jobs/{draft.pk}/edit")
    assert page.locator("form[data-autosave] textarea").first.input_value() == "Written on a train."
    for _n in range(80):  # waiting for a function would evaluate a string, which the content policy forbids
        if not page.evaluate("Object.keys(localStorage).length"):
            break
        page.wait_for_timeout(100)
    else:
        raise AssertionError("the text is still on the device")
    page.wait_for_load_state("networkidle")


def test_the_bell_hears_of_news(browse, cast, at):
    from freehold.talk.notifications.models import Notification

    page = browse(cast.basil, "/kit")
    bell = page.locator("[data-notices]")
    assert bell.get_attribute("aria-label") == "Notices"
    Notification.objects.create(account=cast.basil.account, event="x", fact_id=1, title="News", text="", link="/home", at=at)
    news = f"retry: 60000\n\ndata: {json.dumps({'kind': 'notice', 'ref': ''})}\n\n"
    page.route("**/events", lambda r: r.fulfill(status=200, content_type="text/event-stream", body=news))
    page.reload()
    page.locator("[data-notices][aria-label='Notices, 1 new']").wait_for()
    assert bell.locator("b").inner_text() == "1"


def test_an_error_summary_takes_the_focus(visit):
    page = visit("/sign-up")
    page.locator("main form[method=post] button").last.click()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.activeElement.hasAttribute('data-focus')")
