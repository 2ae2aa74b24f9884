"""What people are told about their profile."""

from __future__ import annotations

from freehold.kit.notices import Notice, notice
from freehold.market.profiles import queries
from freehold.market.profiles.events import ProfilePublished, ProfileTakenDown


@notice(ProfilePublished)
def published(event: ProfilePublished) -> Notice | None:
    card = queries.cards([event.profile_id]).get(event.profile_id)
    if card is None:  # gone before anybody was told
        return None
    return Notice(to=(event.account_id,), words="profiles/notices/published", link=card.href, mail=False)


@notice(ProfileTakenDown)
def taken_down(event: ProfileTakenDown) -> Notice:
    return Notice(to=(event.account_id,), words="profiles/notices/taken_down", link="/profile", always=True)
