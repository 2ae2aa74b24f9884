"""Clocks of credits."""

from __future__ import annotations

from freehold.kit.deadlines import deadline
from freehold.market.credits import actions, queries

deadline(
    "credits.monthly_grant",
    waiting=queries.pools_waiting,
    field="grant_due_at",
    act=lambda actor, pk, at: actions.grant_monthly(actor=actor, pool_id=pk, at=at),
)
deadline(
    "credits.lapse",
    waiting=queries.lots_with_something_left,
    field="expires_at",
    act=lambda actor, pk, at: actions.lapse_lot(actor=actor, lot_id=pk, at=at),
)
deadline(
    "credits.warn_of_lapse",
    waiting=queries.lots_with_something_left,
    field="warn_due_at",
    act=lambda actor, pk, at: actions.warn_of_lapse(actor=actor, lot_id=pk, at=at),
)
