"""When a charge or a refund begins, the provider is called a moment later."""

from __future__ import annotations

from datetime import datetime

from freehold.kit.events import when
from freehold.money.payments import tasks
from freehold.money.payments.events import ChargeBegun, RefundBegun


@when(ChargeBegun)
def send(event: ChargeBegun, *, at: datetime) -> None:
    tasks.send_charge.defer(charge_id=str(event.charge_id))


@when(RefundBegun)
def send_back(event: RefundBegun, *, at: datetime) -> None:
    tasks.send_refund.defer(refund_id=str(event.refund_id))
