"""Escrow knows ids and amounts; whose they are is told by the parties above."""

from __future__ import annotations

from freehold.kit.privacy import impersonal
from freehold.money.escrow.models import Earning, Hold

impersonal(Hold, "ids of parties and subjects, amounts and moments; kept with the books")
impersonal(Earning, "ids of parties, amounts and moments; kept with the books")
