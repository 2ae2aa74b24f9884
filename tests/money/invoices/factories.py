"""Releases and their papers, without the contracts above."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from freehold.kit.ids import uuid7
from freehold.money.escrow import actions as escrow
from freehold.money.invoices import actions
from freehold.money.invoices.models import Document
from freehold.money.ledger import states as chart
from freehold.money.ledger.actions import Leg, post


def a_release(
    worker: Any, client: Any, at: datetime, amount: int = 60_000, currency: str = "USD", words: str = "Milestone 1: Research"
) -> tuple[Any, list[Document]]:
    """Money that was set aside and paid, and the papers written with it."""
    fee, advance, subject = amount // 10, amount * 3 // 100, ("test", uuid7())
    hold = escrow.open_hold(
        subject=subject, payer_id=client.party_id, payee_id=worker.party_id, currency=currency, amount=amount,
        advance=advance, at=at,
    )  # fmt: skip
    legs = [
        Leg(chart.provider("sandbox"), chart.hold(hold.pk), amount),
        Leg(chart.provider("sandbox"), chart.advance(hold.pk), advance),
    ]
    post(kind="charge", key=f"charge:{uuid7()}", currency=currency, legs=legs, at=at)
    escrow.fund_hold(hold_id=hold.pk, at=at)
    release = escrow.release(hold_id=hold.pk, amount=amount, service_fee=fee, at=at)
    papers = actions.issue_for_release(
        release=release, worker_id=worker.party_id, client_id=client.party_id, words=words, subject=subject, at=at,
        subject_words="C-TEST42 Courtyard study",
    )  # fmt: skip
    return release, papers
