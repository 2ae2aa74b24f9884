"""What there is to see of contracts."""

from freehold.work.contracts.queries.clocks import Clock, belongs, clocks
from freehold.work.contracts.queries.closing import (
    held_of,
    idle_contracts_of,
    moneyless_contracts_of,
    not_winding_down,
    requests_to_answer,
)
from freehold.work.contracts.queries.detail import detail
from freehold.work.contracts.queries.history import History, PastContract, history
from freehold.work.contracts.queries.lists import (
    ContractCard,
    about_milestone,
    cards,
    contract_of_proposal,
    hired_before,
    open_contracts_of,
    paid_totals,
    parties_of,
    words_of,
)
from freehold.work.contracts.queries.shapes import ContractView, MilestoneView, RefundView, SubmissionView
from freehold.work.contracts.queries.timeline import Mark, timeline
from freehold.work.contracts.queries.waiting import (
    asked_refunds,
    dormant,
    idle,
    in_review,
    nearing_limit,
    proposed,
    reminding_refunds,
    reminding_reviews,
    starting,
)

__all__ = [
    "Clock",
    "ContractCard",
    "ContractView",
    "History",
    "Mark",
    "MilestoneView",
    "PastContract",
    "RefundView",
    "SubmissionView",
    "about_milestone",
    "asked_refunds",
    "belongs",
    "cards",
    "clocks",
    "contract_of_proposal",
    "detail",
    "dormant",
    "held_of",
    "hired_before",
    "history",
    "idle",
    "idle_contracts_of",
    "in_review",
    "moneyless_contracts_of",
    "nearing_limit",
    "not_winding_down",
    "open_contracts_of",
    "paid_totals",
    "parties_of",
    "proposed",
    "reminding_refunds",
    "reminding_reviews",
    "requests_to_answer",
    "starting",
    "timeline",
    "words_of",
]  # fmt: skip
