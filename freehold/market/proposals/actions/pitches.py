"""What a pitch must be before a client reads it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from freehold.kit.money import LIMIT
from freehold.kit.rates import threshold
from freehold.kit.refusals import Invalid
from freehold.kit.settings import current
from freehold.kit.text import clean
from freehold.market.jobs.models import Post
from freehold.market.jobs.states import Duration, Kind
from freehold.market.proposals.models import Pitch, Proposal, ProposalMilestone
from freehold.market.proposals.states import Terms

ANSWER_MAX, PART_MAX, PARTS_MAX, FILES_MAX = 2000, 500, 50, 10


class TermsTooLow(Invalid):
    """Below the market's minimum."""


class TooManyParts(Invalid):
    """More milestones than a contract can have."""


def check_terms(post: Post, pitch: Pitch) -> None:
    """:raises Invalid: with one sentence per field"""
    wrong: dict[str, Any] = {}
    if pitch.duration and pitch.duration not in Duration.values:
        wrong["duration"] = _("Choose one of the list.")
    if post.kind == Kind.HOURLY:
        if pitch.terms != Terms.HOURLY:
            wrong["terms"] = _("This job is paid by the hour: enter a rate.")
        least = threshold(current().job.hourly_min, post.currency)
        if not least.amount <= pitch.amount <= LIMIT:
            wrong["amount"] = _("Enter a rate of at least %(least)s an hour.") % {"least": least}
    elif pitch.terms == Terms.MILESTONES:
        _parts(wrong, post, pitch)
    elif pitch.terms == Terms.WHOLE:
        least = threshold(current().escrow.milestone_min, post.currency)
        if not least.amount <= pitch.amount <= LIMIT:
            wrong["amount"] = _("Enter at least %(least)s for the whole job.") % {"least": least}
    else:
        wrong["terms"] = _("Choose one amount or milestones.")
    if wrong:
        raise Invalid(fields=wrong)


def check_words(pitch: Pitch, questions: list[str], *, letter_required: bool, files: int) -> None:
    """:raises Invalid: with one sentence per field"""
    wrong: dict[str, Any] = {}
    letter, most = clean(pitch.letter), current().proposal.letter_max
    if letter_required and not letter:
        wrong["letter"] = _("Write to the client: what you would do and why you.")
    elif len(letter) > most:
        wrong["letter"] = _("At most %(most)s characters; this has %(count)s.") % {"most": most, "count": len(letter)}
    for number, _question in enumerate(questions):
        answer = clean(pitch.answers[number]) if number < len(pitch.answers) else ""
        if not answer:
            wrong[f"answer_{number}"] = _("The client asks this of everybody. Please answer it.")
        elif len(answer) > ANSWER_MAX:
            wrong[f"answer_{number}"] = _("At most %(most)s characters; this has %(count)s.") % {
                "most": ANSWER_MAX, "count": len(answer),
            }  # fmt: skip
    if files > FILES_MAX:
        wrong["files"] = _("A proposal takes %(most)s files at most; these are %(count)s.") % {
            "most": FILES_MAX, "count": files,
        }  # fmt: skip
    if wrong:
        raise Invalid(fields=wrong)


def check_files(count: int) -> None:
    """:raises Invalid: above ten files"""
    if count > FILES_MAX:
        sentence = _("A proposal takes %(most)s files at most; these are %(count)s.")
        raise Invalid(fields={"files": sentence % {"most": FILES_MAX, "count": count}})


def write_terms(proposal: Proposal, pitch: Pitch) -> None:
    """Put checked terms into the columns and the parts; the caller saves the proposal first."""
    proposal.terms = pitch.terms
    proposal.duration = pitch.duration
    parts = pitch.parts if pitch.terms == Terms.MILESTONES else ()
    proposal.amount = sum(p.amount for p in parts) if parts else pitch.amount


def write_parts(proposal: Proposal, pitch: Pitch) -> None:
    """Make the proposal's milestones exactly the pitch's."""
    parts = pitch.parts if pitch.terms == Terms.MILESTONES else ()
    ProposalMilestone.objects.filter(proposal=proposal).delete()
    ProposalMilestone.objects.bulk_create(
        ProposalMilestone(proposal=proposal, position=n, text=clean(p.text), amount=p.amount, due_on=p.due_on)
        for n, p in enumerate(parts, 1)
    )


def write_words(proposal: Proposal, pitch: Pitch, questions: list[str]) -> None:
    proposal.letter = clean(pitch.letter)
    proposal.questions = list(questions)
    proposal.answers = [clean(a) for a in pitch.answers[: len(questions)]]
    proposal.ai_assisted = pitch.ai_assisted


def _parts(wrong: dict[str, Any], post: Post, pitch: Pitch) -> None:
    settings = current().escrow
    least, most = threshold(settings.milestone_min, post.currency), threshold(settings.milestone_max, post.currency)
    if not pitch.parts:
        wrong["parts"] = _("Describe at least one milestone, or propose one amount.")
    elif len(pitch.parts) > PARTS_MAX:
        wrong["parts"] = _("At most %(most)s milestones; these are %(count)s.") % {
            "most": PARTS_MAX, "count": len(pitch.parts),
        }  # fmt: skip
    for number, part in enumerate(pitch.parts, 1):
        if not 1 <= len(clean(part.text)) <= PART_MAX:
            wrong["parts"] = _("Milestone %(n)s: say in 1 to %(most)s characters what is done then.") % {
                "n": number, "most": PART_MAX,
            }  # fmt: skip
        elif not least.amount <= part.amount <= most.amount:
            wrong["parts"] = _("Milestone %(n)s: the amount is from %(least)s to %(most)s.") % {
                "n": number, "least": least, "most": most,
            }  # fmt: skip
