"""Pages everybody reads are clean in both themes at both widths."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", ["/kit", "/rules", "/accessibility", "/privacy"])
def test_a_page_to_read_is_clean(visit, check_page, path):
    check_page(visit(path))


def test_nothing_here_is_clean(visit, check_page):
    page = visit()
    page.noise.expected = {404}
    page.goto("/no-such-thing")
    check_page(page)


def test_the_menu_opens_and_closes_with_the_keyboard(browse, cast):
    page = browse(cast.basil, "/kit")
    menu = page.locator("details[data-menu]")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    assert menu.get_attribute("open") is not None
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_colors_are_chosen_without_scripts(browse, cast):
    page = browse(cast.basil, "/menu", scripts=False)
    page.locator("main .p-menu button", has_text="Dark").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.url.endswith("/menu")
