"""Drafts: begun, saved as typed, thrown away."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.calendar import days_after
from freehold.kit.events import publish
from freehold.kit.refusals import IllegalMove, Invalid, NotFound
from freehold.kit.settings import current
from freehold.market.jobs import policies
from freehold.market.jobs.actions import briefs
from freehold.market.jobs.events import DraftDeleted, DraftExpiring, PostDrafted
from freehold.market.jobs.models import Post
from freehold.market.jobs.states import P
from freehold.people.teams import queries as teams
from freehold.talk.files import actions as files
from freehold.talk.files import queries as stored

#: drafts are warned about so many days before they go
WARN_DAYS = 14
#: characters of everything typed into one form; far above what any valid brief needs
TYPED_MAX = 60_000


@action
def draft_post(*, actor: Actor, company_id: UUID, typed: dict[str, Any] | None = None, at: datetime) -> Post:
    """
    Begin a post.

    :param typed: what stands in the form so far, as typed
    :raises NotAllowed: unless the actor may write posts of the company
    """
    require(policies.can_write_for(actor, company_id) and actor.is_known)
    assert actor.account_id is not None
    due = days_after(at, current().job.draft_days)
    post = Post.objects.create(
        company_id=company_id,
        team_id=teams.first_team(company_id),
        author_id=actor.account_id,
        typed=_kept(typed or {}),
        created_at=at,
        saved_at=at,
        draft_due_at=due,
        draft_warn_due_at=due - timedelta(days=WARN_DAYS),
    )
    publish(PostDrafted(post_id=post.pk, company_id=company_id), actor=actor, at=at)
    return post


@action
def save_draft(*, actor: Actor, post_id: UUID, typed: dict[str, Any], at: datetime) -> Post:
    """
    Keep what stands in the form: as the draft, or beside the open post until it is saved as its next version.

    :raises NotFound: when the actor's company has no such post
    :raises IllegalMove: when the post is closed
    """
    post = Post.objects.locked(post_id)
    require(policies.can_write(actor, post), NotFound)
    if post.state not in (P.DRAFT, P.OPEN):
        raise IllegalMove(_("This post is closed. Open it again before you change it."))
    post.typed, post.saved_at = _kept(typed), at
    columns = ["typed", "saved_at"]
    if post.state == P.DRAFT:
        post.draft_due_at = days_after(at, current().job.draft_days)
        post.draft_warn_due_at = post.draft_due_at - timedelta(days=WARN_DAYS)
        columns += ["draft_due_at", "draft_warn_due_at"]
    post.save(update_fields=columns)
    return post


@action
def attach_files(*, actor: Actor, post_id: UUID, file_ids: Sequence[UUID], at: datetime) -> int:
    """
    Put uploaded files onto a draft or an open post.

    :returns: how many the post has now
    :raises NotFound: when the actor's company has no such post, or a file is somebody else's
    :raises FileCount: above ``job.attachments_max``
    """
    post = Post.objects.locked(post_id)
    require(policies.can_write(actor, post), NotFound)
    if post.state not in (P.DRAFT, P.OPEN):
        raise IllegalMove(_("This post is closed. Open it again before you change it."))
    count = len(stored.of("post", [post.pk]).get(post.pk, ())) + len(file_ids)
    briefs.check_files(count)
    if file_ids:
        files.attach(actor=actor, file_ids=file_ids, subject=("post", post.pk), at=at)
    return count


@action
def check_room(*, actor: Actor, post_id: UUID, more: int) -> None:
    """
    Ask before files are uploaded whether the post has room for them.

    :raises NotFound: when the actor's company has no such post
    :raises FileCount: above ``job.attachments_max``
    """
    post = Post.objects.found(pk=post_id)
    require(policies.can_write(actor, post), NotFound)
    briefs.check_files(len(stored.of("post", [post.pk]).get(post.pk, ())) + more)


@action
def remove_file(*, actor: Actor, post_id: UUID, file_id: UUID, at: datetime) -> None:
    """
    Take a file off a draft or an open post.

    :raises NotFound: when the actor's company has no such post
    """
    post = Post.objects.locked(post_id)
    require(policies.can_write(actor, post), NotFound)
    if post.state not in (P.DRAFT, P.OPEN):
        raise IllegalMove(_("This post is closed. Open it again before you change it."))
    files.detach(actor=actor, file_id=file_id, subject=("post", post.pk), at=at)


@action
def delete_draft(*, actor: Actor, post_id: UUID, at: datetime) -> None:
    """
    Throw a draft away with its files.

    :raises NotFound: when the actor's company has no such post
    :raises IllegalMove: when it was published meanwhile
    """
    post = Post.objects.locked(post_id)
    require(actor.is_system or policies.can_write(actor, post), NotFound)
    if post.state != P.DRAFT:
        raise IllegalMove(_("This post was published meanwhile. Close it if nobody shall apply any more."))
    files.detach_all(actor=actor, subject=("post", post.pk), at=at)
    company_id = post.company_id
    post.delete()
    publish(DraftDeleted(post_id=post_id, company_id=company_id), actor=actor, at=at)


@action
def drop_stale_draft(*, actor: Actor, post_id: UUID, at: datetime) -> None:
    """
    Throw away a draft nobody touched for ``job.draft_days``.

    :raises NotAllowed: unless the machine acts
    """
    post = Post.objects.locked(post_id)
    require(actor.is_system)
    if post.draft_due_at is None or post.draft_due_at > at:
        raise IllegalMove()
    delete_draft(actor=actor, post_id=post_id, at=at)


@action
def warn_of_draft_end(*, actor: Actor, post_id: UUID, at: datetime) -> None:
    """
    Say that a draft will be thrown away.

    :raises NotAllowed: unless the machine acts
    """
    post = Post.objects.locked(post_id)
    require(actor.is_system)
    post.draft_warn_due_at = None
    post.save(update_fields=["draft_warn_due_at"])
    if post.state == P.DRAFT:
        publish(DraftExpiring(post_id=post.pk, company_id=post.company_id), actor=actor, at=at)


def _kept(typed: dict[str, Any]) -> dict[str, Any]:
    if len(json.dumps(typed)) > TYPED_MAX:
        raise Invalid(_("This is more text than a post can hold. Shorten it; what was saved before is still there."))
    return typed
