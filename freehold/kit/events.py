"""
Facts, the outbox, reactions and projections.

:func:`publish` writes one fact row and defers one job per reaction in the same transaction: roll back and neither
exists, commit and both do. The facts of one action are written together when it ends. Delivery is at least once;
:class:`~freehold.kit.models.Delivery` makes twice once.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.utils.dateparse import parse_date, parse_datetime

from freehold.kit.actions import at_the_end, joining
from freehold.kit.actors import Actor
from freehold.kit.models import Fact

E = TypeVar("E", bound="Event")
Reaction = Callable[..., None]

EVENTS: dict[str, type[Event]] = {}
REACTIONS: dict[str, dict[str, Reaction]] = {}
PROJECTIONS: dict[str, list[Callable[..., None]]] = {}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Event:
    """
    Something that happened. Fields are ids, amounts (minor units), codes, moments and days; never text about people.

    Subclasses give ``name`` (``chapter.noun.past_tense``) and ``subject`` (``(kind, field)`` of what it is about).
    """

    name: ClassVar[str] = ""
    subject: ClassVar[tuple[str, str]] = ("", "")

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.name:
            if EVENTS.get(cls.name, cls).__qualname__ != cls.__qualname__:
                raise ValueError(f"two events named {cls.name}")
            EVENTS[cls.name] = cls


def publish(event: Event, *, actor: Actor, at: datetime) -> None:
    """Write down that something happened and hand it to everyone who reacts."""
    data = pack(event)
    kind, field = event.subject
    body = json.dumps([event.name, at.isoformat(), str(actor.account_id), data], sort_keys=True)
    fact = Fact(
        name=event.name,
        at=at,
        subject_kind=kind,
        subject_id=getattr(event, field) if field else None,
        account_id=actor.account_id,
        party_id=actor.party_id,
        system_name=actor.system_name,
        data=data,
        hash=hashlib.sha256(body.encode()).digest(),
    )
    for project in PROJECTIONS.get(event.name, ()):
        project(event, at=at)
    at_the_end(_write, fact)


def _write(facts: list[Fact]) -> None:
    from freehold.kit import jobs

    Fact.objects.bulk_create(facts)
    jobs.defer_reactions(
        [
            jobs.Call(fact.pk, reaction, f"{fact.subject_kind}:{fact.subject_id}" if fact.subject_kind else None)
            for fact in facts
            for reaction in REACTIONS.get(fact.name, ())
        ]
    )


def when(*events: type[Event]) -> Callable[[Reaction], Reaction]:
    """
    Register a reaction: ``def f(event, *, at)``, run a moment later in its own transaction, at least once.

    ``at`` is the moment of the fact. A second parameter ``fact_id`` is given if the function takes it: the
    idempotency key for effects outside our database.
    """

    def register(reaction: Reaction) -> Reaction:
        name = f"{reaction.__module__.removeprefix('freehold.')}.{reaction.__name__}"
        for event in events:
            REACTIONS.setdefault(event.name, {})[name] = reaction
        return reaction

    return register


def projects(*events: type[Event]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a projection: ``def f(event, *, at)``, run in the publisher's transaction on its own tables only."""

    def register(projection: Callable[..., None]) -> Callable[..., None]:
        for event in events:
            known = PROJECTIONS.setdefault(event.name, [])
            if projection not in known:
                known.append(projection)
        return projection

    return register


def deliver(fact_id: int, reaction: str) -> bool:
    """
    Let one reaction deal with one fact, once.

    :returns: False when it had done so before, or is gone
    """
    fact = Fact.objects.filter(pk=fact_id).first()
    run = REACTIONS.get(fact.name, {}).get(reaction) if fact else None
    if fact is None or run is None:
        return False
    with transaction.atomic(), joining():
        if not _first_time(fact_id, reaction):
            return False
        extra = {"fact_id": fact_id} if "fact_id" in run.__code__.co_varnames else {}
        run(unpack(fact.name, fact.data), at=fact.at, **extra)
    return True


def _first_time(fact_id: int, reaction: str) -> bool:
    """Note the delivery; whoever comes second waits for the first to commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kit_delivery (fact_id, reaction) VALUES (%s, %s) ON CONFLICT DO NOTHING", [fact_id, reaction]
        )
        return bool(cursor.rowcount)


def pack(event: Event) -> dict[str, Any]:
    return {f.name: _plain(getattr(event, f.name)) for f in dataclasses.fields(event)}


def unpack(name: str, data: dict[str, Any]) -> Event:
    """Rebuild an event from a fact's data; fields the class no longer has are dropped."""
    cls = EVENTS[name]
    types = {f.name: str(f.type) for f in dataclasses.fields(cls)}
    return cls(**{key: _typed(value, types[key]) for key, value in data.items() if key in types})


def _plain(value: Any) -> Any:
    if isinstance(value, UUID | datetime | date):
        return value.isoformat() if not isinstance(value, UUID) else str(value)
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value


def _typed(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind.startswith(("tuple", "list")):
        inner = kind[kind.index("[") + 1 : -1].split(",")[0].strip()
        return tuple(_typed(v, inner) for v in value)
    if "UUID" in kind:
        return UUID(value)
    if "datetime" in kind:
        return parse_datetime(value)
    if "date" in kind:
        return parse_date(value)
    return value
