"""The one line of a contract: what happened, from its facts, and what comes next, from its clocks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from freehold.kit.cards import card
from freehold.kit.models import Fact
from freehold.kit.money import Money
from freehold.kit.pages import day, moment, until
from freehold.money.escrow import queries as holds
from freehold.people.accounts import queries as accounts
from freehold.work.contracts.queries.shapes import ContractView

#: fact → mark on the line
_MARKS = {
    "work.milestone.funded": "held",
    "work.milestone.submitted": "now",
    "work.milestone.changes_asked": "now",
    "work.milestone.released": "paid",
    "work.carry.released": "paid",
}
#: what is said elsewhere on the page, or only reminds
_SILENT = {
    "work.milestone.review_ending",
    "work.refund.reply_ending",
    "work.contract.idle",
    "work.milestone.changed",
}


@card
class Mark:
    """One mark of the line; a hollow one (``mark`` is ``next``) has not happened yet."""

    title: str
    mark: str = ""
    body: str = ""
    amount: Money | None = None
    at: datetime | None = None
    when: str = ""
    href: str = ""
    link: str = ""


def timeline(contract: ContractView, at: datetime, documents: dict[int, tuple[str, str]] | None = None) -> list[Mark]:
    """
    Every fact of a contract in order, then what comes next; three queries.

    :param documents: entry → address and words of the invoice it brought
    """
    rows = Fact.objects.filter(subject_kind="contract", subject_id=contract.contract_id, name__startswith="work.")
    facts = [fact for fact in rows.order_by("id") if fact.name not in _SILENT]
    names = accounts.names({account_id for fact in facts if (account_id := _account(fact))})
    pending = holds.pending_by_entry(int(f.data["entry_id"]) for f in facts if f.data.get("entry_id"))
    past = [mark for fact in facts if (mark := _past(fact, contract, names, documents or {}))]
    return past + _next(contract, facts, pending, at)


def _past(
    fact: Fact, contract: ContractView, names: dict[UUID, str], documents: dict[int, tuple[str, str]]
) -> Mark | None:
    title = _title(fact.name, fact.data, contract)
    if title is None:
        return None
    amount = _amount(fact)
    href, link = documents.get(fact.data.get("entry_id") or 0, ("", ""))
    return Mark(
        title=title,
        mark=_MARKS.get(fact.name, ""),
        body=" ".join(part for part in (_who(fact, names), _more(fact, contract)) if part),
        amount=amount,
        at=fact.at,
        href=href,
        link=link,
    )


def _amount(fact: Fact) -> Money | None:
    shows = fact.name.startswith(("work.milestone.", "work.carry.", "work.refund."))
    if not shows or fact.name in (
        "work.milestone.taken_back",
        "work.milestone.canceled",
        "work.milestone.changes_asked",
    ):
        return None
    return Money(int(fact.data["amount"]), str(fact.data["currency"]))


def _account(fact: Fact) -> UUID | None:
    """Whose act it was; for money that arrived, whoever had paid."""
    payer = fact.data.get("payer_account_id")
    return UUID(payer) if payer else fact.account_id


def _who(fact: Fact, names: dict[UUID, str]) -> str:
    if (account_id := _account(fact)) and account_id in names:
        return _("By %(name)s.") % {"name": names[account_id]}
    if fact.data.get("by_silence") or fact.system_name.startswith("contracts."):
        return {
            "work.milestone.released": _("By itself: the review time was over."),
            "work.refund.granted": _("By itself: the time to answer was over."),
            "work.milestone.canceled": _("By itself: nobody answered in time."),
            "work.refund.asked": _("By itself: the payment provider cannot keep the money any longer."),
        }.get(fact.name, "")
    return ""


def _title(name: str, data: dict[str, Any], contract: ContractView) -> str | None:
    place = {"n": data.get("position", "")}
    carry = name.startswith("work.refund.") and not data.get("milestone_id")
    if carry:
        return {
            "work.refund.asked": _("Refund of money kept aside asked"),
            "work.refund.granted": _("Refund of money kept aside agreed"),
            "work.refund.refused": _("Refund of money kept aside refused"),
            "work.refund.withdrawn": _("Refund request for money kept aside withdrawn"),
        }.get(name)
    again = name == "work.milestone.submitted" and int(data.get("number", 1)) > 1
    texts = {
        "work.contract.opened": _("Offer accepted: the contract begins"),
        "work.contract.started": _("Start day"),
        "work.contract.paused": _("Contract paused"),
        "work.contract.resumed": _("Contract resumed"),
        "work.contract.ended": _("Contract ended"),
        "work.contract.settled": _("Everything settled"),
        "work.milestone.planned": _("Milestone %(n)s planned"),
        "work.milestone.proposed": _("Milestone %(n)s proposed"),
        "work.milestone.agreed": _("Milestone %(n)s agreed"),
        "work.milestone.canceled": _("Milestone %(n)s dropped"),
        "work.milestone.funded": _("Milestone %(n)s funded"),
        "work.milestone.funding_failed": _("Milestone %(n)s: the payment did not go through"),
        "work.milestone.submitted": _("Milestone %(n)s handed in again") if again else _("Milestone %(n)s handed in"),
        "work.milestone.taken_back": _("Milestone %(n)s: hand-in taken back"),
        "work.milestone.changes_asked": _("Milestone %(n)s: changes asked"),
        "work.milestone.released": _("Milestone %(n)s released"),
        "work.milestone.refunded": _("Milestone %(n)s: money returned"),
        "work.milestone.going_dormant": _("Milestone %(n)s: nobody acts"),
        "work.carry.returned": _("Money kept aside returned"),
        "work.carry.released": _("Money kept aside released"),
        "work.refund.asked": _("Milestone %(n)s: refund asked"),
        "work.refund.granted": _("Milestone %(n)s: refund agreed"),
        "work.refund.refused": _("Milestone %(n)s: refund refused"),
        "work.refund.withdrawn": _("Milestone %(n)s: refund request withdrawn"),
    }
    text = texts.get(name)
    return text % place if text else None


def _more(fact: Fact, contract: ContractView) -> str:
    data = fact.data
    if fact.name == "work.milestone.released":
        net = Money(int(data["net"]), data["currency"])
        text = _("%(net)s after the service fee.") % {"net": net}
        if rest := int(data.get("rest") or 0):
            text += " " + _("%(rest)s stays kept aside.") % {"rest": Money(rest, data["currency"])}
        return text
    if fact.name == "work.milestone.funded" and int(data.get("carried") or 0):
        return _("%(carried)s of it was already kept aside.") % {
            "carried": Money(int(data["carried"]), data["currency"])
        }
    if fact.name == "work.contract.ended":
        return contract.end_reason + "." if contract.end_reason else ""
    return ""


def _next(
    contract: ContractView, facts: Iterable[Fact], pending: dict[int, datetime | None], at: datetime
) -> list[Mark]:
    marks: list[tuple[str, Mark]] = []
    for one in contract.milestones:
        place = {"n": one.position}
        if one.review_due_at:
            text = _("Releases by itself %(when)s (%(left)s)") % {
                "when": moment(one.review_due_at), "left": until(one.review_due_at, at)
            }  # fmt: skip
            body = _("Unless the client releases milestone %(n)s earlier or asks for changes.") % place
            marks.append((one.review_due_at.isoformat(), Mark(title=text, mark="next", body=body)))
        if one.asked and one.asked.reply_due_at:
            marks.append((one.asked.reply_due_at.isoformat(), _goes_back(one.asked.amount, one.asked.reply_due_at, at)))
        if one.is_held and not one.in_review and one.due_on:
            text = _("Milestone %(n)s due %(day)s") % {**place, "day": day(one.due_on)}
            marks.append((one.due_on.isoformat(), Mark(title=text, mark="next", body=_("The freelancer hands in."))))
    for request in contract.carry_refunds:
        if request.is_open and request.reply_due_at:
            marks.append((request.reply_due_at.isoformat(), _goes_back(request.amount, request.reply_due_at, at)))
    for fact in facts:
        due = pending.get(int(fact.data.get("entry_id") or 0))
        if due:
            net = Money(int(fact.data["net"]), str(fact.data["currency"]))
            text = _("%(net)s becomes available to the freelancer") % {"net": net}
            marks.append((due.isoformat(), Mark(title=text, mark="next", when=moment(due))))
    return [mark for _key, mark in sorted(marks, key=lambda pair: pair[0])]


def _goes_back(amount: Money, due: datetime, at: datetime) -> Mark:
    text = _("%(amount)s goes back to the client %(when)s (%(left)s)") % {
        "amount": amount, "when": moment(due), "left": until(due, at)
    }  # fmt: skip
    return Mark(title=text, mark="next", body=_("Unless the freelancer refuses, or the client withdraws the request."))
