"""What we know of people through their credits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from freehold.kit.actors import Actor
from freehold.kit.privacy import Basis, Fate, Kind, Open, Subject, blocks_closing, on_reopening, personal
from freehold.market.credits import actions, queries
from freehold.market.credits.models import Entry, Lot, Pool

_LEAVING = Actor.system("credits.leaving")
_KEPT = {
    "fate": Fate.KEEP,
    "basis": Basis.LAW,
    "keep_years": "retention.financial_years",
    "seen_by": gettext_lazy("finance staff"),
}

personal(
    Pool,
    label=gettext_lazy("That you had credits, ids only"),
    rows=lambda s: Pool.objects.filter(party_id__in=s.party_ids),
    export=("opened_at",),
    since="opened_at",
    **_KEPT,
)
personal(
    Lot,
    label=gettext_lazy("Credits that were granted, ids only"),
    rows=lambda s: Lot.objects.filter(pool__party_id__in=s.party_ids),
    export=("source", "count", "left", "granted_at", "expires_at"),
    impersonal=("source", "key"),
    since="granted_at",
    **_KEPT,
)
personal(
    Entry,
    label=gettext_lazy("What credits were spent on, ids only"),
    rows=lambda s: Entry.objects.filter(lot__pool__party_id__in=s.party_ids),
    export=("at", "count", "reason", "ref_kind"),
    impersonal=("reason", "ref_kind"),
    since="at",
    **_KEPT,
)


def _left(subject: Subject, at: datetime) -> Iterable[Open]:
    count = sum(queries.balance(party_id, at) for party_id in subject.party_ids)
    if count:
        sentence = ngettext(
            "%(n)s credit is left. It stands still while the account can be reopened and lapses after that.",
            "%(n)s credits are left. They stand still while the account can be reopened and lapse after that.",
            count,
        ) % {"n": count}
        yield Open(sentence=sentence, kind=Kind.AUTO, remedies=((_("See your credits"), "/credits"),))


def _freeze(subject: Subject, _actor: Any, at: datetime) -> None:
    for party_id in subject.party_ids:
        actions.freeze(actor=_LEAVING, party_id=party_id, at=at)


blocks_closing("credits", find=_left, settle=_freeze, order=80)


@on_reopening
def thaw_credits(subject: Subject, at: datetime) -> None:
    for party_id in subject.party_ids:
        actions.thaw(actor=_LEAVING, party_id=party_id, at=at)
