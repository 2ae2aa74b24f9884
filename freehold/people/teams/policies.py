"""Who may do what with a party."""

from __future__ import annotations

from freehold.kit.actors import Actor
from freehold.people.teams.models import Party
from freehold.people.teams.states import Can


def can_edit(actor: Actor, party: Party) -> bool:
    return actor.acts_for(party.pk, Can.COMPANY_EDIT) or _owns_person(actor, party)


def can_bill(actor: Actor, party: Party) -> bool:
    """Billing address and tax number: owner and finance (spec people section 5)."""
    return actor.acts_for(party.pk, Can.PAYMENT_METHODS_MANAGE) or _owns_person(actor, party)


def can_close(actor: Actor, party: Party) -> bool:
    return actor.is_system or actor.is_person(party.owner_id)


def belongs_to(actor: Actor, party: Party) -> bool:
    """Can the actor act as this party, now or after a switch?"""
    return can_close(actor, party) or actor.acts_for(party.pk) or actor.could_switch_to(party.pk)


def _owns_person(actor: Actor, party: Party) -> bool:
    return party.kind == Party.Kind.PERSON and actor.is_person(party.owner_id)
