"""Facts about posts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from freehold.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class _AboutPost(Event):
    post_id: UUID
    company_id: UUID
    subject: ClassVar[tuple[str, str]] = ("post", "post_id")


class PostDrafted(_AboutPost):
    """Somebody began to write a post."""

    name = "market.job.drafted"


class PostPublished(_AboutPost):
    """The post is open: it can be found and applied to."""

    name = "market.job.published"


@dataclass(frozen=True, kw_only=True)
class PostChanged(_AboutPost):
    """A new version is in force. ``cut`` is true when the budget fell by more than a fifth."""

    version: int
    cut: bool
    name = "market.job.changed"


@dataclass(frozen=True, kw_only=True)
class PostHired(_AboutPost):
    """One more person was hired from the post."""

    hires: int
    name = "market.job.hired"


@dataclass(frozen=True, kw_only=True)
class PostClosed(_AboutPost):
    """Nobody can apply any more. ``outcome`` is FILLED, CANCELED or EXPIRED."""

    outcome: str
    hires: int
    name = "market.job.closed"


class PostReopened(_AboutPost):
    """The post takes proposals again."""

    name = "market.job.reopened"


class PostExpiring(_AboutPost):
    """The post will close by itself soon unless somebody tends it."""

    name = "market.job.expiring"


class DraftExpiring(_AboutPost):
    """The draft will be deleted soon unless somebody goes on writing."""

    name = "market.job.draft_expiring"


class DraftDeleted(_AboutPost):
    """The draft is gone."""

    name = "market.job.draft_deleted"
