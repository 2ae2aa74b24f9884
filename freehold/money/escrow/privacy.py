"""Escrow knows ids and amounts; whose they are is told by the parties above. Money on its way delays a closure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from freehold.kit.privacy import Kind, Open, Subject, blocks_closing, impersonal
from freehold.money.escrow import queries
from freehold.money.escrow.events import EarningsMatured
from freehold.money.escrow.models import Earning, Hold

impersonal(Hold, "ids of parties and subjects, amounts and moments; kept with the books")
impersonal(Earning, "ids of parties, amounts and moments; kept with the books")


def _wallet() -> tuple[tuple[str, str], ...]:
    try:
        return ((_("See your wallet"), reverse("payouts:wallet")),)
    except NoReverseMatch:
        return ()


def _pending(subject: Subject, at: datetime) -> Iterator[Open]:
    for party_id in subject.party_ids:
        for earning in queries.pending_of(party_id):
            yield Open(
                sentence=_("%(amount)s you earned is in its security period; it becomes available by itself.")
                % {"amount": earning.amount},
                kind=Kind.WAITS,
                clears_at=earning.due_at,
                remedies=_wallet(),
            )


blocks_closing("pending_earnings", find=_pending, clears_on=(EarningsMatured,), order=55)
