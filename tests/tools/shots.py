# ruff: noqa: T201
"""
Pictures of pages, for looking at them.

    uv run python tests/tools/shots.py --url http://127.0.0.1:8000 --out /tmp/shots / /jobs
    uv run python tests/tools/shots.py --as ada@example.com --password demo --theme dark /home /contracts

Each page is taken at 390 and 1280 px, light and dark, as far as not restricted. Nothing is written into the repository.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from pathlib import Path
from typing import Any

WIDTHS = {390: 844, 1280: 900}


def sign_in(page: Any, url: str, email: str, password: str) -> None:
    page.goto(f"{url}/sign-in")
    page.fill("input[type=email]", email)
    page.fill("input[type=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_url(re.compile(r"^(?!.*sign-in).*"))


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("paths", nargs="+")
    asked.add_argument("--url", default="http://127.0.0.1:8000")
    asked.add_argument("--as", dest="email", default="")
    asked.add_argument("--password", default="demo")
    asked.add_argument("--cookie", default="", help="name=value instead of signing in")
    asked.add_argument("--out", default="/tmp/shots")
    asked.add_argument("--width", type=int, choices=WIDTHS)
    asked.add_argument("--theme", choices=("light", "dark"))
    asked.add_argument("--tag", default="")
    given = asked.parse_args()
    out = Path(given.out)
    out.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        print("There is no Chromium. Install it with: apt-get install chromium", file=sys.stderr)
        return 1
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for width in [given.width] if given.width else WIDTHS:
            for theme in [given.theme] if given.theme else ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": width, "height": WIDTHS[width]}, color_scheme=theme, reduced_motion="reduce"
                )
                context.route("**/events", lambda route: route.fulfill(status=204))
                page = context.new_page()
                page.on("console", lambda m: print(f"  {m.type}: {m.text}") if m.type in ("error", "warning") else None)
                if given.cookie:
                    name, _eq, value = given.cookie.partition("=")
                    context.add_cookies([{"name": name, "value": value, "url": given.url}])
                elif given.email:
                    sign_in(page, given.url, given.email, given.password)
                for path in given.paths:
                    answer = page.goto(f"{given.url}{path}", wait_until="networkidle")
                    wide = page.evaluate("document.documentElement.scrollWidth")
                    name = re.sub(r"[^\w]+", "-", path).strip("-") or "landing"
                    file = out / f"{name}{given.tag}-{width}-{theme}.png"
                    # As tall as the page, so that the bar of phones lies at its end.
                    tall = page.evaluate("document.documentElement.scrollHeight")
                    page.set_viewport_size({"width": width, "height": max(tall, WIDTHS[width])})
                    page.screenshot(path=file, full_page=True)
                    page.set_viewport_size({"width": width, "height": WIDTHS[width]})
                    print(f"{answer.status if answer else '?'} {file}{' OVERFLOW ' + str(wide) if wide > width else ''}")
                context.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
