"""Proposals, their milestones, the client's marks, and what a proposal costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models

from freehold.kit.actions import LockingQuerySet
from freehold.kit.actors import Actor
from freehold.kit.ids import uuid7
from freehold.kit.money import Money
from freehold.market.jobs.models import Post
from freehold.market.jobs.states import Duration
from freehold.market.profiles.models import Profile
from freehold.market.proposals.states import LIVE, PROPOSAL, STANDING, DeclineReason, S, Terms, WithdrawReason
from freehold.people.accounts.models import Account
from freehold.people.teams.models import Party
from freehold.people.teams.states import Can


@dataclass(frozen=True, kw_only=True)
class Part:
    """One proposed milestone; the amount in minor units of the post's currency."""

    text: str
    amount: int
    due_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Pitch:
    """What a proposal says, as its author wants it. ``amount`` is the whole, or the rate per hour."""

    terms: str = "WHOLE"
    amount: int = 0
    parts: tuple[Part, ...] = ()
    duration: str = ""
    letter: str = ""
    answers: tuple[str, ...] = ()
    ai_assisted: bool = False
    file_ids: tuple[UUID, ...] = ()


class Price(models.Model):
    """What a proposal on a post costs from some moment on, with its arithmetic; the newest row is in force."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    cost = models.IntegerField()
    base = models.IntegerField()
    demand = models.IntegerField()
    value = models.BigIntegerField(null=True)
    median = models.IntegerField(null=True)
    posts = models.IntegerField(default=0)
    set_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post"], condition=models.Q(replaced_at__isnull=True), name="one_price_in_force"
            ),
            models.CheckConstraint(condition=models.Q(cost__gte=0), name="price_never_below_zero"),
        ]


class ProposalQuerySet(LockingQuerySet["Proposal"]):
    def live(self) -> ProposalQuerySet:
        return self.filter(state__in=LIVE)

    def sent(self) -> ProposalQuerySet:
        return self.exclude(state=S.DRAFT)

    def visible_to(self, actor: Actor) -> ProposalQuerySet:
        """One's own side's, and sent ones on one's own company's posts with the permission to review them."""
        if actor.is_system:
            return self.all()
        seen = models.Q(pk__in=[])
        if actor.party_id:
            seen |= models.Q(worker_id=actor.party_id)
            if Can.PROPOSALS_REVIEW in actor.permissions:
                seen |= models.Q(post__company_id=actor.party_id) & ~models.Q(state=S.DRAFT)
        return self.filter(seen)


class Proposal(models.Model):
    """One worker side's application to one post."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    profile = models.ForeignKey(Profile, on_delete=models.SET_NULL, related_name="+", null=True)
    state = models.CharField(max_length=9, choices=S, default=S.DRAFT)
    state_before = models.CharField(max_length=9, blank=True)
    typed = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    terms = models.CharField(max_length=10, choices=Terms, default=Terms.WHOLE)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField(default=0)
    duration = models.CharField(max_length=6, choices=Duration, blank=True)
    letter = models.TextField(max_length=5000, blank=True)
    answers = ArrayField(models.TextField(max_length=2000), default=list, blank=True)
    questions = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    ai_assisted = models.BooleanField(default=False)
    earlier_terms = models.JSONField(default=list)

    cost = models.IntegerField(default=0)
    returned_at = models.DateTimeField(null=True)
    free_until = models.DateTimeField(null=True)
    decline_reason = models.CharField(max_length=10, choices=DeclineReason, blank=True)
    decline_note = models.TextField(max_length=1000, blank=True)
    withdraw_reason = models.CharField(max_length=10, choices=WithdrawReason, blank=True)

    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    edit_until = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    concluded_at = models.DateTimeField(null=True)
    draft_due_at = models.DateTimeField(null=True)
    unseen_due_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(ProposalQuerySet)()

    class Meta:
        constraints = [
            PROPOSAL.check("proposal_state_known"),
            models.UniqueConstraint(
                fields=["post", "worker"], condition=models.Q(state=S.DRAFT), name="one_proposal_draft_per_side"
            ),
            models.UniqueConstraint(
                fields=["post", "worker"],
                condition=models.Q(state__in=[str(s) for s in STANDING]),
                name="one_standing_proposal_per_side",
            ),
            models.CheckConstraint(
                condition=models.Q(state=S.DRAFT) | models.Q(amount__gt=0, submitted_at__isnull=False),
                name="a_sent_proposal_has_terms",
            ),
        ]
        indexes = [
            models.Index(fields=["post", "state"], name="proposal_of_post"),
            models.Index(fields=["worker", "-saved_at"], name="proposal_of_worker"),
            models.Index(fields=["unseen_due_at"], name="proposal_unseen"),
            models.Index(fields=["draft_due_at"], name="proposal_draft"),
        ]

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    def __str__(self) -> str:
        return str(self.pk)


class ProposalMilestone(models.Model):
    """A part of the work with its own amount, as the worker proposes it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="milestones")
    position = models.IntegerField()
    text = models.CharField(max_length=500)
    amount = models.BigIntegerField()
    due_on = models.DateField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "position"], name="a_position_once_per_proposal"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="a_proposed_part_costs_something"),
        ]


class Mark(models.Model):
    """What the client's team noted about a proposal, for themselves."""

    proposal = models.OneToOneField(Proposal, on_delete=models.CASCADE, primary_key=True, related_name="mark")
    shortlisted_at = models.DateTimeField(null=True)
    put_away_at = models.DateTimeField(null=True)
    rating = models.SmallIntegerField(null=True)
    note = models.TextField(max_length=1000, blank=True)
    account_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rating__isnull=True) | models.Q(rating__range=(1, 5)), name="mark_rating_1_to_5"
            )
        ]
