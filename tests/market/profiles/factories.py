"""Profiles for other people's tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from freehold.kit.money import Money
from freehold.market.profiles import actions
from freehold.market.profiles.models import Profile
from freehold.market.taxonomy import queries as taxonomy

OVERVIEW = (
    "I build calm, fast web applications with Django and PostgreSQL for small teams. I write tests first, deliver in "
    "small steps and say early when something will not fit."
)


def a_draft(player: Any, at: datetime, **more: Any) -> Profile:
    """A profile that is ready to be published."""
    actor = player.actor
    profile = actions.open_profile(actor=actor, at=at)
    about = {"title": "Django engineer", "overview": OVERVIEW, "level": "EXPERT", **more.get("about", {})}
    actions.edit_profile(actor=actor, profile_id=profile.pk, at=at, **about)
    sub = taxonomy.by_slug(more.get("subcategory", "back-end-api-development"))
    actions.choose_skills(
        actor=actor, profile_id=profile.pk, subcategory_ids=[sub.subcategory_id],
        skill_names=more.get("skills", ["Django", "PostgreSQL"]), at=at,
    )  # fmt: skip
    actions.set_rate(actor=actor, profile_id=profile.pk, rate=more.get("rate", Money(4800, "USD")), at=at)
    languages = more.get("languages", [("en", "FLUENT")])
    actions.set_languages(actor=actor, profile_id=profile.pk, languages=languages, at=at)
    return Profile.objects.get(pk=profile.pk)


def a_profile(player: Any, at: datetime, **more: Any) -> Profile:
    """A published profile."""
    profile = a_draft(player, at, **more)
    actions.publish_profile(actor=player.actor, profile_id=profile.pk, at=at)
    return Profile.objects.get(pk=profile.pk)
