"""
What contracts ask of money: every call into escrow, payments and invoices from this app is here.

Rows of the contract and its milestones are locked by whoever calls; holds and charges lock below.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from freehold.kit.actors import Actor
from freehold.money.escrow import actions as escrow
from freehold.money.escrow import queries as holds
from freehold.money.escrow.models import Hold
from freehold.money.fees import queries as fees
from freehold.money.invoices import actions as invoices
from freehold.money.ledger import states as books
from freehold.money.payments import actions as payments
from freehold.money.payments.models import Charge
from freehold.work.contracts.models import Contract, Milestone


def terms_of(contract: Contract) -> fees.Terms:
    """The fee terms the contract was agreed under."""
    return fees.Terms.from_json(contract.terms)


def carry_left(contract: Contract) -> int:
    """Held money no milestone claims."""
    return holds.hold(contract.carry_hold_id).held.amount if contract.carry_hold_id else 0


def begin(
    contract: Contract, milestone: Milestone, carried: int, method_id: UUID, *, actor: Actor, at: datetime
) -> tuple[Hold, Charge]:
    """Put the carried part aside for a milestone and ask the card for the rest."""
    hold = _open(contract, milestone, at)
    advance = hold.advance
    if carried and contract.carry_hold_id:
        moved = escrow.move(from_hold_id=contract.carry_hold_id, to_hold_id=hold.pk, amount=carried, at=at)
        advance = max(advance - moved.advance.amount, 0)
    charge = payments.begin_charge(
        actor=actor,
        method_id=method_id,
        subject=("milestone", milestone.pk),
        currency=contract.currency,
        allocations=[(books.hold(hold.pk), milestone.amount - carried), (books.advance(hold.pk), advance)],
        at=at,
    )
    return hold, charge


def cover(contract: Contract, milestone: Milestone, at: datetime) -> Hold:
    """Fund a milestone from the carry alone."""
    hold = _open(contract, milestone, at)
    assert contract.carry_hold_id is not None
    escrow.move(from_hold_id=contract.carry_hold_id, to_hold_id=hold.pk, amount=milestone.amount, at=at)
    hold.refresh_from_db()
    return hold


def arrive(hold_id: UUID, at: datetime) -> Hold:
    """The charge settled: the milestone's money is there."""
    return escrow.fund_hold(hold_id=hold_id, at=at)


def who_paid(charge_id: UUID) -> UUID | None:
    """The person who pressed the button of a charge."""
    return Charge.objects.filter(pk=charge_id).values_list("account_id", flat=True).first()


def abandon(contract: Contract, hold_id: UUID, at: datetime) -> None:
    """The charge failed: what the carry gave goes back to it."""
    escrow.abandon_hold(hold_id=hold_id, carry_id=contract.carry_hold_id, at=at)


def take_over(contract: Contract, hold_id: UUID, milestone_id: UUID, at: datetime) -> Hold:
    """An accepted offer's hold becomes its first milestone's."""
    return escrow.hand_over(hold_id=hold_id, subject=("milestone", milestone_id), payee_id=contract.worker_id, at=at)


def pay_milestone(milestone: Milestone, amount: int, at: datetime) -> escrow.Release:
    """Release a part or all of a milestone's hold; the rest goes to the contract's carry. Documents are written."""
    contract = milestone.contract
    assert milestone.hold_id is not None
    paid = escrow.release(
        hold_id=milestone.hold_id,
        amount=amount,
        service_fee=fees.service_fee(amount, terms_of(contract)),
        carry_id=_carry(contract, at) if amount < milestone.amount else None,
        at=at,
    )
    words = _("Milestone %(position)s: %(title)s") % {"position": milestone.position, "title": milestone.title}
    _write(contract, paid, words, ("milestone", milestone.pk), at)
    return paid


def pay_carry(contract: Contract, amount: int, at: datetime) -> escrow.Release:
    """Release a part or all of the carry."""
    assert contract.carry_hold_id is not None
    paid = escrow.release(
        hold_id=contract.carry_hold_id,
        amount=amount,
        service_fee=fees.service_fee(amount, terms_of(contract)),
        at=at,
    )
    _write(contract, paid, _("Final payment"), ("contract", contract.pk), at)
    return paid


def send_back(contract: Contract, hold_id: UUID, amount: int, subject: tuple[str, UUID], at: datetime) -> None:
    """Return held money, with its share of the client's fee, to where it came from."""
    sources = escrow.give_back(hold_id=hold_id, amount=amount, at=at)
    origins: list[tuple[str, UUID]] = [("offer", contract.offer_id)] if contract.offer_id else []
    if subject[0] == "contract":
        milestones = Milestone.objects.filter(contract=contract).order_by("-position")
        origins = [*(("milestone", pk) for pk in milestones.values_list("pk", flat=True)), *origins]
    payments.begin_refund(
        sources=sources,
        party_id=contract.company_id,
        currency=contract.currency,
        subject=subject,
        origins=origins,
        at=at,
    )


def _open(contract: Contract, milestone: Milestone, at: datetime) -> Hold:
    return escrow.open_hold(
        subject=("milestone", milestone.pk),
        payer_id=contract.company_id,
        payee_id=contract.worker_id,
        currency=contract.currency,
        amount=milestone.amount,
        advance=fees.client_fee(milestone.amount, terms_of(contract)),
        at=at,
    )


def _carry(contract: Contract, at: datetime) -> UUID:
    """The contract's one hold for remainders, opened with the first of them."""
    if contract.carry_hold_id is None:
        hold = escrow.open_hold(
            subject=("carry", contract.pk),
            payer_id=contract.company_id,
            payee_id=contract.worker_id,
            currency=contract.currency,
            amount=0,
            advance=0,
            at=at,
        )
        contract.carry_hold_id = hold.pk
        contract.save(update_fields=["carry_hold_id"])
    return contract.carry_hold_id


def _write(contract: Contract, paid: escrow.Release, words: str, subject: tuple[str, UUID], at: datetime) -> None:
    invoices.issue_for_release(
        release=paid,
        worker_id=contract.worker_id,
        client_id=contract.company_id,
        words=words,
        subject=subject,
        subject_words=_("Contract %(number)s: %(title)s") % {"number": contract.number, "title": contract.title},
        at=at,
    )
