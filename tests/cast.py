"""
The cast: Ada hires, Basil works, Chiara is a stranger, Dora is staff, the System acts alone.

``cast`` (a fixture) makes them once per test; each has ``account``, ``party_id`` and ``actor``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from freehold.kit.actors import Actor
from freehold.people.accounts.models import Account
from freehold.people.teams import actions, queries

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Player:
    """One of the cast. ``party_id`` is the company for those who hire, else the freelancer side."""

    account: Account
    party_id: UUID | None

    @property
    def actor(self) -> Actor:
        """Who they are right now, as a door would see it."""
        return queries.actor_for(Account.objects.get(pk=self.account.pk), self.party_id)

    @property
    def email(self) -> str:
        return str(self.account.email)


@dataclass(frozen=True)
class Cast:
    ada: Player
    basil: Player
    chiara: Player
    dora: Player
    #: a second company's owner, for those who may not look over the fence
    edna: Player
    system: Actor = field(default_factory=lambda: Actor.system("tests"))


def player(first: str, last: str, at: datetime, *, hires: str = "", staff: tuple[str, ...] = (), country: str = "GB",
           works: bool = True) -> Player:
    """Make somebody: a freelancer, or with ``hires`` the owner of a company of that name."""
    account = Account.objects.create_user(
        f"{first.lower()}@example.com", PASSWORD, first_name=first, last_name=last, country=country, state="ACTIVE",
        joined_at=at, confirmed_at=at, age_confirmed_at=at, staff_roles=list(staff), purpose="HIRE" if hires else "WORK",
    )
    _confirmed_address(account)
    actor = queries.actor_for(account)
    party = None
    if hires:
        party = actions.open_company(
            actor=actor, account_id=account.pk, name=hires, country=country, is_organization=True, at=at
        )
    elif works:
        party = actions.open_person(actor=actor, account_id=account.pk, at=at)
    if party:
        account.last_party_id = party.pk
        account.save(update_fields=["last_party_id"])
    return Player(account, party.pk if party else None)


def _confirmed_address(account: Account) -> None:
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)


def assemble(at: datetime) -> Cast:
    return Cast(
        ada=player("Ada", "Lovelace", at, hires="Analytical Engines"),
        basil=player("Basil", "Thorne", at, country="DE"),
        chiara=player("Chiara", "Rossi", at, country="IT"),
        dora=player("Dora", "Lindqvist", at, staff=("admin",), works=False),
        edna=player("Edna", "Moss", at, hires="Moss & Daughters"),
    )
