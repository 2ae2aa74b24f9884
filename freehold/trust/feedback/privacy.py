"""What feedback knows about people."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from freehold.kit.privacy import Basis, Fate, Subject, closing_option, personal
from freehold.trust.feedback.models import PrivateAnswer, Review

BLANK_REVIEWS = "blank_reviews"


def _written(subject: Subject):  # type: ignore[no-untyped-def]
    return Review.objects.filter(author_id__in=subject.party_ids)


def _received(subject: Subject):  # type: ignore[no-untyped-def]
    return Review.objects.filter(receiver_id__in=subject.party_ids)


def _blank_written(subject: Subject, at: datetime) -> int:
    """Stars always stay, so that nobody's average changes because somebody left; words go by choice."""
    unseen = _written(subject).filter(state__in=("OPEN", "SEALED", "EXPIRED"))
    gone = unseen.exclude(comment="").update(comment="")
    if BLANK_REVIEWS in subject.options:
        gone += _written(subject).exclude(comment="").update(comment="")
    return int(gone)


personal(
    Review,
    label=_("Reviews you wrote"),
    rows=_written,
    export=("side", "stars", "overall", "comment", "state", "published_at", "reply"),
    fate=Fate.PSEUDONYM,
    basis=Basis.PARTY,
    seen_by=_("Public"),
    erase=_blank_written,
)
personal(
    Review,
    label=_("Your replies to reviews about you"),
    rows=lambda subject: _received(subject).exclude(reply=""),
    export=("reply", "replied_at"),
    fate=Fate.BLANK,
    columns=("reply",),
    erase=lambda subject, at: _received(subject).exclude(reply="").update(reply=""),
)
personal(
    Review,
    label=_("Reviews about you"),
    rows=lambda subject: _received(subject).filter(state__in=("PUBLISHED", "SUNK")),
    export=("side", "stars", "overall", "comment", "published_at"),
    fate=Fate.PSEUDONYM,
    basis=Basis.PARTY,
    seen_by=_("Their writer"),
)
personal(
    PrivateAnswer,
    label=_("Private answers you gave"),
    rows=lambda subject: PrivateAnswer.objects.filter(review__author_id__in=subject.party_ids),
    export=("recommend", "reason"),
    fate=Fate.PSEUDONYM,
    basis=Basis.PARTY,
    seen_by=_("Nobody"),
)
personal(
    PrivateAnswer,
    label=_("Private answers about you"),
    rows=lambda subject: PrivateAnswer.objects.filter(review__receiver_id__in=subject.party_ids),
    fate=Fate.ERASE,
)
closing_option(
    BLANK_REVIEWS,
    label=_("Also remove the words of reviews I wrote"),
    hint=_("The stars stay, without your name: nobody's average changes because you leave."),
    offered=lambda subject: _written(subject).exclude(comment="").exists(),
)
