"""When a document was written, its series numbers it."""

from __future__ import annotations

from datetime import datetime

from freehold.kit.events import when
from freehold.money.invoices import actions
from freehold.money.invoices.events import DocumentWritten


@when(DocumentWritten)
def number(event: DocumentWritten, *, at: datetime) -> None:
    actions.number_series(series_id=event.series_id, at=at)
