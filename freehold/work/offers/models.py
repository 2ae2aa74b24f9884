"""Offers, their milestones, and every version the worker could read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from freehold.kit.actions import LockingQuerySet
from freehold.kit.ids import uuid7
from freehold.kit.money import Money
from freehold.people.accounts.models import Account
from freehold.people.teams.models import Party, Team
from freehold.work.contracts.models import Part
from freehold.work.contracts.states import Origin
from freehold.work.offers.states import OFFER, OPEN, O


@dataclass(frozen=True, kw_only=True)
class Content:
    """What an offer says, as its author wants it."""

    title: str
    parts: tuple[Part, ...]
    text: str = ""
    starts_on: date | None = None
    close_post: bool = True

    def as_json(self) -> dict[str, Any]:
        """The content as a version keeps it."""
        return {
            "title": self.title,
            "text": self.text,
            "starts_on": self.starts_on.isoformat() if self.starts_on else "",
            "milestones": [
                {
                    "title": part.title,
                    "text": part.text,
                    "amount": part.amount,
                    "due_on": part.due_on.isoformat() if part.due_on else "",
                }
                for part in self.parts
            ],
        }


class OfferQuerySet(LockingQuerySet["Offer"]):
    def of_party(self, party_id: UUID | None) -> OfferQuerySet:
        return self.filter(Q(company_id=party_id) | Q(worker_id=party_id) & ~Q(state=O.DRAFT) & Q(version__gt=0))

    def open(self) -> OfferQuerySet:
        return self.filter(state__in=OPEN)


class Offer(models.Model):
    """Terms and money on the table: milestones with prices, the first of them paid into a hold before it is sent."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    sender = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.PROPOSAL)
    post_id = models.UUIDField(null=True)
    proposal_id = models.UUIDField(null=True)
    contract_id = models.UUIDField(null=True)
    title = models.CharField(max_length=100)
    text = models.TextField(max_length=10_000, blank=True)
    currency = models.CharField(max_length=3)
    starts_on = models.DateField(null=True)
    close_post = models.BooleanField(default=True)
    #: fees in force when it was sent; the lower of these and those at acceptance hold
    terms = models.JSONField()
    #: 0 until it was sent for the first time
    version = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=O, default=O.DRAFT)
    hold_id = models.UUIDField(null=True, unique=True)
    charge_id = models.UUIDField(null=True)
    fail_code = models.CharField(max_length=40, blank=True)
    decline_text = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    #: a draft nobody sends is deleted then
    draft_due_at = models.DateTimeField(null=True)
    funding_due_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    #: silence lets it expire then
    answer_due_at = models.DateTimeField(null=True)
    remind_due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(OfferQuerySet)()

    class Meta:
        constraints = [
            OFFER.check("offer_state_known"),
            models.CheckConstraint(condition=~Q(company=F("worker")), name="nobody_offers_to_themselves"),
            models.CheckConstraint(
                condition=~Q(state__in=[O.FUNDING, O.SENT]) | Q(hold_id__isnull=False), name="a_sent_offer_is_funded"
            ),
            models.UniqueConstraint(
                fields=["proposal_id"], condition=Q(state__in=list(OPEN)), name="one_open_offer_per_proposal"
            ),
        ]
        indexes = [
            models.Index(fields=["company", "-created_at"], name="offer_company"),
            models.Index(fields=["worker", "-created_at"], name="offer_worker"),
            models.Index(fields=["answer_due_at"], name="offer_answer", condition=Q(state=O.SENT)),
            models.Index(fields=["funding_due_at"], name="offer_funding", condition=Q(state=O.FUNDING)),
            models.Index(fields=["draft_due_at"], name="offer_draft", condition=Q(state=O.DRAFT)),
        ]

    def money(self, amount: int) -> Money:
        """An amount in the offer's currency."""
        return Money(amount, self.currency)


class OfferMilestone(models.Model):
    """One of the milestones an offer proposes, in its present version."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="milestones")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=100)
    text = models.TextField(max_length=5000, blank=True)
    amount = models.BigIntegerField()
    due_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "position"], name="one_offered_milestone_per_place"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="an_offered_milestone_costs_something"),
        ]


class OfferVersion(models.Model):
    """What an offer said when it was sent; kept, so that both can see what changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["offer", "number"], name="offer_versions_counted")]
