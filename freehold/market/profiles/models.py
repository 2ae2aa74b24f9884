"""A profile and what belongs to it."""

from __future__ import annotations

from django.db import models

from freehold.kit.actions import LockingQuerySet
from freehold.kit.ids import uuid7
from freehold.kit.money import Money
from freehold.market.profiles.states import PROFILE, Availability, Fluency, Level, S, Visibility
from freehold.market.taxonomy.models import Skill, Subcategory
from freehold.people.accounts.models import Account
from freehold.people.teams.models import Party


class ProfileQuerySet(LockingQuerySet["Profile"]):
    def listed(self) -> ProfileQuerySet:
        """Those anybody signed in may come across; an owner who leaves is not shown."""
        return self.filter(
            state=S.PUBLISHED,
            visibility__in=[Visibility.PUBLIC, Visibility.MEMBERS],
            account__state__in=["ACTIVE", "LIMITED"],
            closing=False,
        )


class Profile(models.Model):
    """
    ``closing`` hides the profile from strangers while its owner's account is marked for deletion; reopening leaves it
    hidden, so that showing it again is a decision.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="+")
    party = models.OneToOneField(Party, on_delete=models.PROTECT, related_name="+")
    handle = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200, blank=True)
    overview = models.TextField(blank=True)
    rate = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, default="USD")
    level = models.CharField(max_length=12, choices=Level, blank=True)
    availability = models.CharField(max_length=10, choices=Availability, default=Availability.AS_NEEDED)
    away_until = models.DateField(null=True)
    away_due_at = models.DateTimeField(null=True)
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.PUBLIC)
    show_earnings = models.BooleanField(default=True)
    state = models.CharField(max_length=10, choices=S, default=S.DRAFT)
    closing = models.BooleanField(default=False)
    emptied = models.BooleanField(default=False)
    subcategories = models.ManyToManyField(Subcategory, through="ProfileSubcategory", related_name="+")
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    objects = models.Manager.from_queryset(ProfileQuerySet)()

    class Meta:
        constraints = [
            PROFILE.check("profile_state_known"),
            models.CheckConstraint(
                condition=models.Q(rate__isnull=True) | models.Q(rate__gt=0), name="rate_above_zero"
            ),
            models.CheckConstraint(
                condition=models.Q(handle__regex=r"^[a-z0-9]{4,20}$"), name="handle_of_small_letters_and_digits"
            ),
        ]
        indexes = [models.Index(fields=["state", "-published_at", "-id"], name="profile_directory")]

    @property
    def hourly_rate(self) -> Money | None:
        return Money(self.rate, self.currency) if self.rate is not None else None


class ProfileSubcategory(models.Model):
    id = models.BigAutoField(primary_key=True)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="+")
    subcategory = models.ForeignKey(Subcategory, on_delete=models.PROTECT, related_name="+")
    position = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "subcategory"], name="subcategory_once")]


class ProfileSkill(models.Model):
    id = models.BigAutoField(primary_key=True)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="skill_rows")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+")
    position = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "skill"], name="profile_skill_once")]


class ProfileLanguage(models.Model):
    id = models.BigAutoField(primary_key=True)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="language_rows")
    code = models.CharField(max_length=8)
    fluency = models.CharField(max_length=14, choices=Fluency)
    position = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "code"], name="language_once")]


class _Period(models.Model):
    """Some years somewhere; without ``ended_on`` it goes on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    began_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    place = models.CharField(max_length=100, blank=True)
    text = models.TextField(blank=True)

    class Meta:
        abstract = True


class Employment(_Period):
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="employment_rows")
    organization = models.CharField(max_length=100)
    title = models.CharField(max_length=100)

    class Meta:
        indexes = [models.Index(fields=["profile"], name="employment_profile")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True) | models.Q(ended_on__gte=models.F("began_on")),
                name="employment_runs_forward",
            )
        ]


class Education(_Period):
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="education_rows")
    school = models.CharField(max_length=100)
    degree = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes = [models.Index(fields=["profile"], name="education_profile")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True) | models.Q(ended_on__gte=models.F("began_on")),
                name="education_runs_forward",
            )
        ]


class PortfolioItem(models.Model):
    """A piece of work; its pictures are files of the subject ``("portfolio", id)``."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="portfolio_rows")
    title = models.CharField(max_length=70)
    role = models.CharField(max_length=100, blank=True)
    text = models.TextField(blank=True)
    done_on = models.DateField(null=True)
    position = models.IntegerField(default=0)
    created_at = models.DateTimeField()

    objects = models.Manager.from_queryset(LockingQuerySet["PortfolioItem"])()

    class Meta:
        indexes = [models.Index(fields=["profile", "position"], name="portfolio_profile")]


class OldHandle(models.Model):
    """An address somebody gave up; it leads to the new one until it is free again."""

    id = models.BigAutoField(primary_key=True)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="+")
    handle = models.CharField(max_length=20, unique=True)
    free_at = models.DateTimeField()


class GoneHandle(models.Model):
    """The address of a profile that was erased, as a digest: enough to say "gone", and that nobody takes its place."""

    id = models.BigAutoField(primary_key=True)
    digest = models.CharField(max_length=64, unique=True)
