"""Everything that is written about contracts."""

from freehold.work.contracts.actions.agreements import (
    ReviewUnderWay,
    end_as_client,
    end_as_worker,
    end_idle,
    open_contract,
    pause_contract,
    resume_contract,
    start_contract,
    wind_down,
)
from freehold.work.contracts.actions.clocks import (
    grow_dormant,
    near_limit,
    notice_idle,
    remind_of_reply,
    remind_of_review,
)
from freehold.work.contracts.actions.delivery import ask_changes, submit_work, take_back
from freehold.work.contracts.actions.funding import (
    ChooseCard,
    NotRunning,
    TooManyFunded,
    fail_funding,
    fund_milestone,
    settle_funding,
)
from freehold.work.contracts.actions.milestones import (
    ContractOver,
    ProposalOver,
    TooManyMilestones,
    agree_milestone,
    cancel_milestone,
    checked_part,
    decline_milestone,
    edit_milestone,
    lapse_milestone,
    plan_milestone,
    propose_milestone,
)
from freehold.work.contracts.actions.payment import (
    NoBonusYet,
    NotThatMuch,
    release_by_silence,
    release_milestone,
    release_part,
    return_carry,
    return_milestone,
)
from freehold.work.contracts.actions.refunds import (
    AskedBefore,
    agree_refund,
    ask_carry_refund,
    ask_refund,
    grant_by_silence,
    refuse_refund,
    withdraw_refund,
)
from freehold.work.contracts.actions.upkeep import ReplyOver, ReviewOver

__all__ = [
    "AskedBefore", "ChooseCard", "ContractOver", "NoBonusYet", "NotRunning", "NotThatMuch", "ProposalOver", "ReplyOver",
    "ReviewOver", "ReviewUnderWay", "TooManyFunded", "TooManyMilestones", "agree_milestone", "agree_refund",
    "ask_carry_refund", "ask_changes", "ask_refund", "cancel_milestone", "checked_part", "decline_milestone",
    "edit_milestone", "end_as_client", "end_as_worker", "end_idle", "fail_funding", "fund_milestone",
    "grant_by_silence", "grow_dormant", "lapse_milestone", "near_limit", "notice_idle", "open_contract",
    "pause_contract", "plan_milestone", "propose_milestone", "refuse_refund", "release_by_silence",
    "release_milestone", "release_part", "remind_of_reply", "remind_of_review", "resume_contract", "return_carry",
    "return_milestone", "settle_funding", "start_contract", "submit_work", "take_back", "wind_down",
    "withdraw_refund",
]  # fmt: skip
