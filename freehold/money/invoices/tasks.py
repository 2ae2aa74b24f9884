"""The clock that numbers a document whose series did not get to it."""

from __future__ import annotations

from freehold.kit.deadlines import deadline
from freehold.money.invoices import actions, queries

deadline(
    "invoices.number",
    waiting=queries.waiting_for_number,
    field="number_due_at",
    act=lambda _actor, pk, due: actions.number_document(document_id=pk, at=due),
)
