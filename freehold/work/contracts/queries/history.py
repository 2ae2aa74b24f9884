"""What strangers may know of a worker's contracts: titles, months and, unless they hide it, amounts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from freehold.kit.cards import card
from freehold.kit.money import Money
from freehold.kit.settings import current
from freehold.work.contracts.models import Contract
from freehold.work.contracts.states import C


@card
class PastContract:
    """
    One line of a public work history.

    :ivar paid: what was released, before fees
    """

    contract_id: UUID
    company_id: UUID
    title: str
    began_at: datetime
    ended_at: datetime | None
    paid: Money


@card
class History:
    """A worker's public history, the newest first; contracts with almost nothing paid are not in it."""

    contracts: tuple[PastContract, ...]
    total: int
    clients: int
    earned: dict[str, Money]


def history(worker_id: UUID, limit: int = 30) -> History:
    """What a worker did here; one query."""
    rows = (
        Contract.objects.filter(worker_id=worker_id)
        .annotate(paid=Sum("milestones__released_amount"))
        .filter(paid__gte=current().earnings.visible_min)
        .order_by("-ended_at", "-opened_at")
        .values_list("pk", "company_id", "title", "state", "started_at", "opened_at", "ended_at", "currency", "paid")
    )
    found = [
        PastContract(
            contract_id=pk,
            company_id=company,
            title=title,
            began_at=started or opened,
            ended_at=ended if state == C.ENDED else None,
            paid=Money(int(paid), currency),
        )
        for pk, company, title, state, started, opened, ended, currency, paid in rows
    ]
    earned: dict[str, Money] = {}
    for one in found:
        sum_so_far = earned.get(one.paid.currency, Money(0, one.paid.currency))
        earned[one.paid.currency] = sum_so_far + one.paid
    return History(
        contracts=tuple(found[:limit]), total=len(found), clients=len({c.company_id for c in found}), earned=earned
    )
