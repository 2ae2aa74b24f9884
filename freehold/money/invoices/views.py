"""Papers: the list, a document, its PDF."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from freehold.kit.doors import signed_in
from freehold.kit.pages import page
from freehold.kit.refusals import NotAllowed
from freehold.money.invoices import queries
from freehold.people.teams.states import Can

_SHOWN = 30
_KINDS = ("", "WORK", "FEES", "CREDIT_NOTE")


@signed_in
def documents(request: HttpRequest) -> HttpResponse:
    """Every document of the party one acts for."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    if not actor.acts_for(actor.party_id, Can.MONEY_SEE):
        raise NotAllowed()
    kind = request.GET.get("kind", "")
    kind = kind if kind in _KINDS else ""
    year = request.GET.get("year", "")
    chosen = int(year) if len(year) == 4 and year.isascii() and year.isdigit() else None
    rows = queries.documents_of(
        actor.party_id, kind=kind, year=chosen, before=_uuid(request.GET.get("before", "")), limit=_SHOWN + 1
    )
    labels = {"": _("All"), "WORK": _("Invoices"), "FEES": _("Fee invoices"), "CREDIT_NOTE": _("Credit notes")}
    kept_year = year if chosen else ""
    older = str(rows[_SHOWN - 1].document_id) if len(rows) > _SHOWN else ""
    return page(
        request,
        "invoices/documents.html",
        documents=rows[:_SHOWN],
        kinds=[(labels[k], _here(kind=k, year=kept_year), k == kind) for k in _KINDS],
        years=queries.years_of(actor.party_id),
        year=chosen,
        kind=kind,
        older=_here(kind=kind, year=kept_year, before=older) if older else "",
        paged=_here(kind=kind, year=kept_year) if request.GET.get("before") else "",
    )


@signed_in
def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """A document to read and print."""
    found = queries.visible(request.actor, document_id)  # type: ignore[attr-defined]
    return page(request, "invoices/document.html", document=found)


@signed_in
def pdf(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The same as PDF."""
    name, content = queries.pdf(request.actor, document_id)  # type: ignore[attr-defined]
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _here(**places: str) -> str:
    kept = {name: value for name, value in places.items() if value}
    return reverse("invoices:documents") + ("?" + urlencode(kept) if kept else "")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
