"""Who may do what with a post."""

from __future__ import annotations

from uuid import UUID

from freehold.kit.actors import Actor
from freehold.market.jobs.models import Post
from freehold.market.jobs.states import POST, P
from freehold.people.teams.states import Can
from freehold.talk.files.policies import readable


def can_write(actor: Actor, post: Post) -> bool:
    """May the actor change this post at all?"""
    return actor.acts_for(post.company_id, Can.JOBS_WRITE)


def can_write_for(actor: Actor, company_id: UUID | None) -> bool:
    return actor.acts_for(company_id, Can.JOBS_WRITE)


def can_edit(actor: Actor, post: Post) -> bool:
    return can_write(actor, post) and post.state in (P.DRAFT, P.OPEN)


def can_close(actor: Actor, post: Post) -> bool:
    return can_write(actor, post) and POST.allows(post, "close")


def can_reopen(actor: Actor, post: Post) -> bool:
    return can_write(actor, post) and POST.allows(post, "reopen")


@readable("post")
def may_read_files(actor: Actor, post_id: UUID) -> bool:
    """Whoever may read the post may have its files."""
    return Post.objects.visible_to(actor).filter(pk=post_id).exists()
