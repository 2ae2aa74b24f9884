"""
The sandbox: carries nothing anywhere; the account's number chooses the course of events.

It remembers nothing: what it says follows from the account, our key and the moment alone.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from freehold.money.payouts.providers import Answer, PayoutOrder


@dataclass(frozen=True)
class TestAccount:
    """A number that chooses a course, for the payout methods page to show."""

    number: str
    course: str
    words: Any


TEST_ACCOUNTS = (
    TestAccount("DE39 1001 0010 0000 0011 11", "ok", _("Arrives")),
    TestAccount("DE15 1001 0010 0000 0022 22", "payout_fail", _("Fails: the account is closed")),
    TestAccount("DE88 1001 0010 0000 0033 33", "payout_return", _("Arrives, and comes back two days later")),
    TestAccount("DE64 1001 0010 0000 0044 44", "slow", _("Takes two days")),
)
_COURSES = {account.number.replace(" ", ""): account.course for account in TEST_ACCOUNTS}
_DAYS = timedelta(days=2)


class Sandbox:
    """See :class:`~freehold.money.payouts.providers.Provider`."""

    name = "sandbox"

    def keep_card(self, number: str) -> str:
        course = "payout_fail" if number.endswith("0002") else "ok"
        return f"sbx_{course}.{hmac.new(settings.SECRET_KEY.encode(), number.encode(), 'sha256').hexdigest()[:24]}"

    def begin_payout(self, order: PayoutOrder, *, at: datetime) -> Answer:
        return self._say(order, at)

    def status(self, order: PayoutOrder, *, at: datetime) -> Answer:
        return self._say(order, at)

    def _say(self, order: PayoutOrder, at: datetime) -> Answer:
        reference = f"po_{hashlib.sha256(str(order.key).encode()).hexdigest()[:20]}"
        course = _course(order.account)
        over = at >= order.sent_at + _DAYS
        if course == "payout_fail":
            return Answer(outcome="failed", reference=reference, reason="account_closed")
        if course == "slow" and not over:
            return Answer(outcome="pending", reference=reference)
        if course == "payout_return":
            if over:
                return Answer(outcome="returned", reference=reference, reason="rejected", back=order.amount)
            return Answer(outcome="paid", reference=reference, look_again_at=order.sent_at + _DAYS)
        return Answer(outcome="paid", reference=reference)


def _course(account: str) -> str:
    if account.startswith("sbx_"):
        return account.removeprefix("sbx_").partition(".")[0]
    return _COURSES.get(account, "ok")
