"""Parties, teams, memberships, and who has met whom."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import LockingQuerySet
from freehold.kit.ids import uuid7
from freehold.people.accounts.models import Account
from freehold.people.teams.states import MEMBERSHIP, M, Role


class PartyQuerySet(LockingQuerySet["Party"]):
    def open(self) -> PartyQuerySet:
        return self.filter(closed_at__isnull=True)


class Party(models.Model):
    """
    Either side of a contract, and the owner of money.

    A PERSON is the freelancer side of its owner and shows the owner's name; a COMPANY has a name of its own.
    """

    class Kind(models.TextChoices):
        PERSON = "PERSON", _("Person")
        COMPANY = "COMPANY", _("Company")
        AGENCY = "AGENCY", _("Agency")

    class Size(models.TextChoices):
        ONE = "1", "1"
        FEW = "2-9", "2–9"
        SOME = "10-99", "10–99"
        MANY = "100-499", "100–499"
        LOTS = "500+", "500+"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=100, blank=True)
    is_organization = models.BooleanField(default=False)
    name_public = models.BooleanField(default=True)
    size = models.CharField(_("size"), max_length=8, choices=Size, default=Size.ONE)
    website = models.URLField(_("website"), max_length=200, blank=True)
    description = models.TextField(_("description"), max_length=2000, blank=True)
    country = models.CharField(_("country"), max_length=2)
    address = models.TextField(_("billing address"), max_length=400, blank=True)
    tax_id = models.CharField(_("tax number"), max_length=40, blank=True)
    logo_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(PartyQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], condition=models.Q(kind="PERSON"), name="one_freelancer_side_per_account"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="PERSON") | ~models.Q(name=""), name="only_a_person_borrows_its_name"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Team(models.Model):
    """A part of a company; every post and contract belongs to one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=100)
    created_at = models.DateTimeField()


class Membership(models.Model):
    """An account's roles in a company or agency; permissions add up."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="memberships")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    roles = ArrayField(models.CharField(max_length=10, choices=Role), default=list)
    state = models.CharField(max_length=8, choices=M, default=M.MEMBER)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(LockingQuerySet["Membership"])()

    class Meta:
        constraints = [
            MEMBERSHIP.check("membership_state_known"),
            models.UniqueConstraint(
                fields=["party", "account"], condition=models.Q(state=M.MEMBER), name="a_member_once"
            ),
        ]


class Acquaintance(models.Model):
    """Two parties share an offer or a contract, so each sees the other's name in full. Set by the app above."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    low_id = models.UUIDField()
    high_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["low_id", "high_id"], name="acquainted_once"),
            models.CheckConstraint(condition=models.Q(low_id__lt=models.F("high_id")), name="low_before_high"),
        ]
