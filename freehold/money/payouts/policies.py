"""Who may move money out, and what it costs."""

from __future__ import annotations

import unicodedata
from uuid import UUID

from freehold.kit.actors import Actor
from freehold.kit.money import Money
from freehold.kit.rates import threshold
from freehold.kit.settings import current
from freehold.money.payouts.models import Payout
from freehold.money.payouts.states import Rail
from freehold.people.teams.states import Can

_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"})


def can_see(actor: Actor, party_id: UUID | None) -> bool:
    return actor.acts_for(party_id, Can.MONEY_SEE)


def can_manage_methods(actor: Actor, party_id: UUID | None) -> bool:
    return actor.acts_for(party_id, Can.PAYOUT_METHODS_MANAGE)


def can_request(actor: Actor, party_id: UUID | None) -> bool:
    return actor.acts_for(party_id, Can.PAYOUTS_REQUEST)


def can_cancel(actor: Actor, payout: Payout) -> bool:
    return can_request(actor, payout.party_id)


def fee(rail: str, currency: str, *, company: bool = False) -> Money:
    """What a payout costs; a company gets its own unspent money back free of charge."""
    if company:
        return Money(0, currency)
    costs = current().payout
    return threshold({Rail.SEPA: costs.fee_sepa, Rail.CARD: costs.fee_card}[Rail(rail)], currency)


def minimum(currency: str) -> Money:
    """The smallest payout; a closing account's last one may be smaller."""
    return threshold(current().payout.minimum, currency)


def same_name(one: str, other: str) -> bool:
    """Are two names the same person's? Accents, case, punctuation and order do not count."""
    return bool(_words(one)) and _words(one) == _words(other)


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return sorted(letters.split())
