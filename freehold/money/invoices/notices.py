"""Whoever receives a document is told, in the list only."""

from __future__ import annotations

from django.urls import reverse

from freehold.kit.notices import Notice, notice
from freehold.money.invoices import queries
from freehold.money.invoices.events import DocumentIssued
from freehold.people.teams import queries as teams
from freehold.people.teams.states import Can


@notice(DocumentIssued)
def document_issued(event: DocumentIssued) -> Notice | None:
    if event.receiver_id is None:
        return None
    document = queries.notice_card(event.document_id)
    return Notice(
        to=teams.members_with(event.receiver_id, Can.MONEY_SEE),
        words="invoices/notices/document_issued",
        link=reverse("invoices:document", kwargs={"document_id": event.document_id}),
        places={
            "kind": document.kind_label,
            "number": document.number,
            "amount": document.total,
            "what": document.words,
        },
        mail=False,
    )
