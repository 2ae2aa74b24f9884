"""The carrier: renders a notice in its reader's words, puts it into their list and their mailbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.template import engines
from django.utils import timezone, translation
from jinja2 import Environment

from freehold.kit import live, pages
from freehold.kit.actors import Actor
from freehold.kit.money import display
from freehold.kit.notices import Notice, carries
from freehold.kit.settings import current
from freehold.people.accounts.models import Account
from freehold.talk.notifications import actions

_CARRIER = Actor.system("notifications.carrier")
#: who still reads mail: those being closed only get what must not be missed
_GONE, _CLOSED = "ERASED", "CLOSED"


@dataclass(frozen=True)
class Words:
    """A notice as one reader reads it."""

    title: str
    text: str


@carries
def carry(notice: Notice, event: str, fact_id: int, at: datetime) -> None:
    """Bring a notice to everyone it is for."""
    readers = Account.objects.filter(pk__in=set(notice.to)).exclude(state=_GONE).order_by("pk") if notice.to else ()
    for reader in readers:
        _carry_to(reader, notice, event, fact_id, at)
    if notice.address:
        words = render(notice, settings.LANGUAGE_CODE, "UTC")
        _mail(None, notice.address, words, notice, event, fact_id, at)


def _carry_to(reader: Account, notice: Notice, event: str, fact_id: int, at: datetime) -> None:
    words = render(notice, reader.language, reader.time_zone)
    row = actions.note_down(
        actor=_CARRIER, account_id=reader.pk, event=event, words=notice.words, fact_id=fact_id, title=words.title,
        text=words.text, link=notice.link, at=at,
    )  # fmt: skip
    live.tell(reader.pk, "notice", str(row.pk))
    wanted = notice.always or (notice.mail and reader.state != _CLOSED)
    if wanted and reader.email:
        _mail(reader, reader.email, words, notice, event, fact_id, at)


def _mail(
    reader: Account | None, address: str, words: Words, notice: Notice, event: str, fact_id: int, at: datetime
) -> None:
    language = reader.language if reader else settings.LANGUAGE_CODE
    link = absolute(notice.link)
    with translation.override(language):
        frame = {
            "title": words.title,
            "text": words.text,
            "paragraphs": [p.strip() for p in words.text.split("\n\n") if p.strip()],
            "link": link,
            "market": current().market,
            "home": settings.FREEHOLD_URL,
            "language": language,
            "always": notice.always,
            "known": reader is not None,
        }
        text = _plain_words().get_template("notifications/mail.txt").render(frame)
        html = engines["jinja2"].env.get_template("notifications/mail.html").render(frame)  # type: ignore[attr-defined]
    actions.queue_letter(
        actor=_CARRIER, account_id=reader.pk if reader else None, to_address=address, event=event, words=notice.words,
        fact_id=fact_id, subject=words.title, text=text.strip() + "\n", html=html, at=at,
    )  # fmt: skip


def render(notice: Notice, language: str, zone: str) -> Words:
    """The template's first line is the title, the rest the text; both in the reader's language and time zone."""
    with translation.override(language or settings.LANGUAGE_CODE), timezone.override(_zone(zone)):
        found = _plain_words().get_template(f"{notice.words}.txt")
        written = found.render(dict(notice.places, market=current().market.name))
    title, _line, text = written.strip().partition("\n")
    return Words(" ".join(title.split()), text.strip())


def absolute(link: str) -> str:
    """A path as an address that works from a mail."""
    return link if not link or "://" in link else settings.FREEHOLD_URL + link


@cache
def _plain_words() -> Environment:
    """Templates of plain text: nothing is escaped, money is written without marks around it."""
    html: Any = engines["jinja2"]
    env = pages.environment(loader=html.env.loader, autoescape=False)
    env.filters["money"] = display
    return env


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
