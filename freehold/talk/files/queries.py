"""What there is to see of files."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote
from uuid import UUID

from babel.numbers import format_decimal
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from freehold.kit.actors import Actor
from freehold.kit.cards import card
from freehold.kit.refusals import NotFound
from freehold.talk.files import policies
from freehold.talk.files.models import Attachment, StoredFile

_KINDS = {
    "application/pdf": "PDF",
    "application/zip": "ZIP",
    "image/jpeg": "JPEG",
    "image/svg+xml": "SVG",
    "text/plain": "TXT",
    "text/markdown": "TXT",
    "audio/mpeg": "MP3",
    "video/quicktime": "MOV",
    "application/octet-stream": "",
}


@card
class FileCard:
    """
    What a list shows of a file.

    :ivar note: its kind and size, written for the reader
    :ivar thumb: address of its small picture, or empty
    """

    file_id: UUID
    name: str
    size: int
    media_type: str
    href: str
    note: str
    thumb: str = ""
    caption: str = ""
    width: int | None = None
    height: int | None = None
    is_image: bool = False


def href_of(file: StoredFile) -> str:
    return f"/files/{file.pk}/{quote(file.name, safe='')}"


def thumb_of(file_id: UUID | None) -> str:
    """Address of a picture's small version, e.g. of a portrait; empty without one."""
    return f"/files/{file_id}/thumb" if file_id else ""


def size_words(size: int) -> str:
    """``1.4 MB``, the way the reader's locale writes numbers."""
    locale = (get_language() or "en").replace("-", "_").split("_")[0]
    for limit, unit in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if size >= limit:
            return f"{format_decimal(round(size / limit, 1), locale=locale)} {unit}"
    return _("%(size)s bytes") % {"size": size}


def kind_words(file: StoredFile) -> str:
    known = _KINDS.get(file.media_type)
    if known is not None:
        return known
    ending = file.name.rpartition(".")[2].upper() if "." in file.name else ""
    return ending if 2 <= len(ending) <= 5 else file.media_type.rpartition("/")[2].upper()[:5]


def card_of(file: StoredFile) -> FileCard:
    kind = kind_words(file)
    return FileCard(
        file_id=file.pk,
        name=file.name,
        size=file.size,
        media_type=file.media_type,
        href=href_of(file),
        note=f"{kind}, {size_words(file.size)}" if kind else size_words(file.size),
        thumb=thumb_of(file.pk) if file.thumb_name else "",
        caption=file.caption,
        width=file.width,
        height=file.height,
        is_image=file.is_image,
    )


def of(kind: str, subject_ids: Iterable[UUID]) -> dict[UUID, tuple[FileCard, ...]]:
    """The files of some subjects of one kind, in their order; one query, subjects without files are left out."""
    wanted = set(subject_ids)
    if not wanted:
        return {}
    found: dict[UUID, list[FileCard]] = {}
    rows = Attachment.objects.filter(subject_kind=kind, subject_id__in=wanted).select_related("file")
    for row in rows.order_by("subject_id", "position", "pk"):
        found.setdefault(row.subject_id, []).append(card_of(row.file))
    return {subject: tuple(cards) for subject, cards in found.items()}


def cards(file_ids: Iterable[UUID], actor: Actor) -> list[FileCard]:
    """Cards of the actor's own files, e.g. those waiting in a form to be attached."""
    rows = StoredFile.objects.filter(pk__in=set(file_ids), owner_id=actor.account_id)
    return [card_of(row) for row in rows.order_by("pk")] if actor.is_known else []


def readable_by(actor: Actor, file_id: UUID) -> StoredFile:
    """
    A file for somebody who may have it.

    :raises NotFound: when there is none, or it is not theirs to see
    """
    file = StoredFile.objects.prefetch_related("attachments").filter(pk=file_id).first()
    if file is None or not policies.can_read(actor, file):
        raise NotFound()
    return file


def unattached() -> QuerySet[StoredFile]:
    """Files that belong to nothing yet; their clock runs."""
    return StoredFile.objects.filter(unattached_due_at__isnull=False)
