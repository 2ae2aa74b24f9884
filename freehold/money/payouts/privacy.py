"""What is known about where money goes, and what of a wallet keeps its owner from leaving."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from freehold.kit.actors import Actor
from freehold.kit.money import Money
from freehold.kit.privacy import Basis, Fate, Kind, Open, Subject, blocks_closing, personal
from freehold.kit.rates import threshold
from freehold.kit.settings import current
from freehold.money.ledger import queries as books
from freehold.money.payouts import actions, policies, queries
from freehold.money.payouts.events import (
    PayoutCanceled,
    PayoutFailed,
    PayoutMethodActive,
    PayoutMethodAdded,
    PayoutMethodBroken,
    PayoutPaid,
    PayoutRequested,
    PayoutReturned,
)
from freehold.money.payouts.models import Payout, PayoutMethod
from freehold.money.payouts.queries import MethodCard


def _erase_methods(subject: Subject, at: datetime) -> int:
    return actions.erase_methods(methods=PayoutMethod.objects.filter(party_id__in=subject.party_ids), at=at)


def _purge_payouts(keys: list[Any], at: datetime) -> int:
    return Payout.objects.filter(pk__in=keys).update(reference="")


personal(
    PayoutMethod,
    label=gettext_lazy("Bank accounts and cards your money goes to: holder, bank, number"),
    rows=lambda s: PayoutMethod.objects.filter(party_id__in=s.party_ids),
    export=("rail", "holder", "bank", "country", "masked", "state", "added_at", "removed_at"),
    fate=Fate.ERASE,
    erase=_erase_methods,
    impersonal=("rail", "state", "reason"),
)
personal(
    Payout,
    label=gettext_lazy("Payouts: number, amount, fee, day"),
    rows=lambda s: Payout.objects.filter(party_id__in=s.party_ids),
    export=("number", "amount", "fee", "currency", "state", "reason", "requested_at", "paid_at", "ended_at"),
    fate=Fate.KEEP,
    basis=Basis.LAW,
    keep_years="retention.financial_years",
    seen_by=gettext_lazy("the operator's bookkeeping, auditors and tax authorities"),
    since="requested_at",
    purge=_purge_payouts,
    impersonal=("number", "currency", "state", "reason", "reference"),
)

_MACHINE = Actor.system("payouts.closing")


def _free(party_id: UUID) -> list[Money]:
    """What could be paid out, by currency, after debts."""
    debts = books.debts(party_id)
    found = []
    for currency, wallet in books.wallets(party_id).items():
        debt = debts.get(currency)
        amount = wallet.available.amount - (debt.amount if debt else 0)
        if amount > 0:
            found.append(Money(amount, currency))
    return found


def _way(party_id: UUID, amount: Money, methods: list[MethodCard]) -> tuple[MethodCard, Money] | None:
    """The cheapest usable method that lets something of the amount arrive, and its fee."""
    usable = [m for m in methods if m.usable]
    if not usable:
        return None
    company = queries.is_company(party_id)
    costs = [(policies.fee(m.rail, amount.currency, company=company), m) for m in usable]
    fee, choice = min(costs, key=lambda cost: cost[0].amount)
    return (choice, fee) if fee < amount else None


def _balance(subject: Subject, at: datetime) -> Iterator[Open]:
    for party_id in subject.party_ids:
        methods = queries.methods_of(party_id)
        for amount in _free(party_id):
            way = _way(party_id, amount, methods)
            if way is not None:
                places = {"amount": amount, "method": way[0].aim, "fee": way[1]}
                yield Open(
                    sentence=_("%(amount)s goes to %(method)s, fee %(fee)s.") % places,
                    kind=Kind.AUTO,
                    remedies=((_("Pay out everything"), reverse("payouts:request")),),
                )


def _pay_out(subject: Subject, actor: Any, at: datetime) -> None:
    for party_id in subject.party_ids:
        methods = queries.methods_of(party_id)
        for amount in _free(party_id):
            if _way(party_id, amount, methods) is not None:
                actions.request_last_payout(actor=_MACHINE, party_id=party_id, currency=amount.currency, at=at)


def _no_method(subject: Subject, at: datetime) -> Iterator[Open]:
    for party_id in subject.party_ids:
        methods = queries.methods_of(party_id)
        if any(m.waits or m.broken for m in methods):
            continue
        for amount in _free(party_id):
            if _way(party_id, amount, methods) is None:
                yield Open(
                    sentence=_("%(amount)s is yours, and there is no account it could go to.") % {"amount": amount},
                    kind=Kind.ACT,
                    remedies=((_("Add a bank account"), reverse("payouts:methods")),),
                )


def _on_hold(subject: Subject, at: datetime) -> Iterator[Open]:
    for party_id in subject.party_ids:
        methods = queries.methods_of(party_id)
        waiting = sorted((m for m in methods if m.waits), key=lambda m: m.active_at)
        for amount in _free(party_id) if waiting else []:
            if _way(party_id, amount, methods) is None:
                places = {"method": waiting[0].label, "amount": amount}
                yield Open(
                    sentence=_("%(method)s is new; %(amount)s goes there when its waiting time is over.") % places,
                    kind=Kind.WAITS,
                    clears_at=waiting[0].active_at,
                )


def _moving(subject: Subject, at: datetime) -> Iterator[Open]:
    for payout in queries.moving(subject.party_ids):
        places = {"number": payout.number, "amount": payout.money}
        yield Open(
            sentence=_("Payout %(number)s of %(amount)s is on its way.") % places,
            kind=Kind.WAITS,
            clears_at=payout.expected_on,
        )


def _came_back(subject: Subject, at: datetime) -> Iterator[Open]:
    for party_id in subject.party_ids:
        methods = queries.methods_of(party_id)
        broken = [m for m in methods if m.broken]
        if not broken or any(m.waits for m in methods):
            continue
        for amount in _free(party_id):
            if _way(party_id, amount, methods) is None:
                places = {"method": broken[0].label, "amount": amount}
                yield Open(
                    sentence=_("%(method)s did not take your payout; %(amount)s is still in your wallet.") % places,
                    kind=Kind.ACT,
                    remedies=((_("Correct the method"), reverse("payouts:methods")),),
                )


def _small_debts(subject: Subject) -> list[tuple[UUID, Money]]:
    under = current().payout.write_off_under
    return [
        (party_id, debt)
        for party_id in subject.party_ids
        for debt in books.debts(party_id).values()
        if debt < threshold(under, debt.currency)
    ]


def _negative_small(subject: Subject, at: datetime) -> Iterator[Open]:
    for _party, debt in _small_debts(subject):
        yield Open(sentence=_("You owe %(amount)s; it is written off.") % {"amount": debt}, kind=Kind.AUTO)


def _write_off(subject: Subject, actor: Any, at: datetime) -> None:
    for party_id, debt in _small_debts(subject):
        actions.write_off_debt(party_id=party_id, currency=debt.currency, at=at)


def _negative(subject: Subject, at: datetime) -> Iterator[Open]:
    small = {(party, debt.currency) for party, debt in _small_debts(subject)}
    for party_id in subject.party_ids:
        for debt in books.debts(party_id).values():
            if (party_id, debt.currency) not in small:
                yield Open(
                    sentence=_("You owe %(amount)s. It is taken from what you earn.") % {"amount": debt},
                    kind=Kind.ACT,
                    remedies=((_("Write to us"), f"mailto:{current().market.contact}"),),
                )


_GONE = (PayoutPaid, PayoutFailed, PayoutReturned, PayoutCanceled)
blocks_closing("balance", find=_balance, settle=_pay_out, clears_on=(PayoutRequested, PayoutPaid), order=60)
blocks_closing("no_payout_method", find=_no_method, clears_on=(PayoutMethodAdded, PayoutMethodActive), order=61)
blocks_closing("method_on_hold", find=_on_hold, clears_on=(PayoutMethodActive,), order=62)
blocks_closing("payout_sending", find=_moving, clears_on=_GONE, order=63)
blocks_closing("payout_failed", find=_came_back, clears_on=(PayoutMethodAdded, PayoutMethodBroken), order=64)
blocks_closing("negative_small", find=_negative_small, settle=_write_off, order=65)
blocks_closing("negative", find=_negative, order=66)
