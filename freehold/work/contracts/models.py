"""Contracts, their milestones, what was handed in, and requests for held money back."""

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
from freehold.kit.refusals import NotFound
from freehold.people.accounts.models import Account
from freehold.people.teams.models import Party, Team
from freehold.work.contracts.states import (
    AT_WORK,
    CLOSED,
    CONTRACT,
    HELD,
    MILESTONE,
    REFUND,
    C,
    M,
    Origin,
    R,
    Reason,
    Side,
)


@dataclass(frozen=True, kw_only=True)
class Part:
    """A milestone as somebody plans it; the amount in minor units of the contract's currency."""

    title: str
    amount: int
    text: str = ""
    due_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """What two sides agreed on: all a contract is made from."""

    company_id: UUID
    team_id: UUID
    worker_id: UUID
    hiring_account_id: UUID
    title: str
    currency: str
    terms: dict[str, Any]
    parts: tuple[Part, ...]
    text: str = ""
    origin: str = "PROPOSAL"
    starts_on: date | None = None
    post_id: UUID | None = None
    proposal_id: UUID | None = None
    offer_id: UUID | None = None


class ContractQuerySet(LockingQuerySet["Contract"]):
    def open(self) -> ContractQuerySet:
        return self.exclude(state=C.ENDED)

    def of_party(self, party_id: UUID | None) -> ContractQuerySet:
        return self.filter(Q(company_id=party_id) | Q(worker_id=party_id))


class Contract(models.Model):
    """
    What a company and a worker agreed.

    Kind and currency never change. Fee terms and clocks are copied in at the start, so that a later change of the
    market's settings never reaches back.
    """

    class Kind(models.TextChoices):
        FIXED = "FIXED"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=8, unique=True)
    company = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    hiring = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.FIXED)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.PROPOSAL)
    title = models.CharField(max_length=100)
    text = models.TextField(max_length=10_000, blank=True)
    currency = models.CharField(max_length=3)
    terms = models.JSONField()
    auto_release_days = models.PositiveSmallIntegerField()
    refund_reply_days = models.PositiveSmallIntegerField()
    dormant_days = models.PositiveSmallIntegerField()
    dormant_notice_days = models.PositiveSmallIntegerField()
    post_id = models.UUIDField(null=True)
    proposal_id = models.UUIDField(null=True)
    offer_id = models.UUIDField(null=True)
    carry_hold_id = models.UUIDField(null=True)

    state = models.CharField(max_length=10, choices=C, default=C.ACTIVE)
    opened_at = models.DateTimeField()
    start_due_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    paused_by = models.CharField(max_length=8, choices=Side, blank=True)
    pause_text = models.CharField(max_length=500, blank=True)
    ends_when_settled = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=8, choices=Side, blank=True)
    end_reason = models.CharField(max_length=16, choices=Reason, blank=True)
    settled_at = models.DateTimeField(null=True)
    #: the last act of either side, and when the next thing happens because there is none
    acted_at = models.DateTimeField()
    idle_due_at = models.DateTimeField(null=True)
    idle_step = models.PositiveSmallIntegerField(default=0)

    objects = models.Manager.from_queryset(ContractQuerySet)()

    class Meta:
        constraints = [
            CONTRACT.check("contract_state_known"),
            models.CheckConstraint(condition=~Q(company=F("worker")), name="nobody_hires_themselves"),
            models.CheckConstraint(
                condition=Q(state=C.ENDED, ended_at__isnull=False) | (~Q(state=C.ENDED) & Q(ended_at__isnull=True)),
                name="an_ended_contract_knows_when",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "-opened_at"], name="contract_company"),
            models.Index(fields=["worker", "-opened_at"], name="contract_worker"),
            models.Index(fields=["idle_due_at"], name="contract_idle", condition=~Q(state=C.ENDED)),
            models.Index(fields=["start_due_at"], name="contract_start", condition=Q(state=C.SCHEDULED)),
            models.Index(fields=["proposal_id"], name="contract_proposal", condition=Q(proposal_id__isnull=False)),
        ]

    @property
    def is_open(self) -> bool:
        return self.state != C.ENDED

    def money(self, amount: int) -> Money:
        """An amount in the contract's currency."""
        return Money(amount, self.currency)

    def other_side(self, party_id: UUID | None) -> UUID:
        return self.worker_id if party_id == self.company_id else self.company_id

    def __str__(self) -> str:
        return self.number


class MilestoneQuerySet(LockingQuerySet["Milestone"]):
    def locked(self, pk: UUID) -> Milestone:
        """Lock the contract first, then the milestone (in the order of ``of``); both come along."""
        rows = self.select_related("contract").select_for_update(of=("contract", "self"), no_key=True)
        for milestone in rows.filter(pk=pk):
            return milestone
        raise NotFound()

    def held(self) -> MilestoneQuerySet:
        return self.filter(state__in=HELD)

    def at_work(self) -> MilestoneQuerySet:
        return self.filter(state__in=AT_WORK)

    def open(self) -> MilestoneQuerySet:
        return self.exclude(state__in=CLOSED)


class Milestone(models.Model):
    """A piece of work with a price: planned, then held, then paid or returned."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="milestones")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=100)
    text = models.TextField(max_length=5000, blank=True)
    amount = models.BigIntegerField()
    due_on = models.DateField(null=True)
    state = models.CharField(max_length=14, choices=M, default=M.AGREED)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    #: a proposed milestone waits for the client until then
    answer_due_at = models.DateTimeField(null=True)

    hold_id = models.UUIDField(null=True, unique=True)
    charge_id = models.UUIDField(null=True)
    #: how much of the carry is promised to a funding under way
    carry_part = models.BigIntegerField(default=0)
    fail_code = models.CharField(max_length=40, blank=True)
    funded_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    #: silence releases the money then; empty while a refund request makes the clock stand still
    review_due_at = models.DateTimeField(null=True)
    review_left_days = models.PositiveSmallIntegerField(null=True)
    remind_due_at = models.DateTimeField(null=True)
    dormant_due_at = models.DateTimeField(null=True)
    dormant_step = models.PositiveSmallIntegerField(default=0)
    #: the provider cannot keep the money much longer: a refund request opens by itself then
    limit_due_at = models.DateTimeField(null=True)
    submissions_count = models.PositiveSmallIntegerField(default=0)

    released_amount = models.BigIntegerField(default=0)
    refunded_amount = models.BigIntegerField(default=0)
    entry_id = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(MilestoneQuerySet)()

    class Meta:
        constraints = [
            MILESTONE.check("milestone_state_known"),
            models.UniqueConstraint(fields=["contract", "position"], name="one_milestone_per_place"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="milestone_price_not_negative"),
            models.CheckConstraint(
                condition=Q(released_amount__gte=0, refunded_amount__gte=0, carry_part__gte=0),
                name="milestone_moves_never_negative",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[*HELD, M.FUNDING]) | Q(hold_id__isnull=False), name="held_money_has_a_hold"
            ),
            models.CheckConstraint(
                condition=Q(state=M.SUBMITTED) | Q(review_due_at__isnull=True, review_left_days__isnull=True),
                name="only_work_handed_in_is_reviewed",
            ),
        ]
        indexes = [
            models.Index(fields=["review_due_at"], name="ms_review", condition=Q(state=M.SUBMITTED)),
            models.Index(fields=["remind_due_at"], name="ms_remind", condition=Q(remind_due_at__isnull=False)),
            models.Index(fields=["answer_due_at"], name="ms_answer", condition=Q(state=M.PROPOSED)),
            models.Index(fields=["dormant_due_at"], name="ms_dormant", condition=Q(state__in=list(AT_WORK))),
            models.Index(fields=["limit_due_at"], name="ms_limit", condition=Q(limit_due_at__isnull=False)),
        ]

    @property
    def is_held(self) -> bool:
        return self.state in HELD

    @property
    def is_closed(self) -> bool:
        return self.state in CLOSED

    @property
    def price(self) -> Money:
        """What it costs; needs the contract loaded."""
        return self.contract.money(self.amount)


class Submission(models.Model):
    """Work handed in; never changed afterwards but for the client's answer to it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    message = models.TextField(max_length=5000, blank=True)
    #: over the message and every file, so that nobody can say afterwards it was something else
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)
    answer_text = models.TextField(max_length=5000, blank=True)
    answered_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(LockingQuerySet["Submission"])()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["milestone", "number"], name="submissions_counted")]


class RefundRequestQuerySet(LockingQuerySet["RefundRequest"]):
    def locked(self, pk: UUID) -> RefundRequest:
        """Lock the contract, then the milestone if there is one, then the request."""
        found = self.filter(pk=pk).values_list("contract_id", "milestone_id").first()
        if found is None:
            raise NotFound()
        contract_id, milestone_id = found
        milestone = Milestone.objects.locked(milestone_id) if milestone_id else None
        contract = milestone.contract if milestone else Contract.objects.locked(contract_id)
        request = super().locked(pk)
        request.contract, request.milestone = contract, milestone
        return request

    def asked(self) -> RefundRequestQuerySet:
        return self.filter(state=R.ASKED)


class RefundRequest(models.Model):
    """The client asks for held money back: of a milestone, or of the carry when there is none."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="refund_requests")
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, null=True, related_name="refund_requests")
    submission_number = models.PositiveSmallIntegerField(default=0)
    amount = models.BigIntegerField()
    agreed_amount = models.BigIntegerField(default=0)
    #: opened by an ending or by the provider's limit, not asked for by hand
    by_rule = models.BooleanField(default=False)
    text = models.TextField(max_length=2000, blank=True)
    answer_text = models.TextField(max_length=2000, blank=True)
    state = models.CharField(max_length=10, choices=R, default=R.ASKED)
    asked_at = models.DateTimeField()
    reply_due_at = models.DateTimeField(null=True)
    remind_due_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(RefundRequestQuerySet)()

    class Meta:
        constraints = [
            REFUND.check("refund_request_state_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_asks_for_something"),
            models.CheckConstraint(
                condition=Q(agreed_amount__gte=0, agreed_amount__lte=F("amount")), name="never_more_back_than_asked"
            ),
            models.UniqueConstraint(
                fields=["milestone"], condition=Q(state=R.ASKED), name="one_open_refund_request_per_milestone"
            ),
            models.UniqueConstraint(
                fields=["contract"],
                condition=Q(state=R.ASKED, milestone__isnull=True),
                name="one_open_refund_request_for_the_carry",
            ),
            models.UniqueConstraint(
                fields=["milestone", "submission_number"],
                condition=~Q(state=R.WITHDRAWN) & Q(by_rule=False),
                name="one_refund_request_per_submission",
            ),
        ]
        indexes = [
            models.Index(fields=["contract", "-asked_at"], name="refund_contract"),
            models.Index(fields=["reply_due_at"], name="refund_reply", condition=Q(state=R.ASKED)),
        ]

    def money(self) -> Money:
        """What was asked for; needs the contract loaded."""
        return self.contract.money(self.amount)
