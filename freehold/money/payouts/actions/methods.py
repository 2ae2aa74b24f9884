"""Where money may go: added, waited for, removed. Numbers are sealed and shown masked."""

from __future__ import annotations

import hmac
import os
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.events import publish
from freehold.kit.refusals import Invalid, NotFound, Refusal, TooMany
from freehold.kit.settings import current
from freehold.kit.text import clean
from freehold.money.payouts import policies, providers
from freehold.money.payouts.events import PayoutMethodActive, PayoutMethodAdded, PayoutMethodRemoved
from freehold.money.payouts.models import Payout, PayoutMethod
from freehold.money.payouts.states import METHOD, M, P, Rail
from freehold.people.teams.models import Party

_MOST = 10
_NONCE = 12


class MethodBusy(Refusal):
    """A method cannot go while a payout to it is under way."""

    sentence = _("A payout to this account is still under way. Remove the account when it has arrived.")


@action
def add_method(
    *, actor: Actor, party_id: UUID, number: str, holder: str, at: datetime, rail: str = Rail.SEPA
) -> PayoutMethod:
    """
    Add a bank account or a card money can go to; it can be used after ``payout.method_hold_days`` times 24 hours.

    :param number: an IBAN, or a card's number for the rail CARD; kept encrypted, or only by the provider
    :raises NotAllowed: unless the actor manages the party's payout methods
    :raises Invalid: for a number that is none, or a holder who is not the party
    :raises TooMany: above ten methods
    """
    party = Party.objects.select_related("owner").locked(party_id)

    require(policies.can_manage_methods(actor, party.pk))
    holder, compact = clean(holder), "".join(number.split()).replace("-", "").upper()
    wrong: dict[str, object] = {}
    read = _read_iban(compact) if rail == Rail.SEPA else _read_card(compact)
    if read is None:
        wrong["number"] = (
            _("This is not a valid IBAN. Compare it with your bank's papers, letter by letter.")
            if rail == Rail.SEPA
            else _("This is not a card number. Compare it with your card, digit by digit.")
        )
    if not any(policies.same_name(holder, name) for name in (party.name, party.owner.name)):
        wrong["holder"] = _("Money goes only to an account in your own name, as your settings say it.")
    if read is None or wrong:
        raise Invalid(fields=wrong)
    account, masked, bank, country = read
    kept = PayoutMethod.objects.kept().filter(party=party)
    mark = hmac.new(_key(b"print"), account.encode(), "sha256").digest()
    again = kept.filter(print=mark).first()
    if again is not None and again.state != M.BROKEN:
        return again
    if again is not None:
        METHOD.move(again, "remove", at=at, active_due_at=None, sealed=b"", print=b"")
    if kept.count() >= _MOST:
        raise TooMany(_("Ten payout methods are kept at most. Remove one first."))

    active_at = at + timedelta(days=current().payout.method_hold_days)
    method = PayoutMethod(
        party=party,
        rail=rail,
        holder=holder,
        bank=bank,
        country=country,
        masked=masked,
        print=mark,
        added_by_id=actor.account_id,
        added_at=at,
        active_at=active_at,
        active_due_at=active_at,
    )
    method.sealed = seal(method.pk, account)
    method.save(force_insert=True)

    publish(PayoutMethodAdded(method_id=method.pk, party_id=party.pk), actor=actor, at=at)
    return method


@action
def activate_method(*, method_id: UUID, at: datetime) -> PayoutMethod:
    """
    The waiting time is over.

    :raises IllegalMove: unless the method waits
    """
    method = PayoutMethod.objects.locked(method_id)
    METHOD.move(method, "activate", at=at, active_due_at=None)
    publish(
        PayoutMethodActive(method_id=method.pk, party_id=method.party_id), actor=Actor.system("payouts.method"), at=at
    )
    return method


@action
def remove_method(*, actor: Actor, method_id: UUID, at: datetime) -> PayoutMethod:
    """
    Forget where money could go; the sealed number is gone at once.

    :raises NotFound: unless the actor acts for the method's party
    :raises NotAllowed: unless they manage its payout methods
    :raises MethodBusy: while a payout to it is under way
    :raises IllegalMove: when it was removed before
    """
    method = PayoutMethod.objects.locked(method_id)
    require(actor.acts_for(method.party_id), NotFound)
    require(policies.can_manage_methods(actor, method.party_id))
    if Payout.objects.filter(method=method, state__in=[P.SCHEDULED, P.SENDING]).exists():
        raise MethodBusy()
    # A bank may still send money back: until then the number is what the question to the provider needs.
    watched = Payout.objects.filter(method=method, ask_due_at__isnull=False).exists()
    columns: dict[str, Any] = {} if watched else {"sealed": b"", "print": b""}
    METHOD.move(method, "remove", at=at, active_due_at=None, **columns)

    publish(PayoutMethodRemoved(method_id=method.pk, party_id=method.party_id), actor=actor, at=at)
    return method


@action
def erase_methods(*, methods: QuerySet[PayoutMethod], at: datetime) -> int:
    """
    Blank what payout methods say about a person; the rows stay for the payouts that name them.

    :returns: how many
    """
    rows = methods.exclude(state=M.REMOVED, holder="", masked="", bank="", sealed=b"")
    return rows.update(
        state=M.REMOVED, holder="", masked="", bank="", country="", sealed=b"", print=b"", added_by_id=None,
        active_due_at=None, removed_at=at,
    )  # fmt: skip


# --- seals ---


def seal(method_id: UUID, account: str) -> bytes:
    """Encrypt an account's number; bound to its method, so that seals cannot be swapped."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_key(b"seal")).encrypt(nonce, account.encode(), method_id.bytes)


def unseal(method: PayoutMethod) -> str:
    """The account's number, for the provider only."""
    sealed = bytes(method.sealed)
    if not sealed:
        return ""
    return AESGCM(_key(b"seal")).decrypt(sealed[:_NONCE], sealed[_NONCE:], method.pk.bytes).decode()


def _key(purpose: bytes) -> bytes:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"freehold.payouts.method." + purpose)
    return derived.derive(str(settings.SECRET_KEY).encode())


def _read_iban(compact: str) -> tuple[str, str, str, str] | None:
    """The number, what people see of it, its bank and country; None if it is no IBAN."""
    try:
        iban = IBAN(compact)
    except SchwiftyException:
        return None
    number = str(iban)
    return number, f"{number[:2]} ···· {number[-4:]}", str(iban.bank_name or "")[:100], str(iban.country_code)


def _read_card(compact: str) -> tuple[str, str, str, str] | None:
    if not compact.isascii() or not compact.isdigit() or not 12 <= len(compact) <= 19:
        return None
    doubled = [int(c) * (2 if i % 2 else 1) for i, c in enumerate(reversed(compact))]
    if sum(d - 9 if d > 9 else d for d in doubled) % 10:
        return None
    return providers.in_use().keep_card(compact), f"···· {compact[-4:]}", "", ""
