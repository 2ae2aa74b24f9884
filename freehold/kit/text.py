"""Text people write: a small safe Markdown subset, trimmed limits."""

from __future__ import annotations

import re
from functools import cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "code", "pre", "a", "h3", "h4"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
#: An e-mail address, a phone number or a messenger handle, as people hide them in public text.
CONTACT = re.compile(
    r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+\.[a-z]{2,}"
    r"|(?:\+|00)\d[\d\s().-]{7,}\d"
    r"|(?:t\.me|wa\.me|discord\.gg)/\S+",
    re.I,
)


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "linkify": False}).disable(["image", "html_block", "html_inline"])


def clean(text: str) -> str:
    """Drop control characters and outer space; newlines become plain ``\\n``."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def whole(text: str, otherwise: int = 0) -> int:
    """The number plain digits make, small enough for any column; whatever else stands there is ``otherwise``."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else otherwise


def markdown(text: str) -> Markup:
    """Render a member's text as safe HTML; links open without referrer and carry no rank."""
    html = _markdown().render(text or "")
    html = html.replace("<h1>", "<h3>").replace("</h1>", "</h3>").replace("<h2>", "<h3>").replace("</h2>", "</h3>")
    safe = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https", "http", "mailto"},
        link_rel="nofollow noopener ugc",
    )
    return Markup(safe)  # noqa: S704


def has_contact(text: str) -> bool:
    """Does the text carry contact data?"""
    return bool(CONTACT.search(text))
