"""Everything that is written about money coming in."""

from freehold.money.payments.actions.charges import (
    CardExpired,
    MethodGone,
    ask_again,
    begin_charge,
    confirm_action,
    fail_charge,
    handle_notice,
    keep_notice,
    need_action,
    order_of,
    settle_charge,
    take_answer,
)
from freehold.money.payments.actions.methods import (
    MethodBusy,
    add_card,
    erase_methods,
    make_default,
    remove_method,
)
from freehold.money.payments.actions.refunds import ask_refund_again, begin_refund, fail_refund, settle_refund

__all__ = [
    "CardExpired",
    "MethodBusy",
    "MethodGone",
    "add_card",
    "ask_again",
    "ask_refund_again",
    "begin_charge",
    "begin_refund",
    "confirm_action",
    "erase_methods",
    "fail_charge",
    "fail_refund",
    "handle_notice",
    "keep_notice",
    "make_default",
    "need_action",
    "order_of",
    "remove_method",
    "settle_charge",
    "settle_refund",
    "take_answer",
]
