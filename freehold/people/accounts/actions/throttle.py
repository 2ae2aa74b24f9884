"""How often something may be tried. What is counted stays counted, even when the attempt is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action
from freehold.kit.refusals import TooMany
from freehold.people.accounts.models import Attempt


class TooManySignIns(TooMany):
    """Too many wrong passwords for this account from this place."""

    sentence = _(
        "Too many attempts from here. Wait a quarter of an hour, or choose a new password by mail: that opens the door"
        " at once."
    )


@action
def note_attempt(*, kind: str, of: str, minutes: int, at: datetime, account_id: UUID | None = None) -> int:
    """
    Count an attempt.

    :param of: who and where; only a keyed digest of it is stored
    :returns: how many there were in the present window, this one included
    """
    digest = salted_hmac(f"attempt:{kind}", of, algorithm="sha256").digest()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_attempt AS a (digest, count, account_id, ends_at)"
            " VALUES (%(digest)s, 1, %(id)s, %(end)s)"
            " ON CONFLICT (digest) DO UPDATE SET"
            " count = CASE WHEN a.ends_at <= %(at)s THEN 1 ELSE a.count + 1 END,"
            " ends_at = CASE WHEN a.ends_at <= %(at)s THEN %(end)s ELSE a.ends_at END"
            " RETURNING count",
            {"digest": digest, "id": account_id, "at": at, "end": at + timedelta(minutes=minutes)},
        )
        return int(cursor.fetchone()[0])


@action
def forgive_attempts(*, account_id: UUID) -> None:
    """Forget the failures of an account: its owner proved who they are."""
    Attempt.objects.filter(account_id=account_id).delete()


@action
def sweep_attempts(*, at: datetime) -> int:
    """Drop counts whose window is over."""
    return int(Attempt.objects.filter(ends_at__lte=at).delete()[0])


def limit(
    *, kind: str, of: str, most: int, minutes: int, at: datetime, account_id: UUID | None = None,
    refusal: type[TooMany] = TooMany,
) -> None:  # fmt: skip
    """
    Count an attempt in a transaction of its own, then refuse it above the limit.

    :raises TooMany: when there were more than ``most``
    """
    if note_attempt(kind=kind, of=of, minutes=minutes, at=at, account_id=account_id) > most:
        raise refusal()
