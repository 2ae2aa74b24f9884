"""Posts, the skills they ask for, and how they once read."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import LockingQuerySet
from freehold.kit.actors import Actor
from freehold.kit.ids import uuid7
from freehold.kit.money import Money
from freehold.market.jobs.states import POST, Duration, Kind, Level, Load, Outcome, P, Size, Visibility, Weight
from freehold.market.taxonomy.models import Skill, Subcategory
from freehold.people.accounts.models import Account
from freehold.people.teams.models import Party, Team


@dataclass(frozen=True, kw_only=True)
class Brief:
    """What a post says, as its author wants it; amounts in minor units of ``currency``."""

    title: str
    description: str
    subcategory_id: UUID | None
    must: tuple[str, ...] = ()
    nice: tuple[str, ...] = ()
    kind: str = "FIXED"
    currency: str = "USD"
    budget: int | None = None
    rate_min: int | None = None
    rate_max: int | None = None
    load: str = ""
    duration: str = ""
    size: str = ""
    level: str = ""
    deliverables: str = ""
    deadline_on: date | None = None
    questions: tuple[str, ...] = ()
    hires_wanted: int = 1
    keep_open: bool = False
    letter_required: bool = True
    visibility: str = "PUBLIC"
    ai_assisted: bool = False
    file_ids: tuple[UUID, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The brief as a version keeps it."""
        plain = asdict(self)
        plain["subcategory_id"] = str(self.subcategory_id or "")
        plain["deadline_on"] = self.deadline_on.isoformat() if self.deadline_on else ""
        plain.pop("file_ids")
        return {key: list(value) if isinstance(value, tuple) else value for key, value in plain.items()}


class PostQuerySet(LockingQuerySet["Post"]):
    def open(self) -> PostQuerySet:
        return self.filter(state=P.OPEN)

    def of_company(self, party_id: UUID | None) -> PostQuerySet:
        return self.filter(company_id=party_id)

    def visible_to(self, actor: Actor) -> PostQuerySet:
        """What somebody may read: open posts by their visibility, closed ones, and everything of one's own company."""
        seen = models.Q(state__in=(P.OPEN, P.CLOSED), visibility=Visibility.PUBLIC)
        if actor.is_known:
            seen |= models.Q(state__in=(P.OPEN, P.CLOSED))
        if actor.party_id:
            seen |= models.Q(company_id=actor.party_id)
        return self.all() if actor.is_system else self.filter(seen)


class Post(models.Model):
    """
    One need of a company.

    A draft keeps what was typed, as it was typed, in ``typed``; columns are filled when it is published. An open post
    keeps there what its author is changing, until it is saved as the next version.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", null=True)
    author = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=P, default=P.DRAFT)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    version = models.IntegerField(default=0)
    typed = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    title = models.CharField(_("title"), max_length=100, blank=True)
    description = models.TextField(_("description"), max_length=10_000, blank=True)
    subcategory = models.ForeignKey(Subcategory, on_delete=models.PROTECT, related_name="+", null=True)
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.FIXED)
    currency = models.CharField(max_length=3, default="USD")
    budget = models.BigIntegerField(null=True)
    rate_min = models.BigIntegerField(null=True)
    rate_max = models.BigIntegerField(null=True)
    load = models.CharField(max_length=6, choices=Load, blank=True)
    duration = models.CharField(max_length=6, choices=Duration, blank=True)
    size = models.CharField(max_length=6, choices=Size, blank=True)
    level = models.CharField(max_length=12, choices=Level, blank=True)
    deliverables = models.TextField(max_length=3000, blank=True)
    deadline_on = models.DateField(null=True)
    questions = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    hires_wanted = models.IntegerField(default=1)
    keep_open = models.BooleanField(default=False)
    letter_required = models.BooleanField(default=True)
    visibility = models.CharField(max_length=7, choices=Visibility, default=Visibility.PUBLIC)
    ai_assisted = models.BooleanField(default=False)

    #: counted by the apps above, through :mod:`freehold.market.jobs.actions`
    hires = models.IntegerField(default=0)
    proposals = models.IntegerField(default=0)
    live_proposals = models.IntegerField(default=0)
    seen_at = models.DateTimeField(null=True)

    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    draft_warn_due_at = models.DateTimeField(null=True)
    draft_due_at = models.DateTimeField(null=True)
    idle_warn_due_at = models.DateTimeField(null=True)
    idle_due_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(PostQuerySet)()

    class Meta:
        constraints = [
            POST.check("post_state_known"),
            models.CheckConstraint(
                condition=models.Q(state=P.DRAFT) | models.Q(subcategory__isnull=False, published_at__isnull=False),
                name="a_published_post_is_complete",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=P.OPEN) | models.Q(idle_due_at__isnull=False), name="an_open_post_has_a_clock"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=P.CLOSED) | ~models.Q(outcome=""), name="a_closed_post_says_why"
            ),
            models.CheckConstraint(
                condition=models.Q(rate_min__isnull=True) | models.Q(rate_max__gte=models.F("rate_min")),
                name="rates_run_upward",
            ),
            models.CheckConstraint(condition=models.Q(live_proposals__gte=0), name="live_proposals_never_below_zero"),
        ]
        indexes = [
            models.Index(fields=["company", "-created_at"], name="post_of_company"),
            models.Index(fields=["subcategory", "-published_at"], name="post_demand"),
            models.Index(fields=["idle_due_at"], name="post_idle"),
            models.Index(fields=["idle_warn_due_at"], name="post_idle_warning"),
            models.Index(fields=["draft_due_at"], name="post_draft"),
            models.Index(fields=["draft_warn_due_at"], name="post_draft_warning"),
        ]

    @property
    def budget_money(self) -> Money | None:
        return None if self.budget is None else Money(self.budget, self.currency)

    @property
    def rates(self) -> tuple[Money, Money] | None:
        if self.rate_min is None or self.rate_max is None:
            return None
        return Money(self.rate_min, self.currency), Money(self.rate_max, self.currency)

    def __str__(self) -> str:
        return str(self.pk)


class PostSkill(models.Model):
    """A skill a post asks for."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+")
    weight = models.CharField(max_length=4, choices=Weight, default=Weight.MUST)
    position = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "skill"], name="a_skill_once_per_post")]


class PostVersion(models.Model):
    """How a post read from some moment on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="versions")
    version = models.IntegerField()
    brief = models.JSONField()
    at = models.DateTimeField()
    account_id = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "version"], name="a_version_once")]
