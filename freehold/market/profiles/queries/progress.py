"""How complete a profile is."""

from __future__ import annotations

from django.utils.translation import gettext as _

from freehold.kit.cards import card
from freehold.market.profiles.queries.page import PublicProfile


@card
class Step:
    """
    One thing that makes a profile more complete.

    :ivar section: the section of the hub where it is done
    """

    section: str
    label: str
    points: int
    done: bool
    needed: bool = False


@card
class Completeness:
    """How complete a profile is, and the one thing to do next."""

    points: int
    steps: tuple[Step, ...]

    @property
    def next_step(self) -> Step | None:
        return next((s for s in self.steps if not s.done), None)

    @property
    def needed(self) -> tuple[Step, ...]:
        """What publishing still waits for."""
        return tuple(s for s in self.steps if s.needed and not s.done)


def completeness(profile: PublicProfile) -> Completeness:
    """Count the published points: ten each for the base, at most fifty for the rest."""
    jobs, schools = len(profile.employment), len(profile.education)
    past = jobs + schools
    more_jobs = max(0, jobs - 1)
    more_schools = schools if jobs else max(0, schools - 1)
    pieces, skills = len(profile.portfolio), len(profile.card.skills)
    base = [
        Step(
            section="basics",
            label=_("Say what you do in a title"),
            points=10,
            done=bool(profile.card.title),
            needed=True,
        ),
        Step(section="skills", label=_("Name your skills"), points=10, done=skills >= 1, needed=True),
        Step(section="basics", label=_("Write your overview"), points=10, done=bool(profile.overview), needed=True),
        Step(section="photo", label=_("Add a photo"), points=10, done=bool(profile.card.photo)),
        Step(section="history", label=_("Add a job or a school"), points=10, done=past >= 1),
    ]
    unscored = [
        Step(section="rate", label=_("Set your hourly rate"), points=0, done=bool(profile.card.rate), needed=True),
        Step(section="languages", label=_("Say which languages you speak"), points=0, done=bool(profile.languages),
             needed=True),
    ]  # fmt: skip
    extras = [
        Step(section="portfolio", label=_("Show a piece of work"), points=5, done=pieces >= 4),
        Step(section="skills", label=_("Name four more skills"), points=10, done=skills >= 5),
        Step(section="history", label=_("Add another job"), points=10, done=more_jobs >= 2),
        Step(section="history", label=_("Add another school"), points=10, done=more_schools >= 2),
    ]
    gained = sum(s.points for s in base if s.done)
    more = min(20, 5 * pieces) + (10 if skills >= 5 else 0) + min(20, 10 * more_jobs) + min(20, 10 * more_schools)
    points = min(100, gained + min(50, more))
    order = [s for s in (*base, *unscored) if s.needed] + [s for s in base if not s.needed]
    return Completeness(points=points, steps=(*order, *(extras if points < 100 else ())))
