"""Contracts in every state, made by the real actions with the sandbox's money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from freehold.kit import jobs
from freehold.kit.ids import uuid7
from freehold.money.escrow import actions as escrow
from freehold.money.fees import queries as fees
from freehold.money.ledger import states as books
from freehold.money.payments import actions as payments
from freehold.people.teams import actions as parties
from freehold.people.teams import queries as teams
from freehold.work.contracts import actions
from freehold.work.contracts.models import Agreement, Contract, Milestone, Part, RefundRequest

GOOD = "4242424242424242"
DECLINED = "4000000000000002"


def a_card(cast: Any, at: datetime, number: str = GOOD) -> UUID:
    """A card of Ada's company."""
    method = payments.add_card(
        actor=cast.ada.actor, party_id=cast.ada.party_id, number=number, expiry=f"12/{at.year % 100 + 3:02}",
        holder="Ada Lovelace", at=at,
    )  # fmt: skip
    return method.pk


def a_filled_hold(cast: Any, at: datetime, amount: int, currency: str = "USD", worker: Any = None) -> UUID:
    """Money of Ada's, held for nothing yet."""
    terms = fees.terms_now()
    subject = ("test", uuid7())
    hold = escrow.open_hold(
        subject=subject, payer_id=cast.ada.party_id, payee_id=(worker or cast.basil).party_id, currency=currency,
        amount=amount, advance=fees.client_fee(amount, terms), at=at,
    )  # fmt: skip
    payments.begin_charge(
        actor=cast.ada.actor, method_id=a_card(cast, at), subject=subject, currency=currency,
        allocations=[(books.hold(hold.pk), hold.amount), (books.advance(hold.pk), hold.advance)], at=at,
    )  # fmt: skip
    jobs.drain()
    escrow.fund_hold(hold_id=hold.pk, at=at)
    return hold.pk


def a_contract(
    cast: Any, at: datetime, *, amounts: Sequence[int] = (160_000, 70_000, 40_000), worker: Any = None,
    currency: str = "USD", title: str = "Exhibition guide app", **agreed: Any,
) -> Contract:  # fmt: skip
    """Ada hires Basil for three milestones; the first is funded."""
    worker = worker or cast.basil
    team_id = teams.first_team(cast.ada.party_id)
    assert team_id
    hold_id = a_filled_hold(cast, at, amounts[0], currency, worker)
    contract = actions.open_contract(
        actor=worker.actor,
        agreement=Agreement(
            company_id=cast.ada.party_id,
            team_id=team_id,
            worker_id=worker.party_id,
            hiring_account_id=cast.ada.account.pk,
            title=title,
            text="Design and prototype of a guide for the summer exhibition.",
            currency=currency,
            terms=fees.terms_now().as_json(),
            parts=tuple(Part(title=f"Part {n}", text="As agreed.", amount=a) for n, a in enumerate(amounts, 1)),
            **agreed,
        ),
        hold_id=hold_id,
        at=at,
    )
    parties.acquaint(one_id=cast.ada.party_id, other_id=worker.party_id)
    jobs.drain()
    return contract


def milestone_of(contract: Contract, position: int = 1) -> Milestone:
    """A milestone as it is in the database now, its contract loaded."""
    return Milestone.objects.select_related("contract").get(contract=contract, position=position)


def a_funded_milestone(cast: Any, at: datetime, **terms: Any) -> Milestone:
    """Its money is held and Basil may begin."""
    return milestone_of(a_contract(cast, at, **terms))


def a_submitted_milestone(cast: Any, at: datetime, **terms: Any) -> Milestone:
    """Basil handed in and Ada's clock runs."""
    milestone = a_funded_milestone(cast, at, **terms)
    actions.submit_work(actor=cast.basil.actor, milestone_id=milestone.pk, message="Here it is.", at=at)
    return milestone_of(milestone.contract)


def a_released_milestone(cast: Any, at: datetime, **terms: Any) -> Milestone:
    """Ada paid for it."""
    milestone = a_submitted_milestone(cast, at, **terms)
    actions.release_milestone(actor=cast.ada.actor, milestone_id=milestone.pk, at=at)
    return milestone_of(milestone.contract)


def a_sent_back_milestone(cast: Any, at: datetime, **terms: Any) -> Milestone:
    """Ada asked for changes."""
    milestone = a_submitted_milestone(cast, at, **terms)
    actions.ask_changes(
        actor=cast.ada.actor, milestone_id=milestone.pk, text="Please use the larger letters of the draft.", at=at
    )
    return milestone_of(milestone.contract)


def a_carry(cast: Any, at: datetime, left: int = 4_000, amounts: Sequence[int] = (10_000, 8_000, 3_000)) -> Contract:
    """A part of the first milestone was released; ``left`` of it is kept aside."""
    milestone = a_submitted_milestone(cast, at, amounts=amounts)
    actions.release_part(actor=cast.ada.actor, milestone_id=milestone.pk, amount=amounts[0] - left, at=at)
    return Contract.objects.get(pk=milestone.contract_id)


def a_refund_request(cast: Any, at: datetime, milestone: Milestone | None = None, amount: int = 0) -> RefundRequest:
    """Ada asks for a milestone's money back."""
    milestone = milestone or a_submitted_milestone(cast, at)
    return actions.ask_refund(
        actor=cast.ada.actor, milestone_id=milestone.pk, amount=amount or milestone.amount,
        text="The plan has changed.", at=at,
    )  # fmt: skip


def an_ended_contract(cast: Any, at: datetime, **terms: Any) -> Contract:
    """Paid for and ended by Ada, completed."""
    milestone = a_released_milestone(cast, at, **terms)
    return actions.end_as_client(
        actor=cast.ada.actor, contract_id=milestone.contract_id, reason="COMPLETED", pays={}, at=at
    )


def fund(cast: Any, milestone: Milestone, at: datetime, number: str = GOOD) -> Milestone:
    """Fund a planned milestone by card and let the sandbox answer."""
    actions.fund_milestone(
        actor=cast.ada.actor, milestone_id=milestone.pk, method_id=a_card(cast, at, number), at=at
    )
    jobs.drain()
    return Milestone.objects.select_related("contract").get(pk=milestone.pk)
