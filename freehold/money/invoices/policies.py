"""Who may read a document: its two parties, each by those who see its money."""

from __future__ import annotations

from freehold.kit.actors import Actor
from freehold.money.invoices.models import Document
from freehold.people.teams.states import Can


def can_read(actor: Actor, document: Document) -> bool:
    return any(
        party is not None and actor.acts_for(party, Can.MONEY_SEE)
        for party in (document.issuer_party_id, document.receiver_party_id)
    )
