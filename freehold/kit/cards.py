"""Cards: what a list shows of a thing; frozen, complete, made in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from typing_extensions import dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def card(cls: type[T]) -> type[T]:
    """Make a class a frozen, keyword-only dataclass that HTML and machines show alike."""
    return dataclass(frozen=True, kw_only=True, slots=True)(cls)
