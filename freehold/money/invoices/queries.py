"""What there is to read: documents as cards, as pages, and as PDF."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from freehold.kit.actors import Actor
from freehold.kit.calendar import day_of
from freehold.kit.cards import card
from freehold.kit.money import Money, display
from freehold.kit.pages import day
from freehold.kit.papers import typeset
from freehold.kit.refusals import NotFound, Refusal
from freehold.money.invoices import policies
from freehold.money.invoices.models import Document
from freehold.money.invoices.states import Kind

_TEMPLATE = Path(__file__).parent / "templates" / "invoices" / "document.typ"


class NotNumbered(Refusal):
    """A document without a number is no document yet."""

    sentence = "This document gets its number within a minute. Reload the page in a moment."


@card
class Side:
    """A party as it stood on the day of the document."""

    name: str
    lines: tuple[str, ...]


@card
class LineCard:
    """A line of a document."""

    words: str
    note: str
    quantity: str
    price: Money
    gross: Money


@card
class DocumentCard:
    """A document in a list."""

    document_id: UUID
    number: str
    kind: str
    kind_label: str
    words: str
    subject_words: str
    other: str
    ours: bool
    total: Money
    issued_at: datetime
    entry_id: int | None
    is_credit: bool


@card
class DocumentPage:
    """A document to read."""

    document_id: UUID
    number: str
    kind: str
    kind_label: str
    issuer: Side
    receiver: Side
    words: str
    subject_words: str
    lines: tuple[LineCard, ...]
    net: Money
    tax: Money
    total: Money
    issued_at: datetime
    corrects: str
    corrects_id: UUID | None
    entry_id: int | None
    notes: tuple[str, ...]
    market: str
    house: str
    is_credit: bool


def documents_of(
    party_id: UUID, *, kind: str = "", year: int | None = None, before: UUID | None = None, limit: int = 30
) -> list[DocumentCard]:
    """
    Documents a party issued or received, newest first.

    :param kind: WORK, FEES or CREDIT_NOTE; all when empty
    :param before: a document's id: only older ones
    """
    rows = Document.objects.filter(Q(issuer_party_id=party_id) | Q(receiver_party_id=party_id))
    if kind:
        kinds = [Kind.FEE_WORKER, Kind.FEE_CLIENT] if kind == "FEES" else [kind]
        rows = rows.filter(kind__in=kinds)
    if year:
        rows = rows.filter(year=year)
    if before:
        rows = rows.filter(pk__lt=before)
    return [_card(row, party_id) for row in rows.order_by("-pk")[:limit]]


def years_of(party_id: UUID) -> list[int]:
    """Years a party has documents of, newest first."""
    rows = Document.objects.filter(Q(issuer_party_id=party_id) | Q(receiver_party_id=party_id))
    return list(rows.order_by("-year").values_list("year", flat=True).distinct())


def of_entries(party_id: UUID, entry_ids: Iterable[int]) -> dict[int, list[DocumentCard]]:
    """What a statement's entries are about: the party's documents by entry."""
    found: dict[int, list[DocumentCard]] = {}
    rows = Document.objects.filter(Q(issuer_party_id=party_id) | Q(receiver_party_id=party_id))
    for row in rows.filter(entry_id__in=list(entry_ids)).order_by("pk"):
        found.setdefault(int(row.entry_id or 0), []).append(_card(row, party_id))
    return found


def of_subject(actor: Actor, subject: tuple[str, UUID]) -> list[DocumentCard]:
    """Documents about a subject that the actor may read."""
    rows = Document.objects.filter(subject_kind=subject[0], subject_id=subject[1]).order_by("pk")
    party = actor.party_id
    return [_card(row, party) for row in rows if party is not None and policies.can_read(actor, row)]


def visible(actor: Actor, document_id: UUID) -> DocumentPage:
    """
    A document the actor may read.

    :raises NotFound: when there is none
    """
    return _page(_visible(actor, document_id))


def pdf(actor: Actor, document_id: UUID) -> tuple[str, bytes]:
    """
    A document's file name and PDF, set when it is first asked for and kept.

    :raises NotFound: when the actor may not read it
    :raises NotNumbered: before it has its number
    """
    document = _visible(actor, document_id)
    if document.number is None:
        raise NotNumbered(_(NotNumbered.sentence))
    language = get_language() or "en"
    kept = Path(settings.MEDIA_ROOT) / "documents" / f"{document.pk}.{language}.pdf"
    if kept.exists():
        return f"{document.number}.pdf", kept.read_bytes()
    content = typeset(_TEMPLATE, _paper(_page(document), language), at=document.issued_at)
    kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = kept.with_suffix(f".{os.getpid()}.part")
    half.write_bytes(content)
    half.replace(kept)
    return f"{document.number}.pdf", content


def waiting_for_number() -> QuerySet[Document]:
    return Document.objects.filter(number__isnull=True)


def notice_card(document_id: UUID) -> DocumentCard:
    """A document for a notice to its receiver."""
    row = Document.objects.found(pk=document_id)
    return _card(row, row.receiver_party_id)


def _visible(actor: Actor, document_id: UUID) -> Document:
    row = Document.objects.select_related("corrects").filter(pk=document_id).first()
    if row is None or not policies.can_read(actor, row):
        raise NotFound()
    return row


def _card(row: Document, party_id: UUID | None) -> DocumentCard:
    ours = row.issuer_party_id is not None and row.issuer_party_id == party_id
    return DocumentCard(
        document_id=row.pk,
        number=row.number or "",
        kind=row.kind,
        kind_label=str(Kind(row.kind).label),
        words=row.words,
        subject_words=row.subject_words,
        other=(row.receiver if ours else row.issuer).get("name", ""),
        ours=ours,
        total=row.total,
        issued_at=row.issued_at,
        entry_id=row.entry_id,
        is_credit=row.kind == Kind.CREDIT_NOTE,
    )


def _page(row: Document) -> DocumentPage:
    def money(amount: int) -> Money:
        return Money(amount, row.currency)

    lines = tuple(
        LineCard(
            words=line["words"],
            note=line["note"],
            quantity=line["quantity"],
            price=money(line["price"]),
            gross=money(line["gross"]),
        )
        for line in row.lines
    )
    return DocumentPage(
        document_id=row.pk,
        number=row.number or "",
        kind=row.kind,
        kind_label=str(Kind(row.kind).label),
        issuer=_side(row.issuer),
        receiver=_side(row.receiver),
        words=row.words,
        subject_words=row.subject_words,
        lines=lines,
        net=money(row.net),
        tax=money(row.tax),
        total=row.total,
        issued_at=row.issued_at,
        corrects=(row.corrects.number or "") if row.corrects else "",
        corrects_id=row.corrects_id,
        entry_id=row.entry_id,
        notes=tuple(_notes(row)),
        market=str(row.issuer.get("market", "")),
        house=str(row.issuer.get("house", "")),
        is_credit=row.kind == Kind.CREDIT_NOTE,
    )


def _side(snapshot: dict[str, Any]) -> Side:
    lines = [line for line in str(snapshot.get("address", "")).splitlines() if line.strip()]
    if snapshot.get("country"):
        lines.append(str(snapshot["country"]))
    if snapshot.get("tax_id"):
        lines.append(_("Tax number %(number)s") % {"number": snapshot["tax_id"]})
    return Side(name=str(snapshot.get("name", "")), lines=tuple(lines))


def _notes(row: Document) -> list[str]:
    market = str(row.issuer.get("market", ""))
    notes = []
    if row.kind == Kind.WORK:
        notes.append(_("Issued by %(market)s in the name of the seller, who mandated it.") % {"market": market})
        notes.append(_("Paid from protected funds on the day of issue. Nothing is left to pay."))
    elif row.kind == Kind.FEE_WORKER:
        notes.append(_("Taken from the payment on the day of issue. Nothing is left to pay."))
    elif row.kind == Kind.FEE_CLIENT:
        notes.append(_("Paid in advance together with the protected funds. Nothing is left to pay."))
    elif row.corrects:
        notes.append(_("Corrects %(number)s.") % {"number": row.corrects.number or ""})
    return notes


def _paper(page: DocumentPage, language: str) -> dict[str, Any]:
    facts = [
        [_("Issued"), day(day_of(page.issued_at), "long")],
        *([[_("For"), page.subject_words]] if page.subject_words else []),
        *([[_("Corrects"), page.corrects]] if page.corrects else []),
        [_("Currency"), page.total.currency],
        *([[_("Ledger entry"), str(page.entry_id)]] if page.entry_id else []),
    ]
    sign = (lambda m: display(-m)) if page.is_credit else display
    return {
        "title": f"{page.kind_label} {page.number}",
        "heading": page.kind_label,
        "number": page.number,
        "market": page.market,
        "language": language.split("-")[0],
        "footer": page.house,
        "labels": {"issuer": _("From"), "receiver": _("To")},
        "issuer": {"name": page.issuer.name, "lines": list(page.issuer.lines)},
        "receiver": {"name": page.receiver.name, "lines": list(page.receiver.lines)},
        "facts": facts,
        "columns": [_("What"), _("Quantity"), _("Price"), _("Amount")],
        "lines": [
            {
                "words": line.words,
                "note": line.note,
                "quantity": line.quantity,
                "price": sign(line.price),
                "gross": sign(line.gross),
            }
            for line in page.lines
        ],
        "totals": [[_("Net"), sign(page.net)], [_("Tax"), sign(page.tax)]],
        "total": [_("Total"), sign(page.total)],
        "notes": list(page.notes),
    }
