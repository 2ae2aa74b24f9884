"""What we know of people through their posts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from freehold.kit.actors import Actor
from freehold.kit.privacy import Basis, Fate, Kind, Open, Subject, blocks_closing, impersonal, personal
from freehold.market.jobs import actions, queries
from freehold.market.jobs.models import Post, PostSkill, PostVersion
from freehold.market.jobs.states import P

_LEAVING = Actor.system("jobs.leaving")
GONE = "–"


def _hired(subject: Subject) -> QuerySet[Post]:
    return Post.objects.filter(company_id__in=subject.party_ids, hires__gt=0)


def _never_hired(subject: Subject) -> QuerySet[Post]:
    return Post.objects.filter(company_id__in=subject.party_ids, hires=0)


def _empty(subject: Subject, at: datetime) -> int:
    """Applicants keep the title and that it is closed; everything else of a post nobody was hired from goes."""
    PostVersion.objects.filter(post__in=_never_hired(subject)).delete()
    PostSkill.objects.filter(post__in=_never_hired(subject)).delete()
    _never_hired(subject).filter(proposals=0).update(title=GONE)
    return _never_hired(subject).update(description="", deliverables="", questions=[], typed={}, budget=None)


personal(
    Post,
    label=gettext_lazy("Posts you never hired from"),
    rows=_never_hired,
    export=(
        "title", "description", "deliverables", "kind", "currency", "budget", "rate_min", "rate_max", "questions",
        "state", "outcome", "created_at", "published_at", "closed_at", "typed",
    ),
    fate=Fate.BLANK,
    columns=("description", "deliverables", "questions", "typed"),
    blank_with={"questions": [], "typed": {}},
    erase=_empty,
    seen_by=gettext_lazy("people who applied read the title and that it is closed"),
    impersonal=("outcome", "kind", "currency", "load", "duration", "size", "level", "visibility"),
)  # fmt: skip
personal(
    Post,
    label=gettext_lazy("Posts you hired from"),
    rows=_hired,
    export=("title", "description", "deliverables", "kind", "currency", "budget", "state", "published_at", "closed_at"),
    fate=Fate.KEEP,
    basis=Basis.CLAIMS,
    keep_years="retention.financial_years",
    since="closed_at",
    seen_by=gettext_lazy("those who were hired"),
)
personal(
    PostVersion,
    label=gettext_lazy("Earlier versions of posts you hired from"),
    rows=lambda s: PostVersion.objects.filter(post__in=_hired(s)),
    export=("version", "brief", "at"),
    fate=Fate.KEEP,
    basis=Basis.CLAIMS,
    keep_years="retention.financial_years",
    since="at",
    seen_by=gettext_lazy("those who were hired"),
)
impersonal(PostSkill, "which skill of the vocabulary a post asks for")


def _open(subject: Subject, at: datetime) -> Iterable[Open]:
    found = queries.unsettled(subject.party_ids)
    opened, drafts = sum(s == P.OPEN for _pk, s in found), sum(s == P.DRAFT for _pk, s in found)
    if opened:
        sentence = ngettext(
            "%(n)s open job will be closed; everybody who applied gets their credits back.",
            "%(n)s open jobs will be closed; everybody who applied gets their credits back.",
            opened,
        )
        yield Open(sentence=sentence % {"n": opened}, kind=Kind.AUTO, remedies=((_("See your jobs"), "/jobs/mine"),))
    if drafts:
        sentence = ngettext(
            "%(n)s draft of a job will be deleted.", "%(n)s drafts of jobs will be deleted.", drafts
        )  # fmt: skip
        remedies = ((_("See your drafts"), "/jobs/mine?tab=drafts"),)
        yield Open(sentence=sentence % {"n": drafts}, kind=Kind.AUTO, remedies=remedies)


def _settle(subject: Subject, _actor: Any, at: datetime) -> None:
    for post_id, state in queries.unsettled(subject.party_ids):
        if state == P.OPEN:
            actions.close_post(actor=_LEAVING, post_id=post_id, at=at)
        else:
            actions.delete_draft(actor=_LEAVING, post_id=post_id, at=at)


blocks_closing("open_posts", find=_open, settle=_settle, order=60)
