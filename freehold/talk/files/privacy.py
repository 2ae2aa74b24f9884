"""What files know about a person: what belongs to them alone goes, what they handed over stays with its receiver."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy

from freehold.kit.actors import Actor
from freehold.kit.privacy import Basis, Fate, Subject, impersonal, personal
from freehold.talk.files import actions, policies
from freehold.talk.files.models import Attachment, StoredFile

_ERASER = Actor.system("files.privacy")
_PLAIN = ("purpose", "media_type", "sha256", "storage_name", "thumb_name", "name", "caption")


def _staying() -> Exists:
    links = Attachment.objects.filter(file_id=OuterRef("pk"), subject_kind__in=policies.STAYING)
    return Exists(links)


def _own(subject: Subject) -> QuerySet[StoredFile]:
    return StoredFile.objects.filter(~_staying(), owner_id=subject.account_id)


def _handed_over(subject: Subject) -> QuerySet[StoredFile]:
    return StoredFile.objects.filter(_staying(), owner_id=subject.account_id)


def _erase(subject: Subject, at: datetime) -> int:
    ids = list(_own(subject).values_list("pk", flat=True))
    return actions.erase_files(actor=_ERASER, file_ids=ids, at=at)


personal(
    StoredFile,
    label=gettext_lazy("Your photo, portfolio files and uploads"),
    rows=_own,
    export=("id", "name", "media_type", "size", "caption", "created_at", "sha256"),
    fate=Fate.ERASE,
    erase=_erase,
    impersonal=_PLAIN,
)
personal(
    StoredFile,
    label=gettext_lazy("Files you handed over in posts and contracts"),
    rows=_handed_over,
    export=("id", "name", "media_type", "size", "caption", "created_at", "sha256"),
    fate=Fate.KEEP,
    basis=Basis.PARTY,
    keep_years="retention.financial_years",
    seen_by=gettext_lazy("those they were handed to"),
    impersonal=_PLAIN,
)
impersonal(Attachment, "Which file belongs to which subject: ids only.")
