"""Cards: added, preferred, removed."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from freehold.kit import calendar
from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.events import publish
from freehold.kit.refusals import Invalid, NotFound, Refusal, TooMany
from freehold.kit.text import clean
from freehold.money.payments import policies, providers
from freehold.money.payments.events import PaymentMethodAdded, PaymentMethodRemoved
from freehold.money.payments.models import Charge, PaymentMethod
from freehold.money.payments.states import METHOD, C, M
from freehold.people.teams.models import Party

_MOST = 20
_DIGITS = range(12, 20)
_EXPIRY = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{2}|\d{4})", re.ASCII)


class MethodBusy(Refusal):
    """A card cannot go while a payment with it is under way."""

    sentence = _("A payment with this card is still under way. Remove the card when it has ended.")


@action
def add_card(
    *, actor: Actor, party_id: UUID, number: str, expiry: str, holder: str, at: datetime
) -> PaymentMethod:
    """
    Keep a card for later charges; only its brand, last four digits, expiry and holder stay here.

    :param expiry: month and year as on the card, ``04/29``
    :raises NotAllowed: unless the actor manages the party's payment methods
    :raises Invalid: for a number that is none, a date that has passed, or no holder
    :raises TooMany: above twenty cards
    """
    party = Party.objects.locked(party_id)

    require(policies.can_manage_methods(actor, party.pk))
    digits, holder = "".join(c for c in number if c not in " -\u00a0"), clean(holder)
    month, year = _month_and_year(expiry)
    _check(digits, month, year, holder, at)
    kept = PaymentMethod.objects.kept().filter(party=party)
    if kept.count() >= _MOST:
        raise TooMany(_("Twenty cards are kept at most. Remove one first."))

    name = providers.in_use()
    card = providers.named(name).verify_card(number=digits, month=month, year=year, holder=holder)
    again = kept.filter(token=card.token).first()
    if again is not None:
        return again
    method = PaymentMethod.objects.create(
        party=party,
        provider=name,
        token=card.token,
        brand=card.brand,
        last_four=card.last_four,
        expiry_month=month,
        expiry_year=year,
        holder=holder,
        state=M.VERIFIED,
        is_default=not kept.filter(is_default=True).exists(),
        added_at=at,
    )

    publish(PaymentMethodAdded(method_id=method.pk, party_id=party.pk), actor=actor, at=at)
    return method


@action
def make_default(*, actor: Actor, method_id: UUID, at: datetime) -> PaymentMethod:
    """
    Prefer a card over the others.

    :raises NotFound: unless it is one of the party's kept cards
    :raises NotAllowed: unless the actor manages the party's payment methods
    """
    method = PaymentMethod.objects.locked(method_id)
    require(actor.acts_for(method.party_id) and method.state != M.REMOVED, NotFound)
    require(policies.can_manage_methods(actor, method.party_id))
    if not method.is_default:
        PaymentMethod.objects.filter(party_id=method.party_id, is_default=True).update(is_default=False)
        method.is_default = True
        method.save(update_fields=["is_default"])
    return method


@action
def remove_method(*, actor: Actor, method_id: UUID, at: datetime) -> PaymentMethod:
    """
    Forget a card; what was charged with it stays on record.

    :raises NotFound: unless the actor acts for the card's party
    :raises NotAllowed: unless they manage its payment methods
    :raises MethodBusy: while a payment with it is under way
    :raises IllegalMove: when it was removed before
    """
    method = PaymentMethod.objects.locked(method_id)
    require(actor.acts_for(method.party_id), NotFound)
    require(policies.can_manage_methods(actor, method.party_id))
    if Charge.objects.filter(method=method, state__in=[C.SENDING, C.NEEDS_ACTION]).exists():
        raise MethodBusy()

    was_default = method.is_default
    METHOD.move(method, "remove", at=at, is_default=False)
    if was_default:
        heir = PaymentMethod.objects.kept().filter(party_id=method.party_id).order_by("-added_at").first()
        if heir is not None:
            PaymentMethod.objects.filter(pk=heir.pk).update(is_default=True)

    publish(PaymentMethodRemoved(method_id=method.pk, party_id=method.party_id), actor=actor, at=at)
    return method


@action
def erase_methods(*, methods: QuerySet[PaymentMethod], at: datetime) -> int:
    """
    Blank what cards say about a person; the rows stay for the charges that name them.

    :returns: how many
    """
    rows = methods.exclude(state=M.REMOVED, token="", holder="", last_four="")
    return rows.update(
        state=M.REMOVED, is_default=False, token="", holder="", last_four="", brand="", expiry_month=None,
        expiry_year=None, removed_at=at,
    )  # fmt: skip


def _check(digits: str, month: int, year: int, holder: str, at: datetime) -> None:
    wrong: dict[str, object] = {}
    if not digits.isascii() or not digits.isdigit() or len(digits) not in _DIGITS or not _luhn(digits):
        wrong["number"] = _("This is not a card number. Compare it with your card, digit by digit.")
    today = calendar.day_of(at)
    if not 1 <= month <= 12 or not 2000 <= year <= today.year + 25:
        wrong["expiry"] = _("Enter the month and year as on the card, for example 04/29.")
    elif (year, month) < (today.year, today.month):
        wrong["expiry"] = _("This card has expired. Use one that is still good.")
    if not 2 <= len(holder) <= 100:
        wrong["holder"] = _("Enter the name on the card.")
    if wrong:
        raise Invalid(fields=wrong)


def _month_and_year(expiry: str) -> tuple[int, int]:
    found = _EXPIRY.fullmatch(expiry.strip())
    if not found:
        return 0, 0
    year = int(found[2])
    return int(found[1]), year + 2000 if year < 100 else year


def _luhn(digits: str) -> bool:
    doubled = [int(c) * (2 if i % 2 else 1) for i, c in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
