"""What is known about payers, and what keeps them from leaving."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from freehold.kit.privacy import Basis, Fate, Kind, Open, Subject, blocks_closing, impersonal, personal
from freehold.money.payments import actions, queries
from freehold.money.payments.events import ChargeFailed, ChargeSettled, RefundRerouted, RefundSettled
from freehold.money.payments.models import Charge, PaymentMethod, ProviderNotice, Refund


def _erase_methods(subject: Subject, at: datetime) -> int:
    return actions.erase_methods(methods=PaymentMethod.objects.filter(party_id__in=subject.party_ids), at=at)


def _purge_charges(keys: list[Any], at: datetime) -> int:
    return Charge.objects.filter(pk__in=keys).update(account_id=None, reference="")


def _purge_refunds(keys: list[Any], at: datetime) -> int:
    return Refund.objects.filter(pk__in=keys).count()


personal(
    PaymentMethod,
    label=gettext_lazy("Cards you pay with: brand, last four digits, expiry, holder"),
    rows=lambda s: PaymentMethod.objects.filter(party_id__in=s.party_ids),
    export=("brand", "last_four", "expiry_month", "expiry_year", "holder", "state", "added_at", "removed_at"),
    fate=Fate.ERASE,
    erase=_erase_methods,
    impersonal=("provider", "kind", "state"),
)
personal(
    Charge,
    label=gettext_lazy("Payments you made: amount, day, what for"),
    rows=lambda s: Charge.objects.filter(party_id__in=s.party_ids),
    export=("subject_kind", "subject_id", "amount", "currency", "state", "reason", "begun_at", "settled_at"),
    fate=Fate.KEEP,
    basis=Basis.LAW,
    keep_years="retention.financial_years",
    seen_by=gettext_lazy("the operator's bookkeeping, auditors and tax authorities"),
    since="begun_at",
    purge=_purge_charges,
    impersonal=("provider", "reference", "subject_kind", "currency", "state", "reason", "allocations"),
)
personal(
    Refund,
    label=gettext_lazy("Money returned to you: amount, day, what for"),
    rows=lambda s: Refund.objects.filter(party_id__in=s.party_ids),
    export=("subject_kind", "subject_id", "amount", "currency", "rerouted", "state", "begun_at", "settled_at"),
    fate=Fate.KEEP,
    basis=Basis.LAW,
    keep_years="retention.financial_years",
    seen_by=gettext_lazy("the operator's bookkeeping, auditors and tax authorities"),
    since="begun_at",
    purge=_purge_refunds,
    impersonal=("subject_kind", "currency", "state", "sources", "parts"),
)
impersonal(ProviderNotice, "keys, references and amounts of payments as the provider sent them; no person is named")


def _charges(subject: Subject, at: datetime) -> Iterator[Open]:
    for charge in queries.open_amounts(subject.party_ids):
        page = reverse("payments:charge", kwargs={"charge_id": charge.charge_id})
        yield Open(
            sentence=_("A payment of %(amount)s is under way.") % {"amount": charge.money},
            kind=Kind.WAITS,
            clears_at=charge.action_due_at,
            remedies=((_("Confirm it"), page),) if charge.needs_action else ((_("Look at it"), page),),
        )


def _refunds(subject: Subject, at: datetime) -> Iterator[Open]:
    for refund in queries.refunds_open(subject.party_ids):
        yield Open(
            sentence=_("A refund of %(amount)s is on its way to you.") % {"amount": refund.money}, kind=Kind.WAITS
        )


blocks_closing("payments_open", find=_charges, clears_on=(ChargeSettled, ChargeFailed), order=40)
blocks_closing("refunds_open", find=_refunds, clears_on=(RefundSettled, RefundRerouted), order=41)
