"""What people are told about their credits."""

from __future__ import annotations

from uuid import UUID

from freehold.kit.notices import Notice, notice
from freehold.market.credits import queries
from freehold.market.credits.events import CreditsExpiring, CreditsGranted, CreditsReturned


def _tell(party_id: UUID, words: str, **places: object) -> Notice | None:
    owner = queries.owner_of(party_id)
    if owner is None:
        return None
    return Notice(to=(owner,), words=f"credits/notices/{words}", link="/credits", places=dict(places), mail=False)


@notice(CreditsGranted)
def credits_came(event: CreditsGranted) -> Notice | None:
    return _tell(event.party_id, "granted", count=event.count, source=event.source)


@notice(CreditsReturned)
def credits_came_back(event: CreditsReturned) -> Notice | None:
    return _tell(event.party_id, "returned", count=event.count)


@notice(CreditsExpiring)
def credits_lapse_soon(event: CreditsExpiring) -> Notice | None:
    lot = queries.lot(event.lot_id)
    if lot is None or not lot.left:
        return None
    return _tell(event.party_id, "expiring", count=lot.left, expires_at=lot.expires_at)
