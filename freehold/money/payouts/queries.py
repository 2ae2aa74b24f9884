"""What there is to see of payouts and where money can go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from freehold.kit import calendar
from freehold.kit.actors import Actor
from freehold.kit.cards import card
from freehold.kit.money import Money
from freehold.kit.refusals import NotFound
from freehold.money.payouts import policies
from freehold.money.payouts.models import Payout, PayoutMethod
from freehold.money.payouts.states import M, P, Rail, Reason
from freehold.people.teams.models import Party

_MARKS = {
    P.SCHEDULED: "wait",
    P.SENDING: "wait",
    P.PAID: "paid",
    P.FAILED: "bad",
    P.RETURNED: "bad",
    P.CANCELED: "plan",
}
_METHOD_MARKS = {M.WAITING: "wait", M.ACTIVE: "ok", M.BROKEN: "bad", M.REMOVED: "plan"}


@card
class MethodCard:
    """A payout method as pages show it; never its number."""

    method_id: UUID
    rail: str
    label: str
    aim: str
    bank: str
    holder: str
    state: str
    state_label: str
    mark: str
    why: str
    added_at: datetime
    active_at: datetime

    @property
    def waits(self) -> bool:
        return self.state == M.WAITING

    @property
    def usable(self) -> bool:
        return self.state == M.ACTIVE

    @property
    def broken(self) -> bool:
        return self.state == M.BROKEN


@card
class PayoutCard:
    """A payout as pages show it."""

    payout_id: UUID
    party_id: UUID
    number: str
    money: Money
    fee: Money
    arrives: Money
    method: str
    aim: str
    state: str
    state_label: str
    mark: str
    why: str
    requested_at: datetime
    leaves_at: datetime | None
    paid_at: datetime | None
    ended_at: datetime | None
    expected_on: datetime
    stuck: bool

    @property
    def can_cancel(self) -> bool:
        return self.state == P.SCHEDULED

    @property
    def moving(self) -> bool:
        return self.state in (P.SCHEDULED, P.SENDING)

    @property
    def came_back(self) -> bool:
        return self.state in (P.FAILED, P.RETURNED)

    @property
    def paid(self) -> bool:
        return self.state == P.PAID


def methods_of(party_id: UUID) -> list[MethodCard]:
    """The party's kept methods, oldest first."""
    return [_method(row) for row in PayoutMethod.objects.kept().filter(party_id=party_id).order_by("added_at", "pk")]


def visible(actor: Actor, payout_id: UUID) -> PayoutCard:
    """
    A payout the actor may see.

    :raises NotFound: when there is none
    """
    row = Payout.objects.select_related("method").filter(pk=payout_id).first()
    if row is None or not policies.can_see(actor, row.party_id):
        raise NotFound()
    return _payout(row)


def payouts_of(party_id: UUID, *, limit: int = 20) -> list[PayoutCard]:
    """The party's payouts, newest first."""
    rows = Payout.objects.select_related("method").filter(party_id=party_id).order_by("-requested_at", "-pk")
    return [_payout(row) for row in rows[:limit]]


def open_or_named(party_id: UUID, payout_ids: Iterable[UUID]) -> list[PayoutCard]:
    """Payouts on their way, and those a statement names, in one query."""
    rows = Payout.objects.select_related("method").filter(
        Q(pk__in=list(payout_ids)) | Q(state__in=[P.SCHEDULED, P.SENDING]), party_id=party_id
    )
    return [_payout(row) for row in rows.order_by("requested_at", "pk")]


def expected_on(at: datetime) -> datetime:
    """When money sent now should be there, at the latest: three business days."""
    return calendar.business_days_after(at, 3)


# What the clocks wait for, and what closing asks.


def methods_waiting() -> QuerySet[PayoutMethod]:
    return PayoutMethod.objects.filter(state=M.WAITING)


def payouts_scheduled() -> QuerySet[Payout]:
    return Payout.objects.filter(state=P.SCHEDULED)


def payouts_asked() -> QuerySet[Payout]:
    return Payout.objects.filter(ask_due_at__isnull=False)


def payout_row(payout_id: UUID) -> Payout:
    """The payout with its method, for asking the provider."""
    return Payout.objects.select_related("method").found(pk=payout_id)


def moving(party_ids: Iterable[UUID]) -> list[PayoutCard]:
    """Payouts of some parties that have not arrived."""
    rows = Payout.objects.select_related("method").filter(
        party_id__in=list(party_ids), state__in=[P.SCHEDULED, P.SENDING]
    )
    return [_payout(row) for row in rows.order_by("requested_at", "pk")]


def came_back(party_ids: Iterable[UUID]) -> list[PayoutCard]:
    """The last payout of each broken method of some parties."""
    rows = (
        Payout.objects.select_related("method")
        .filter(party_id__in=list(party_ids), method__state=M.BROKEN, state__in=[P.FAILED, P.RETURNED])
        .order_by("method_id", "-requested_at")
        .distinct("method_id")
    )
    return [_payout(row) for row in rows]


def _method(row: PayoutMethod) -> MethodCard:
    return MethodCard(
        method_id=row.pk,
        rail=row.rail,
        label=label_of(row),
        aim=aim_of(row),
        bank=row.bank,
        holder=row.holder,
        state=row.state,
        state_label=str(M(row.state).label),
        mark=_METHOD_MARKS[M(row.state)],
        why=str(Reason(row.reason).label) if row.reason else "",
        added_at=row.added_at,
        active_at=row.active_at,
    )


def label_of(row: PayoutMethod) -> str:
    """``Bank account ending 4417``."""
    if not row.masked:
        return str(Rail(row.rail).label)
    return _("%(rail)s ending %(digits)s") % {"rail": Rail(row.rail).label, "digits": row.masked[-4:]}


def aim_of(row: PayoutMethod) -> str:
    """The same within a sentence: *to* ``your bank account ending 4417``."""
    words = {
        Rail.SEPA: _("your bank account ending %(digits)s"),
        Rail.CARD: _("your card ending %(digits)s"),
    }
    return words[Rail(row.rail)] % {"digits": row.masked[-4:] or "····"}


def _payout(row: Payout) -> PayoutCard:
    return PayoutCard(
        payout_id=row.pk,
        party_id=row.party_id,
        number=row.number,
        money=row.money,
        fee=row.fee_money,
        arrives=row.arrives,
        method=label_of(row.method),
        aim=aim_of(row.method),
        state=row.state,
        state_label=str(P(row.state).label),
        mark=_MARKS[P(row.state)],
        why=row.why,
        requested_at=row.requested_at,
        leaves_at=row.send_due_at,
        paid_at=row.paid_at,
        ended_at=row.ended_at,
        expected_on=expected_on(row.sent_at or row.send_due_at or row.requested_at),
        stuck=row.stuck_at is not None and row.state == P.SENDING,
    )


def payout_card(payout_id: UUID) -> PayoutCard:
    """One payout, for those who know that it may be told."""
    return _payout(payout_row(payout_id))


def notice_places(method_id: UUID) -> tuple[str, datetime] | None:
    """A method's words for a notice; None once it is erased."""
    row = PayoutMethod.objects.filter(pk=method_id).exclude(masked="").first()
    return (label_of(row), row.active_at) if row else None


def is_company(party_id: UUID) -> bool:
    """Companies take their own unspent money out free of charge."""
    return Party.objects.filter(pk=party_id, kind=Party.Kind.COMPANY).exists()
