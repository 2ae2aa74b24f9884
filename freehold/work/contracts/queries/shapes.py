"""What a contract's page is made of."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from freehold.kit.cards import card
from freehold.kit.money import Money
from freehold.kit.refusals import NotFound
from freehold.money.fees import queries as fees
from freehold.people.teams import queries as teams
from freehold.talk.files import queries as files


@card
class SubmissionView:
    """Work as it was handed in, and the client's answer to it."""

    submission_id: UUID
    number: int
    message: str
    at: datetime
    sha256: str
    taken_back_at: datetime | None
    answer_text: str
    answered_at: datetime | None
    files: tuple[files.FileCard, ...]


@card
class RefundView:
    """A request for held money back."""

    request_id: UUID
    milestone_id: UUID | None
    amount: Money
    agreed: Money
    text: str
    answer_text: str
    state_label: str
    is_open: bool
    by_rule: bool
    asked_at: datetime
    reply_due_at: datetime | None
    answered_at: datetime | None
    acts: frozenset[str]


@card
class MilestoneView:
    """
    A milestone with what may be done to it now.

    :ivar acts: names of the acts this reader may do at this moment
    :ivar quote: what its amount costs the client and brings the worker
    :ivar carried: how much of a funding would come from the carry, and ``to_pay`` from a card, fee included
    """

    milestone_id: UUID
    position: int
    title: str
    text: str
    amount: Money
    planned: Money
    released: Money
    refunded: Money
    state_label: str
    mark: str
    is_closed: bool
    is_held: bool
    in_review: bool
    is_planned: bool
    is_proposed: bool
    is_funding: bool
    changes_asked: bool
    is_paid: bool
    due_on: date | None
    version: int
    charge_id: UUID | None
    failed: bool
    funded_at: datetime | None
    submitted_at: datetime | None
    closed_at: datetime | None
    answer_due_at: datetime | None
    review_due_at: datetime | None
    review_left_days: int | None
    dormant_due_at: datetime | None
    dormant_step: int
    limit_due_at: datetime | None
    entry_id: int | None
    fail_code: str
    acts: frozenset[str]
    quote: fees.Quote
    carried: Money
    to_pay: Money
    fund_fee: Money
    submissions: tuple[SubmissionView, ...]
    refunds: tuple[RefundView, ...]

    @property
    def latest(self) -> SubmissionView | None:
        """What is on the table: the newest submission that was not taken back."""
        standing = [s for s in self.submissions if s.taken_back_at is None]
        return standing[-1] if standing else None

    @property
    def asked(self) -> RefundView | None:
        """The refund request that waits for an answer."""
        return next((r for r in self.refunds if r.is_open), None)


@card
class ContractView:
    """A contract as one of its sides sees it."""

    contract_id: UUID
    number: str
    title: str
    text: str
    role: str
    company_id: UUID
    worker_id: UUID
    other: teams.Face
    me: teams.Face
    company: teams.Face
    worker: teams.Face
    state: str
    state_label: str
    mark: str
    is_open: bool
    is_paused: bool
    origin_label: str
    currency: str
    terms: fees.Terms
    auto_release_days: int
    refund_reply_days: int
    dormant_days: int
    dormant_notice_days: int
    opened_at: datetime
    start_due_at: datetime | None
    paused_by: str
    pause_text: str
    ends_when_settled: bool
    ended_at: datetime | None
    ended_by: str
    end_reason: str
    settled_at: datetime | None
    post_id: UUID | None
    proposal_id: UUID | None
    offer_id: UUID | None
    carry: Money
    carry_refunds: tuple[RefundView, ...]
    milestones: tuple[MilestoneView, ...]
    acts: frozenset[str]
    planned: Money
    held: Money
    in_review: Money
    paid: Money
    refunded: Money

    @property
    def protected(self) -> Money:
        """All that is held now, in review or not."""
        return self.held + self.in_review

    @property
    def whole(self) -> Money:
        return self.planned + self.protected + self.paid

    @property
    def in_turn(self) -> list[MilestoneView]:
        """Milestones as a page shows them: what waits for somebody first, what is over last and newest first."""
        rank = {"review": 0, "wait": 1, "held": 2, "plan": 3}
        running = sorted((m for m in self.milestones if not m.is_closed), key=lambda m: (rank[m.mark], m.position))
        over = sorted((m for m in self.milestones if m.is_closed), key=lambda m: m.position, reverse=True)
        return running + over

    def milestone(self, milestone_id: UUID) -> MilestoneView:
        """
        One of its milestones.

        :raises NotFound: when it is not one of them
        """
        for one in self.milestones:
            if one.milestone_id == milestone_id:
                return one
        raise NotFound()

    def refund(self, request_id: UUID) -> RefundView:
        """
        One of its refund requests.

        :raises NotFound: when it is not one of them
        """
        every = [*self.carry_refunds, *(r for m in self.milestones for r in m.refunds)]
        for one in every:
            if one.request_id == request_id:
                return one
        raise NotFound()
