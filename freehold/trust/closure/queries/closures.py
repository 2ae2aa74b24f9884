"""Closures as pages and clocks see them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from freehold.kit import clock
from freehold.kit.calendar import days_after
from freehold.kit.cards import card
from freehold.kit.settings import current
from freehold.people.accounts import queries as accounts
from freehold.people.accounts.models import Account
from freehold.people.teams import queries as teams
from freehold.people.teams.models import Acquaintance
from freehold.people.teams.states import Can
from freehold.trust.closure.models import Closure, Receipt
from freehold.trust.closure.queries.matters import Checklist, checklist
from freehold.trust.closure.states import IN_GRACE, WINDING_DOWN, S


@card
class Winding:
    """A closure that is winding down, with what it waits for."""

    closure_id: UUID
    with_staff: bool
    requested_at: datetime
    waiting_due_at: datetime | None
    final_day: datetime | None
    open: Checklist


@card
class Door:
    """What somebody with the right credentials is told about a closed account."""

    closure_id: UUID
    account_id: UUID
    erase_at: datetime
    marked_at: datetime | None
    interrupted: bool
    can_reopen: bool


@card
class Goodbye:
    """A finished erasure, for those who hold its number."""

    number: str
    erased_at: datetime | None
    sha256: str


def open_closure(account_id: UUID) -> Closure | None:
    """The one closure of an account that has not ended yet."""
    return Closure.objects.open().filter(account_id=account_id).first()


def closure_of(account_id: UUID) -> Closure | None:
    """The latest closure of an account, whatever became of it."""
    return Closure.objects.filter(account_id=account_id).order_by("-requested_at", "-pk").first()


def by_id(closure_id: UUID) -> Closure | None:
    return Closure.objects.select_related("account").filter(pk=closure_id).first()


def is_mine(closure_id: UUID, account_id: UUID) -> bool:
    return Closure.objects.filter(pk=closure_id, account_id=account_id).exists()


def final_day(from_: datetime) -> datetime:
    """When a closure marked at that moment is erased."""
    return days_after(from_, current().closure.grace_days)


def winding(account_id: UUID, at: datetime) -> Winding | None:
    closure = Closure.objects.winding_down().filter(account_id=account_id).first()
    if closure is None:
        return None
    found = checklist(account_id, at)
    known = not found.act and (not found.waits or found.clears_at is not None)
    return Winding(
        closure_id=closure.pk,
        with_staff=closure.state == S.STAFFED,
        requested_at=closure.requested_at,
        waiting_due_at=closure.waiting_due_at,
        final_day=final_day(max(found.clears_at or at, at)) if known else None,
        open=found,
    )


def door(account_id: UUID) -> Door | None:
    """The page behind right credentials in grace."""
    rows = Closure.objects.filter(account_id=account_id, state__in=[*IN_GRACE, S.ERASING])
    closure = rows.order_by("-requested_at").first()
    if closure is None or closure.erase_due_at is None:
        return None
    return Door(
        closure_id=closure.pk,
        account_id=closure.account_id,
        erase_at=closure.erase_due_at,
        marked_at=closure.marked_at,
        interrupted=closure.state == S.INTERRUPTED,
        can_reopen=closure.state in IN_GRACE,
    )


def goodbye(number: str) -> Goodbye | None:
    row = Receipt.objects.select_related("closure").filter(number=number.strip().upper()).first()
    return Goodbye(number=row.number, erased_at=row.closure.erased_at, sha256=row.sha256) if row else None


def people_around(account_id: UUID) -> tuple[UUID, ...]:
    """Accounts on the other side of an offer or a contract with the member: they are told once, at marking."""
    own = set(teams.owned_by(account_id))
    pairs = Acquaintance.objects.filter(low_id__in=own) | Acquaintance.objects.filter(high_id__in=own)
    met = {side for pair in pairs.values_list("low_id", "high_id") for side in pair} - own
    found = {person for party in sorted(met) for person in teams.members_with(party, Can.CONTRACTS_READ)}
    alive = Account.objects.filter(pk__in=found - {account_id}).exclude(state__in=("CLOSED", "ERASED"))
    return tuple(alive.order_by("pk").values_list("pk", flat=True))


def staff_ids() -> tuple[UUID, ...]:
    rows = Account.objects.filter(staff_roles__contains=["admin"], state="ACTIVE")
    return tuple(rows.order_by("pk").values_list("pk", flat=True))


def recheck_ids(touched: set[UUID]) -> list[UUID]:
    """Closures a fact may concern: all that wind down, and those in grace whose person or parties it names."""
    found = list(Closure.objects.filter(state__in=[*WINDING_DOWN, S.INTERRUPTED]).values_list("pk", flat=True))
    if touched:
        for pk, account_id in Closure.objects.filter(state=S.GRACE).values_list("pk", "account_id"):
            if account_id in touched or touched & set(teams.owned_by(account_id)):
                found.append(pk)
    return found


def rechecks_due() -> QuerySet[Any]:
    return Closure.objects.filter(state__in=[*WINDING_DOWN, S.INTERRUPTED])


def stalled() -> QuerySet[Any]:
    return Closure.objects.filter(state=S.WAITING)


def staff_late() -> QuerySet[Any]:
    return Closure.objects.filter(state=S.STAFFED)


def reminders_due() -> QuerySet[Any]:
    return Closure.objects.filter(state=S.GRACE, warned_at__isnull=True)


def grace_over() -> QuerySet[Any]:
    return Closure.objects.filter(state=S.GRACE)


def interrupted_over() -> QuerySet[Any]:
    return Closure.objects.filter(state=S.INTERRUPTED)


def erasures_to_resume() -> QuerySet[Any]:
    return Closure.objects.filter(state=S.ERASING)


def all_closures_due() -> list[UUID]:
    """Every closure the hourly look should look at."""
    return list(rechecks_due().order_by("pk").values_list("pk", flat=True))


def reopening_token(account_id: UUID) -> str:
    """The token of the newest link that brings the account back, for the mail that carries it."""
    closure = Closure.objects.in_grace().filter(account_id=account_id).first()
    if closure is None:
        return ""
    return accounts.newest_token(account_id, "REOPEN", clock.now())
