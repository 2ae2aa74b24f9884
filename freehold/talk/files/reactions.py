"""When a file's record is gone, its bytes follow."""

from __future__ import annotations

from datetime import datetime

from django.core.files.storage import default_storage

from freehold.kit.events import when
from freehold.talk.files.events import FileErased
from freehold.talk.files.models import StoredFile


@when(FileErased)
def remove_bytes(event: FileErased, *, at: datetime) -> None:
    """Storage deletes what is there and shrugs at what is not: safe to repeat."""
    used = set(StoredFile.objects.filter(storage_name__in=event.blobs).values_list("storage_name", flat=True))
    for name in event.blobs:
        if name not in used:
            default_storage.delete(name)
