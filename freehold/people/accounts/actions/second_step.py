"""The second step: codes of an app on the phone, and ten codes on paper."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from allauth.mfa import app_settings as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.events import publish
from freehold.kit.refusals import IllegalMove, Invalid
from freehold.kit.settings import current
from freehold.people.accounts import policies
from freehold.people.accounts.actions.throttle import TooManySignIns, forgive_attempts, limit
from freehold.people.accounts.events import MethodAdded, MethodRemoved
from freehold.people.accounts.models import Account

T = Authenticator.Type
TOTP_METHOD, CODES_METHOD = "totp", "recovery_codes"
_WRONG = _("That code is wrong or was used already. Take the one your app shows now: six digits.")


def new_secret() -> str:
    """Draw the secret an app will share with us once its first code was right."""
    return str(generate_totp_secret())


@action
def turn_on(*, actor: Actor, account_id: UUID, secret: str, code: str, at: datetime) -> list[str]:
    """
    Begin to ask for a second step; the first code proves that the app knows the secret.

    :returns: the recovery codes, shown this once
    :raises NotAllowed: unless it is the actor's own account
    :raises IllegalMove: when it is on already
    :raises Invalid: when the code is wrong
    """
    account = Account.objects.locked(account_id)
    require(policies.can_secure(actor, account))
    if Authenticator.objects.filter(user=account, type=T.TOTP).exists():
        raise IllegalMove()
    counter = _matching(secret, code, after=-1)
    if counter is None:
        raise Invalid(fields={"code": _WRONG})
    method = TOTP.activate(account, secret).instance
    method.data["last_counter"] = counter
    method.save(update_fields=["data"])
    codes = _fresh_codes(account)
    publish(MethodAdded(account_id=account.pk, method=TOTP_METHOD), actor=actor, at=at)
    return codes


@action
def turn_off(*, actor: Actor, account_id: UUID, at: datetime) -> None:
    """
    Stop asking for a second step; the recovery codes go with it.

    :raises NotAllowed: unless it is the actor's own account
    :raises IllegalMove: when it is off already
    """
    account = Account.objects.locked(account_id)
    require(policies.can_secure(actor, account))
    if not Authenticator.objects.filter(user=account, type=T.TOTP).exists():
        raise IllegalMove()
    Authenticator.objects.filter(user=account).delete()
    publish(MethodRemoved(account_id=account.pk, method=TOTP_METHOD), actor=actor, at=at)


@action
def renew_codes(*, actor: Actor, account_id: UUID, at: datetime) -> list[str]:
    """
    Draw ten new recovery codes; the old ones are void.

    :raises NotAllowed: unless it is the actor's own account
    :raises IllegalMove: without a second step
    """
    account = Account.objects.locked(account_id)
    require(policies.can_secure(actor, account))
    if not Authenticator.objects.filter(user=account, type=T.TOTP).exists():
        raise IllegalMove()
    codes = _fresh_codes(account)
    publish(MethodAdded(account_id=account.pk, method=CODES_METHOD), actor=actor, at=at)
    return codes


def check_code(*, account_id: UUID, code: str, place: str, at: datetime) -> None:
    """
    Check a code of the app or a recovery code. Every try is counted before it is looked at.

    :raises TooManySignIns: after ``signin.attempts``
    :raises Invalid: when it is wrong or was used before
    """
    rule = current().signin
    limit(
        kind="code", of=str(account_id), most=rule.attempts, minutes=rule.minutes, at=at, refusal=TooManySignIns,
        account_id=account_id,
    )  # fmt: skip
    use_code(account_id=account_id, code=code)
    forgive_attempts(account_id=account_id)


@action
def use_code(*, account_id: UUID, code: str) -> None:
    """
    Use a code up: each counts once, also when twenty requests bring it at the same time.

    :raises Invalid: when it is wrong or was used before
    """
    digits = "".join(c for c in code if c.isdigit())
    methods = Authenticator.objects.select_for_update().filter(user_id=account_id).order_by("pk")
    rows = {row.type: row for row in methods}
    method = rows.get(T.TOTP)
    if method and len(digits) == mfa.TOTP_DIGITS:
        counter = _matching(decrypt(method.data["secret"]), digits, after=int(method.data.get("last_counter", -1)))
        if counter is not None:
            method.data["last_counter"] = counter
            method.save(update_fields=["data"])
            method.record_usage()
            return
    paper = rows.get(T.RECOVERY_CODES)
    if paper and len(digits) == mfa.RECOVERY_CODE_DIGITS and RecoveryCodes(paper).validate_code(digits):
        return
    raise Invalid(fields={"code": _WRONG})


def _matching(secret: str, code: str, *, after: int) -> int | None:
    """The time step a code belongs to: this one or its neighbors, and later than the last one used."""
    for counter in yield_hotp_counters_from_time():
        right = constant_time_compare(format_hotp_value(hotp_value(secret, counter)), code.strip().replace(" ", ""))
        if right and counter > after:
            return int(counter)
    return None


def _fresh_codes(account: Account) -> list[str]:
    Authenticator.objects.filter(user=account, type=T.RECOVERY_CODES).delete()
    return list(RecoveryCodes.activate(account).generate_codes())
