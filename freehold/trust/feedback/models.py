"""Reviews, and what the client adds in private."""

from __future__ import annotations

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from freehold.kit.actions import LockingQuerySet
from freehold.kit.ids import uuid7
from freehold.people.teams.models import Party
from freehold.trust.feedback.states import REVIEW, Reason, S, Side
from freehold.work.contracts.models import Contract


class ReviewQuerySet(LockingQuerySet["Review"]):
    def pair(self, contract_id: UUID) -> dict[str, Review]:
        """Lock both reviews of a contract, by side."""
        rows = self.select_for_update(of=("self",), no_key=True).filter(contract_id=contract_id).order_by("pk")
        return {str(row.side): row for row in rows}

    def shown(self) -> ReviewQuerySet:
        return self.filter(state=S.PUBLISHED)


class Review(models.Model):
    """What one side of a contract says about the other; sealed until both have spoken or the window is over."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=Side)
    author = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    stars = ArrayField(models.SmallIntegerField(), default=list, blank=True)
    overall = models.SmallIntegerField(null=True)
    comment = models.TextField(max_length=2000, blank=True)
    #: released in the contract, in the base currency: a company's rating is weighted by it
    paid = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=S, default=S.OPEN)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    remind_due_at = models.DateTimeField(null=True)
    sealed_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    reply = models.TextField(max_length=2000, blank=True)
    replied_at = models.DateTimeField(null=True)
    reply_due_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(ReviewQuerySet)()

    class Meta:
        constraints = [
            REVIEW.check("review_state_known"),
            models.UniqueConstraint(fields=["contract", "side"], name="one_review_per_side"),
            models.CheckConstraint(
                condition=Q(overall__isnull=True) | Q(overall__gte=100, overall__lte=500), name="one_to_five_stars"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(S.SEALED, S.PUBLISHED)) | Q(overall__isnull=False),
                name="what_is_left_has_stars",
            ),
            models.CheckConstraint(condition=~Q(author=F("receiver")), name="nobody_reviews_themselves"),
        ]
        indexes = [
            models.Index(fields=["receiver", "-published_at"], name="review_received"),
            models.Index(fields=["author", "state"], name="review_author"),
            models.Index(fields=["due_at"], name="review_due", condition=Q(state__in=(S.OPEN, S.SEALED))),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class PrivateAnswer(models.Model):
    """What a client answers besides the stars; never public, never changed after publication."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="private")
    recommend = models.SmallIntegerField(null=True)
    reason = models.CharField(max_length=14, choices=Reason, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(recommend__isnull=True) | Q(recommend__gte=0, recommend__lte=10), name="recommend_0_to_10"
            )
        ]
