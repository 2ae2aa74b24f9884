"""Accounts, what they accepted, and the link that makes the first operator."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import LockingQuerySet
from freehold.kit.ids import uuid7
from freehold.people.accounts.states import ACCOUNT, S


class AccountQuerySet(LockingQuerySet["Account"]):
    def with_email(self, email: str) -> AccountQuerySet:
        return self.filter(email=email.strip().lower())


class AccountManager(BaseUserManager["Account"]):
    def get_queryset(self) -> AccountQuerySet:
        return AccountQuerySet(self.model, using=self._db)

    def with_email(self, email: str) -> AccountQuerySet:
        return self.get_queryset().with_email(email)

    def locked(self, pk: Any) -> Account:
        return self.get_queryset().locked(pk)

    def found(self, **lookup: Any) -> Account:
        return self.get_queryset().found(**lookup)

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(email=(username or "").lower())

    def create_user(self, email: str, password: str | None = None, **columns: Any) -> Account:
        """Make a bare account; actions and tests use it, pages never do."""
        account: Account = self.model(email=email.strip().lower(), **columns)
        account.set_password(password)
        account.save()
        return account


class Account(AbstractBaseUser):
    """
    One human being.

    What is left after erasure is a tombstone: id, state, pseudonym and the erased day.
    """

    class Purpose(models.TextChoices):
        HIRE = "HIRE", _("I want to hire")
        WORK = "WORK", _("I want to work")

    class Theme(models.TextChoices):
        SYSTEM = "system", _("Like my device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    # Version 4: the id survives on the tombstone and must not tell when somebody joined.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail"), max_length=254, null=True, unique=True)
    first_name = models.CharField(_("first name"), max_length=50, blank=True)
    last_name = models.CharField(_("last name"), max_length=50, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, default="UTC")
    language = models.CharField(_("language"), max_length=10, default="en")
    theme = models.CharField(max_length=6, choices=Theme, default=Theme.SYSTEM)
    purpose = models.CharField(max_length=4, choices=Purpose, blank=True)
    #: what the first company will be called; emptied once it exists
    company_name = models.CharField(_("company name"), max_length=100, blank=True)
    photo_id = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=S, default=S.NEW)
    state_before = models.CharField(max_length=10, blank=True)
    leaving = models.BooleanField(default=False)
    staff_roles = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    pseudonym = models.CharField(max_length=30, blank=True)
    last_party_id = models.UUIDField(null=True)
    age_confirmed_at = models.DateTimeField(null=True)
    joined_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirm_due_at = models.DateTimeField(null=True)
    marketing_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    objects = AccountManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        constraints = [
            ACCOUNT.check("account_state_known"),
            models.CheckConstraint(
                condition=models.Q(email__isnull=True) | models.Q(email=Lower("email")), name="email_in_lower_case"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=S.ERASED) | models.Q(email__isnull=True, first_name="", last_name=""),
                name="a_tombstone_has_no_name",
            ),
            models.UniqueConstraint(fields=["pseudonym"], condition=~models.Q(pseudonym=""), name="pseudonym_drawn"),
        ]
        indexes = [models.Index(fields=["confirm_due_at"], name="account_new", condition=models.Q(state=S.NEW))]

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """May somebody sign in with this account at all?"""
        return self.state not in (S.CLOSED, S.ERASED)

    @property
    def name(self) -> str:
        """The name in full, or what stands in its place once the person is gone."""
        return f"{self.first_name} {self.last_name}".strip() or self.pseudonym

    @property
    def public_name(self) -> str:
        """*First L.*, as strangers see it (spec people section 1)."""
        if not self.first_name:
            return self.pseudonym
        return f"{self.first_name} {self.last_name[:1]}." if self.last_name else self.first_name

    def __str__(self) -> str:
        return str(self.pk)


class TermsAcceptance(models.Model):
    """Somebody accepted a version of a document."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    document = models.CharField(max_length=30)
    version = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "document", "version"], name="accepted_once")]


class FirstRun(models.Model):
    """The one-time link that makes the market's first operator (one row)."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    digest = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_first_run")]


class MailedLink(models.Model):
    """A single-use link in somebody's mailbox; only its digest is kept."""

    class Purpose(models.TextChoices):
        CONFIRM = "CONFIRM"
        RESET = "RESET"
        EMAIL = "EMAIL"
        UNDO = "UNDO"
        CLOSE = "CLOSE"
        REOPEN = "REOPEN"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=10, choices=Purpose)
    digest = models.BinaryField(max_length=32, unique=True)
    #: for EMAIL: the new address; for UNDO: the one it replaced
    address = models.EmailField(max_length=254, blank=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(LockingQuerySet["MailedLink"])()

    class Meta:
        indexes = [models.Index(fields=["account", "purpose"], name="mailed_link_of")]

    @property
    def token(self) -> str:
        """What stands in the mail: made from the id and the market's secret key, so it need not be stored."""
        return urlsafe_base64_encode(salted_hmac("mailed-link", self.pk.bytes, algorithm="sha256").digest())

    @staticmethod
    def digest_of(token: str) -> bytes:
        return hashlib.sha256(token.encode()).digest()

    def works(self, at: datetime) -> bool:
        return self.used_at is None and at < self.expires_at


class Attempt(models.Model):
    """How often something was tried lately: a keyed digest of who and where, never the address itself."""

    digest = models.BinaryField(max_length=32, primary_key=True)
    count = models.IntegerField(default=1)
    account_id = models.UUIDField(null=True)
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["ends_at"], name="attempt_over"),
            models.Index(fields=["account_id"], name="attempt_of", condition=models.Q(account_id__isnull=False)),
        ]
