"""
Pages: the Jinja environment, and the two ways a view answers.

No query runs while a template renders: what a page shows was asked for in the view.
"""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import structlog
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.templatetags.static import static as django_static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext
from jinja2 import Environment, Template, pass_eval_context
from jinja2.environment import TemplateModule
from jinja2.nodes import EvalContext
from jinja2_fragments import render_block
from markupsafe import Markup, escape

from freehold.kit.money import Money, display
from freehold.kit.places import country_name
from freehold.kit.text import markdown

log = structlog.get_logger(__name__)

#: Called with the request before a page renders, e.g. to ask what the frame around it shows.
before_render: list[Callable[[HttpRequest], Any]] = []


class QueryWhileRendering(RuntimeError):
    """A template asked the database."""


class _Template(Template):
    """Imports of the kit's macros, wherever they stand, share one module per request."""

    def make_module(
        self, vars: dict[str, Any] | None = None, shared: bool = False, locals: Mapping[str, Any] | None = None
    ) -> TemplateModule:
        request = (vars or {}).get("request")
        if request is None or not (self.name or "").startswith("kit/ui"):
            return super().make_module(vars, shared, locals)
        kept: dict[str | None, TemplateModule] = request.__dict__.setdefault("_kit_modules", {})
        if self.name not in kept:
            kept[self.name] = super().make_module(vars, shared, locals)
        return kept[self.name]


@pass_eval_context
def _words(context: EvalContext, text: Any, **places: Any) -> str:
    """The reader's words, as Jinja's own ``_`` gives them; those without places are put together once."""
    if not places:
        return _fixed_words(str(text), get_language(), bool(context.autoescape))
    found = gettext(str(text))
    return (Markup(found) if context.autoescape else found) % places  # noqa: S704


@functools.lru_cache(maxsize=8192)
def _fixed_words(text: str, language: str | None, is_html: bool) -> str:
    found = gettext(text)
    return (Markup(found) if is_html else found) % {}  # noqa: S704


def environment(**options: Any) -> Environment:
    """Build the Jinja environment Django's backend uses."""
    options.setdefault("trim_blocks", True)
    options.setdefault("lstrip_blocks", True)
    env = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], **options)  # noqa: S701
    env.template_class = _Template
    env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.globals.update(_=_words, gettext=_words)
    env.globals.update(url=url, url_or_none=url_or_none, static=static)
    env.filters.update(
        money=lambda m: Markup('<bdi class="fh-amount">{}</bdi>').format(display(m)),
        plain=lambda m: m.plain,
        moment=moment,
        day=day,
        ago=ago,
        until=until,
        number=number,
        markdown=markdown,
        country=country_name,
        iso=lambda at: at.isoformat() if at else "",
        tojson_attr=lambda v: escape(json.dumps(v)),
    )
    env.tests["money"] = lambda v: isinstance(v, Money)
    env.tests["pair"] = lambda v: isinstance(v, tuple | list)
    return env


@functools.cache
def static(path: str) -> str:
    """Address of a file of ours; the same as long as the process lives."""
    return django_static(path)


def url(name: str, **places: Any) -> str:
    """Address of a named page."""
    return reverse(name, kwargs=places or None)


def url_or_none(name: str, **places: Any) -> str | None:
    """Address of a named page, or None where this installation has no such page."""
    try:
        return url(name, **places)
    except NoReverseMatch:
        return None


def page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Answer with a whole page."""
    prepare(request)
    context.setdefault("shell", getattr(request, "shell", None))
    with no_queries(template):
        html = engines["jinja2"].get_template(template).render(context, request)
    return HttpResponse(html, status=status)


def fragment(
    request: HttpRequest, template: str, block: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """
    Answer with one block of a page to htmx, with the whole page to everybody else.
    """
    if request.headers.get("HX-Request") != "true":
        return page(request, template, status=status, **context)
    prepare(request)
    backend: Any = engines["jinja2"]
    full = dict(context, request=request, shell=getattr(request, "shell", None))
    from django.template.backends.utils import csrf_input_lazy, csrf_token_lazy

    full |= {"csrf_input": csrf_input_lazy(request), "csrf_token": csrf_token_lazy(request)}
    for processor in backend.template_context_processors:
        full |= processor(request)
    with no_queries(template):
        # A block rendered alone does not see what its template imported.
        full["ui"] = backend.env.get_template("kit/ui.html").make_module(full)
        return HttpResponse(render_block(backend.env, template, block, **full), status=status)


def prepare(request: HttpRequest) -> None:
    """Ask now what the frame of the page will show."""
    for ask in before_render:
        ask(request)


@contextlib.contextmanager
def no_queries(template: str) -> Iterator[None]:
    """Make a query inside the block an error (in production: a logged one)."""

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if settings.FREEHOLD_MODE == "production":
            log.error("page.query_while_rendering", template=template)
            return execute(sql, params, many, context)
        raise QueryWhileRendering(f"{template}: {sql[:200]}")

    with connection.execute_wrapper(refuse):
        yield


def _locale() -> str:
    code = (get_language() or "en-us").replace("-", "_")
    return {"en": "en_US", "en_us": "en_US"}.get(code.lower(), code.split("_")[0])


def moment(at: datetime | None, style: str = "medium") -> str:
    """``Sat, Dec 6, 2026, 00:00 UTC`` in the reader's zone; the year only when it is not this one."""
    if at is None:
        return ""
    local = at.astimezone(timezone.get_current_timezone())
    year = "" if local.year == datetime.now(UTC).year and style != "full" else ", y"
    zone = local.tzname() or ""
    return f"{format_datetime(local, f'EEE, MMM d{year}, HH:mm', locale=_locale())} {zone}"


def day(at: datetime | date | None, style: str = "medium") -> str:
    """A calendar day in the reader's zone."""
    if at is None:
        return ""
    if isinstance(at, datetime):
        at = at.astimezone(timezone.get_current_timezone()).date()
    return format_date(at, style, locale=_locale())


def ago(at: datetime | None, now: datetime | None = None) -> str:
    """``3 days ago``, counted from the page's moment."""
    if at is None:
        return ""
    span = at - (now or datetime.now(UTC))
    if abs(span.total_seconds()) < 45:
        return gettext("just now")
    seconds = int(span.total_seconds())
    return _ago(seconds - seconds % 60 if abs(seconds) > 3600 else seconds, _locale())


@functools.lru_cache(maxsize=2048)
def _ago(seconds: int, locale: str) -> str:
    return format_timedelta(timedelta(seconds=seconds), add_direction=True, locale=locale)


def until(at: datetime | None, now: datetime | None = None) -> str:
    """``11 d 10 h``: what is left of a clock, counted from the page's moment."""
    if at is None:
        return ""
    seconds = max(0, int((at - (now or datetime.now(UTC))).total_seconds()))
    days, hours, minutes = seconds // 86_400, seconds % 86_400 // 3_600, seconds % 3_600 // 60
    if days:
        return gettext("%(days)s d %(hours)s h") % {"days": days, "hours": hours}
    if hours:
        return gettext("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
    return gettext("%(minutes)s min") % {"minutes": minutes}


def number(value: Any) -> str:
    return _number(value, _locale())


@functools.lru_cache(maxsize=4096)
def _number(value: Any, locale: str) -> str:
    return format_decimal(value, locale=locale)
