"""Papers outlive accounts: the law wants them kept, for both sides."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy

from freehold.kit.privacy import Basis, Fate, impersonal, personal
from freehold.money.invoices.models import Document, Series, SeriesYear


def _purge(keys: list[Any], at: datetime) -> int:
    none = {"name": "", "address": "", "country": "", "tax_id": ""}
    return Document.objects.filter(pk__in=keys).update(
        issuer=none, receiver=none, words="", subject_words="", lines=[]
    )


personal(
    Document,
    label=gettext_lazy("Invoices and credit notes: names, addresses and tax numbers of both sides, lines, totals"),
    rows=lambda s: Document.objects.filter(
        Q(issuer_party_id__in=s.party_ids) | Q(receiver_party_id__in=s.party_ids)
    ),
    export=(
        "number",
        "kind",
        "issued_at",
        "issuer",
        "receiver",
        "words",
        "subject_words",
        "lines",
        "currency",
        "net",
        "tax",
        "gross",
    ),
    fate=Fate.KEEP,
    basis=Basis.LAW,
    keep_years="retention.financial_years",
    seen_by=gettext_lazy("the other side of the invoice, the operator's bookkeeping, auditors and tax authorities"),
    since="issued_at",
    purge=_purge,
    impersonal=("number", "kind", "currency", "subject_kind"),
)
impersonal(Series, "five drawn letters that number an issuer's invoices")
impersonal(SeriesYear, "how far a series has counted")
