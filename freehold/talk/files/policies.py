"""Who may have a file: its owner, and whoever may see what it is attached to."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from freehold.kit.actors import Actor
from freehold.talk.files.models import StoredFile

Reader = Callable[[Actor, UUID], bool]

#: subject kind → may this actor see the subject?
READERS: dict[str, Reader] = {}
#: subject kinds whose files are part of somebody else's record too, and outlive their owner's account
STAYING: set[str] = set()


def readable(kind: str, *, stays: bool = True) -> Callable[[Reader], Reader]:
    """
    Register who may read the files of a subject kind: ``def f(actor, subject_id) -> bool``.

    :param stays: the files are part of another party's record and stay when their owner's account is erased
    """

    def register(reader: Reader) -> Reader:
        READERS[kind] = reader
        if stays:
            STAYING.add(kind)
        return reader

    return register


def can_store(actor: Actor) -> bool:
    """Members who finished signing up, whatever measure is in force: evidence must always be possible."""
    return actor.is_system or (actor.is_known and actor.account_state in ("ACTIVE", "LIMITED", "SUSPENDED"))


def can_attach(actor: Actor, file: StoredFile) -> bool:
    return actor.is_system or actor.is_person(file.owner_id)


def can_read(actor: Actor, file: StoredFile) -> bool:
    """Nobody but the owner sees a file that is attached to nothing."""
    if actor.is_person(file.owner_id):
        return True
    return any(_asks(actor, a.subject_kind, a.subject_id) for a in file.attachments.all())


def _asks(actor: Actor, kind: str, subject_id: UUID) -> bool:
    reader = READERS.get(kind)
    return reader is not None and reader(actor, subject_id)


@readable("photo", stays=False)
def photo_is_public(actor: Actor, account_id: UUID) -> bool:
    """Portraits stand beside names everywhere."""
    return True
