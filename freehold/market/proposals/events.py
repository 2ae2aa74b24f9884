"""Facts about proposals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from freehold.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class _AboutProposal(Event):
    proposal_id: UUID
    post_id: UUID
    worker_id: UUID
    company_id: UUID
    subject: ClassVar[tuple[str, str]] = ("proposal", "proposal_id")


@dataclass(frozen=True, kw_only=True)
class ProposalSubmitted(_AboutProposal):
    """A proposal was sent and its credits spent."""

    cost: int
    name = "market.proposal.submitted"


@dataclass(frozen=True, kw_only=True)
class ProposalChanged(_AboutProposal):
    """Letter, answers or terms of a sent proposal are different now."""

    terms_changed: bool
    name = "market.proposal.changed"


class ProposalOpened(_AboutProposal):
    """The client looked at the proposal for the first time."""

    name = "market.proposal.opened"


@dataclass(frozen=True, kw_only=True)
class ProposalDeclined(_AboutProposal):
    """The client said no."""

    reason: str
    name = "market.proposal.declined"


@dataclass(frozen=True, kw_only=True)
class ProposalWithdrawn(_AboutProposal):
    """The worker took it back."""

    reason: str
    name = "market.proposal.withdrawn"


class ProposalOffered(_AboutProposal):
    """An offer was made on the proposal."""

    name = "market.proposal.offered"


class ProposalOfferEnded(_AboutProposal):
    """The offer ended without a contract; the proposal lives on."""

    name = "market.proposal.offer_ended"


class ProposalHired(_AboutProposal):
    """The offer was accepted: this proposal became a contract."""

    name = "market.proposal.hired"


class ProposalArchived(_AboutProposal):
    """The post closed; the proposal is kept and may still get an offer."""

    name = "market.proposal.archived"


class ProposalRevived(_AboutProposal):
    """The post opened again and the proposal with it."""

    name = "market.proposal.revived"


class ProposalInvalidated(_AboutProposal):
    """The proposal cannot go on because one side is gone."""

    name = "market.proposal.invalidated"
