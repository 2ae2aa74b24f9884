"""The books know ids and amounts; whose they are is told by the parties above."""

from __future__ import annotations

from freehold.kit.privacy import impersonal
from freehold.money.ledger.models import Account, Entry, Leg, Tail

impersonal(Account, "names are made of ids; balances are kept as the law demands")
impersonal(Entry, "ids, amounts and moments only")
impersonal(Leg, "ids and amounts only")
impersonal(Tail, "ids and amounts only")
