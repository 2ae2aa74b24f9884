"""What people were told, and the mail about it."""

from __future__ import annotations

from django.db import models

from freehold.kit.actions import LockingQuerySet
from freehold.kit.ids import uuid7
from freehold.people.accounts.models import Account
from freehold.talk.notifications.states import LETTER, S


class NotificationQuerySet(LockingQuerySet["Notification"]):
    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at__isnull=True)


class Notification(models.Model):
    """One line in somebody's list. Title and text name things and amounts, never people."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    event = models.CharField(max_length=80)
    words = models.CharField(max_length=100)
    fact_id = models.BigIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    link = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(NotificationQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "fact_id", "words"], name="told_once")]
        indexes = [
            models.Index(fields=["account", "-at", "-id"], name="notification_list"),
            models.Index(fields=["account"], name="notification_unread", condition=models.Q(read_at__isnull=True)),
        ]


class Letter(models.Model):
    """
    Mail on its way out. The words are dropped once it has left.

    ``account`` is None for people who have none.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    to_address = models.EmailField(max_length=254, blank=True)
    event = models.CharField(max_length=80)
    words = models.CharField(max_length=100)
    fact_id = models.BigIntegerField()
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=S, default=S.QUEUED)
    queued_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(LockingQuerySet["Letter"])()

    class Meta:
        constraints = [
            LETTER.check("letter_state_known"),
            models.UniqueConstraint(
                fields=["account", "fact_id", "words"], name="written_once", condition=models.Q(account__isnull=False)
            ),
            models.CheckConstraint(
                condition=models.Q(state=S.QUEUED) | models.Q(to_address="", text="", html="", subject=""),
                name="what_left_is_not_kept",
            ),
        ]
        indexes = [models.Index(fields=["account", "state"], name="letter_account")]


class Mail(models.Model):
    """A mail in the development mailbox: what would have been sent (demo, development, tests)."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    to_address = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-created_at", "-id"], name="mail_newest")]
