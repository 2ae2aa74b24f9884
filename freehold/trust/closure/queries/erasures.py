"""What an erasure still has to do."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from freehold.kit.calendar import day_of
from freehold.kit.cards import card
from freehold.people.accounts.models import Account
from freehold.trust.closure.models import Closure, ErasureStep, Receipt, RetentionItem
from freehold.trust.closure.queries.matters import subject_of
from freehold.trust.closure.queries.residue import Hit, residue
from freehold.trust.closure.states import Item, Step


@card
class ReceiptText:
    """A receipt that is still to be handed over."""

    number: str
    text: str
    sha256: str
    handed_over: bool
    issued_at: datetime


def open_steps(closure_id: UUID) -> list[UUID]:
    """Steps not confirmed yet, in their order, without the last look."""
    rows = ErasureStep.objects.filter(closure_id=closure_id).exclude(state=Step.CONFIRMED).exclude(fate="")
    return list(rows.order_by("position").values_list("pk", flat=True))


def last_look(closure_id: UUID) -> list[Hit] | None:
    """Search for what should be gone; None when it was done and clean before."""
    closure = Closure.objects.get(pk=closure_id)
    if closure.steps.filter(fate="", state=Step.CONFIRMED).exists():
        return None
    return residue(address_of(closure.account_id), subject_of(closure.account_id, closure))


def address_of(account_id: UUID) -> str:
    return Account.objects.values_list("email", flat=True).get(pk=account_id) or ""


def receipt_text(closure_id: UUID) -> ReceiptText | None:
    row = Receipt.objects.filter(closure_id=closure_id).first()
    if row is None:
        return None
    return ReceiptText(
        number=row.number,
        text=row.text,
        sha256=row.sha256,
        handed_over=row.handed_over_at is not None,
        issued_at=row.issued_at,
    )


def erased_since(moment: datetime) -> bool:
    return Closure.objects.filter(erased_at__gte=moment).exists()


def kinds_to_purge(at: datetime) -> list[str]:
    """Kinds with something past its day."""
    rows = RetentionItem.objects.filter(state=Item.KEPT, keep_until__lt=day_of(at))
    return list(rows.order_by("kind").values_list("kind", flat=True).distinct())
