"""What a law kept, when its day has come."""

from __future__ import annotations

from datetime import date, datetime

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.calendar import day_of
from freehold.kit.events import publish
from freehold.trust.closure import policies, queries
from freehold.trust.closure.actions.erasure import empty
from freehold.trust.closure.events import RetentionPurged
from freehold.trust.closure.models import PurgeLine, RetentionItem
from freehold.trust.closure.states import ITEM, Item


@action
def purge_item(*, actor: Actor, kind: str, at: datetime, limit: int = 500) -> int:
    """
    Empty what was kept of one kind and has reached its day; the log gets a count and no id.

    :raises NotAllowed: unless the machine acts
    """
    require(policies.can_carry_on(actor))
    today = day_of(at)
    rows = RetentionItem.objects.select_for_update(skip_locked=True)
    due = list(rows.filter(kind=kind, state=Item.KEPT, keep_until__lt=today).order_by("pk")[:limit])
    declared = next((d for d in queries.ordered() if queries.key_of(d) == kind), None)
    if not due or declared is None:
        return 0
    keys = [item.reference for item in due]
    if declared.purge is not None:
        declared.purge(keys, at)
    else:
        kept_out = {*declared.impersonal, *(f.name for f in declared.model._meta.concrete_fields if f.unique)}
        empty(declared, keys, [f.name for f in queries.texts_of(declared.model) if f.name not in kept_out], at)
    for item in due:
        ITEM.move(item, "purge", at=at)
    _log(today, kind, due, queries.years_of(declared) or 0)
    publish(RetentionPurged(on=today, count=len(due)), actor=actor, at=at)
    return len(due)


def _log(today: date, kind: str, due: list[RetentionItem], years: int) -> None:
    first = due[0]
    PurgeLine.objects.create(
        day=today, kind=kind, basis=first.basis, setting=first.setting, years=years, count=len(due), plan_version=1
    )
