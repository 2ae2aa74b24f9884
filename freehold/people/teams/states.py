"""Roles and what they add up to (spec people section 5)."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from freehold.kit.lifecycles import Lifecycle, move


class Role(models.TextChoices):
    OWNER = "OWNER", _("Owner")
    ADMIN = "ADMIN", _("Admin")
    FINANCE = "FINANCE", _("Finance")
    HIRING = "HIRING", _("Hiring manager")
    RECRUITER = "RECRUITER", _("Recruiter")
    OBSERVER = "OBSERVER", _("Observer")


class Can(StrEnum):
    """Permission words."""

    COMPANY_EDIT = "company.edit"
    MEMBERS_MANAGE = "members.manage"
    PAYMENT_METHODS_MANAGE = "payment_methods.manage"
    PAYOUT_METHODS_MANAGE = "payout_methods.manage"
    PAYOUTS_REQUEST = "payouts.request"
    MONEY_SEE = "money.see"
    JOBS_WRITE = "jobs.write"
    PROPOSALS_REVIEW = "proposals.review"
    PROPOSALS_SEND = "proposals.send"
    OFFERS_SEND = "offers.send"
    OFFERS_DECIDE = "offers.decide"
    CONTRACTS_MANAGE = "contracts.manage"
    WORK_SUBMIT = "work.submit"
    FEEDBACK_WRITE = "feedback.write"
    CONTRACTS_READ = "contracts.read"
    COMPANY_CLOSE = "company.close"


_READ = {Can.CONTRACTS_READ}
_HIRE = {Can.JOBS_WRITE, Can.PROPOSALS_REVIEW} | _READ
#: company role → permissions
COMPANY: dict[str, frozenset[Can]] = {
    Role.OWNER: frozenset(
        {
            Can.COMPANY_EDIT, Can.MEMBERS_MANAGE, Can.PAYMENT_METHODS_MANAGE, Can.PAYOUT_METHODS_MANAGE,
            Can.PAYOUTS_REQUEST, Can.MONEY_SEE, Can.OFFERS_SEND, Can.OFFERS_DECIDE, Can.CONTRACTS_MANAGE,
            Can.FEEDBACK_WRITE, Can.COMPANY_CLOSE,
        }
        | _HIRE
    ),
    Role.ADMIN: frozenset({Can.COMPANY_EDIT, Can.MEMBERS_MANAGE} | _READ),
    Role.FINANCE: frozenset({Can.PAYMENT_METHODS_MANAGE, Can.MONEY_SEE} | _READ),
    Role.HIRING: frozenset({Can.OFFERS_SEND, Can.CONTRACTS_MANAGE, Can.FEEDBACK_WRITE} | _HIRE),
    Role.RECRUITER: frozenset(_HIRE),
    Role.OBSERVER: frozenset(_READ),
}
#: what a person may do in the name of their own freelancer side
PERSON: frozenset[Can] = frozenset(
    {
        Can.PROPOSALS_SEND, Can.OFFERS_DECIDE, Can.CONTRACTS_MANAGE, Can.WORK_SUBMIT, Can.FEEDBACK_WRITE, Can.MONEY_SEE,
        Can.PAYOUT_METHODS_MANAGE, Can.PAYOUTS_REQUEST, Can.CONTRACTS_READ,
    }
)


class M(models.TextChoices):
    MEMBER = "MEMBER", _("Member")
    LEFT = "LEFT", _("Left")


MEMBERSHIP = Lifecycle(M, {"leave": move(M.MEMBER, to=M.LEFT, stamp="left_at")})
