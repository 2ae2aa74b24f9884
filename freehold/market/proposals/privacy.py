"""What we know of people through their proposals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from freehold.kit.actors import Actor
from freehold.kit.privacy import Basis, Fate, Kind, Open, Subject, blocks_closing, impersonal, personal
from freehold.market.proposals import actions, queries
from freehold.market.proposals.models import Mark, Price, Proposal, ProposalMilestone
from freehold.market.proposals.states import S
from freehold.talk.files import actions as files

_LEAVING = Actor.system("proposals.leaving")
_TEXTS = {"letter": "", "answers": [], "typed": {}, "decline_note": "", "earlier_terms": []}


def _mine(subject: Subject) -> QuerySet[Proposal]:
    return Proposal.objects.filter(worker_id__in=subject.party_ids)


def _unhired(subject: Subject) -> QuerySet[Proposal]:
    return _mine(subject).exclude(state=S.HIRED)


def _empty(subject: Subject, at: datetime) -> int:
    """Drafts go; of what was sent and not hired, only that it was there stays."""
    ids = list(_unhired(subject).order_by("pk").values_list("pk", flat=True))
    for pk in ids:
        files.detach_all(actor=_LEAVING, subject=("proposal", pk), at=at)
    _unhired(subject).filter(state=S.DRAFT).delete()
    ProposalMilestone.objects.filter(proposal__in=_unhired(subject)).update(text="–")
    return _unhired(subject).update(**_TEXTS, profile=None)


personal(
    Proposal,
    label=gettext_lazy("Proposals that did not lead to a contract: letter, answers, files"),
    rows=_unhired,
    export=(
        "state", "terms", "currency", "amount", "duration", "letter", "questions", "answers", "ai_assisted", "cost",
        "created_at", "submitted_at", "opened_at", "concluded_at", "decline_reason", "decline_note", "withdraw_reason",
        "typed", "earlier_terms",
    ),
    fate=Fate.BLANK,
    columns=tuple(_TEXTS),
    blank_with={"answers": [], "typed": {}, "earlier_terms": []},
    erase=_empty,
    impersonal=(
        "state_before", "terms", "currency", "duration", "questions", "decline_reason", "withdraw_reason",
    ),
)  # fmt: skip
personal(
    Proposal,
    label=gettext_lazy("Proposals that led to a contract"),
    rows=lambda s: _mine(s).filter(state=S.HIRED),
    export=("terms", "currency", "amount", "letter", "answers", "submitted_at", "concluded_at"),
    fate=Fate.KEEP,
    basis=Basis.CLAIMS,
    keep_years="retention.financial_years",
    since="concluded_at",
    seen_by=gettext_lazy("the client of that contract"),
)
personal(
    ProposalMilestone,
    label=gettext_lazy("Milestones you proposed"),
    rows=lambda s: ProposalMilestone.objects.filter(proposal__in=_mine(s)),
    export=("position", "text", "amount", "due_on"),
    fate=Fate.KEEP,
    basis=Basis.CLAIMS,
    keep_years="retention.financial_years",
    seen_by=gettext_lazy("the client of that contract"),
)
personal(
    Mark,
    label=gettext_lazy("Notes and ratings your team wrote about proposals, and clients about yours"),
    rows=lambda s: Mark.objects.filter(
        Q(proposal__worker_id__in=s.party_ids) | Q(proposal__post__company_id__in=s.party_ids)
    ),
    export=("rating", "note"),
    fate=Fate.ERASE,
)
impersonal(Price, "what a proposal on a post costs, computed by the published formula")


def _standing(subject: Subject, at: datetime) -> Iterable[Open]:
    count = len(queries.unsettled(subject.party_ids))
    if count:
        sentence = ngettext(
            "%(n)s proposal will be withdrawn, drafts deleted.",
            "%(n)s proposals will be withdrawn, drafts deleted.",
            count,
        )
        remedies = ((_("See your proposals"), "/proposals"),)
        yield Open(sentence=sentence % {"n": count}, kind=Kind.AUTO, remedies=remedies)


def _settle(subject: Subject, _actor: Any, at: datetime) -> None:
    for proposal_id, state in queries.unsettled(subject.party_ids):
        if state == S.DRAFT:
            actions.delete_draft(actor=_LEAVING, proposal_id=proposal_id, at=at)
        else:
            actions.withdraw(actor=_LEAVING, proposal_id=proposal_id, reason="LEAVING", at=at)


blocks_closing("proposals", find=_standing, settle=_settle, order=61)
