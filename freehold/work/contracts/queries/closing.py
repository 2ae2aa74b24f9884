"""What is open in contracts when somebody wants to leave."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from freehold.kit.cards import card
from freehold.kit.money import Money
from freehold.money.escrow import queries as holds
from freehold.work.contracts.models import Contract, Milestone, RefundRequest
from freehold.work.contracts.states import AT_WORK, HELD, M


@card
class Held:
    """
    Money held in a contract, of a milestone or kept aside.

    :ivar due_at: when silence releases it
    :ivar asked_until: when silence returns it
    """

    contract_id: UUID
    number: str
    title: str
    amount: Money
    at_work: bool
    in_review: bool
    is_carry: bool
    due_at: datetime | None
    asked_until: datetime | None
    hand_in: str
    give_back: str
    ending: str


@card
class Asked:
    """A refund request a worker has not answered."""

    number: str
    amount: Money
    due_at: datetime | None
    href: str


def _of(party_ids: Iterable[UUID], side: str, prefix: str = "") -> Q:
    column = "company_id" if side == "client" else "worker_id"
    return Q(**{f"{prefix}{column}__in": list(party_ids)})


def held_of(party_ids: Iterable[UUID], *, side: str) -> list[Held]:
    """Everything held in the contracts of some parties on one side, the oldest contract first."""
    wanted = list(party_ids)
    rows = Milestone.objects.held().filter(_of(wanted, side, "contract__")).select_related("contract")
    asked = dict(
        RefundRequest.objects.asked()
        .filter(_of(wanted, side, "contract__"), milestone__isnull=False)
        .values_list("milestone_id", "reply_due_at")
    )
    found = [
        Held(
            contract_id=m.contract_id,
            number=m.contract.number,
            title=m.title,
            amount=m.price,
            at_work=m.state in AT_WORK,
            in_review=m.state == M.SUBMITTED,
            is_carry=False,
            due_at=m.review_due_at,
            asked_until=asked.get(m.pk),
            hand_in=_address("hand_in", contract_id=m.contract_id, milestone_id=m.pk),
            give_back=_address("give_back", contract_id=m.contract_id, milestone_id=m.pk),
            ending=_address("end", contract_id=m.contract_id),
        )
        for m in rows.order_by("contract__opened_at", "position")
    ]
    return found + _carries(wanted, side)


def _carries(party_ids: list[UUID], side: str) -> list[Held]:
    rows = list(Contract.objects.filter(_of(party_ids, side), carry_hold_id__isnull=False).order_by("opened_at", "pk"))
    carried = holds.held_for("carry", [c.pk for c in rows])
    asked = dict(
        RefundRequest.objects.asked()
        .filter(contract_id__in=[c.pk for c in rows], milestone__isnull=True)
        .values_list("contract_id", "reply_due_at")
    )
    return [
        Held(
            contract_id=c.pk,
            number=c.number,
            title=c.title,
            amount=carried[c.pk].held,
            at_work=False,
            in_review=False,
            is_carry=True,
            due_at=None,
            asked_until=asked.get(c.pk),
            hand_in="",
            give_back=_address("give_carry_back", contract_id=c.pk),
            ending=_address("end" if c.is_open else "ask_carry_refund", contract_id=c.pk),
        )
        for c in rows
        if c.pk in carried and carried[c.pk].held
    ]


def requests_to_answer(party_ids: Iterable[UUID]) -> list[Asked]:
    """Refund requests some workers have not answered, the most urgent first."""
    rows = RefundRequest.objects.asked().filter(_of(party_ids, "worker", "contract__")).select_related("contract")
    return [
        Asked(
            number=r.contract.number,
            amount=r.money(),
            due_at=r.reply_due_at,
            href=_address("answer_refund", contract_id=r.contract_id, request_id=r.pk),
        )
        for r in rows.order_by("reply_due_at", "pk")
    ]


def moneyless_contracts_of(party_ids: Iterable[UUID]) -> list[Contract]:
    """Running contracts of some parties with nothing held or on its way in."""
    wanted = list(party_ids)
    busy = Milestone.objects.filter(state__in=[*HELD, M.FUNDING]).values("contract_id")
    rows: QuerySet[Contract] = Contract.objects.open().filter(_of(wanted, "client") | _of(wanted, "worker"))
    found = list(rows.exclude(pk__in=busy).order_by("pk"))
    carried = holds.held_for("carry", [c.pk for c in found if c.carry_hold_id])
    return [c for c in found if c.pk not in carried or not carried[c.pk].held]


def idle_contracts_of(party_ids: Iterable[UUID], at: datetime, days: int) -> list[Contract]:
    """Those of them nobody has acted in for so many days."""
    limit = at - timedelta(days=days)
    return [c for c in moneyless_contracts_of(party_ids) if c.acted_at <= limit]


def not_winding_down(contract_ids: Iterable[UUID]) -> list[UUID]:
    """Those of some contracts that are open and not yet told to end once settled."""
    rows = Contract.objects.open().filter(pk__in=list(contract_ids), ends_when_settled=False)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _address(name: str, **places: UUID) -> str:
    return reverse(f"contracts:{name}", kwargs=places)
