"""
The sandbox: a provider inside this process. No money is real; the card's number chooses the course of events.

It remembers nothing: what it says follows from the token, our key and the moment alone, so a crash changes nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from freehold.money.payments.providers import Answer, ChargeOrder, Outcome, RefundOrder, Told, VerifiedCard


@dataclass(frozen=True)
class TestCard:
    """A number that chooses a course, for the card page to show."""

    number: str
    course: str
    words: Any

    @property
    def spaced(self) -> str:
        return " ".join(self.number[i : i + 4] for i in range(0, len(self.number), 4))


TEST_CARDS = (
    TestCard("4242424242424242", "ok", _("Works")),
    TestCard("5555555555554444", "ok", _("Works, another brand")),
    TestCard("4000000000000002", "decline", _("Is declined")),
    TestCard("4000000000009995", "insufficient", _("Has not enough money")),
    TestCard("4000000000003220", "needs_action", _("The bank asks for a confirmation")),
    TestCard("4000000000000077", "slow", _("Takes two days")),
    TestCard("4000000000000184", "late_success", _("Fails, then succeeds a day later")),
    TestCard("4000000000000267", "duplicate_notice", _("Says everything twice")),
    TestCard("4000000000000341", "silent", _("Never answers")),
    TestCard("4000000000000424", "refund_gone", _("Works, but takes no refunds")),
)
_COURSES = {card.number: card.course for card in TEST_CARDS}
_SLOW, _LATE = timedelta(days=2), timedelta(days=1)

_BRANDS = (
    ("34", "American Express"),
    ("37", "American Express"),
    ("4", "Visa"),
    ("5", "Mastercard"),
    ("2", "Mastercard"),
)


def brand_of(number: str) -> str:
    return next((name for prefix, name in _BRANDS if number.startswith(prefix)), "Card")


class Sandbox:
    """See :class:`~freehold.money.payments.providers.Provider`."""

    name = "sandbox"

    def verify_card(self, *, number: str, month: int, year: int, holder: str) -> VerifiedCard:
        said = f"{number} {month} {year} {holder}".encode()
        salt = hmac.new(settings.SECRET_KEY.encode(), said, "sha256").hexdigest()[:16]
        course = _COURSES.get(number, "ok")
        return VerifiedCard(token=f"sbx_{course}.{salt}", brand=brand_of(number), last_four=number[-4:])

    def begin_charge(self, order: ChargeOrder, *, at: datetime) -> Answer:
        course = _course(order.token)
        first: dict[str, tuple[Outcome, str]] = {
            "decline": ("failed", "declined"),
            "insufficient": ("failed", "insufficient"),
            "late_success": ("failed", "provider"),
            "needs_action": ("needs_action", ""),
            "slow": ("pending", ""),
            "silent": ("pending", ""),
            "duplicate_notice": ("pending", ""),
        }
        outcome, reason = first.get(course, ("settled", ""))
        notices = _twice(order) if course == "duplicate_notice" else ()
        return _answer(order, outcome, reason, notices)

    def charge_status(self, order: ChargeOrder, *, at: datetime) -> Answer:
        course, age = _course(order.token), at - order.begun_at
        if course in ("slow", "late_success") and age >= (_SLOW if course == "slow" else _LATE):
            return _answer(order, "settled")
        if course == "duplicate_notice":
            return _answer(order, "settled")
        first = self.begin_charge(order, at=at)
        return _answer(order, first.outcome, first.reason)

    def confirm(self, order: ChargeOrder, *, approved: bool, at: datetime) -> Answer:
        return _answer(order, "settled") if approved else _answer(order, "failed", "not_confirmed")

    def begin_refund(self, order: RefundOrder, *, at: datetime) -> Answer:
        gone = _course(order.token) == "refund_gone"
        return Answer(
            outcome="failed" if gone else "settled",
            reference=_reference("re", order.key),
            currency=order.currency,
            amount=order.amount,
            reason="provider" if gone else "",
        )

    def refund_status(self, order: RefundOrder, *, at: datetime) -> Answer:
        return self.begin_refund(order, at=at)

    def parse_notice(self, body: dict[str, Any]) -> Told:
        answer = Answer(
            outcome=body["outcome"],
            reference=body["reference"],
            currency=body["currency"],
            amount=body["amount"],
            reason=body.get("reason", ""),
        )
        return Told(external_id=body["id"], charge_id=UUID(body["key"]), answer=answer)


def _course(token: str) -> str:
    return token.removeprefix("sbx_").partition(".")[0]


def _reference(prefix: str, key: object) -> str:
    return f"{prefix}_{hashlib.sha256(str(key).encode()).hexdigest()[:20]}"


def _answer(order: ChargeOrder, outcome: Outcome, reason: str = "", notices: tuple[dict[str, Any], ...] = ()) -> Answer:
    return Answer(
        outcome=outcome,
        reference=_reference("ch", order.key),
        currency=order.currency,
        amount=order.amount,
        reason=reason,
        notices=notices,
    )


def _twice(order: ChargeOrder) -> tuple[dict[str, Any], ...]:
    """The same message twice, and once more under another name."""
    said = {
        "key": str(order.key),
        "outcome": "settled",
        "reference": _reference("ch", order.key),
        "currency": order.currency,
        "amount": order.amount,
    }
    one, other = {"id": _reference("ev", order.key), **said}, {"id": _reference("ew", order.key), **said}
    return (one, one, other)
