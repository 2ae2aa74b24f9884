"""What offers know about people, and what happens to open ones when somebody leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from freehold.kit.actors import Actor
from freehold.kit.privacy import Basis, Fate, Kind, Open, Subject, blocks_closing, personal
from freehold.work.offers import actions, queries
from freehold.work.offers.events import (
    OfferAccepted,
    OfferDeclined,
    OfferExpired,
    OfferFundingFailed,
    OfferSent,
    OfferVoided,
    OfferWithdrawn,
)
from freehold.work.offers.models import Offer, OfferMilestone, OfferVersion

_LEAVING = Actor.system("offers.leaving")
_KEPT: dict[str, Any] = {
    "fate": Fate.KEEP,
    "basis": Basis.LAW,
    "keep_years": "retention.financial_years",
    "seen_by": gettext_lazy("the two sides of the offer, under a pseudonym; staff"),
}


def _sides(subject: Subject, prefix: str = "") -> Q:
    sides = Q(**{f"{prefix}company_id__in": subject.party_ids}) | Q(**{f"{prefix}worker_id__in": subject.party_ids})
    return sides | Q(**{f"{prefix}sender_id": subject.account_id})


personal(
    Offer,
    label=gettext_lazy("Offers you sent or received"),
    rows=lambda s: Offer.objects.filter(_sides(s)),
    export=(
        "title", "text", "currency", "terms", "version", "state", "starts_on", "created_at", "sent_at", "decline_text",
        "ended_at",
    ),
    since="ended_at",
    impersonal=("origin", "currency", "terms", "state", "fail_code"),
    **_KEPT,
)  # fmt: skip
personal(
    OfferMilestone,
    label=gettext_lazy("Milestones of offers"),
    rows=lambda s: OfferMilestone.objects.filter(_sides(s, "offer__")),
    export=("position", "title", "text", "amount", "due_on"),
    **_KEPT,
)
personal(
    OfferVersion,
    label=gettext_lazy("Earlier versions of offers"),
    rows=lambda s: OfferVersion.objects.filter(_sides(s, "offer__")),
    export=("number", "content", "at"),
    since="at",
    **_KEPT,
)


def _open(subject: Subject, at: datetime) -> Iterator[Open]:
    offers = queries.open_offers_of(subject.party_ids)
    totals = queries.totals(o.pk for o in offers)
    for offer in offers:
        places = {"title": offer.title, "amount": offer.money(totals.get(offer.pk, 0))}
        sent = offer.company_id in subject.party_ids
        sentence = (
            _("Your offer %(title)s over %(amount)s is open. It is withdrawn and its money returns to you.")
            if sent
            else _("An offer to you, %(title)s over %(amount)s, is open. It is declined.")
        )
        look = (_("Look at the offer"), reverse("offers:detail", kwargs={"offer_id": offer.pk}))
        yield Open(sentence=sentence % places, kind=Kind.AUTO, remedies=(look,))


def _end(subject: Subject, _actor: Any, at: datetime) -> None:
    for offer in queries.open_offers_of(subject.party_ids):
        actions.void_offer(actor=_LEAVING, offer_id=offer.pk, at=at)


blocks_closing(
    "open_offers",
    find=_open,
    settle=_end,
    clears_on=(
        OfferAccepted, OfferDeclined, OfferExpired, OfferFundingFailed, OfferSent, OfferVoided, OfferWithdrawn,
    ),
    order=15,
)  # fmt: skip
