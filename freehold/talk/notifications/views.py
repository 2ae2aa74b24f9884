"""Pages of notices, and the development mailbox."""

from __future__ import annotations

from itertools import groupby
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from freehold.kit import pages
from freehold.kit.doors import safe_next, signed_in
from freehold.talk.notifications import actions, queries

_PAGE = 30


@signed_in
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    only_new = request.GET.get("show") == "new"
    found = queries.latest(request.actor, before=_uuid(request.GET.get("before", "")), limit=_PAGE + 1, unread=only_new)
    shown = found[:_PAGE]
    days = [(day, list(lines)) for day, lines in groupby(shown, key=lambda n: timezone.localdate(n.at))]
    return pages.page(
        request,
        "notifications/list.html",
        days=days,
        only_new=only_new,
        unread=queries.unread_count(request.actor.account_id),
        older=shown[-1].notice_id if len(found) > _PAGE else None,
        today=timezone.localdate(request.at),
    )


@signed_in
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    actions.read_all(actor=request.actor, at=request.at)
    return HttpResponseRedirect("/notices")


@signed_in
@require_POST
def open_notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    notice = actions.read_notice(actor=request.actor, notice_id=notice_id, at=request.at)
    return HttpResponseRedirect(safe_next(request, notice.link, "/notices"))


@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    address = request.GET.get("to", "").strip()[:254]
    found = queries.mails(address)
    return pages.page(request, "notifications/mails.html", mails=found, address=address)


@require_safe
def mail(request: HttpRequest, mail_id: int) -> HttpResponse:
    shown, _html = queries.mail(mail_id)
    return pages.page(request, "notifications/mail_page.html", mail=shown)


@require_safe
def mail_html(request: HttpRequest, mail_id: int) -> HttpResponse:
    _shown, html = queries.mail(mail_id)
    response = HttpResponse(html)
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-top-navigation-by-user-activation allow-popups"
    )
    return response


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
