"""What contracts know about people, and what must be settled before somebody leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from freehold.kit.actors import Actor
from freehold.kit.privacy import Basis, Fate, Kind, Open, Subject, blocks_closing, personal
from freehold.kit.settings import current
from freehold.work.contracts import actions, queries
from freehold.work.contracts.events import (
    CarryReleased,
    CarryReturned,
    ChangesAsked,
    ContractEnded,
    ContractSettled,
    MilestoneFundingFailed,
    MilestoneRefunded,
    MilestoneReleased,
    MilestoneSubmitted,
    RefundGranted,
    RefundRefused,
    RefundWithdrawn,
)
from freehold.work.contracts.models import Contract, Milestone, RefundRequest, Submission

_LEAVING = Actor.system("contracts.leaving")
_KEPT: dict[str, Any] = {
    "fate": Fate.KEEP,
    "basis": Basis.LAW,
    "keep_years": "retention.financial_years",
    "seen_by": gettext_lazy("the two sides of the contract, under a pseudonym; staff"),
}


def _sides(subject: Subject, prefix: str = "") -> Q:
    return Q(**{f"{prefix}company_id__in": subject.party_ids}) | Q(**{f"{prefix}worker_id__in": subject.party_ids})


personal(
    Contract,
    label=gettext_lazy("Contracts: what was agreed, terms, days"),
    rows=lambda s: Contract.objects.filter(_sides(s) | Q(hiring_id=s.account_id)),
    export=(
        "number", "title", "text", "currency", "terms", "state", "opened_at", "started_at", "paused_by", "pause_text",
        "ended_at", "ended_by", "end_reason", "settled_at",
    ),
    since="ended_at",
    impersonal=("number", "kind", "origin", "currency", "terms", "state", "paused_by", "ended_by", "end_reason"),
    **_KEPT,
)  # fmt: skip
personal(
    Milestone,
    label=gettext_lazy("Milestones: what was to be done, amounts, days"),
    rows=lambda s: Milestone.objects.filter(_sides(s, "contract__")),
    export=(
        "position", "title", "text", "amount", "due_on", "state", "funded_at", "submitted_at", "released_amount",
        "refunded_amount", "closed_at",
    ),
    since="closed_at",
    impersonal=("state", "fail_code"),
    **_KEPT,
)  # fmt: skip
personal(
    Submission,
    label=gettext_lazy("Work handed in: messages and the answers to them"),
    rows=lambda s: Submission.objects.filter(_sides(s, "milestone__contract__")),
    export=("number", "message", "sha256", "at", "taken_back_at", "answer_text", "answered_at"),
    since="at",
    impersonal=("sha256",),
    **{**_KEPT, "basis": Basis.PARTY},
)
personal(
    RefundRequest,
    label=gettext_lazy("Requests for held money back, with reasons and answers"),
    rows=lambda s: RefundRequest.objects.filter(_sides(s, "contract__")),
    export=("amount", "agreed_amount", "text", "answer_text", "state", "asked_at", "answered_at"),
    since="asked_at",
    impersonal=("state",),
    **_KEPT,
)


def _page(contract_id: Any) -> str:
    return reverse("contracts:detail", kwargs={"contract_id": contract_id})


def _ending(contract_id: Any) -> str:
    return reverse("contracts:end", kwargs={"contract_id": contract_id})


def _idle(subject: Subject, at: datetime) -> Iterator[Open]:
    for contract in queries.idle_contracts_of(subject.party_ids, at, current().closure.idle_contract_days):
        sentence = _("Contract %(number)s, %(title)s: nothing is held in it and nobody has acted for a while.")
        yield Open(
            sentence=sentence % {"number": contract.number, "title": contract.title},
            kind=Kind.AUTO,
            remedies=((_("End contract %(number)s") % {"number": contract.number}, _ending(contract.pk)),),
        )


def _end_idle(subject: Subject, _actor: Any, at: datetime) -> None:
    for contract in queries.idle_contracts_of(subject.party_ids, at, current().closure.idle_contract_days):
        actions.end_idle(actor=_LEAVING, contract_id=contract.pk, at=at)


def _running(subject: Subject, at: datetime) -> Iterator[Open]:
    idle = {c.pk for c in queries.idle_contracts_of(subject.party_ids, at, current().closure.idle_contract_days)}
    for contract in queries.moneyless_contracts_of(subject.party_ids):
        if contract.pk not in idle:
            sentence = _("Contract %(number)s, %(title)s, is running. Nothing is held in it.")
            yield Open(
                sentence=sentence % {"number": contract.number, "title": contract.title},
                kind=Kind.ACT,
                remedies=((_("End contract %(number)s") % {"number": contract.number}, _ending(contract.pk)),),
            )


def _unsubmitted(subject: Subject, at: datetime) -> Iterator[Open]:
    for one in queries.held_of(subject.party_ids, side="worker"):
        if one.at_work:
            sentence = _("%(amount)s is held for work you have not handed in: %(title)s, contract %(number)s.")
            yield Open(
                sentence=sentence % {"amount": one.amount, "title": one.title, "number": one.number},
                kind=Kind.ACT,
                remedies=(
                    (_("Hand in the work"), one.hand_in or _page(one.contract_id)),
                    (_("Return %(amount)s to the client") % {"amount": one.amount}, one.give_back),
                ),
            )
        elif one.is_carry:
            sentence = _("%(amount)s is kept aside for you in contract %(number)s.")
            yield Open(
                sentence=sentence % {"amount": one.amount, "number": one.number},
                kind=Kind.ACT,
                remedies=((_("Return %(amount)s to the client") % {"amount": one.amount}, one.give_back),),
            )


def _submitted(subject: Subject, at: datetime) -> Iterator[Open]:
    for one in queries.held_of(subject.party_ids, side="worker"):
        if one.in_review:
            sentence = _("%(amount)s is in review: %(title)s, contract %(number)s. Silence of the client pays you.")
            yield Open(
                sentence=sentence % {"amount": one.amount, "title": one.title, "number": one.number},
                kind=Kind.WAITS,
                clears_at=one.due_at,
                remedies=((_("Look at contract %(number)s") % {"number": one.number}, _page(one.contract_id)),),
            )


def _wind_down(subject: Subject, _actor: Any, at: datetime) -> None:
    waiting = {one.contract_id for one in queries.held_of(subject.party_ids, side="worker") if one.in_review}
    for contract_id in queries.not_winding_down(waiting):
        actions.wind_down(actor=_LEAVING, contract_id=contract_id, at=at)


def _client(subject: Subject, at: datetime) -> Iterator[Open]:
    for one in queries.held_of(subject.party_ids, side="client"):
        places = {"amount": one.amount, "title": one.title, "number": one.number}
        look = (_("Look at contract %(number)s") % places, _page(one.contract_id))
        if one.asked_until:
            sentence = _(
                "You asked for %(amount)s back: %(title)s, contract %(number)s. Silence of the freelancer returns it."
            )
            yield Open(sentence=sentence % places, kind=Kind.WAITS, clears_at=one.asked_until, remedies=(look,))
        elif one.in_review:
            sentence = _("%(amount)s waits for your review: %(title)s, contract %(number)s. Your silence releases it.")
            yield Open(
                sentence=sentence % places,
                kind=Kind.WAITS,
                clears_at=one.due_at,
                remedies=((_("Review it and release %(amount)s") % places, _page(one.contract_id)),),
            )
        else:
            sentence = _("%(amount)s of yours is held: %(title)s, contract %(number)s.")
            yield Open(
                sentence=sentence % places,
                kind=Kind.ACT,
                remedies=(look, (_("End and ask for a refund"), one.ending)),
            )


def _requests(subject: Subject, at: datetime) -> Iterator[Open]:
    for one in queries.requests_to_answer(subject.party_ids):
        sentence = _("The client asks for %(amount)s back in contract %(number)s. Your silence returns it.")
        yield Open(
            sentence=sentence % {"amount": one.amount, "number": one.number},
            kind=Kind.WAITS,
            clears_at=one.due_at,
            remedies=((_("Answer now"), one.href),),
        )


_MONEY_LEFT = (
    MilestoneReleased, MilestoneRefunded, CarryReturned, CarryReleased, RefundGranted, RefundRefused, RefundWithdrawn,
    ContractEnded, ContractSettled, MilestoneSubmitted, ChangesAsked, MilestoneFundingFailed,
)  # fmt: skip

blocks_closing("idle_contracts", find=_idle, settle=_end_idle, clears_on=(ContractEnded, ContractSettled), order=20)
blocks_closing("running_contracts", find=_running, clears_on=(ContractEnded, ContractSettled), order=21)
blocks_closing("funded_unsubmitted", find=_unsubmitted, clears_on=_MONEY_LEFT, order=22)
blocks_closing("submitted", find=_submitted, settle=_wind_down, clears_on=_MONEY_LEFT, order=23)
blocks_closing("funded_client", find=_client, clears_on=_MONEY_LEFT, order=24)
blocks_closing("change_requests", find=_requests, clears_on=_MONEY_LEFT, order=25)
