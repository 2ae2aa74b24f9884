"""Everything that is written about posts."""

from freehold.market.jobs.actions.briefs import BudgetTooLow, FileCount
from freehold.market.jobs.actions.drafts import (
    attach_files,
    check_room,
    delete_draft,
    draft_post,
    drop_stale_draft,
    remove_file,
    save_draft,
    warn_of_draft_end,
)
from freehold.market.jobs.actions.posts import (
    AlreadyPosted,
    NeedsMethod,
    TooManyOpen,
    close_post,
    edit_post,
    expire_post,
    fill_post,
    keep_awake,
    note_proposals,
    note_seen,
    publish_post,
    reopen_post,
    warn_of_idleness,
)

__all__ = [
    "AlreadyPosted",
    "BudgetTooLow",
    "FileCount",
    "NeedsMethod",
    "TooManyOpen",
    "attach_files",
    "check_room",
    "close_post",
    "delete_draft",
    "draft_post",
    "drop_stale_draft",
    "edit_post",
    "expire_post",
    "fill_post",
    "keep_awake",
    "note_proposals",
    "note_seen",
    "publish_post",
    "remove_file",
    "reopen_post",
    "save_draft",
    "warn_of_draft_end",
    "warn_of_idleness",
]
