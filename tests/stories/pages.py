"""
What holds on every page: readable for everybody, quiet console, nothing from elsewhere, no sideways scrolling.

``check_page(page)`` looks at the page that is open, in light and dark, at 390 and 1280 px.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = {390: 844, 1280: 900}
THEMES = ("light", "dark")


@dataclass
class Noise:
    """What a browser complained about, and whom it asked."""

    #: answers of these statuses are part of the story
    expected: set[int] = field(default_factory=set)
    said: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def listen(self, page: Any, home: str) -> None:
        host = urlsplit(home).netloc

        def hear(message: Any) -> None:
            text = str(message.text)
            if message.type == "error" and not any(f"status of {status}" in text for status in self.expected):
                self.said.append(f"{page.url}: {text}")

        def look(request: Any) -> None:
            parts = urlsplit(request.url)
            if parts.scheme in ("http", "https") and parts.netloc != host:
                self.foreign.append(request.url)

        page.on("console", hear)
        page.on("pageerror", lambda error: self.said.append(f"{page.url}: {error}"))
        page.on("request", look)


def check_page(page: Any, *, sizes: tuple[int, ...] = tuple(SIZES), themes: tuple[str, ...] = THEMES) -> None:
    """
    Look at the open page closely.

    :param page: a Playwright page of the fixture ``browse`` or ``visit``
    :raises AssertionError: with everything that is wrong, at once
    """
    settle(page)
    noise: Noise = page.noise
    found = [f"console: {text}" for text in noise.said] + [f"asked elsewhere: {url}" for url in noise.foreign]
    before = page.viewport_size
    for width in sizes:
        for theme in themes:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            page.set_viewport_size({"width": width, "height": SIZES.get(width, 900)})
            where = f"{urlsplit(page.url).path} at {width} px, {theme}"
            found += [f"{where}: {problem}" for problem in overflow(page) + barriers(page)]
    if before:
        page.set_viewport_size(before)
    # What was said meanwhile is about axe, whose helpers the content policy rightly refuses.
    noise.said.clear()
    noise.foreign.clear()
    assert not found, "\n".join(found)


def settle(page: Any) -> None:
    """Wait until the page a click led to is there with its style sheet."""
    page.wait_for_load_state("networkidle")
    page.locator("footer").first.wait_for()
    for _ in range(100):
        if page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--s1')"):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{page.url}: no style sheet")


def barriers(page: Any) -> list[str]:
    """What axe finds against WCAG 2.2 AA, one line each."""
    # On a phone the bar at the bottom is sticky; axe needs a window as tall as the page to see under it.
    height = page.evaluate("document.documentElement.scrollHeight")
    width = page.viewport_size["width"]
    page.set_viewport_size({"width": width, "height": min(max(height, 600), 16_000)})
    # Playwright's own world is not bound by the page's content policy.
    page.evaluate(AXE)
    result = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", TAGS
    )
    return [
        f"{v['id']} ({v['impact']}): {v['help']}; {node['html'][:160]}; {(node.get('failureSummary') or '')[:220]}"
        for v in result["violations"]
        for node in v["nodes"][:4]
    ]


def overflow(page: Any) -> list[str]:
    """Does anything reach over the page's side?"""
    said = page.evaluate(
        """() => {
            const room = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= room) return [];
            return [...document.querySelectorAll('main *, header *, footer *')]
                .filter(e => e.getBoundingClientRect().right > room + 1 && !e.closest('.fh-tabs, .fh-hidden'))
                .slice(0, 4).map(e => e.outerHTML.slice(0, 140));
        }"""
    )
    return [f"reaches over the side: {one}" for one in said]
