"""Clocks of posts."""

from __future__ import annotations

from freehold.kit.deadlines import deadline
from freehold.market.jobs import actions, queries

deadline(
    "jobs.idle_close",
    waiting=queries.open_posts,
    field="idle_due_at",
    act=lambda actor, pk, at: actions.expire_post(actor=actor, post_id=pk, at=at),
)
deadline(
    "jobs.idle_warning",
    waiting=queries.open_posts,
    field="idle_warn_due_at",
    act=lambda actor, pk, at: actions.warn_of_idleness(actor=actor, post_id=pk, at=at),
)
deadline(
    "jobs.draft_end",
    waiting=queries.drafts,
    field="draft_due_at",
    act=lambda actor, pk, at: actions.drop_stale_draft(actor=actor, post_id=pk, at=at),
)
deadline(
    "jobs.draft_warning",
    waiting=queries.drafts,
    field="draft_warn_due_at",
    act=lambda actor, pk, at: actions.warn_of_draft_end(actor=actor, post_id=pk, at=at),
)
