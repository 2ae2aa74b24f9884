"""What there is to see of cards, charges and refunds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from freehold.kit.actors import Actor
from freehold.kit.cards import card
from freehold.kit.money import Money
from freehold.kit.refusals import NotFound
from freehold.money.payments import policies
from freehold.money.payments.models import Charge, PaymentMethod, Refund
from freehold.money.payments.states import C, M, R

#: state → how a page marks it
_MARKS = {C.SENDING: "wait", C.NEEDS_ACTION: "wait", C.SETTLED: "paid", C.FAILED: "bad", C.REVERSED: "bad"}
_METHOD_MARKS = {M.VERIFIED: "ok", M.BROKEN: "bad", M.UNVERIFIED: "wait", M.REMOVED: "plan"}


@card
class MethodCard:
    """A payment method as pages show it."""

    method_id: UUID
    label: str
    brand: str
    last_four: str
    expires: str
    holder: str
    state: str
    state_label: str
    mark: str
    is_default: bool
    expired: bool
    usable: bool


@card
class ChargeCard:
    """A charge as pages show it."""

    charge_id: UUID
    party_id: UUID
    money: Money
    refunded: Money
    method: str
    subject_kind: str
    subject_id: UUID
    state: str
    state_label: str
    mark: str
    reason: str
    why: str
    begun_at: datetime
    ended_at: datetime | None
    action_due_at: datetime | None
    stuck: bool
    entry_id: int | None

    @property
    def waits(self) -> bool:
        return self.state == C.SENDING

    @property
    def needs_action(self) -> bool:
        return self.state == C.NEEDS_ACTION

    @property
    def settled(self) -> bool:
        return self.state == C.SETTLED

    @property
    def failed(self) -> bool:
        return self.state in (C.FAILED, C.REVERSED)

    @property
    def what(self) -> str:
        """What it is for, in a word."""
        return subject_word(self.subject_kind)


@card
class RefundCard:
    """A refund as pages show it."""

    refund_id: UUID
    money: Money
    rerouted: Money
    subject_kind: str
    state: str
    state_label: str
    mark: str
    begun_at: datetime
    settled_at: datetime | None

    @property
    def what(self) -> str:
        return subject_word(self.subject_kind)


def subject_word(kind: str) -> str:
    words = {
        "milestone": _("Milestone"),
        "offer": _("Offer"),
        "contract": _("Contract"),
        "refund": _("Refund"),
        "charge": _("Payment that came too late"),
    }
    return words.get(kind, _("Payment"))


def methods_of(party_id: UUID, at: datetime | None = None) -> list[MethodCard]:
    """The party's kept cards, the preferred one first. With ``at``, expired ones are marked."""
    rows = PaymentMethod.objects.kept().filter(party_id=party_id).order_by("-is_default", "added_at", "pk")
    return [_method(row, at) for row in rows]


def method(actor: Actor, method_id: UUID) -> MethodCard:
    """
    One of the actor's kept cards.

    :raises NotFound: when there is none
    """
    row = PaymentMethod.objects.kept().filter(pk=method_id).first()
    if row is None or not actor.acts_for(row.party_id):
        raise NotFound()
    return _method(row, None)


def default_method(party_id: UUID) -> UUID | None:
    rows = PaymentMethod.objects.kept().filter(party_id=party_id).order_by("-is_default", "-added_at")
    return rows.values_list("pk", flat=True).first()


def has_method(party_id: UUID) -> bool:
    """Does the party have a card that can be charged?"""
    return PaymentMethod.objects.filter(party_id=party_id, state=M.VERIFIED).exists()


def charge(charge_id: UUID) -> ChargeCard | None:
    """One charge, for actions and reactions above; pages ask :func:`visible`."""
    row = _rows().filter(pk=charge_id).first()
    return _charge(row) if row else None


def visible(actor: Actor, charge_id: UUID) -> ChargeCard:
    """
    A charge the actor may see.

    :raises NotFound: when there is none
    """
    row = _rows().filter(pk=charge_id).first()
    if row is None or not policies.can_see_charge(actor, row):
        raise NotFound()
    return _charge(row)


def charge_of(subject: tuple[str, UUID]) -> ChargeCard | None:
    """The newest charge for a subject."""
    row = _rows().filter(subject_kind=subject[0], subject_id=subject[1]).order_by("-begun_at", "-pk").first()
    return _charge(row) if row else None


def charges_of(party_id: UUID, *, before: datetime | None = None, limit: int = 20) -> list[ChargeCard]:
    """The party's charges, newest first."""
    rows = _rows().filter(party_id=party_id)
    if before is not None:
        rows = rows.filter(begun_at__lt=before)
    return [_charge(row) for row in rows.order_by("-begun_at", "-pk")[:limit]]


def refunds_of(party_id: UUID, *, limit: int = 10) -> list[RefundCard]:
    """The party's refunds, newest first."""
    rows = Refund.objects.filter(party_id=party_id).order_by("-begun_at", "-pk")[:limit]
    return [_refund(row) for row in rows]


def refunds_for(subject: tuple[str, UUID]) -> list[RefundCard]:
    rows = Refund.objects.filter(subject_kind=subject[0], subject_id=subject[1]).order_by("begun_at", "pk")
    return [_refund(row) for row in rows]


def wait_for(charge_id: UUID, seconds: float = 3) -> str:
    """
    Wait at the door until a charge left SENDING, or for so many seconds; for views only.

    :returns: its state then
    """
    end = time.monotonic() + seconds
    while True:
        state = Charge.objects.filter(pk=charge_id).values_list("state", flat=True).first()
        if state is None:
            raise NotFound()
        if state != C.SENDING or connection.in_atomic_block or time.monotonic() >= end:
            return str(state)
        time.sleep(0.1)


def open_amounts(party_ids: Sequence[UUID]) -> list[ChargeCard]:
    """Charges of some parties that have not ended."""
    rows = _rows().filter(party_id__in=party_ids, state__in=[C.SENDING, C.NEEDS_ACTION]).order_by("begun_at", "pk")
    return [_charge(row) for row in rows]


# What the clocks wait for: for tasks and privacy.


def waiting_for_payer() -> QuerySet[Charge]:
    return Charge.objects.filter(state=C.NEEDS_ACTION)


def waiting_for_provider() -> QuerySet[Charge]:
    return Charge.objects.filter(ask_due_at__isnull=False)


def refunds_waiting() -> QuerySet[Refund]:
    return Refund.objects.filter(state=R.SENDING)


def charge_row(charge_id: UUID) -> Charge:
    """The charge with its card, for asking the provider."""
    return Charge.objects.select_related("method").found(pk=charge_id)


def refund_parts(refund_id: UUID) -> tuple[Refund, list[tuple[Charge, int]]]:
    """A refund and the charges it goes back to, with their cards."""
    refund = Refund.objects.found(pk=refund_id)
    charges = Charge.objects.select_related("method").in_bulk([UUID(key) for key, _amount in refund.parts])
    return refund, [(charges[UUID(key)], amount) for key, amount in refund.parts]


def _rows() -> QuerySet[Charge]:
    return Charge.objects.select_related("method")


def _method(row: PaymentMethod, at: datetime | None) -> MethodCard:
    expired = at is not None and policies.has_expired(row, at)
    return MethodCard(
        method_id=row.pk,
        label=_("%(brand)s ending %(digits)s") % {"brand": row.brand, "digits": row.last_four},
        brand=row.brand,
        last_four=row.last_four,
        expires=f"{row.expiry_month:02}/{(row.expiry_year or 0) % 100:02}" if row.expiry_month else "",
        holder=row.holder,
        state=row.state,
        state_label=_("Expired") if expired else str(M(row.state).label),
        mark="bad" if expired else _METHOD_MARKS[M(row.state)],
        is_default=row.is_default,
        expired=expired,
        usable=not expired and row.state != M.REMOVED,
    )


def _charge(row: Charge) -> ChargeCard:
    paid_by = _("Account balance")
    if row.method is not None:
        places = {"brand": row.method.brand, "digits": row.method.last_four}
        paid_by = _("%(brand)s ending %(digits)s") % places if row.method.last_four else _("Card")
    return ChargeCard(
        charge_id=row.pk,
        party_id=row.party_id,
        money=row.money,
        refunded=Money(row.refunded, row.currency),
        method=paid_by,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        state=row.state,
        state_label=str(C(row.state).label),
        mark=_MARKS[C(row.state)],
        reason=row.reason,
        why=row.why,
        begun_at=row.begun_at,
        ended_at=row.settled_at or row.failed_at,
        action_due_at=row.action_due_at,
        stuck=row.stuck_at is not None and row.state == C.SENDING,
        entry_id=row.entry_id,
    )


def _refund(row: Refund) -> RefundCard:
    return RefundCard(
        refund_id=row.pk,
        money=row.money,
        rerouted=Money(row.rerouted, row.currency),
        subject_kind=row.subject_kind,
        state=row.state,
        state_label=str(R(row.state).label),
        mark="wait" if row.state == R.SENDING else "paid",
        begun_at=row.begun_at,
        settled_at=row.settled_at,
    )




def payer_of(charge_id: UUID) -> UUID | None:
    """Who pressed the button."""
    return Charge.objects.filter(pk=charge_id).values_list("account_id", flat=True).first()


def label_of(method_id: UUID) -> str:
    """A card's words for a notice; empty once it is erased."""
    row = PaymentMethod.objects.filter(pk=method_id).exclude(last_four="").first()
    return _method(row, None).label if row else ""


def refunds_open(party_ids: Sequence[UUID]) -> list[RefundCard]:
    """Refunds of some parties that are on their way."""
    return [_refund(row) for row in refunds_waiting().filter(party_id__in=party_ids).order_by("begun_at", "pk")]
