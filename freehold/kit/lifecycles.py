"""
Lifecycles: an enum and a table.

The table is data: tests walk every (state, move) pair, pages ask :meth:`Lifecycle.allows`, the database gets a
``CHECK (state IN …)``, docs draw the diagram.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from freehold.kit.refusals import IllegalMove


@dataclass(frozen=True)
class Move:
    """
    One arrow of a lifecycle.

    :ivar sources: states it may start from
    :ivar to: the state it leads to
    :ivar stamp: field that remembers the moment, or empty
    """

    sources: tuple[str, ...]
    to: str
    stamp: str = ""


def move(*sources: str, to: str, stamp: str = "") -> Move:
    return Move(tuple(str(s) for s in sources), str(to), stamp)


class Lifecycle:
    """
    The moves a thing can make.

    :param states: its states, a ``TextChoices``
    :param moves: name → :class:`Move`
    :param field: the column that holds the state
    """

    def __init__(self, states: type[models.TextChoices], moves: dict[str, Move], field: str = "state") -> None:
        self.states, self.moves, self.field = states, moves, field
        for name, arrow in moves.items():
            unknown = {*arrow.sources, arrow.to} - set(states.values)
            if unknown:
                raise ValueError(f"{name}: unknown states {unknown}")

    def allows(self, thing: Any, name: str) -> bool:
        """May ``thing`` make the move now, as far as its state goes?"""
        return str(getattr(thing, self.field)) in self.moves[name].sources

    def open_moves(self, thing: Any) -> list[str]:
        return [name for name in self.moves if self.allows(thing, name)]

    def move(self, thing: Any, name: str, *, at: datetime, save: bool = True, **columns: Any) -> None:
        """
        Make the move on a locked row and save the state, its stamp and ``columns``.

        :raises IllegalMove: when the table has no such arrow from the present state
        """
        arrow = self.moves[name]
        if str(getattr(thing, self.field)) not in arrow.sources:
            raise IllegalMove()
        setattr(thing, self.field, arrow.to)
        if arrow.stamp:
            columns.setdefault(arrow.stamp, at)
        for column, value in columns.items():
            setattr(thing, column, value)
        if save:
            thing.save(update_fields=[self.field, *columns])

    def check(self, name: str) -> models.CheckConstraint:
        """The law for the database: no state outside the table."""
        condition = models.Q(**{f"{self.field}__in": [str(v) for v in self.states.values]})
        return models.CheckConstraint(condition=condition, name=name)
