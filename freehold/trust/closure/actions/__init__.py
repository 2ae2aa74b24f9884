"""Every write about leaving, by the part of the way it belongs to."""

from freehold.trust.closure.actions.answers import keep_answer
from freehold.trust.closure.actions.erasure import (
    begin_erasure,
    forget,
    issue_receipt,
    note_failure,
    note_handed_over,
    note_hits,
    run_step,
)
from freehold.trust.closure.actions.export import build_export
from freehold.trust.closure.actions.grace import remind, reopen_closure, resolve_closure, send_reopening_link
from freehold.trust.closure.actions.leaving import leave
from freehold.trust.closure.actions.requests import (
    AlreadyLeaving,
    NeedsYou,
    WrongWord,
    cancel_closure,
    request_closure,
)
from freehold.trust.closure.actions.retention import purge_item
from freehold.trust.closure.actions.winding import (
    Outcome,
    alert_staff,
    clear_closure,
    extend_closure,
    settle_everything,
    stall_closure,
    wind_down,
)

__all__ = [
    "AlreadyLeaving",
    "NeedsYou",
    "Outcome",
    "WrongWord",
    "alert_staff",
    "begin_erasure",
    "build_export",
    "cancel_closure",
    "clear_closure",
    "extend_closure",
    "forget",
    "issue_receipt",
    "keep_answer",
    "leave",
    "note_failure",
    "note_handed_over",
    "note_hits",
    "purge_item",
    "remind",
    "reopen_closure",
    "request_closure",
    "resolve_closure",
    "run_step",
    "send_reopening_link",
    "settle_everything",
    "stall_closure",
    "wind_down",
]
