"""What people are told about leaving. All of it is service mail: nobody can switch it off."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.urls import reverse

from freehold.kit.notices import Notice, notice
from freehold.kit.settings import current
from freehold.people.accounts import queries as accounts
from freehold.trust.closure import queries
from freehold.trust.closure.events import (
    ClosureCanceled,
    ClosureExtended,
    ClosureInterrupted,
    ClosureMarked,
    ClosureOverdue,
    ClosureReminded,
    ClosureReopened,
    ClosureRequested,
    ClosureResolved,
    ClosureStaffed,
    ClosureWaitingChanged,
    ErasureStuck,
    ReopeningAsked,
)

_REPLACED_DAYS = 14


def _to_member(account_id: UUID, words: str, link: str, **places: object) -> Notice:
    return Notice(to=(account_id,), words=f"closure/notices/{words}", link=link, places=places, always=True)


def _to_staff(words: str, **places: object) -> Notice:
    return Notice(to=queries.staff_ids(), words=f"closure/notices/{words}", link="", places=places, always=True)


@notice(ClosureRequested)
def requested(event: ClosureRequested) -> Notice | None:
    closure = queries.by_id(event.closure_id)
    if closure is None or closure.state not in ("WAITING", "STAFFED"):
        return None  # nothing waited: the mail about the closed account says it all
    return _to_member(
        event.account_id, "requested", reverse("closure:closing"), waiting=event.waiting, until=closure.waiting_until,
        limit=closure.waiting_due_at,
    )  # fmt: skip


@notice(ClosureWaitingChanged)
def waiting_changed(event: ClosureWaitingChanged) -> Notice:
    return _to_member(event.account_id, "waiting_changed", reverse("closure:closing"), needs=event.needs)


@notice(ClosureStaffed)
def staffed(event: ClosureStaffed) -> list[Notice]:
    mine = _to_member(event.account_id, "staffed", reverse("closure:closing"), days=current().closure.staff_days)
    return [mine, _to_staff("staff_asked", closure_id=str(event.closure_id))]


@notice(ClosureOverdue)
def overdue(event: ClosureOverdue) -> Notice:
    return _to_staff("staff_late", closure_id=str(event.closure_id))


@notice(ClosureExtended)
def extended(event: ClosureExtended) -> Notice:
    return _to_member(event.account_id, "extended", reverse("closure:closing"), until=event.until)


@notice(ClosureCanceled)
def canceled(event: ClosureCanceled) -> Notice:
    return _to_member(event.account_id, "canceled", reverse("closure:leaving"))


@notice(ClosureMarked)
def marked(event: ClosureMarked) -> list[Notice]:
    closure = queries.by_id(event.closure_id)
    if closure is None or closure.marked_at is None:
        return []
    link = reverse("closure:closed")
    places = {
        "erase_at": event.erase_at,
        "hours": current().closure.link_hours,
        "pseudonym": closure.pseudonym,
        "lines": [
            (line.label, line.words, line.until)
            for line in queries.own_table(
                queries.subject_of(event.account_id, closure), at=closure.marked_at, erase_at=event.erase_at
            )
        ],
        "contact": current().market.contact,
    }
    found = [_to_member(event.account_id, "marked", link, **places)]
    since = closure.marked_at - timedelta(days=_REPLACED_DAYS)
    for address in accounts.replaced_addresses(event.account_id, since):
        words = "closure/notices/marked_elsewhere"
        found.append(Notice(to=(), words=words, link="", places=places, always=True, address=address))
    around = queries.people_around(event.account_id)
    if around:
        words = "closure/notices/other_leaves"
        found.append(Notice(to=around, words=words, link="/contracts", places={"erase_at": event.erase_at}))
    return found


@notice(ReopeningAsked)
def reopening_asked(event: ReopeningAsked) -> Notice | None:
    door = queries.door(event.account_id)
    token = queries.reopening_token(event.account_id)
    if door is None or not token:
        return None
    return _to_member(
        event.account_id, "reopening", reverse("closure:reopen", kwargs={"token": token}), erase_at=door.erase_at,
        hours=current().closure.link_hours,
    )  # fmt: skip


@notice(ClosureReminded)
def reminded(event: ClosureReminded) -> Notice | None:
    door = queries.door(event.account_id)
    if door is None:
        return None
    return _to_member(event.account_id, "reminded", reverse("closure:closed"), erase_at=door.erase_at)


@notice(ClosureReopened)
def reopened(event: ClosureReopened) -> Notice:
    return _to_member(event.account_id, "reopened", "/home")


@notice(ClosureInterrupted)
def interrupted(event: ClosureInterrupted) -> Notice:
    return _to_member(event.account_id, "interrupted", reverse("closure:closed"), until=event.until)


@notice(ClosureResolved)
def resolved(event: ClosureResolved) -> Notice | None:
    door = queries.door(event.account_id)
    if door is None:
        return None
    return _to_member(event.account_id, "resolved", reverse("closure:closed"), erase_at=door.erase_at)


@notice(ErasureStuck)
def stuck(event: ErasureStuck) -> Notice:
    return _to_staff("erasure_stuck", closure_id=str(event.closure_id))
