"""What happens to held and earned money by itself when its day comes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.events import publish
from freehold.kit.refusals import IllegalMove
from freehold.money.escrow.events import EarningsMatured, HoldExpiring
from freehold.money.escrow.models import Earning, Hold
from freehold.money.ledger import queries as books
from freehold.money.ledger import states as chart
from freehold.money.ledger.actions import Leg, post


@action
def mature(*, actor: Actor, earning_id: UUID, at: datetime) -> Earning:
    """
    Make a pending earning available; what the member owes is paid from it first.

    :raises IllegalMove: when it has matured already, or its security period still runs
    """
    earning = Earning.objects.locked(earning_id)

    require(earning.matured_at is None and earning.due_at <= at, IllegalMove)

    earning.matured_at = at
    earning.save(update_fields=["matured_at"])
    party_id, currency = earning.party_id, earning.currency
    available = chart.wallet(party_id, "available")
    debt = min(-books.balance(chart.owed(party_id), currency).amount, earning.amount)
    entry = post(
        kind="mature",
        key=f"entry:{earning.entry_id}:mature",
        currency=currency,
        legs=[
            Leg(chart.wallet(party_id, "pending"), available, earning.amount),
            Leg(available, chart.owed(party_id), debt),
        ],
        at=at,
    )
    fact = EarningsMatured(
        earning_id=earning.pk,
        party_id=party_id,
        currency=currency,
        amount=earning.amount,
        to_debt=debt,
        entry_id=entry.entry_id,
    )
    publish(fact, actor=actor, at=at)
    return earning


@action
def warn_of_limit(*, actor: Actor, hold_id: UUID, at: datetime) -> Hold:
    """
    Tell both sides that the payment provider will not keep this money much longer.

    :raises IllegalMove: when nothing is held, or they were told already
    """
    hold = Hold.objects.locked(hold_id)
    require(hold.limit_warn_due_at is not None and bool(hold.held), IllegalMove)
    hold.limit_warn_due_at = None
    hold.save(update_fields=["limit_warn_due_at"])
    fact = HoldExpiring(
        hold_id=hold.pk,
        subject_kind=hold.subject_kind,
        subject_id=hold.subject_id,
        payer_id=hold.payer_id,
        payee_id=hold.payee_id,
        currency=hold.currency,
        amount=hold.remaining,
    )
    publish(fact, actor=actor, at=at)
    return hold
