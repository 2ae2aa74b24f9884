"""Clocks of proposals."""

from __future__ import annotations

from freehold.kit.deadlines import deadline
from freehold.market.proposals import actions, queries

deadline(
    "proposals.return_unseen",
    waiting=queries.waiting_unseen,
    field="unseen_due_at",
    act=lambda actor, pk, at: actions.return_unseen(actor=actor, proposal_id=pk, at=at),
)
deadline(
    "proposals.draft_end",
    waiting=queries.drafts,
    field="draft_due_at",
    act=lambda actor, pk, at: actions.drop_stale_draft(actor=actor, proposal_id=pk, at=at),
)
