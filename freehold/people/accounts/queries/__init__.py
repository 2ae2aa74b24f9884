"""What there is to see of accounts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from freehold.kit.cards import card
from freehold.people.accounts.models import Account, FirstRun, MailedLink
from freehold.people.accounts.states import S


@card
class LinkCard:
    """A mailed link, as its page needs it."""

    account_id: UUID
    purpose: str
    state: str
    works: bool
    used: bool
    address: str


@card
class SessionCard:
    """A browser somebody is signed in with."""

    session_id: int
    device: str
    place: str
    began_at: datetime
    seen_at: datetime
    current: bool


def account(account_id: UUID) -> Account:
    """
    One account.

    :raises NotFound: when there is none
    """
    return Account.objects.found(pk=account_id)


def names(account_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Full names, or pseudonyms of those who left."""
    return {a.pk: a.name for a in Account.objects.filter(pk__in=set(account_ids))}


def link(token: str, purpose: str, at: datetime) -> LinkCard | None:
    """What a mailed link is good for now; None for one that never was."""
    rows = MailedLink.objects.filter(digest=MailedLink.digest_of(token), purpose=purpose)
    row = rows.select_related("account").first()
    if row is None:
        return None
    return LinkCard(
        account_id=row.account_id,
        purpose=row.purpose,
        state=row.account.state,
        works=row.works(at),
        used=row.used_at is not None,
        address=row.address or row.account.email or "",
    )


def token_of(link_id: UUID) -> str:
    """The token of a link, for the mail that carries it; empty when the link is gone."""
    row = MailedLink.objects.filter(pk=link_id).first()
    return row.token if row else ""


def newest_token(account_id: UUID, purpose: str, at: datetime) -> str:
    """The token of the newest link of a purpose that still works; empty when there is none."""
    rows = MailedLink.objects.filter(account_id=account_id, purpose=purpose, used_at=None, expires_at__gt=at)
    row = rows.order_by("-made_at", "-pk").first()
    return row.token if row else ""


def link_address(link_id: UUID) -> str:
    """The address a link is about; empty for one's own."""
    return MailedLink.objects.filter(pk=link_id).values_list("address", flat=True).first() or ""


def undo_open_until(account_id: UUID, at: datetime) -> datetime | None:
    """Until when a change of address can be undone: meanwhile no payout method is added (spec people section 7)."""
    rows = MailedLink.objects.filter(account_id=account_id, purpose="UNDO", used_at=None, expires_at__gt=at)
    return rows.order_by("-expires_at").values_list("expires_at", flat=True).first()


def replaced_addresses(account_id: UUID, since: datetime) -> tuple[str, ...]:
    """Addresses the account had until lately."""
    rows = MailedLink.objects.filter(account_id=account_id, purpose="UNDO", made_at__gte=since)
    return tuple(dict.fromkeys(rows.order_by("-made_at").values_list("address", flat=True)))


def has_second_step(account_id: UUID) -> bool:
    return bool(Authenticator.objects.filter(user_id=account_id, type=Authenticator.Type.TOTP).exists())


def codes_left(account_id: UUID) -> int:
    """How many recovery codes are unused."""
    row = Authenticator.objects.filter(user_id=account_id, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(row.wrap().get_unused_codes()) if row else 0


def sessions(account_id: UUID, current_key: str | None) -> list[SessionCard]:
    """Where an account is signed in, this browser first, then the newest."""
    rows = list(UserSession.objects.filter(user_id=account_id))
    alive = set(Session.objects.filter(pk__in=[row.session_key for row in rows]).values_list("pk", flat=True))
    cards = [
        SessionCard(
            session_id=row.pk,
            device=device_of(row.user_agent),
            place=row.ip,
            began_at=row.created_at,
            seen_at=row.last_seen_at,
            current=row.session_key == current_key,
        )
        for row in rows
        if row.session_key in alive
    ]
    return sorted(cards, key=lambda c: (not c.current, -c.began_at.timestamp()))


_BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"), ("Linux", "Linux"),
)  # fmt: skip


def device_of(user_agent: str) -> str:
    """``Firefox, Linux``: what a person can recognize in a browser's long name."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part) or _("Unknown browser")


def first_run_works(token: str) -> bool:
    """Is this the one-time link that makes the first operator, and does it still work?"""
    row = FirstRun.objects.filter(pk=1, used_at=None).first()
    return bool(row) and bytes(row.digest) == MailedLink.digest_of(token) and not has_operator()  # type: ignore[union-attr]


def has_operator() -> bool:
    return Account.objects.filter(staff_roles__contains=["admin"]).exclude(state__in=(S.CLOSED, S.ERASED)).exists()


def unconfirmed() -> QuerySet[Account]:
    """Accounts whose mailbox is not proved yet."""
    return Account.objects.filter(state=S.NEW)


def address_of(account_id: UUID) -> str:
    """Where an account's mail goes; empty when it is gone."""
    return Account.objects.filter(pk=account_id).values_list("email", flat=True).first() or ""


def can_sign_in(account_id: UUID) -> bool:
    return Account.objects.filter(pk=account_id).exclude(state__in=(S.CLOSED, S.ERASED)).exists()


def staff_roles(account_id: UUID) -> tuple[str, ...]:
    found = Account.objects.filter(pk=account_id).values_list("staff_roles", flat=True).first()
    return tuple(found or ())


def is_last_admin(account_id: UUID) -> bool:
    """Would the market have nobody to run it without this account?"""
    others = Account.objects.filter(staff_roles__contains=["admin"], state=S.ACTIVE, leaving=False)
    return not others.exclude(pk=account_id).exists()
