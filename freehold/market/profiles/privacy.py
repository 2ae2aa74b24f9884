"""What profiles know about a person: all of it goes; pages hide at once when somebody leaves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from freehold.kit.privacy import Fate, Subject, impersonal, on_marking, on_reopening, personal
from freehold.market.profiles import actions
from freehold.market.profiles.models import (
    Education,
    Employment,
    GoneHandle,
    OldHandle,
    PortfolioItem,
    Profile,
    ProfileLanguage,
    ProfileSkill,
    ProfileSubcategory,
)


def _of(model: Any) -> Any:
    """The rows of a model that belongs to the subject's profile."""

    def rows(subject: Subject) -> QuerySet[Any]:
        found: QuerySet[Any] = model.objects.filter(profile__account_id=subject.account_id)
        return found

    return rows


def _empty(subject: Subject, at: datetime) -> int:
    return actions.empty_profile(account_id=subject.account_id, at=at)


personal(
    Profile,
    label=gettext_lazy("Your profile: title, overview, rate and settings"),
    rows=lambda subject: Profile.objects.filter(account_id=subject.account_id),
    export=(
        "handle", "title", "overview", "rate", "currency", "level", "availability", "away_until", "visibility",
        "show_earnings", "state", "created_at", "published_at",
    ),
    fate=Fate.BLANK,
    columns=tuple(actions.BLANK),
    blank_with=actions.BLANK,
    erase=_empty,
    impersonal=("id", "handle", "state", "closing", "emptied", "version", "currency", "away_due_at"),
    seen_by=gettext_lazy("nobody; its page answers that it is gone"),
)  # fmt: skip
for _model, _label, _columns in (
    (ProfileSubcategory, gettext_lazy("The fields you work in"), ("subcategory_id",)),
    (ProfileSkill, gettext_lazy("Your skills"), ("skill_id",)),
    (ProfileLanguage, gettext_lazy("Languages you speak"), ("code", "fluency")),
    (Employment, gettext_lazy("Jobs you had"), ("organization", "title", "place", "began_on", "ended_on", "text")),
    (Education, gettext_lazy("Schools you went to"), ("school", "degree", "place", "began_on", "ended_on", "text")),
    (PortfolioItem, gettext_lazy("Your portfolio"), ("id", "title", "role", "text", "done_on", "created_at")),
    (OldHandle, gettext_lazy("Addresses your profile had"), ("handle", "free_at")),
):
    personal(_model, label=_label, rows=_of(_model), export=_columns)
impersonal(GoneHandle, "A digest of an address that is gone; nobody can be told from it.")


@on_marking
def hide(subject: Subject, at: datetime) -> None:
    """Strangers get a 404 from this moment on."""
    actions.mark_leaving(account_id=subject.account_id, at=at)


@on_reopening
def come_back_hidden(subject: Subject, at: datetime) -> None:
    """The profile is there again, for its owner first."""
    actions.mark_back(account_id=subject.account_id, at=at)
