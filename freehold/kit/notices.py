"""
Notices: what people are told, and where the words are.

Apps write notices beside the feature; talk/notifications registers itself as the one who carries them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from freehold.kit.events import Event, when


@dataclass(frozen=True)
class Notice:
    """
    One message to some people.

    :ivar to: account ids
    :ivar words: template name without extension, e.g. ``contracts/notices/milestone_released``; the ``.txt`` template's
        first line is the title (and the mail's subject), the rest the text; rendered per reader, in their language.
        Titles and texts name things and amounts, never people: a name would outlive its owner in somebody's list.
    :ivar link: path of the page it is about
    :ivar places: values for the words; plain and Money only
    :ivar mail: also by e-mail
    :ivar always: cannot be switched off (service mail)
    :ivar address: send to this address instead of an account's (people without account)
    """

    to: tuple[UUID, ...]
    words: str
    link: str
    places: dict[str, Any] = field(default_factory=dict)
    mail: bool = True
    always: bool = False
    address: str = ""


Carrier = Callable[[Notice, str, int, datetime], None]
_carriers: list[Carrier] = []

Found = Notice | Iterable[Notice] | None


def carries(carrier: Carrier) -> Carrier:
    """Register the one who brings notices to people: ``carrier(notice, event name, fact id, at)``."""
    _carriers[:] = [carrier]
    return carrier


def notice(*events: type[Event]) -> Callable[[Callable[[Any], Found]], Callable[[Any], Found]]:
    """Register a notice: ``def f(event) -> Notice | list of them | None``."""

    def register(compose: Callable[[Any], Found]) -> Callable[[Any], Found]:
        def tell(event: Event, *, at: datetime, fact_id: int) -> None:
            found = compose(event)
            for one in [found] if isinstance(found, Notice) else found or ():
                for carrier in _carriers:
                    carrier(one, event.name, fact_id, at)

        tell.__module__, tell.__name__ = compose.__module__, compose.__name__
        when(*events)(tell)
        return compose

    return register
