"""Everything that is written about offers."""

from freehold.work.offers.actions.answers import (
    accept_offer,
    decline_offer,
    drop_draft,
    expire_offer,
    remind_of_offer,
    void_offer,
    withdraw_offer,
)
from freehold.work.offers.actions.drafting import CannotDeal, NotOfferable, OfferOpen, draft_offer
from freehold.work.offers.actions.sending import (
    AnswerOver,
    ChooseCard,
    fail_offer,
    revise_offer,
    send_offer,
    settle_offer,
)

__all__ = [
    "AnswerOver", "CannotDeal", "ChooseCard", "NotOfferable", "OfferOpen", "accept_offer", "decline_offer",
    "draft_offer", "drop_draft", "expire_offer", "fail_offer", "remind_of_offer", "revise_offer", "send_offer",
    "settle_offer", "void_offer", "withdraw_offer",
]  # fmt: skip
