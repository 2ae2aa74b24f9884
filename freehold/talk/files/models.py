"""What is known about a file; its bytes lie in Django's storage under a random name."""

from __future__ import annotations

from django.db import models

from freehold.kit.actions import LockingQuerySet
from freehold.kit.ids import uuid7
from freehold.people.accounts.models import Account

NAME_MAX, CAPTION_MAX = 255, 300


class StoredFile(models.Model):
    """
    One file as we keep it.

    ``purpose`` says what it was uploaded for and so which rules it passed. A file no one attached is swept at
    ``unattached_due_at``.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    purpose = models.CharField(max_length=20)
    name = models.CharField(max_length=NAME_MAX)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    storage_name = models.CharField(max_length=200, unique=True)
    thumb_name = models.CharField(max_length=200, blank=True)
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)
    caption = models.CharField(max_length=CAPTION_MAX, blank=True)
    created_at = models.DateTimeField()
    unattached_due_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(LockingQuerySet["StoredFile"])()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(size__gt=0), name="a_file_is_not_empty")]
        indexes = [
            models.Index(fields=["owner", "id"], name="file_owner"),
            models.Index(
                fields=["unattached_due_at"], name="file_sweep", condition=models.Q(unattached_due_at__isnull=False)
            ),
        ]

    @property
    def is_image(self) -> bool:
        return self.width is not None


class Attachment(models.Model):
    """A file belongs to something of an app above: a post, a submission, a portfolio piece."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="attachments")
    subject_kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    position = models.IntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "subject_kind", "subject_id"], name="attached_once"),
        ]
        indexes = [models.Index(fields=["subject_kind", "subject_id", "position"], name="attachment_subject")]
