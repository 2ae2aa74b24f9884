"""What there is to see of feedback."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, F, QuerySet, Sum

from freehold.kit.actors import Actor
from freehold.kit.cards import card
from freehold.kit.money import half_up
from freehold.kit.refusals import NotFound
from freehold.kit.settings import current
from freehold.people.teams import queries as teams
from freehold.people.teams.states import Can
from freehold.trust.feedback.models import PrivateAnswer, Review
from freehold.trust.feedback.states import CRITERIA, S, Side

PAGE = 20


@card
class Standing:
    """A party's rating: hundredths of a star, as text with one decimal, and from how many reviews."""

    hundredths: int
    count: int

    @property
    def text(self) -> str:
        return stars_text(self.hundredths)


@card
class ReviewCard:
    """A published review."""

    review_id: UUID
    contract_id: UUID
    author_id: UUID
    receiver_id: UUID
    author: str
    side: str
    title: str
    overall: int
    parts: tuple[tuple[str, int], ...]
    comment: str
    published_at: datetime | None
    reply: str
    replied_at: datetime | None

    @property
    def text(self) -> str:
        return stars_text(self.overall)


@card
class Reputation:
    """What is publicly remembered about a party's work."""

    rating: str
    hundredths: int
    count: int
    parts: tuple[tuple[str, str, int], ...]
    reviews: tuple[ReviewCard, ...]


@card
class Asked:
    """Feedback somebody may still leave, for their home page."""

    contract_id: UUID
    title: str
    other: str
    due_at: datetime
    left: bool


@card
class Own:
    """One's own review on its page."""

    review_id: UUID
    state: str
    state_label: str
    stars: tuple[int, ...]
    comment: str
    recommend: int | None
    reason: str
    due_at: datetime
    can_write: bool


@card
class Both:
    """The feedback page of a contract, as one side sees it."""

    contract_id: UUID
    number: str
    title: str
    side: str
    other: str
    mine: Own
    other_left: bool
    published: tuple[ReviewCard, ...]
    reply_to: UUID | None
    reply_due_at: datetime | None
    may_write: bool
    criteria: tuple[str, ...]


def stars_text(hundredths: int) -> str:
    """``4.9``: hundredths shown with one decimal, half-up."""
    tenths = half_up(Fraction(hundredths, 10))
    return f"{tenths // 10}.{tenths % 10}"


def overall_of(side: str, stars: Iterable[int]) -> int:
    """Six stars as hundredths: weighted for a freelancer's work, equal weights for a client."""
    given = list(stars)
    weights = list(current().feedback.weights) if side == Side.CLIENT else [1] * len(given)
    return half_up(Fraction(100 * sum(w * s for w, s in zip(weights, given, strict=True)), sum(weights)))


def standings(party_ids: Iterable[UUID]) -> dict[UUID, Standing]:
    """Ratings of some parties in one query; a company's is weighted by what was paid."""
    rows: Any = Review.objects.shown().filter(receiver_id__in=set(party_ids)).values("receiver_id", "side")
    found: dict[UUID, Standing] = {}
    sums = {"n": Count("pk"), "mean": Avg("overall"), "weighed": Sum(F("overall") * F("paid")), "sum_paid": Sum("paid")}
    for row in rows.annotate(**sums):
        by_paid = row["side"] == Side.FREELANCER and row["sum_paid"]
        value = Fraction(int(row["weighed"]), int(row["sum_paid"])) if by_paid else Fraction(str(row["mean"]))
        found[row["receiver_id"]] = Standing(hundredths=half_up(value), count=row["n"])
    return found


def standing(party_id: UUID) -> Standing | None:
    return standings([party_id]).get(party_id)


def of_party(party_id: UUID, viewer: Actor | None = None, limit: int = PAGE) -> Reputation:
    """A party's public reputation: rating, its parts, and the newest reviews."""
    found = standing(party_id)
    rows = list(_shown(Review.objects.shown().filter(receiver_id=party_id), limit))
    every = list(Review.objects.shown().filter(receiver_id=party_id).values_list("side", "stars"))
    return Reputation(
        rating=found.text if found else "",
        hundredths=found.hundredths if found else 0,
        count=found.count if found else 0,
        parts=_parts(every),
        reviews=_cards(rows, viewer),
    )


def open_for(actor: Actor) -> list[Asked]:
    """Feedback the actor may still leave, what ends first on top."""
    if actor.party_id is None or Can.FEEDBACK_WRITE not in actor.permissions:
        return []
    rows = Review.objects.filter(author_id=actor.party_id, state=S.OPEN).select_related("contract").order_by("due_at")
    faces = teams.faces([r.receiver_id for r in rows], actor)
    return [
        Asked(
            contract_id=r.contract_id,
            title=r.contract.title,
            other=faces[r.receiver_id].name,
            due_at=r.due_at,
            left=False,
        )
        for r in rows
    ]


def of_contract(contract_id: UUID, actor: Actor) -> Both:
    """
    The feedback page of a contract.

    :raises NotFound: for whoever is on neither side, and while there is nothing to review
    """
    rows = {r.side: r for r in Review.objects.filter(contract_id=contract_id).select_related("contract", "private")}
    mine = next((r for r in rows.values() if actor.acts_for(r.author_id, Can.CONTRACTS_READ)), None)
    if mine is None:
        raise NotFound()
    theirs = next(r for r in rows.values() if r.pk != mine.pk)
    faces = teams.faces([mine.receiver_id], actor)
    may_write = actor.acts_for(mine.author_id, Can.FEEDBACK_WRITE)
    return Both(
        contract_id=contract_id,
        number=mine.contract.number,
        title=mine.contract.title,
        side=mine.side,
        other=faces[mine.receiver_id].name,
        mine=_own(mine, may_write),
        other_left=theirs.state in (S.SEALED, S.PUBLISHED),
        published=_cards([r for r in (theirs, mine) if r.state == S.PUBLISHED], actor),
        reply_to=theirs.pk if may_write and theirs.state == S.PUBLISHED and not theirs.replied_at else None,
        reply_due_at=theirs.reply_due_at,
        may_write=may_write,
        criteria=tuple(str(c) for c in CRITERIA[Side(mine.side)]),
    )


def of_contracts(contract_ids: Iterable[UUID], viewer: Actor | None = None) -> dict[UUID, tuple[ReviewCard, ...]]:
    """Published reviews of some contracts."""
    rows = _shown(Review.objects.shown().filter(contract_id__in=set(contract_ids)), None)
    found: dict[UUID, list[ReviewCard]] = {}
    for one in _cards(list(rows), viewer):
        found.setdefault(one.contract_id, []).append(one)
    return {key: tuple(cards) for key, cards in found.items()}


def contract_of(review_id: UUID) -> UUID:
    """
    The contract a review is about.

    :raises NotFound: when there is no such review
    """
    found = Review.objects.filter(pk=review_id).values_list("contract_id", flat=True).first()
    if found is None:
        raise NotFound()
    return found


def waiting() -> QuerySet[Any]:
    return Review.objects.filter(state__in=(S.OPEN, S.SEALED))


def reminding() -> QuerySet[Any]:
    return Review.objects.filter(state=S.OPEN)


def _own(row: Review, may_write: bool) -> Own:
    private: PrivateAnswer | None = getattr(row, "private", None)
    return Own(
        review_id=row.pk,
        state=row.state,
        state_label=str(S(row.state).label),
        stars=tuple(row.stars),
        comment=row.comment,
        recommend=private.recommend if private else None,
        reason=private.reason if private else "",
        due_at=row.due_at,
        can_write=may_write and row.state in (S.OPEN, S.SEALED),
    )


def _shown(rows: Any, limit: int | None) -> Any:
    return rows.select_related("contract").order_by("-published_at", "-pk")[:limit]


def _cards(rows: list[Review], viewer: Actor | None) -> tuple[ReviewCard, ...]:
    faces = teams.faces([r.author_id for r in rows], viewer)
    return tuple(
        ReviewCard(
            review_id=r.pk,
            contract_id=r.contract_id,
            author_id=r.author_id,
            receiver_id=r.receiver_id,
            author=faces[r.author_id].name,
            side=r.side,
            title=r.contract.title,
            overall=r.overall or 0,
            parts=tuple(zip((str(c) for c in CRITERIA[Side(r.side)]), r.stars, strict=False)),
            comment=r.comment,
            published_at=r.published_at,
            reply=r.reply,
            replied_at=r.replied_at,
        )
        for r in rows
    )


def _parts(every: list[tuple[str, list[int]]]) -> tuple[tuple[str, str, int], ...]:
    """Mean per criterion: label, text with one decimal, percent of five."""
    if not every:
        return ()
    labels = CRITERIA[Side(every[0][0])]
    found = []
    for number, label in enumerate(labels):
        given = [stars[number] for side, stars in every if side == every[0][0] and len(stars) == len(labels)]
        mean = half_up(Fraction(100 * sum(given), len(given))) if given else 0
        found.append((str(label), stars_text(mean), mean // 5))
    return tuple(found)

