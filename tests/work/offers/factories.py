"""Offers in every state, made by the real actions with the sandbox's money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from freehold.kit import jobs
from freehold.work.contracts.models import Part
from freehold.work.offers import actions
from freehold.work.offers.models import Content, Offer
from tests.market.proposals.factories import a_proposal
from tests.work.contracts.factories import GOOD, a_card


def content(amounts: Sequence[int] = (50_000, 30_000), **more: Any) -> Content:
    return Content(
        title=more.pop("title", "Exhibition guide app"),
        text=more.pop("text", "Design and prototype."),
        parts=tuple(Part(title=f"Part {n}", text="As agreed.", amount=a) for n, a in enumerate(amounts, 1)),
        **more,
    )


def a_draft(cast: Any, at: datetime, **more: Any) -> Offer:
    """Ada wrote it; nothing is sent."""
    proposal = a_proposal(cast, at)
    return actions.draft_offer(actor=cast.ada.actor, proposal_id=proposal.pk, content=content(**more), at=at)


def a_funding_offer(cast: Any, at: datetime, number: str = GOOD, **more: Any) -> Offer:
    """Its charge is on the way; the queue has not run."""
    draft = a_draft(cast, at, **more)
    return actions.send_offer(actor=cast.ada.actor, offer_id=draft.pk, method_id=a_card(cast, at, number), at=at)


def a_sent_offer(cast: Any, at: datetime, **more: Any) -> Offer:
    """Basil may answer."""
    offer = a_funding_offer(cast, at, **more)
    jobs.drain()
    return Offer.objects.get(pk=offer.pk)


def an_accepted_offer(cast: Any, at: datetime, **more: Any) -> Offer:
    """There is a contract."""
    offer = a_sent_offer(cast, at, **more)
    actions.accept_offer(actor=cast.basil.actor, offer_id=offer.pk, version=offer.version, at=at)
    return Offer.objects.get(pk=offer.pk)
