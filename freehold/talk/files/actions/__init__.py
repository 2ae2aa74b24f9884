"""Everything that is written about files."""

from __future__ import annotations

import hashlib
import io
import os
import re
import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, BinaryIO
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.events import publish
from freehold.kit.refusals import IllegalMove, NotAllowed, NotFound, TooMany
from freehold.kit.settings import current
from freehold.kit.text import clean
from freehold.people.accounts import actions as accounts
from freehold.talk.files import policies
from freehold.talk.files.actions import contents, pictures
from freehold.talk.files.actions.contents import FileRefused
from freehold.talk.files.events import FileErased, FileReadied
from freehold.talk.files.models import CAPTION_MAX, NAME_MAX, Attachment, StoredFile

__all__ = ["FileRefused", "TooManyFiles", "attach", "change_photo", "describe", "detach", "detach_all", "erase_files",
           "remove_photo", "store", "store_bytes", "sweep_file"]  # fmt: skip

_ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "image/gif": ".gif"}


class TooManyFiles(TooMany):
    """Somebody uploads and uploads without using any of it."""

    sentence = _("You have many uploaded files that belong to nothing yet. Use or wait out those before adding more.")


def store(*, actor: Actor, upload: Any, purpose: str, at: datetime, caption: str = "") -> StoredFile:
    """
    Take an upload: look at what it is, keep it under a random name.

    The looking happens before the transaction; a file nobody attaches is swept after ``files.unattached_hours``.

    :param upload: an uploaded file of Django's
    :param purpose: what it is for; see :data:`contents.PURPOSES`
    :raises NotAllowed: for visitors and those who have not confirmed their address
    :raises FileRefused: when it is empty, too large, damaged or of a kind we do not take
    :raises TooManyFiles: when too many uploads lie around unused
    """
    require(policies.can_store(actor))
    contents.check_size(upload.size or 0, purpose)
    content: Any = upload.file if isinstance(upload, File) else upload
    media_type = contents.detect(content, purpose)
    drawn = None
    if media_type in contents.IMAGES:
        contents.check_size(upload.size, purpose, image=True)
        drawn = pictures.draw(content, media_type, contents.rules(purpose))
    if drawn is not None and drawn.content is not None:
        content, media_type = io.BytesIO(drawn.content), drawn.media_type
    columns = _write(content, drawn)
    try:
        return record_file(
            actor=actor,
            owner_id=actor.account_id,
            columns={
                **columns,
                "purpose": purpose,
                "name": safe_name(upload.name or "", media_type),
                "media_type": media_type,
                "caption": clean(caption)[:CAPTION_MAX],
            },
            at=at,
        )
    except BaseException:
        _forget_blobs(columns["storage_name"], columns["thumb_name"])
        raise


def store_bytes(
    *, actor: Actor, name: str, content: bytes, media_type: str, purpose: str, subject: tuple[str, UUID], at: datetime,
    owner_id: UUID | None = None,
) -> StoredFile:  # fmt: skip
    """
    Keep a file we made ourselves (a document, an archive) and attach it at once.

    :raises NotAllowed: unless the machine itself acts
    """
    require(actor.is_system)
    columns = _write(io.BytesIO(content), None)
    file = record_file(
        actor=actor,
        owner_id=owner_id,
        columns={**columns, "purpose": purpose, "name": safe_name(name, media_type), "media_type": media_type},
        at=at,
    )
    return attach(actor=actor, file_ids=[file.pk], subject=subject, at=at)[0]


@action
def record_file(*, actor: Actor, owner_id: UUID | None, columns: dict[str, Any], at: datetime) -> StoredFile:
    """
    Write down a file whose bytes were stored a moment ago; :func:`store` calls this.

    :raises NotAllowed: for visitors and those who have not confirmed their address
    :raises TooManyFiles: when too many uploads lie around unused
    """
    require(policies.can_store(actor))
    if owner_id is not None:
        waiting = StoredFile.objects.filter(owner_id=owner_id, unattached_due_at__isnull=False).count()
        require(waiting < current().files.unattached_max, TooManyFiles)
    due = at + timedelta(hours=current().files.unattached_hours)
    file = StoredFile.objects.create(owner_id=owner_id, created_at=at, unattached_due_at=due, **columns)
    publish(FileReadied(file_id=file.pk, size=file.size), actor=actor, at=at)
    return file


@action
def attach(*, actor: Actor, file_ids: Iterable[UUID], subject: tuple[str, UUID], at: datetime) -> list[StoredFile]:
    """
    Let files belong to a subject, in the order given; the app above has asked whether the actor may write there.

    A file that already belongs to this subject stays as it is.

    :raises NotFound: when one of them does not exist or is somebody else's
    :raises IllegalMove: when one of them already belongs to something else
    """
    wanted = list(dict.fromkeys(file_ids))
    rows = StoredFile.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    found = {file.pk: file for file in rows}
    for pk in wanted:
        require(pk in found and policies.can_attach(actor, found[pk]), NotFound)
    kind, subject_id = subject
    links = {(a.file_id, a.subject_kind, a.subject_id) for a in Attachment.objects.filter(file_id__in=wanted)}
    taken = Attachment.objects.filter(subject_kind=kind, subject_id=subject_id).count()
    for position, pk in enumerate(wanted, taken):
        if (pk, kind, subject_id) in links:
            continue
        if any(link[0] == pk for link in links):
            raise IllegalMove(_("One of the files already belongs to something else. Upload it again."))
        Attachment.objects.create(file_id=pk, subject_kind=kind, subject_id=subject_id, position=position, at=at)
    StoredFile.objects.filter(pk__in=wanted).update(unattached_due_at=None)
    return [found[pk] for pk in wanted]


@action
def detach(*, actor: Actor, file_id: UUID, subject: tuple[str, UUID], at: datetime) -> None:
    """
    Take a file off a subject; with its last subject the file itself goes.

    The app above has asked whether the actor may write there. A file that is not there is no complaint.
    """
    require(actor.is_known or actor.is_system)
    file = StoredFile.objects.select_for_update(no_key=True).filter(pk=file_id).first()
    if file is None:
        return
    Attachment.objects.filter(file=file, subject_kind=subject[0], subject_id=subject[1]).delete()
    if not Attachment.objects.filter(file=file).exists():
        _erase([file], actor=actor, at=at)


@action
def detach_all(*, actor: Actor, subject: tuple[str, UUID], at: datetime) -> int:
    """Take every file off a subject that goes itself; returns how many there were."""
    require(actor.is_known or actor.is_system)
    ids = Attachment.objects.filter(subject_kind=subject[0], subject_id=subject[1]).values_list("file_id", flat=True)
    for file_id in sorted(ids):
        detach(actor=actor, file_id=file_id, subject=subject, at=at)
    return len(ids)


@action
def describe(*, actor: Actor, file_id: UUID, caption: str, at: datetime) -> StoredFile:
    """
    Say in words what a picture shows.

    :raises NotFound: unless it is the actor's own file
    """
    file = StoredFile.objects.locked(file_id)
    require(policies.can_attach(actor, file), NotFound)
    file.caption = clean(caption)[:CAPTION_MAX]
    file.save(update_fields=["caption"])
    return file


@action
def erase_files(*, actor: Actor, file_ids: Sequence[UUID], at: datetime) -> int:
    """
    Erase files, wherever they are attached; their bytes follow a moment later.

    :returns: how many there were
    :raises NotAllowed: unless the machine acts, or they are the actor's own
    """
    files = list(StoredFile.objects.select_for_update().filter(pk__in=set(file_ids)).order_by("pk"))
    require(actor.is_system or all(actor.is_person(file.owner_id) for file in files))
    return _erase(files, actor=actor, at=at)


@action
def sweep_file(*, actor: Actor, file_id: UUID, at: datetime) -> int:
    """
    Erase a file nobody attached in time.

    :raises IllegalMove: when it belongs to something by now, or its time is not over
    """
    file = StoredFile.objects.locked(file_id)
    require(actor.is_system)
    if file.unattached_due_at is None or at < file.unattached_due_at:
        raise IllegalMove()
    return _erase([file], actor=actor, at=at)


@action
def change_photo(*, actor: Actor, file_id: UUID, at: datetime) -> StoredFile:
    """
    Show a stored picture beside the actor's name; the one before is erased.

    :raises NotFound: unless it is the actor's own upload
    :raises IllegalMove: when the picture was uploaded for something else
    """
    file = StoredFile.objects.found(pk=file_id)
    owner_id = actor.account_id
    if owner_id is None or owner_id != file.owner_id:
        raise NotFound()
    if file.purpose != "photo":
        raise IllegalMove(_("This file was not uploaded as a portrait. Upload it again."))
    subject = ("photo", owner_id)
    old = Attachment.objects.filter(subject_kind="photo", subject_id=owner_id).exclude(file_id=file_id)
    erase_files(actor=actor, file_ids=list(old.values_list("file_id", flat=True)), at=at)
    attach(actor=actor, file_ids=[file_id], subject=subject, at=at)
    accounts.set_photo(actor=actor, account_id=owner_id, photo_id=file_id, at=at)
    return file


@action
def remove_photo(*, actor: Actor, at: datetime) -> None:
    """
    Go back to the drawn portrait.

    :raises NotAllowed: for visitors
    """
    owner_id = actor.account_id
    if owner_id is None:
        raise NotAllowed()
    old = Attachment.objects.filter(subject_kind="photo", subject_id=owner_id)
    erase_files(actor=actor, file_ids=list(old.values_list("file_id", flat=True)), at=at)
    accounts.set_photo(actor=actor, account_id=owner_id, photo_id=None, at=at)


def safe_name(name: str, media_type: str) -> str:
    """A file's own name without path parts and control characters, cut in the middle if it is very long."""
    text = unicodedata.normalize("NFC", clean(name)).replace("\n", " ").replace("\t", " ")
    text = re.split(r"[\\/]", text)[-1].strip(" .") or str(_("file"))
    text = re.sub(r'[<>:"|?*]', "_", text)
    root, dot, last = text.rpartition(".")
    root, ending = (root, dot + last) if root and last else (text, "")
    right = _ENDINGS.get(media_type)
    if right and ending.lower() != right and not (right == ".jpg" and ending.lower() == ".jpeg"):
        root, ending = (root if ending.lower() in _ENDINGS.values() else text), right
    ending = ending[:20]
    return root[: NAME_MAX - len(ending)] + ending


def _write(content: BinaryIO, drawn: pictures.Drawn | None) -> dict[str, Any]:
    content.seek(0)
    digest = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
    size = content.seek(0, os.SEEK_END)
    content.seek(0)
    stored = default_storage.save(_random_name(), File(content))
    thumb = default_storage.save(_random_name(), ContentFile(drawn.thumb)) if drawn else ""
    return {
        "storage_name": stored,
        "thumb_name": thumb,
        "sha256": digest,
        "size": size,
        "width": drawn.width if drawn else None,
        "height": drawn.height if drawn else None,
    }


def _random_name() -> str:
    name = secrets.token_hex(20)
    return f"{name[:2]}/{name[2:]}"


def _erase(files: list[StoredFile], *, actor: Actor, at: datetime) -> int:
    for file in files:
        blobs = tuple(name for name in (file.storage_name, file.thumb_name) if name)
        pk = file.pk
        file.delete()
        publish(FileErased(file_id=pk, blobs=blobs), actor=actor, at=at)
    return len(files)


def _forget_blobs(*names: str) -> None:
    for name in names:
        if name:
            default_storage.delete(name)
