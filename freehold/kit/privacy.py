"""
Privacy declarations: what each app knows about a person, and what closing does with it.

Every app declares in its ``privacy.py``; export, erasure, the public retention table and the closing checklist are
generated from the declarations. A test fails when a column that could hold personal data is not declared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import QuerySet

from freehold.kit.events import Event


class Fate(StrEnum):
    """What erasing means for a column or a row (spec closure section 8)."""

    ERASE = "erase"
    BLANK = "blank"
    PSEUDONYM = "pseudonymize"
    KEEP = "retain"


class Basis(StrEnum):
    """Why something is kept."""

    NONE = "none"
    LAW = "law"
    CLAIMS = "claims"
    PARTY = "party"
    SAFETY = "safety"


@dataclass(frozen=True)
class Subject:
    """
    Whom an export or an erasure is about.

    :ivar account_id: the person
    :ivar party_ids: the parties the person owns alone (their own, their companies)
    :ivar pseudonym: what others will read instead of the name
    :ivar options: keys of the closing options the person chose
    """

    account_id: UUID
    party_ids: tuple[UUID, ...] = ()
    pseudonym: str = ""
    options: frozenset[str] = frozenset()


Rows = Callable[[Subject], QuerySet[Any]]


@dataclass(frozen=True)
class Personal:
    """
    One model's personal data.

    :ivar label: what people read in the retention table, in plain words
    :ivar rows: the subject's rows
    :ivar export: columns written to the export, in order
    :ivar fate: what happens to the rows at erasure
    :ivar columns: for BLANK: columns emptied (the row stays)
    :ivar blank_with: value per blanked column where empty text will not do
    :ivar basis: why the rest is kept
    :ivar keep_years: setting that says for how long (``retention.financial_years``), or empty
    :ivar seen_by: who can still see what is kept
    :ivar files: column with a stored-file id that goes too, or empty
    :ivar erase: own eraser for what a simple update cannot do; called inside a transaction, must be repeatable
    :ivar impersonal: columns that hold no personal data though their type could (codes, hashes, ids of others)
    :ivar since: date or moment column the years of what is kept are counted from; the day of erasure without one
    :ivar purge: own way to empty kept rows (primary keys) once their day has come; by default their texts are emptied
    """

    model: type[models.Model]
    label: Any
    rows: Rows
    export: tuple[str, ...] = ()
    fate: Fate = Fate.ERASE
    columns: tuple[str, ...] = ()
    blank_with: dict[str, Any] = field(default_factory=dict)
    basis: Basis = Basis.NONE
    keep_years: str = ""
    seen_by: Any = ""
    erase: Callable[[Subject, datetime], int] | None = None
    impersonal: tuple[str, ...] = ()
    at_marking: bool = False
    since: str = ""
    purge: Callable[[list[Any], datetime], int] | None = None


@dataclass(frozen=True)
class Option:
    """Something a member may choose when closing (spec closure section 2); offered only where ``offered`` says so."""

    key: str
    label: Any
    hint: Any = ""
    offered: Callable[[Subject], bool] = lambda _subject: True


class Kind(StrEnum):
    """What a blocker asks (spec closure section 4)."""

    AUTO = "auto"
    WAITS = "waits"
    ACT = "act"


@dataclass(frozen=True)
class Open:
    """
    One open matter of a subject, computed and never stored.

    :ivar sentence: what is open, in words, with its number or amount
    :ivar kind: auto = settled by us at confirmation, waits = clears by itself, act = needs the member
    :ivar clears_at: when it clears by itself, if known
    :ivar remedies: label → address of the page or action that resolves it
    """

    sentence: Any
    kind: Kind
    clears_at: datetime | None = None
    remedies: tuple[tuple[Any, str], ...] = ()


@dataclass(frozen=True)
class Blocker:
    """
    :ivar key: stable name, e.g. ``submitted``
    :ivar find: the subject's open matters of this kind now
    :ivar settle: runs the automatic remedy as separate actions; None for waits and act
    :ivar clears_on: facts that may clear it
    """

    key: str
    find: Callable[[Subject, datetime], Iterable[Open]]
    settle: Callable[[Subject, Any, datetime], None] | None = None
    clears_on: tuple[type[Event], ...] = ()
    order: int = 50


DECLARED: list[Personal] = []
IMPERSONAL: dict[type[models.Model], str] = {}
BLOCKERS: dict[str, Blocker] = {}
OPTIONS: dict[str, Option] = {}
#: Called in this order when an account is marked for deletion / reopened: sessions end, profiles hide …
ON_MARKING: list[Callable[[Subject, datetime], None]] = []
ON_REOPENING: list[Callable[[Subject, datetime], None]] = []


def personal(model: type[models.Model], **terms: Any) -> None:
    """Declare a model's personal data; see :class:`Personal` for the terms."""
    if not any(d.model is model and d.label == terms["label"] for d in DECLARED):
        DECLARED.append(Personal(model=model, **terms))


def impersonal(model: type[models.Model], because: str) -> None:
    """Declare that a model holds nothing about people, and why that is so."""
    IMPERSONAL[model] = because


def blocks_closing(key: str, **terms: Any) -> None:
    """Declare what must be settled before a closure takes effect; see :class:`Blocker`."""
    BLOCKERS[key] = Blocker(key=key, **terms)


def closing_option(key: str, **terms: Any) -> None:
    """Declare a choice on the confirm page; erasers find the chosen keys in ``subject.options``."""
    OPTIONS[key] = Option(key=key, **terms)


def on_marking(fn: Callable[[Subject, datetime], None]) -> Callable[[Subject, datetime], None]:
    """Register what an app does when a subject is marked for deletion (inside the marking's transaction)."""
    if fn not in ON_MARKING:
        ON_MARKING.append(fn)
    return fn


def on_reopening(fn: Callable[[Subject, datetime], None]) -> Callable[[Subject, datetime], None]:
    """Register what an app does when a subject comes back during grace (inside the reopening's transaction)."""
    if fn not in ON_REOPENING:
        ON_REOPENING.append(fn)
    return fn
