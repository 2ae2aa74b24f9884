"""Changing what a profile says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.calendar import start_of
from freehold.kit.money import Money
from freehold.kit.refusals import IllegalMove, Invalid
from freehold.kit.settings import current
from freehold.market.profiles import queries
from freehold.market.profiles.actions.checks import changed, own_profile, words
from freehold.market.profiles.models import Profile, ProfileLanguage, ProfileSkill, ProfileSubcategory
from freehold.market.profiles.states import Availability, Fluency, Level, S
from freehold.market.taxonomy import queries as taxonomy

LANGUAGES_MAX = 12


@action
def edit_profile(
    *, actor: Actor, profile_id: UUID, title: str, overview: str, level: str = "", at: datetime
) -> Profile:
    """
    Say what the freelancer does.

    :raises NotFound: when it is somebody else's
    :raises Invalid: when a text is too short, too long or carries contact data
    """
    profile = own_profile(actor, profile_id)
    limits, live = current().profile, profile.state == S.PUBLISHED
    profile.title = words("title", " ".join(title.split()), least=4, most=limits.title_max, needed=live)
    profile.overview = words("overview", overview, least=limits.overview_min, most=limits.overview_max, needed=live)
    if level and level not in Level.values:
        raise Invalid(fields={"level": _("Choose one of these.")})
    profile.level = level
    profile.save(update_fields=["title", "overview", "level"])
    return changed(profile, actor, at)


@action
def choose_skills(
    *, actor: Actor, profile_id: UUID, subcategory_ids: Sequence[UUID], skill_names: Sequence[str], at: datetime
) -> Profile:
    """
    Name the fields of work and the skills, the most important first.

    :param skill_names: as typed: labels, synonyms or slugs
    :raises NotFound: when it is somebody else's
    :raises Invalid: for unknown ones, none, or too many
    """
    profile = own_profile(actor, profile_id)
    limits = current().profile
    subs = list(dict.fromkeys(subcategory_ids))
    if not 1 <= len(subs) <= limits.categories_max:
        raise Invalid(fields={"subcategories": _("Choose 1 to %(most)s fields of work.") % {
            "most": limits.categories_max}})  # fmt: skip
    if len(taxonomy.subcategories(subs)) != len(subs):
        raise Invalid(fields={"subcategories": _("One of these fields of work does not exist any more.")})
    names = [name.strip() for name in skill_names if name.strip()]
    known = taxonomy.skills_named(names)
    missing = [name for name in names if name not in known]
    if missing:
        raise Invalid(fields={"skills": _("We do not know “%(name)s”. Pick one of the suggestions.") % {
            "name": missing[0][:50]}})  # fmt: skip
    chosen = list(dict.fromkeys(known[name].skill_id for name in names))
    if not 1 <= len(chosen) <= limits.skills_max:
        raise Invalid(fields={"skills": _("Name 1 to %(most)s skills.") % {"most": limits.skills_max}})
    ProfileSubcategory.objects.filter(profile=profile).delete()
    ProfileSubcategory.objects.bulk_create(
        [ProfileSubcategory(profile=profile, subcategory_id=pk, position=n) for n, pk in enumerate(subs)]
    )
    ProfileSkill.objects.filter(profile=profile).delete()
    ProfileSkill.objects.bulk_create(
        [ProfileSkill(profile=profile, skill_id=pk, position=n) for n, pk in enumerate(chosen)]
    )
    return changed(profile, actor, at)


@action
def set_rate(*, actor: Actor, profile_id: UUID, rate: Money, at: datetime) -> Profile:
    """
    Set the hourly rate, as clients see it: before the service fee.

    :raises NotFound: when it is somebody else's
    :raises Invalid: when it is too low or too high, or in a currency this market does not use
    """
    profile = own_profile(actor, profile_id)
    limits, settings = current().profile, current()
    if rate.currency not in settings.billing.currencies:
        raise Invalid(fields={"rate": _("This market does not use that currency.")})
    if not limits.rate_min <= rate.amount <= limits.rate_max:
        low, high = Money(limits.rate_min, rate.currency), Money(limits.rate_max, rate.currency)
        raise Invalid(fields={"rate": _("A rate is between %(low)s and %(high)s an hour.") % {
            "low": low, "high": high}})  # fmt: skip
    profile.rate, profile.currency = rate.amount, rate.currency
    profile.save(update_fields=["rate", "currency"])
    return changed(profile, actor, at)


@action
def set_languages(*, actor: Actor, profile_id: UUID, languages: Sequence[tuple[str, str]], at: datetime) -> Profile:
    """
    Say which languages the freelancer speaks, and how well.

    :param languages: pairs of language code and fluency
    :raises NotFound: when it is somebody else's
    :raises Invalid: for none, too many, the same twice, or a word nobody knows
    """
    profile = own_profile(actor, profile_id)
    if not 1 <= len(languages) <= LANGUAGES_MAX:
        raise Invalid(fields={"languages": _("Name 1 to %(most)s languages.") % {"most": LANGUAGES_MAX}})
    if len({code for code, _fluency in languages}) != len(languages):
        raise Invalid(fields={"languages": _("Each language once, please.")})
    known = {code for code, _name in queries.language_choices()}
    if any(code not in known or fluency not in Fluency.values for code, fluency in languages):
        raise Invalid(fields={"languages": _("Choose a language and how well you speak it.")})
    ProfileLanguage.objects.filter(profile=profile).delete()
    ProfileLanguage.objects.bulk_create(
        [
            ProfileLanguage(profile=profile, code=code, fluency=fluency, position=n)
            for n, (code, fluency) in enumerate(languages)
        ]
    )
    return changed(profile, actor, at)


@action
def set_availability(
    *, actor: Actor, profile_id: UUID, availability: str, away_until: date | None = None, at: datetime
) -> Profile:
    """
    Say how much time there is; *away* ends by itself on its day.

    :raises NotFound: when it is somebody else's
    :raises Invalid: for a word nobody knows, or a day that is not ahead
    """
    profile = own_profile(actor, profile_id)
    if availability not in Availability.values:
        raise Invalid(fields={"availability": _("Choose one of these.")})
    due = None
    if availability == Availability.AWAY:
        if away_until is None or start_of(away_until) <= at:
            raise Invalid(fields={"away_until": _("Say until which day, later than today.")})
        due = queries.day_begins(away_until, profile.account.time_zone)
    profile.availability, profile.away_until, profile.away_due_at = availability, away_until if due else None, due
    profile.save(update_fields=["availability", "away_until", "away_due_at"])
    return changed(profile, actor, at)


@action
def come_back(*, actor: Actor, profile_id: UUID, at: datetime) -> Profile:
    """
    End an absence on the day the freelancer named.

    :raises NotAllowed: unless the machine acts
    :raises IllegalMove: when they are not away, or it is not that day yet
    """
    profile = Profile.objects.locked(profile_id)
    require(actor.is_system)
    if profile.away_due_at is None or at < profile.away_due_at:
        raise IllegalMove()
    profile.availability, profile.away_until, profile.away_due_at = Availability.AS_NEEDED, None, None
    profile.save(update_fields=["availability", "away_until", "away_due_at"])
    return changed(profile, actor, at)
