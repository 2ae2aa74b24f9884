"""Who may do what with the money that comes in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from freehold.kit import calendar
from freehold.kit.actors import Actor
from freehold.money.payments.models import Charge, PaymentMethod
from freehold.people.teams.states import Can


def can_manage_methods(actor: Actor, party_id: UUID | None) -> bool:
    return actor.acts_for(party_id, Can.PAYMENT_METHODS_MANAGE)


def can_see_money(actor: Actor, party_id: UUID | None) -> bool:
    return actor.acts_for(party_id, Can.MONEY_SEE)


def can_see_charge(actor: Actor, charge: Charge) -> bool:
    """Those who see the party's money, and whoever pressed the button."""
    return can_see_money(actor, charge.party_id) or (
        actor.acts_for(charge.party_id) and actor.is_person(charge.account_id)
    )


def can_confirm(actor: Actor, charge: Charge) -> bool:
    return can_see_charge(actor, charge)


def has_expired(method: PaymentMethod, at: datetime) -> bool:
    """A card is good until the last day of the month on it."""
    if not method.expiry_year or not method.expiry_month:
        return False
    day = calendar.day_of(at)
    return (method.expiry_year, method.expiry_month) < (day.year, day.month)
