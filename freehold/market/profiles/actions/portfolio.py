"""Pieces of work to show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action
from freehold.kit.actors import Actor
from freehold.kit.refusals import Invalid, NotFound
from freehold.market.profiles.actions.checks import changed, own_profile, words
from freehold.market.profiles.models import PortfolioItem, Profile
from freehold.talk.files import actions as files
from freehold.talk.files import queries as stored

ITEMS_MAX, FILES_MAX = 50, 20


@action
def add_portfolio_item(
    *, actor: Actor, profile_id: UUID, title: str, role: str = "", text: str = "", done_on: date | None = None,
    file_ids: Sequence[UUID] = (), at: datetime,
) -> PortfolioItem:  # fmt: skip
    """
    Add a piece of work with its pictures and files.

    :raises NotFound: when the profile or a file is somebody else's
    :raises Invalid: when something is missing or too long, or there is too much of it
    """
    profile = own_profile(actor, profile_id)
    if profile.portfolio_rows.count() >= ITEMS_MAX:
        raise Invalid(_("A portfolio holds %(most)s pieces at most."), most=ITEMS_MAX)
    last = profile.portfolio_rows.aggregate(last=Max("position"))["last"]
    item = PortfolioItem.objects.create(
        profile=profile,
        title=words("title", title, least=2, most=70, needed=True),
        role=words("role", role, most=100),
        text=words("text", text, most=600),
        done_on=done_on,
        position=0 if last is None else last + 1,
        created_at=at,
    )
    _attach(actor, item, file_ids, at)
    changed(profile, actor, at)
    return item


@action
def edit_portfolio_item(
    *, actor: Actor, profile_id: UUID, item_id: UUID, title: str, role: str = "", text: str = "",
    done_on: date | None = None, file_ids: Sequence[UUID] = (), at: datetime,
) -> PortfolioItem:  # fmt: skip
    """
    Change a piece of work; files given are added to those it has.

    :raises NotFound: when it is somebody else's
    :raises Invalid: when something is missing or too long, or there is too much of it
    """
    profile = own_profile(actor, profile_id)
    item = _item(profile, item_id)
    item.title = words("title", title, least=2, most=70, needed=True)
    item.role = words("role", role, most=100)
    item.text = words("text", text, most=600)
    item.done_on = done_on
    item.save(update_fields=["title", "role", "text", "done_on"])
    _attach(actor, item, file_ids, at)
    changed(profile, actor, at)
    return item


@action
def caption_portfolio_file(
    *, actor: Actor, profile_id: UUID, item_id: UUID, file_id: UUID, caption: str, at: datetime
) -> None:
    """
    Say in words what a picture of a piece shows.

    :raises NotFound: when the piece or the file is somebody else's
    """
    profile = own_profile(actor, profile_id)
    item = _item(profile, item_id)
    if file_id not in {f.file_id for f in stored.of("portfolio", [item.pk]).get(item.pk, ())}:
        raise NotFound()
    files.describe(actor=actor, file_id=file_id, caption=words("caption", caption, most=300), at=at)


@action
def drop_portfolio_file(*, actor: Actor, profile_id: UUID, item_id: UUID, file_id: UUID, at: datetime) -> PortfolioItem:
    """
    Take a file off a piece of work; one that is not there is no complaint.

    :raises NotFound: when it is somebody else's
    """
    profile = own_profile(actor, profile_id)
    item = _item(profile, item_id)
    files.detach(actor=actor, file_id=file_id, subject=("portfolio", item.pk), at=at)
    return item


@action
def move_portfolio_item(*, actor: Actor, profile_id: UUID, item_id: UUID, at: datetime) -> Profile:
    """
    Let a piece of work change places with the one before it.

    :raises NotFound: when it is somebody else's
    """
    profile = own_profile(actor, profile_id)
    item = _item(profile, item_id)
    order = list(profile.portfolio_rows.order_by("position", "pk"))
    place = next(n for n, one in enumerate(order) if one.pk == item.pk)
    if place:
        order[place - 1], order[place] = order[place], order[place - 1]
        for position, one in enumerate(order):
            one.position = position
        PortfolioItem.objects.bulk_update(order, ["position"])
        changed(profile, actor, at)
    return profile


@action
def remove_portfolio_item(*, actor: Actor, profile_id: UUID, item_id: UUID, at: datetime) -> Profile:
    """
    Take a piece of work out, its files with it; one that is not there is no complaint.

    :raises NotFound: when the profile is somebody else's
    """
    profile = own_profile(actor, profile_id)
    item = profile.portfolio_rows.filter(pk=item_id).first()
    if item is not None:
        files.detach_all(actor=actor, subject=("portfolio", item.pk), at=at)
        item.delete()
        changed(profile, actor, at)
    return profile


def _item(profile: Profile, item_id: UUID) -> PortfolioItem:
    item = profile.portfolio_rows.filter(pk=item_id).first()
    if item is None:
        raise NotFound()
    return item


def _attach(actor: Actor, item: PortfolioItem, file_ids: Sequence[UUID], at: datetime) -> None:
    held = len(stored.of("portfolio", [item.pk]).get(item.pk, ()))
    if held + len(file_ids) > FILES_MAX:
        raise Invalid(fields={"files": _("A piece holds %(most)s files at most.") % {"most": FILES_MAX}})
    files.attach(actor=actor, file_ids=file_ids, subject=("portfolio", item.pk), at=at)
