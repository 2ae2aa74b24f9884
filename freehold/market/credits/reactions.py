"""What credits do when something happened elsewhere."""

from __future__ import annotations

from datetime import datetime

from freehold.kit.actors import Actor
from freehold.kit.events import when
from freehold.market.credits import actions
from freehold.market.profiles.events import ProfilePublished
from freehold.people.accounts.events import AccountErased
from freehold.people.teams import queries as teams

_CREDITS = Actor.system("credits")


@when(ProfilePublished)
def grant_first_credits(event: ProfilePublished, *, at: datetime) -> None:
    actions.grant_signup(actor=_CREDITS, party_id=event.party_id, at=at)


@when(AccountErased)
def lapse_what_is_left(event: AccountErased, *, at: datetime) -> None:
    for party_id in teams.owned_by(event.account_id):
        actions.lapse_all(actor=_CREDITS, party_id=party_id, at=at)
