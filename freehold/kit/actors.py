"""
Actors: who does it, as whom, and what they may.

An actor is built at the door (session, token) or for the machine itself, and passed to every action. kit knows only
ids and permission words; people/teams decides which words somebody holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from freehold.kit.scopes import Scope


@dataclass(frozen=True)
class Actor:
    """
    :ivar account_id: the person, or None for visitors and the system
    :ivar party_id: the party they act as now (their own, or a company's), if any
    :ivar permissions: permission words they hold in that party (spec people section 5)
    :ivar other_parties: further parties the same person may switch to
    :ivar staff: staff roles of the person
    :ivar account_state: ACTIVE, LIMITED, SUSPENDED … as the door found it
    :ivar leaving: a closure is winding down: finishing is allowed, beginning is not (spec closure section 5 rule 3)
    :ivar scopes: what the token may do; None for a person at the keyboard
    :ivar system_name: which part of the machine acts, e.g. ``contracts.auto_release``
    """

    account_id: UUID | None = None
    party_id: UUID | None = None
    permissions: frozenset[str] = frozenset()
    other_parties: frozenset[UUID] = frozenset()
    staff: frozenset[str] = frozenset()
    account_state: str = ""
    leaving: bool = False
    scopes: frozenset[Scope] | None = None
    system_name: str = field(default="")

    @classmethod
    def system(cls, name: str) -> Actor:
        """The machine itself, acting because a clock ran out or a provider spoke."""
        return cls(system_name=name)

    @classmethod
    def visitor(cls) -> Actor:
        return cls()

    @property
    def is_system(self) -> bool:
        return bool(self.system_name)

    @property
    def is_known(self) -> bool:
        return self.account_id is not None

    def is_person(self, account_id: UUID | None) -> bool:
        return account_id is not None and account_id == self.account_id

    def acts_for(self, party_id: UUID | None, permission: str = "") -> bool:
        """Does the actor act as this party now, with the permission if one is named?"""
        if party_id is None or party_id != self.party_id:
            return False
        return not permission or permission in self.permissions

    def could_switch_to(self, party_id: UUID | None) -> bool:
        return party_id is not None and party_id in self.other_parties

    def is_staff(self, role: str = "") -> bool:
        return role in self.staff if role else bool(self.staff)

    @property
    def may_begin(self) -> bool:
        """May this person begin something new (post, propose, offer)? Limited and leaving members may not."""
        return self.is_system or (self.account_state == "ACTIVE" and not self.leaving)
