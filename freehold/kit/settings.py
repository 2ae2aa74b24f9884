"""
The operator's settings: typed fields with defaults, stored with history, read through a short cache.

A setting is ``area.key``; code reads ``current().escrow.auto_release_days``. What a contract runs on is copied into it
at its start, so a change here never reaches back.
"""

from __future__ import annotations

import dataclasses
import time
import typing
from contextvars import ContextVar
from datetime import datetime
from typing import Any
from uuid import UUID

from freehold.kit.defaults import Settings
from freehold.kit.models import SettingChange
from freehold.kit.refusals import Invalid

_SECONDS_KEPT = 5.0
_kept: tuple[float, Settings] | None = None
_pinned: ContextVar[Settings | None] = ContextVar("settings_pinned", default=None)


def current() -> Settings:
    """The settings in force."""
    global _kept
    pinned = _pinned.get()
    if pinned is not None:
        return pinned
    if _kept is None or time.monotonic() - _kept[0] > _SECONDS_KEPT:
        _kept = (time.monotonic(), _with(_stored()))
    return _kept[1]


def forget() -> None:
    """Drop what this process remembers, e.g. after a change in a test."""
    global _kept
    _kept = None


def change(key: str, value: Any, *, at: datetime, account_id: UUID | None = None) -> None:
    """
    Give a setting a new value from now on.

    :raises Invalid: for an unknown key or a value of another type
    """
    area, _dot, name = key.partition(".")
    holder = getattr(Settings(), area, None)
    if holder is None or not hasattr(holder, name):
        raise Invalid("There is no setting %(key)s.", key=key)
    expected = typing.get_type_hints(type(holder))[name]
    plain = typing.get_origin(expected) or expected
    value = tuple(value) if plain is tuple else value
    if type(value) is not plain:
        raise Invalid("The setting %(key)s takes another kind of value.", key=key)
    SettingChange.objects.create(key=key, value=list(value) if plain is tuple else value, at=at, account_id=account_id)
    forget()


def history(limit: int = 40) -> list[tuple[datetime, str, Any]]:
    """The latest changes, newest first: when, which key, and its value from then on."""
    return list(SettingChange.objects.order_by("-id").values_list("at", "key", "value")[:limit])


class overridden:
    """Pin settings for a block: ``with overridden(**{"job.open_max": 2}):`` (tests, the demo's making)."""

    def __init__(self, **values: Any) -> None:
        self.values = values

    def __enter__(self) -> Settings:
        changed = _with({**_stored(), **self.values})
        self.token = _pinned.set(changed)
        return changed

    def __exit__(self, *_exc: object) -> None:
        _pinned.reset(self.token)


def _stored() -> dict[str, Any]:
    rows = SettingChange.objects.order_by("key", "-id").distinct("key").values_list("key", "value")
    return dict(rows)


def _with(values: dict[str, Any]) -> Settings:
    result = Settings()
    for key, value in values.items():
        area, _dot, name = key.partition(".")
        holder = getattr(result, area, None)
        if holder is None or not hasattr(holder, name):
            continue
        value = tuple(value) if isinstance(value, list) else value
        result = dataclasses.replace(result, **{area: dataclasses.replace(holder, **{name: value})})
    return result
