"""What a brief must be before it may stand in public."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from freehold.kit.money import LIMIT, Money
from freehold.kit.rates import threshold
from freehold.kit.refusals import Invalid
from freehold.kit.settings import current
from freehold.kit.text import clean, has_contact
from freehold.market.jobs.models import Brief, Post, PostSkill
from freehold.market.jobs.states import Duration, Kind, Level, Load, Size, Visibility, Weight
from freehold.market.taxonomy import queries as taxonomy

TITLE, DESCRIPTION, DELIVERABLES, QUESTION = (10, 100), (50, 10_000), (0, 3000), (5, 300)
HIRES_MAX = 50


class BudgetTooLow(Invalid):
    """Below the market's minimum."""


class FileCount(Invalid):
    """Too many files on one post."""


def check(brief: Brief, *, today: date) -> None:
    """
    Look a brief over.

    :raises Invalid: with one sentence per field that is not right
    """
    wrong: dict[str, Any] = {}
    job = current().job
    _length(wrong, "title", brief.title, TITLE)
    _length(wrong, "description", brief.description, DESCRIPTION)
    if len(clean(brief.deliverables)) > DELIVERABLES[1]:
        wrong["deliverables"] = _("At most %(most)s characters.") % {"most": DELIVERABLES[1]}
    for name in ("title", "description", "deliverables"):
        if name not in wrong and has_contact(getattr(brief, name)):
            wrong[name] = _("Leave out e-mail addresses, phone numbers and messengers; people answer through here.")
    if brief.subcategory_id is None or not taxonomy.subcategories([brief.subcategory_id]):
        wrong["subcategory"] = _("Choose what kind of work this is.")
    _skills(wrong, brief, job.skills_max)
    _questions(wrong, brief, job.questions_max)
    _money(wrong, brief)
    choices = (("load", Load), ("duration", Duration), ("size", Size), ("level", Level))
    for name, enum in choices:
        if getattr(brief, name) and getattr(brief, name) not in enum.values:
            wrong[name] = _("Choose one of the list.")
    if brief.visibility not in Visibility.values:
        wrong["visibility"] = _("Choose one of the list.")
    if brief.deadline_on is not None and brief.deadline_on < today:
        wrong["deadline_on"] = _("This day has passed. Choose a later one or leave it empty.")
    if not 1 <= brief.hires_wanted <= HIRES_MAX:
        wrong["hires_wanted"] = _("From 1 to %(most)s people.") % {"most": HIRES_MAX}
    if wrong:
        raise Invalid(fields=wrong)


def check_files(count: int) -> None:
    """:raises FileCount: above ``job.attachments_max``"""
    most = current().job.attachments_max
    if count > most:
        sentence = _("A post takes %(most)s files at most; these are %(count)s. Remove some or pack them into one.")
        raise FileCount(fields={"files": sentence % {"most": most, "count": count}})


def write(post: Post, brief: Brief) -> None:
    """Put a checked brief into the columns; the caller saves."""
    post.title, post.description = clean(brief.title), clean(brief.description)
    post.subcategory_id = brief.subcategory_id
    post.kind, post.currency = brief.kind, brief.currency
    fixed = brief.kind == Kind.FIXED
    post.budget = brief.budget if fixed else None
    post.rate_min = None if fixed else brief.rate_min
    post.rate_max = None if fixed else (brief.rate_max or brief.rate_min)
    post.load = "" if fixed else brief.load
    for name in ("duration", "size", "level", "deadline_on", "hires_wanted", "keep_open", "letter_required",
                 "visibility", "ai_assisted"):  # fmt: skip
        setattr(post, name, getattr(brief, name))
    post.deliverables = clean(brief.deliverables)
    post.questions = [clean(q) for q in brief.questions if clean(q)]


def write_skills(post: Post, brief: Brief) -> None:
    """Make the post ask for exactly the brief's skills."""
    known = taxonomy.skills_named([*brief.must, *brief.nice])
    rows: dict[UUID, PostSkill] = {}
    for names, weight in ((brief.must, Weight.MUST), (brief.nice, Weight.NICE)):
        for name in names:
            pk = known[name].skill_id
            rows.setdefault(pk, PostSkill(post=post, skill_id=pk, weight=weight, position=len(rows)))
    PostSkill.objects.filter(post=post).delete()
    PostSkill.objects.bulk_create(rows.values())


def is_cut(old: Post, brief: Brief) -> bool:
    """Does the brief pay more than a fifth less than the post did?"""
    before = old.budget if old.kind == Kind.FIXED else old.rate_max
    after = brief.budget if brief.kind == Kind.FIXED else (brief.rate_max or brief.rate_min)
    return before is not None and after is not None and old.currency == brief.currency and after * 5 < before * 4


def _length(wrong: dict[str, Any], name: str, text: str, limits: tuple[int, int]) -> None:
    count = len(clean(text))
    if count < limits[0]:
        wrong[name] = _("Write at least %(least)s characters; this has %(count)s.") % {
            "least": limits[0], "count": count,
        }  # fmt: skip
    elif count > limits[1]:
        wrong[name] = _("At most %(most)s characters; this has %(count)s.") % {"most": limits[1], "count": count}


def _skills(wrong: dict[str, Any], brief: Brief, most: int) -> None:
    names = [*brief.must, *brief.nice]
    if not names:
        wrong["must"] = _("Name at least one skill.")
        return
    if len(names) > most:
        sentence = _("A post asks for %(most)s skills at most; these are %(count)s. Keep those that decide.")
        wrong["must"] = sentence % {"most": most, "count": len(names)}
        return
    known = taxonomy.skills_named(names)
    for field in ("must", "nice"):
        unknown = [name for name in getattr(brief, field) if name not in known]
        if unknown:
            wrong[field] = _("We do not know these skills: %(names)s. Pick one of the suggestions.") % {
                "names": ", ".join(unknown)
            }


def _questions(wrong: dict[str, Any], brief: Brief, most: int) -> None:
    asked = [clean(q) for q in brief.questions if clean(q)]
    if len(asked) > most:
        wrong["questions"] = _("At most %(most)s questions; these are %(count)s.") % {"most": most, "count": len(asked)}
    elif any(not QUESTION[0] <= len(q) <= QUESTION[1] for q in asked):
        wrong["questions"] = _("Each question has %(least)s to %(most)s characters.") % {
            "least": QUESTION[0], "most": QUESTION[1],
        }  # fmt: skip
    elif any(has_contact(q) for q in asked):
        wrong["questions"] = _("Do not ask for contact data; people answer through here.")


def _money(wrong: dict[str, Any], brief: Brief) -> None:
    settings = current()
    if brief.kind not in Kind.values:
        wrong["kind"] = _("Choose how you pay.")
        return
    if brief.currency not in settings.billing.currencies:
        wrong["currency"] = _("Choose one of the market's currencies.")
        return
    if brief.kind == Kind.FIXED:
        least = threshold(settings.job.fixed_min, brief.currency)
        _amount(wrong, "budget", brief.budget, least)
        return
    least = threshold(settings.job.hourly_min, brief.currency)
    _amount(wrong, "rate_min", brief.rate_min, least)
    _amount(wrong, "rate_max", brief.rate_max, least)
    if brief.rate_min and brief.rate_max and brief.rate_max < brief.rate_min:
        wrong.setdefault("rate_max", _("The upper rate is below the lower one."))
    if brief.rate_max and not brief.rate_min:
        wrong.setdefault("rate_min", _("Enter the lower rate as well, or leave both empty."))


def _amount(wrong: dict[str, Any], name: str, amount: int | None, least: Money) -> None:
    if amount is None:
        return
    if amount < least.amount:
        wrong[name] = _("The least anybody may be offered here is %(least)s.") % {"least": least}
    elif amount > LIMIT:
        wrong[name] = _("That amount is too large.")
