"""Writing documents with the money's move, and numbering them a moment later."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from freehold.kit import calendar
from freehold.kit.actions import action
from freehold.kit.actors import Actor
from freehold.kit.events import publish
from freehold.kit.ids import uuid7
from freehold.kit.money import Money
from freehold.kit.settings import current
from freehold.money.invoices.events import DocumentIssued, DocumentWritten
from freehold.money.invoices.models import Document, Series, SeriesYear
from freehold.money.invoices.states import HOUSE, Kind
from freehold.people.teams import queries as teams

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_MACHINE = Actor.system("invoices.number")

#: a party (None is the house) and its words on a paper
Named = tuple[UUID | None, dict[str, str]]


@action
def issue_for_release(
    *,
    release: Any,
    worker_id: UUID,
    client_id: UUID,
    words: str,
    subject: tuple[str, UUID],
    at: datetime,
    subject_words: str = "",
    currency: str = "",
) -> list[Document]:
    """
    Write the three papers of a release: the work's invoice, and a fee invoice for each side that paid one.

    They are numbered a moment later by their series.

    :param words: what was done, the invoice's line
    :param subject_words: the contract it belongs to, as both sides know it
    """
    gross = _money(release.gross, release, currency)
    service, client = _money(release.service_fee, release, currency), _money(release.client_fee, release, currency)
    named, house = teams.snapshots([worker_id, client_id]), (None, _house())
    worker, payer = (worker_id, named[worker_id]), (client_id, named[client_id])
    shared: dict[str, Any] = {
        "subject": subject, "subject_words": subject_words[:200], "entry_id": release.entry_id, "at": at,
    }  # fmt: skip

    papers = [_paper(Kind.WORK, worker, payer, [_line(words, gross)], gross, words=words, **shared)]
    if service:
        title = _("Service fee for %(what)s") % {"what": words}
        lines = [_line(title, service, note=_share(service, gross))]
        papers.append(_paper(Kind.FEE_WORKER, house, worker, lines, service, words=title, **shared))
    if client:
        title = _("Marketplace fee for %(what)s") % {"what": words}
        lines = [_line(title, client, note=_share(client, gross))]
        papers.append(_paper(Kind.FEE_CLIENT, house, payer, lines, client, words=title, **shared))
    return _write(papers, at)


@action
def issue_credit_note(
    *, document_id: UUID, amount: Money, words: str, entry_id: int | None, at: datetime
) -> Document | None:
    """
    Take back a part of a document, or all of it; never more than is left of it.

    :returns: the credit note, or None when nothing is left
    :raises ValueError: for an amount that is none, or of another currency
    """
    original = Document.objects.locked(document_id)
    if amount.currency != original.currency or amount.amount <= 0 or original.kind == Kind.CREDIT_NOTE:
        raise ValueError("a credit note takes back a part of an invoice, in its own currency")
    back = Money(min(amount.amount, left_of(original)), original.currency)
    if not back:
        return None
    note = _paper(
        Kind.CREDIT_NOTE,
        (original.issuer_party_id, original.issuer),
        (original.receiver_party_id, original.receiver),
        [_line(words, back)],
        back,
        words=words,
        subject=(original.subject_kind, original.subject_id),
        subject_words=original.subject_words,
        entry_id=entry_id,
        at=at,
        corrects=original,
    )
    return _write([note], at)[0]


@action
def issue_for_refund(
    *, subject: tuple[str, UUID], gross: Money, service_fee: Money, client_fee: Money, entry_id: int, at: datetime
) -> list[Document]:
    """
    Write the credit notes of a refund of released money: each of the subject's invoices, newest first, gives back
    what it can of its stream.
    """
    written: list[Document] = []
    for kind, amount in ((Kind.WORK, gross), (Kind.FEE_WORKER, service_fee), (Kind.FEE_CLIENT, client_fee)):
        rest = amount.amount
        rows = Document.objects.filter(subject_kind=subject[0], subject_id=subject[1], kind=kind)
        for original in rows.filter(currency=amount.currency).order_by("-issued_at", "-pk"):
            if rest <= 0:
                break
            part = Money(min(rest, left_of(original)), amount.currency)
            note = part and issue_credit_note(
                document_id=original.pk,
                amount=part,
                words=_("Refund of %(what)s") % {"what": original.words},
                entry_id=entry_id,
                at=at,
            )
            if note:
                written.append(note)
                rest -= part.amount
    return written


@action
def number_series(*, series_id: UUID, at: datetime) -> int:
    """
    Give a series' waiting documents their numbers, in the order they were written and without gaps.

    The series' row is locked meanwhile, so a number is drawn once; nothing else waits for it.

    :returns: how many were numbered
    """
    series = Series.objects.locked(series_id)
    waiting = Document.objects.filter(series=series, number__isnull=True).order_by("year", "issued_at", "pk")
    counts: dict[int, SeriesYear] = {}
    numbered = 0
    for document in waiting:
        count = counts.get(document.year)
        if count is None:
            count, _new = SeriesYear.objects.select_for_update().get_or_create(series=series, year=document.year)
            counts[document.year] = count
        count.last += 1
        document.ordinal = count.last
        document.number = f"{series.letters}-{document.year}-{count.last:05}"
        document.number_due_at = None
        document.save(update_fields=["ordinal", "number", "number_due_at"])
        numbered += 1
        publish(
            DocumentIssued(
                document_id=document.pk,
                kind=document.kind,
                issuer_id=document.issuer_party_id,
                receiver_id=document.receiver_party_id,
                currency=document.currency,
                amount=document.gross,
            ),
            actor=_MACHINE,
            at=document.issued_at,
        )
    for count in counts.values():
        count.save(update_fields=["last"])
    return numbered


@action
def number_document(*, document_id: UUID, at: datetime) -> int:
    """Number the series a document waits in."""
    series_id = Document.objects.filter(pk=document_id).values_list("series_id", flat=True).first()
    return number_series(series_id=series_id, at=at) if series_id else 0


def left_of(document: Document) -> int:
    """What of a document has not been taken back."""
    taken = Document.objects.filter(corrects_id=document.pk).aggregate(sum=Sum("gross"))["sum"]
    return document.gross - int(taken or 0)


def _paper(
    kind: Kind,
    issuer: Named,
    receiver: Named,
    lines: list[dict[str, Any]],
    total: Money,
    *,
    words: str,
    subject: tuple[str, UUID],
    subject_words: str,
    entry_id: int | None,
    at: datetime,
    corrects: Document | None = None,
) -> Document:
    """A document that is not written yet and belongs to no series."""
    return Document(
        year=calendar.day_of(at).year,
        kind=kind,
        issuer_party_id=issuer[0],
        receiver_party_id=receiver[0],
        issuer=issuer[1] | _house_words(),
        receiver=receiver[1],
        words=words[:200],
        subject_words=subject_words,
        lines=lines,
        currency=total.currency,
        net=total.amount,
        gross=total.amount,
        entry_id=entry_id,
        subject_kind=subject[0],
        subject_id=subject[1],
        corrects=corrects,
        issued_at=at,
        number_due_at=at,
    )


def _write(papers: list[Document], at: datetime) -> list[Document]:
    """Put papers of one kind of series into their issuers' and write them down; they are numbered in this order."""
    credit = papers[0].kind == Kind.CREDIT_NOTE
    series = _series({paper.issuer_party_id for paper in papers}, credit=credit)
    for paper, pk in zip(papers, sorted(uuid7() for _n in papers), strict=True):
        paper.pk, paper.series = pk, series[paper.issuer_party_id]
    Document.objects.bulk_create(papers)
    for paper in papers:
        publish(DocumentWritten(document_id=paper.pk, series_id=paper.series_id), actor=_MACHINE, at=at)
    return papers


def _series(issuers: set[UUID | None], *, credit: bool) -> dict[UUID | None, Series]:
    """The issuers' series; one that is missing begins now."""
    whose = Series.objects.filter(Q(party_id__in=issuers - {None}) | Q(party_id__isnull=None in issuers), credit=credit)
    known = {series.party_id: series for series in whose}
    missing = issuers - known.keys()
    if not missing:
        return known
    # Two at once: the second waits for the first's row and takes it.
    fresh = [Series(letters=_letters(party_id, credit), party_id=party_id, credit=credit) for party_id in missing]
    Series.objects.bulk_create(fresh, ignore_conflicts=True)
    return {series.party_id: series for series in whose.all()}


def _letters(party_id: UUID | None, credit: bool) -> str:
    if credit:
        return f"{_series({party_id}, credit=False)[party_id].letters}-C"
    return HOUSE if party_id is None else _draw()


def _draw() -> str:
    while True:
        letters = "".join(secrets.choice(_LETTERS) for _n in range(5))
        if not Series.objects.filter(letters=letters).exists():
            return letters


def _line(words: str, amount: Money, note: str = "") -> dict[str, Any]:
    return {
        "words": words, "note": note, "quantity": "1", "unit": "", "price": amount.amount, "net": amount.amount,
        "tax_rate": 0, "tax": 0, "gross": amount.amount,
    }  # fmt: skip


def _share(fee: Money, gross: Money) -> str:
    """``10 % of $600.00``: what the fee was taken of."""
    bps = round(fee.amount * 10_000 / gross.amount / 5) * 5 if gross else 0
    percent = f"{bps / 100:.2f}".rstrip("0").rstrip(".")
    return _("%(percent)s %% of %(amount)s") % {"percent": percent, "amount": str(gross)}


def _house() -> dict[str, str]:
    market = current().market
    return {
        "name": market.operator, "address": market.operator_address, "country": market.operator_country, "tax_id": "",
    }  # fmt: skip


def _house_words() -> dict[str, str]:
    """What the paper says of the market, kept with it so that it can be set again word for word."""
    market = current().market
    return {"market": market.name, "house": f"{market.operator}, {market.operator_address}"}


def _money(value: Any, release: Any, currency: str) -> Money:
    return value if isinstance(value, Money) else Money(value, currency or release.currency)

