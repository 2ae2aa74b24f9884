"""Posts: published, changed, closed, opened again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.calendar import day_of, days_after
from freehold.kit.events import publish
from freehold.kit.refusals import IllegalMove, Invalid, NotAllowed, NotFound, Refusal, Stale, TooLate
from freehold.kit.settings import current
from freehold.market.jobs import policies
from freehold.market.jobs.actions import briefs
from freehold.market.jobs.events import (
    PostChanged,
    PostClosed,
    PostExpiring,
    PostHired,
    PostPublished,
    PostReopened,
)
from freehold.market.jobs.models import Brief, Post, PostVersion
from freehold.market.jobs.states import POST, Outcome, P
from freehold.money.payments import queries as payments
from freehold.people.teams.models import Party
from freehold.talk.files import actions as files
from freehold.talk.files import queries as stored

#: texts at least this alike are the same need twice
SAME = 0.9
_MACHINE = Actor.system("jobs")


class TooManyOpen(Refusal):
    """The company has as many open posts as the market allows."""

    sentence = _("A company can have %(most)s open posts at most. Close one first; this stays a draft.")


class AlreadyPosted(Refusal):
    """The same need stands in another open post of the same company."""

    sentence = _("Another open post of yours says nearly the same. Change that one, or say what is different here.")


class NeedsMethod(Refusal):
    """This market wants a payment method before a job is posted."""

    title = _("A payment method first")
    sentence = _("Add a payment method, then publish. Nothing is charged for a job, and the draft is kept.")


class NotBeginning(NotAllowed):
    """The account may finish but not begin."""

    sentence = _("Your account can finish what is running but not begin anything new now. The draft is kept.")


@action
def publish_post(*, actor: Actor, post_id: UUID, brief: Brief, at: datetime) -> Post:
    """
    Open a draft to proposals.

    :raises NotFound: when the actor's company has no such post
    :raises NotAllowed: while the account may not begin anything new
    :raises Invalid: when the brief is not complete, with a sentence per field
    :raises NeedsMethod: without a payment method, if ``job.requires_payment_method``
    :raises TooManyOpen: above ``job.open_max``
    :raises AlreadyPosted: when another open post says nearly the same
    """
    post = Post.objects.locked(post_id)
    require(policies.can_write(actor, post), NotFound)
    require(actor.may_begin, NotBeginning)
    if not POST.allows(post, "publish"):
        raise IllegalMove(_("This post was published already. Nothing was sent twice."))
    briefs.check(brief, today=day_of(at))
    _check_files(post, brief)
    if current().job.requires_payment_method:
        require(payments.has_method(post.company_id), NeedsMethod)
    Party.objects.locked(post.company_id)  # so that two posts cannot take the last place together
    others = Post.objects.open().filter(company_id=post.company_id)
    most = current().job.open_max
    require(others.count() < most, TooManyOpen(most=most))
    _check_new(post, brief)

    briefs.write(post, brief)
    post.save()
    briefs.write_skills(post, brief)
    _attach(actor, post, brief, at)
    POST.move(
        post, "publish", at=at, version=1, typed={}, draft_due_at=None, draft_warn_due_at=None, **_idle(at)
    )
    _remember(actor, post, brief, at)
    publish(PostPublished(post_id=post.pk, company_id=post.company_id), actor=actor, at=at)
    return post


@action
def edit_post(*, actor: Actor, post_id: UUID, version: int, brief: Brief, at: datetime) -> Post:
    """
    Put a new version of an open post in force; its idle clock starts anew.

    :param version: the one the editor began from
    :raises NotFound: when the actor's company has no such post
    :raises IllegalMove: unless the post is open
    :raises TooLate: after the idle clock ran out
    :raises Stale: when somebody saved another version meanwhile
    :raises Invalid: when the brief is not right, or changes kind or currency under live proposals
    """
    post = Post.objects.locked(post_id)
    require(policies.can_write(actor, post), NotFound)
    if not POST.allows(post, "edit"):
        raise IllegalMove(_("This post is not open, so nothing was changed. Reload the page to see where it stands."))
    if post.idle_due_at is not None and at >= post.idle_due_at:
        raise TooLate(_("This post stood idle too long and is being closed. Open it again, then change it."))
    if version != post.version:
        raise Stale(_("Somebody saved another version meanwhile. Nothing of yours is lost: compare, then save again."))
    briefs.check(brief, today=min(day_of(at), post.deadline_on or day_of(at)))
    if post.live_proposals and (brief.kind != post.kind or brief.currency != post.currency):
        sentence = _("Kind of pay and currency stay while there are proposals: they were written for these.")
        raise Invalid(fields={"kind" if brief.kind != post.kind else "currency": sentence})
    _check_files(post, brief)
    cut = briefs.is_cut(post, brief)

    briefs.write(post, brief)
    post.save()
    briefs.write_skills(post, brief)
    _attach(actor, post, brief, at)
    POST.move(post, "edit", at=at, version=post.version + 1, typed={}, saved_at=at, **_idle(at))
    _remember(actor, post, brief, at)
    fact = PostChanged(post_id=post.pk, company_id=post.company_id, version=post.version, cut=cut)
    publish(fact, actor=actor, at=at)
    return post


@action
def close_post(*, actor: Actor, post_id: UUID, at: datetime) -> Post:
    """
    Take no more proposals: filled if somebody was hired, else canceled.

    :raises NotFound: when the actor's company has no such post
    :raises IllegalMove: unless the post is open
    """
    post = Post.objects.locked(post_id)
    require(actor.is_system or policies.can_write(actor, post), NotFound)
    _close(actor, post, "close", Outcome.FILLED if post.hires else Outcome.CANCELED, at)
    return post


@action
def expire_post(*, actor: Actor, post_id: UUID, at: datetime) -> Post:
    """
    Close a post nobody tended for ``job.idle_close_days``.

    :raises NotAllowed: unless the machine acts
    :raises IllegalMove: unless it is open and its clock ran out
    """
    post = Post.objects.locked(post_id)
    require(actor.is_system)
    if post.idle_due_at is None or post.idle_due_at > at:
        raise IllegalMove()
    _close(actor, post, "expire", Outcome.FILLED if post.hires else Outcome.EXPIRED, at)
    return post


@action
def reopen_post(*, actor: Actor, post_id: UUID, at: datetime) -> Post:
    """
    Take proposals again, within ``job.reopen_days`` of closing.

    :raises NotFound: when the actor's company has no such post
    :raises NotAllowed: while the account may not begin anything new
    :raises IllegalMove: unless the post is closed
    :raises TooLate: after ``job.reopen_days``
    :raises TooManyOpen: above ``job.open_max``
    """
    post = Post.objects.locked(post_id)
    require(policies.can_write(actor, post), NotFound)
    require(actor.may_begin, NotBeginning)
    if not POST.allows(post, "reopen"):
        raise IllegalMove(_("This post is open already."))
    job = current().job
    assert post.closed_at is not None
    if at >= days_after(post.closed_at, job.reopen_days):
        sentence = _("Posts can be opened again for %(days)s days. Use its text for a new one.")
        raise TooLate(sentence, days=job.reopen_days)
    Party.objects.locked(post.company_id)
    others = Post.objects.open().filter(company_id=post.company_id)
    require(others.count() < job.open_max, TooManyOpen(most=job.open_max))

    POST.move(post, "reopen", at=at, outcome="", closed_at=None, **_idle(at))
    publish(PostReopened(post_id=post.pk, company_id=post.company_id), actor=actor, at=at)
    return post


@action
def fill_post(*, post_id: UUID, at: datetime, actor: Actor = _MACHINE, close: bool = False) -> Post:
    """
    Count one more hire; at the wished number the post closes unless it is kept open.

    The app that opens contracts calls this; it has asked who may.

    :param close: the client chose to close the post with this hire
    """
    require(actor.is_system or actor.is_known)  # the app above asked its own policy
    post = Post.objects.locked(post_id)
    post.hires += 1
    post.save(update_fields=["hires"])
    publish(PostHired(post_id=post.pk, company_id=post.company_id, hires=post.hires), actor=actor, at=at)
    if post.state == P.OPEN and (close or (post.hires >= post.hires_wanted and not post.keep_open)):
        _close(actor, post, "fill", Outcome.FILLED, at)
    elif post.state == P.OPEN:
        _save(post, **_idle(at))
    return post


@action
def keep_awake(*, post_id: UUID, at: datetime) -> None:
    """Start an open post's idle clock anew, because something happened on it. Apps above call this."""
    post = Post.objects.locked(post_id)
    if post.state == P.OPEN:
        _save(post, **_idle(at))


@action
def note_proposals(*, post_id: UUID, live: int, sent: int = 0, at: datetime) -> Post:
    """
    Count proposals that came or went; a new one wakes the post. The proposals app calls this.

    :param live: change of the number waiting for the client
    :param sent: change of the number ever sent
    """
    post = Post.objects.locked(post_id)
    columns: dict[str, Any] = {
        "live_proposals": max(0, post.live_proposals + live),
        "proposals": post.proposals + sent,
    }
    if sent > 0 and post.state == P.OPEN:
        columns |= _idle(at)
    _save(post, **columns)
    return post


@action
def note_seen(*, post_id: UUID, at: datetime) -> None:
    """Remember when the client last looked at the post's proposals. The proposals app calls this."""
    Post.objects.filter(pk=post_id).update(seen_at=at)


@action
def warn_of_idleness(*, actor: Actor, post_id: UUID, at: datetime) -> None:
    """
    Say that an open post will close by itself.

    :raises NotAllowed: unless the machine acts
    """
    post = Post.objects.locked(post_id)
    require(actor.is_system)
    _save(post, idle_warn_due_at=None)
    if post.state == P.OPEN:
        publish(PostExpiring(post_id=post.pk, company_id=post.company_id), actor=actor, at=at)


def _close(actor: Actor, post: Post, how: str, outcome: Outcome, at: datetime) -> None:
    if not POST.allows(post, how):
        raise IllegalMove(_("This post is not open; it was closed before, or never published."))
    POST.move(post, how, at=at, outcome=outcome, idle_due_at=None, idle_warn_due_at=None, typed={})
    fact = PostClosed(post_id=post.pk, company_id=post.company_id, outcome=str(outcome), hires=post.hires)
    publish(fact, actor=actor, at=at)


def _idle(at: datetime) -> dict[str, Any]:
    job = current().job
    due = days_after(at, job.idle_close_days)
    return {"idle_due_at": due, "idle_warn_due_at": due - timedelta(days=job.idle_warn_days)}


def _save(post: Post, **columns: Any) -> None:
    for name, value in columns.items():
        setattr(post, name, value)
    post.save(update_fields=list(columns))


def _check_files(post: Post, brief: Brief) -> None:
    present = {f.file_id for f in stored.of("post", [post.pk]).get(post.pk, ())}
    briefs.check_files(len(present | set(brief.file_ids)))


def _attach(actor: Actor, post: Post, brief: Brief, at: datetime) -> None:
    if brief.file_ids:
        files.attach(actor=actor, file_ids=brief.file_ids, subject=("post", post.pk), at=at)


def _check_new(post: Post, brief: Brief) -> None:
    sql = (
        "SELECT 1 FROM jobs_post WHERE company_id = %s AND state = 'OPEN' AND id <> %s"
        " AND similarity(title || ' ' || description, %s) >= %s LIMIT 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [post.company_id, post.pk, f"{brief.title} {brief.description}", SAME])
        if cursor.fetchone():
            raise AlreadyPosted()


def _remember(actor: Actor, post: Post, brief: Brief, at: datetime) -> None:
    PostVersion.objects.create(
        post=post, version=post.version, brief=brief.as_json(), at=at, account_id=actor.account_id
    )
