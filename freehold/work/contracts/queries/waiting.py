"""Rows whose clock runs, for the sweep of deadlines."""

from __future__ import annotations

from django.db.models import QuerySet

from freehold.work.contracts.models import Contract, Milestone, RefundRequest
from freehold.work.contracts.states import C, M


def in_review() -> QuerySet[Milestone]:
    """Work handed in whose review clock runs."""
    return Milestone.objects.filter(state=M.SUBMITTED, review_due_at__isnull=False)


def reminding_reviews() -> QuerySet[Milestone]:
    return Milestone.objects.filter(state=M.SUBMITTED, remind_due_at__isnull=False)


def proposed() -> QuerySet[Milestone]:
    """Proposed milestones the client has not answered."""
    return Milestone.objects.filter(state=M.PROPOSED, answer_due_at__isnull=False)


def dormant() -> QuerySet[Milestone]:
    """Held money whose worker's turn it is."""
    return Milestone.objects.at_work().filter(dormant_due_at__isnull=False)


def nearing_limit() -> QuerySet[Milestone]:
    return Milestone.objects.held().filter(limit_due_at__isnull=False)


def asked_refunds() -> QuerySet[RefundRequest]:
    """Refund requests the worker has not answered."""
    return RefundRequest.objects.asked().filter(reply_due_at__isnull=False)


def reminding_refunds() -> QuerySet[RefundRequest]:
    return RefundRequest.objects.asked().filter(remind_due_at__isnull=False)


def starting() -> QuerySet[Contract]:
    return Contract.objects.filter(state=C.SCHEDULED, start_due_at__isnull=False)


def idle() -> QuerySet[Contract]:
    return Contract.objects.open().filter(idle_due_at__isnull=False)
