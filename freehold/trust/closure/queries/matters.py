"""What is still open: the declared blockers, asked now, and nothing of it stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from freehold.kit import privacy
from freehold.kit.cards import card
from freehold.kit.privacy import Kind, Subject
from freehold.people.teams import queries as teams
from freehold.trust.closure.models import Closure


@card
class Matter:
    """One open matter, as the checklist shows it."""

    key: str
    kind: str
    sentence: str
    clears_at: datetime | None
    remedies: tuple[tuple[str, str], ...]
    settles: bool


@card
class Checklist:
    """Everything open, sorted by what it asks."""

    act: tuple[Matter, ...]
    waits: tuple[Matter, ...]
    auto: tuple[Matter, ...]
    at: datetime

    @property
    def all(self) -> tuple[Matter, ...]:
        return self.act + self.waits + self.auto

    @property
    def clears_at(self) -> datetime | None:
        """When the last thing clears by itself; None when nothing waits or when nobody can say."""
        found = [m.clears_at for m in self.waits]
        return max((d for d in found if d), default=None) if all(found) else None

    @property
    def next_clears_at(self) -> datetime | None:
        """When the first thing clears, if for every one it is known."""
        found = [m.clears_at for m in self.waits]
        return min((d for d in found if d), default=None) if found and all(found) else None


def subject_of(account_id: UUID, closure: Closure | None = None) -> Subject:
    """Whom declarations are asked about: the person with every party they own."""
    return Subject(
        account_id=account_id,
        party_ids=teams.owned_by(account_id),
        pseudonym=closure.pseudonym if closure else "",
        options=frozenset(closure.options) if closure else frozenset(),
    )


def matters(account_id: UUID, at: datetime, keys: tuple[str, ...] = ()) -> list[Matter]:
    """Ask every declared blocker, in its order; with ``keys`` only those."""
    subject, found = subject_of(account_id), []
    for blocker in sorted(privacy.BLOCKERS.values(), key=lambda b: (b.order, b.key)):
        if keys and blocker.key not in keys:
            continue
        for one in blocker.find(subject, at):
            found.append(_matter(blocker, one))
    return found


def checklist(account_id: UUID, at: datetime) -> Checklist:
    found = matters(account_id, at)
    by_kind: dict[str, list[Matter]] = {kind: [m for m in found if m.kind == kind] for kind in Kind}
    return Checklist(
        act=tuple(by_kind[Kind.ACT]), waits=tuple(by_kind[Kind.WAITS]), auto=tuple(by_kind[Kind.AUTO]), at=at
    )


def _matter(blocker: privacy.Blocker, one: Any) -> Matter:
    kind = Kind(one.kind)
    return Matter(
        key=blocker.key,
        # What claims to be settled by us, but has nobody to settle it, waits.
        kind=Kind.WAITS if kind == Kind.AUTO and blocker.settle is None else kind,
        sentence=str(one.sentence),
        clears_at=one.clears_at,
        remedies=tuple((str(label), str(href)) for label, href in one.remedies),
        settles=blocker.settle is not None,
    )
