"""Contracts that are over, for feedback."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from freehold.kit.actors import Actor
from freehold.people.teams import actions as teams
from freehold.people.teams import queries
from freehold.trust.feedback import actions
from freehold.trust.feedback.models import Review
from freehold.work.contracts.models import Contract, Milestone

SYSTEM = Actor.system("tests")


def an_ended_contract(cast: Any, at: datetime, *, released: int = 100_000, number: str = "C-TEST01") -> Contract:
    """Ada hired Basil; it is over, and so much was paid."""
    contract = Contract.objects.create(
        number=number,
        company_id=cast.ada.party_id,
        team_id=queries.first_team(cast.ada.party_id),
        worker_id=cast.basil.party_id,
        hiring_id=cast.ada.account.pk,
        title="A clickable prototype",
        currency="USD",
        terms={},
        auto_release_days=14,
        refund_reply_days=7,
        dormant_days=90,
        dormant_notice_days=14,
        state="ENDED",
        opened_at=at - timedelta(days=40),
        started_at=at - timedelta(days=40),
        ended_at=at,
        ended_by="CLIENT" if "CLIENT" in Contract._meta.get_field("ended_by").choices else "",
        acted_at=at,
    )
    Milestone.objects.create(
        contract=contract, position=1, title="All of it", amount=released or 500, state="PAID" if released else "CANCELED",
        created_at=at, released_amount=released, closed_at=at,
    )
    teams.acquaint(one_id=cast.ada.party_id, other_id=cast.basil.party_id)
    return contract


def asked(cast: Any, at: datetime, **kw: Any) -> Contract:
    """…and both sides are asked for feedback."""
    contract = an_ended_contract(cast, at, **kw)
    actions.open_reviews(actor=SYSTEM, contract_id=contract.pk, at=at)
    return contract


def submit(player: Any, contract: Contract, at: datetime, *, stars: Any = (5, 5, 5, 5, 5, 4), **kw: Any) -> Review:
    return actions.submit_review(actor=player.actor, contract_id=contract.pk, stars=list(stars), at=at, **kw)
