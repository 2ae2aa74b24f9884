"""What happens to each kind of data: the declarations as a table, for everybody and for one member."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Max
from django.utils.translation import gettext as _

from freehold.kit import calendar, privacy
from freehold.kit.cards import card
from freehold.kit.privacy import Basis, Fate, Personal, Subject
from freehold.kit.settings import current

#: Tables emptied with the address itself, after the receipt was sent.
_LATE = ("accounts", "account", "mfa", "usersessions")


@card
class Line:
    """One row of a member's own table."""

    label: str
    fate: str
    words: str
    mark: str
    until: str
    seen_by: str
    count: int
    exported: bool


@card
class PublicLine:
    """One row of the public table."""

    label: str
    words: str
    mark: str
    basis: str
    until: str
    seen_by: str


def ordered() -> list[Personal]:
    """Every declaration in the order of erasing: from trust down to people; sign-in data last."""
    place = {config.label: number for number, config in enumerate(apps.get_app_configs())}
    return sorted(
        privacy.DECLARED, key=lambda d: (is_late(d), -place.get(d.model._meta.app_label, -1), privacy.DECLARED.index(d))
    )


def is_late(declared: Personal) -> bool:
    """Does it hold the address itself? Then it goes after the receipt."""
    return declared.model._meta.app_label in _LATE


def key_of(declared: Personal) -> str:
    """A stable name: the model's, with a number where one model is declared more than once."""
    same = [d for d in privacy.DECLARED if d.model is declared.model]
    name = declared.model._meta.label
    return name if len(same) == 1 else f"{name}#{same.index(declared) + 1}"


def fate_words(declared: Personal) -> tuple[str, str]:
    """What happens, in words, and the mark it wears."""
    if declared.fate == Fate.ERASE:
        return _("Erased"), "plan"
    if declared.fate == Fate.BLANK and not declared.keep_years:
        return _("Emptied"), "plan"
    if declared.basis == Basis.LAW:
        return _("Kept, required by law"), "held"
    return _("Kept without your name"), "held"


def basis_words(basis: Basis) -> str:
    return {
        Basis.LAW: _("Books and tax law"),
        Basis.CLAIMS: _("Claims and disputes"),
        Basis.PARTY: _("The other side's own record"),
        Basis.SAFETY: _("Safety of others"),
    }.get(basis, "–")


def years_of(declared: Personal) -> int | None:
    """For how many years it is kept, as the operator set it."""
    area, _dot, key = declared.keep_years.partition(".")
    found = getattr(getattr(current(), area, None), key, None) if key else None
    return int(found) if found is not None else None


def keep_until(declared: Personal, record: Any, at: datetime) -> date | None:
    """The day a kept record is emptied; None where no law sets one."""
    years = years_of(declared)
    if years is None:
        return None
    value = getattr(record, declared.since, None) if declared.since else None
    return calendar.end_of_year_after(_moment(value, at), years)


def own_table(subject: Subject, *, at: datetime, erase_at: datetime) -> list[Line]:
    """What happens to this member's data; kinds they have nothing of are left out."""
    found = []
    for declared in privacy.DECLARED:
        rows = declared.rows(subject)
        if not (count := rows.count()):
            continue
        words, mark = fate_words(declared)
        found.append(
            Line(
                label=str(declared.label),
                fate=declared.fate,
                words=words,
                mark=mark,
                until=_own_until(declared, rows, erase_at),
                seen_by=_sentence(declared.seen_by or _("Nobody")),
                count=count,
                exported=bool(declared.export),
            )
        )
    return _merged(found)


def public_table() -> list[PublicLine]:
    """What happens to each kind of data in this market, with the operator's own values."""
    found: dict[tuple[str, str], PublicLine] = {}
    for declared in privacy.DECLARED:
        words, mark = fate_words(declared)
        years = years_of(declared)
        if years is not None:
            until = _("%(years)s years after the end of the year") % {"years": years}
        else:
            until = _("The end of the grace period") if _goes(declared) else _("While the other side is here")
        line = PublicLine(
            label=str(declared.label),
            words=words,
            mark=mark,
            basis=basis_words(declared.basis),
            until=until,
            seen_by=_sentence(declared.seen_by or _("Nobody")),
        )
        found.setdefault((line.label, line.words), line)
    return sorted(found.values(), key=lambda line: line.mark == "held")


def texts_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """Columns of a model that can hold words: text, JSON, lists of text, binary; codes with choices cannot."""
    return [f for f in model._meta.concrete_fields if _wordy(f)]


def _wordy(column: models.Field[Any, Any]) -> bool:
    if isinstance(column, ArrayField):
        return _wordy(column.base_field)
    kinds = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.GenericIPAddressField)
    return isinstance(column, kinds) and not column.choices


def _sentence(words: Any) -> str:
    text = str(words)
    return text[:1].upper() + text[1:]


def _goes(declared: Personal) -> bool:
    return declared.fate == Fate.ERASE or (declared.fate == Fate.BLANK and not declared.keep_years)


def _own_until(declared: Personal, rows: Any, erase_at: datetime) -> str:
    from freehold.kit.pages import day

    if _goes(declared):
        return day(erase_at)
    years = years_of(declared)
    if years is None:
        return _("While the other side is here")
    latest = rows.aggregate(latest=Max(declared.since))["latest"] if declared.since else None
    return day(calendar.end_of_year_after(_moment(latest, erase_at), years))


def _moment(value: Any, otherwise: datetime) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return calendar.start_of(value)
    return otherwise


def _merged(lines: Iterable[Line]) -> list[Line]:
    """Same words once; what goes stands first."""
    found: dict[tuple[str, str, str], Line] = {}
    for line in lines:
        found.setdefault((line.label, line.words, line.until), line)
    return sorted(found.values(), key=lambda line: line.mark == "held")
