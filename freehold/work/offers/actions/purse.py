"""What offers ask of money: a hold for the first milestone, filled before the offer is sent, emptied when it ends."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from freehold.kit.actors import Actor
from freehold.money.escrow import actions as escrow
from freehold.money.escrow.models import Hold
from freehold.money.fees import queries as fees
from freehold.money.ledger import states as books
from freehold.money.payments import actions as payments
from freehold.money.payments.models import Charge
from freehold.work.offers.models import Offer


def begin(offer: Offer, amount: int, method_id: UUID, *, actor: Actor, at: datetime) -> tuple[Hold, Charge]:
    """Open a hold bound to the offer and ask the card for it, the client's fee and the contract fee included."""
    terms = fees.Terms.from_json(offer.terms)
    hold = escrow.open_hold(
        subject=("offer", offer.pk),
        payer_id=offer.company_id,
        payee_id=offer.worker_id,
        currency=offer.currency,
        amount=amount,
        advance=fees.client_fee(amount, terms) + terms.contract_fee,
        at=at,
    )
    charge = payments.begin_charge(
        actor=actor,
        method_id=method_id,
        subject=("offer", offer.pk),
        currency=offer.currency,
        allocations=[(books.hold(hold.pk), hold.amount), (books.advance(hold.pk), hold.advance)],
        at=at,
    )
    return hold, charge


def arrive(offer: Offer, at: datetime) -> None:
    """The charge settled: the hold is filled."""
    assert offer.hold_id is not None
    escrow.fund_hold(hold_id=offer.hold_id, at=at)


def abandon(hold_id: UUID, at: datetime) -> None:
    """The charge failed."""
    escrow.abandon_hold(hold_id=hold_id, at=at)


def send_back(offer: Offer, amount: int, at: datetime) -> None:
    """Return held money with its share of the fee to the card it came from."""
    assert offer.hold_id is not None
    sources = escrow.give_back(hold_id=offer.hold_id, amount=amount, at=at)
    payments.begin_refund(
        sources=sources, party_id=offer.company_id, currency=offer.currency, subject=("offer", offer.pk), at=at
    )


def held(offer: Offer) -> int:
    """What the offer's hold has now."""
    hold = Hold.objects.filter(pk=offer.hold_id).first() if offer.hold_id else None
    return hold.held.amount if hold else 0


def return_late(offer: Offer, charge_id: UUID, at: datetime) -> None:
    """Money came for a funding that was given up: all of it goes straight back."""
    charge = Charge.objects.get(pk=charge_id)
    payments.begin_refund(
        sources=[(name, amount) for name, amount in charge.allocations],
        party_id=offer.company_id,
        currency=charge.currency,
        subject=("offer", offer.pk),
        at=at,
    )
