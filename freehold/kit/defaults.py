"""Every tunable number, by area, with its default: money in minor units of the base currency, fractions in bps."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Market:
    name: str = "Freehold"  #: the market's name, in the frame, mail and documents
    operator: str = "Freehold Cooperative"  #: who runs it, as it stands on fee invoices
    operator_address: str = "1 Commons Row, Leith"  #: the operator's postal address
    operator_country: str = "GB"  #: the operator's country, two letters
    contact: str = "help@freehold.example"  #: where members write to when they need help


@dataclass(frozen=True)
class Billing:
    time_zone: str = "UTC"  #: the zone in which days, months and clocks of days are counted
    base_currency: str = "USD"  #: the currency thresholds and fees are set in
    currencies: tuple[str, ...] = ("USD", "EUR", "GBP")  #: what contracts can be paid in
    holidays: tuple[str, ...] = ()  #: days on which no payout arrives, e.g. `2026-12-25`
    #: what one unit of a currency counts in the base currency, for thresholds only, e.g. ``EUR=1.08``
    currency_factor: tuple[str, ...] = ("EUR=1.08", "GBP=1.27")


@dataclass(frozen=True)
class Escrow:
    label: str = "protected funds"  #: what held money is called
    provider_hold_days: int = 90  #: how long the payment provider keeps money at most
    auto_release_days: int = 14  #: silence after handing in until a milestone is released
    refund_reply_days: int = 7  #: silence after a refund request until the money goes back
    dormant_days: int = 90  #: nobody acting on held money until both are asked
    dormant_notice_days: int = 14  #: from that question until the money goes back
    milestone_min: int = 500  #: smallest milestone
    milestone_max: int = 100_000_000  #: largest milestone
    funded_max: int = 10  #: milestones of one contract that may hold money at the same time


@dataclass(frozen=True)
class Contract:
    idle_warn_days: int = 30  #: nobody acting in a contract until the client is reminded
    idle_end_days: int = 180  #: nobody acting in a contract without money until it ends
    milestones_max: int = 50  #: milestones of one contract


@dataclass(frozen=True)
class Earnings:
    security_days: int = 5  #: from a release until the money is available
    visible_min: int = 100  #: what a contract must have paid for its feedback to count


@dataclass(frozen=True)
class Fees:
    freelancer_bps: int = 1000  #: taken from what a freelancer earns
    direct_contract_bps: int = 300  #: the same, where both sides came together
    client_bps: int = 300  #: added to what a client pays
    contract_fee: int = 0  #: added once to a contract's first payment


@dataclass(frozen=True)
class Charge:
    action_hours: int = 24  #: how long a bank's question about a payment waits for its answer
    stuck_days: int = 3  #: a payment without an answer until the operator is told


@dataclass(frozen=True)
class Payout:
    minimum: int = 500  #: smallest payout
    method_hold_days: int = 3  #: from adding a payout method until it can be used
    #: how long a payout can be called off before it leaves
    cancel_minutes: int = 5
    fee_sepa: int = 0  #: fee of a payout to a bank account
    fee_card: int = 200  #: fee of a payout to a card
    write_off_under: int = 100  #: what a closing account may leave behind without a payout
    stuck_days: int = 5  #: a payout without an answer until the operator is told


@dataclass(frozen=True)
class Offer:
    ttl_days: int = 7  #: silence of the freelancer until an offer expires
    funding_days: int = 5  #: a payment that does not come until an offer is a draft again


@dataclass(frozen=True)
class Job:
    idle_close_days: int = 30  #: nobody tending a post until it closes
    idle_warn_days: int = 5  #: how long before that its owner is told
    questions_max: int = 5  #: questions a post may ask
    skills_max: int = 15  #: skills a post may name
    attachments_max: int = 10  #: files of a post or a proposal
    attachment_mb: int = 100  #: size of one file of a post
    hourly_min: int = 300  #: lowest hourly rate, in posts and proposals
    fixed_min: int = 500  #: smallest budget
    requires_payment_method: bool = False  #: whether a company needs a card before it posts
    open_max: int = 30  #: open posts of one company
    draft_days: int = 180  #: nobody touching a post's draft until it is thrown away
    reopen_days: int = 30  #: how long a closed post can be opened again


@dataclass(frozen=True)
class Proposal:
    edit_hours: int = 6  #: how long a letter can be changed
    letter_max: int = 5000  #: characters of a letter
    active_max: int = 50  #: live proposals of one freelancer
    per_job_max: int = 0  #: proposals a post takes; 0 for any number
    draft_days: int = 60  #: nobody touching a proposal's draft until it is thrown away


@dataclass(frozen=True)
class Credits:
    mode: str = "paid"  #: `paid`, `quota` (a number a month, none kept) or `free`
    monthly_free: int = 10  #: credits given each month
    signup_free: int = 40  #: credits given with the first published profile
    expiry_days: int = 365  #: how long credits last
    cost_min: int = 2  #: fewest credits a proposal costs
    cost_max: int = 16  #: most credits a proposal costs
    return_on_expiry: bool = True  #: whether credits come back when a post closes without a hire
    return_min_days: int = 30  #: how long credits that come back last at least
    unseen_days: int = 21  #: nobody opening a proposal until its credits come back
    quota_per_month: int = 30  #: credits a month in the mode `quota`
    change_return_days: int = 7  #: how long one may withdraw with all credits from a job that pays less now


@dataclass(frozen=True)
class Profile:
    overview_min: int = 100  #: characters an overview needs
    overview_max: int = 5000  #: characters of an overview
    title_max: int = 70  #: characters of a title
    skills_max: int = 15  #: skills of a profile
    rate_min: int = 300  #: lowest hourly rate
    rate_max: int = 99_900  #: highest hourly rate
    categories_max: int = 10  #: fields of work of a profile


@dataclass(frozen=True)
class Feedback:
    window_days: int = 14  #: from the end of a contract until feedback can no longer be left
    reply_days: int = 28  #: how long one can reply to feedback
    weights: tuple[int, ...] = (25, 20, 20, 15, 10, 10)  #: what each criterion counts, in percent


@dataclass(frozen=True)
class Closure:
    grace_days: int = 30  #: from closing until erasure, while one can come back
    link_hours: int = 4  #: how long the reopening link works
    waiting_max_days: int = 90  #: how long a closure waits for open matters until staff look at it
    warn_days: int = 7  #: how long before erasure the last mail leaves
    recheck_hours: int = 1  #: how often open matters of a closure are looked at again
    idle_contract_days: int = 30  #: nobody acting in a contract until leaving may end it
    erase_hours: int = 72  #: how long an erasure may take
    staff_days: int = 5  #: how long staff have for a closure that waits too long
    extension_days: int = 30  #: how much longer staff may let it wait
    interrupted_days: int = 30  #: how long an interrupted grace period waits


@dataclass(frozen=True)
class Retention:
    financial_years: int = 7  #: books, invoices and what proves them
    log_days: int = 90  #: technical logs
    backup_days: int = 35  #: backups
    security_days: int = 365  #: sign-ins and other records about the safety of accounts


@dataclass(frozen=True)
class Session:
    hours: int = 336  #: how long a session lasts after its last use
    recheck_minutes: int = 15  #: how long a proof of identity lasts
    recheck_money_minutes: int = 5  #: the same, where money moves


@dataclass(frozen=True)
class Signin:
    attempts: int = 10  #: wrong passwords for one account until it waits
    attempts_per_address: int = 100  #: wrong passwords from one network address until it waits
    minutes: int = 15  #: how long that wait is
    signups_per_hour: int = 20  #: sign-ups from one network address


@dataclass(frozen=True)
class Account:
    min_age: int = 18  #: years a member must be old
    companies_max: int = 20  #: companies of one person
    unconfirmed_days: int = 14  #: an address that is not proved until the account is forgotten
    confirm_hours: int = 48  #: how long a confirmation link works
    reset_minutes: int = 60  #: how long a link for a new password works
    password_min: int = 12  #: characters of a password
    email_undo_days: int = 7  #: how long the old address can be taken back
    confirms_per_hour: int = 5  #: confirmation mails for one account


@dataclass(frozen=True)
class Files:
    upload_mb: int = 100  #: size of one file
    image_mb: int = 10  #: size of one picture that is shown
    image_megapixels: int = 50  #: pixels of one picture
    unpacked_mb: int = 500  #: what an archive may hold unpacked
    unattached_hours: int = 24  #: a file that belongs to nothing until it is erased
    unattached_max: int = 100  #: such files of one person


@dataclass(frozen=True)
class Notify:
    retain_days: int = 180  #: how long notices stay in the list


@dataclass(frozen=True)
class Settings:
    """All areas. ``Settings().escrow.auto_release_days`` is a default; ``kit.settings.current()`` what is in force."""

    market: Market = field(default_factory=Market)
    billing: Billing = field(default_factory=Billing)
    escrow: Escrow = field(default_factory=Escrow)
    contract: Contract = field(default_factory=Contract)
    earnings: Earnings = field(default_factory=Earnings)
    fees: Fees = field(default_factory=Fees)
    charge: Charge = field(default_factory=Charge)
    payout: Payout = field(default_factory=Payout)
    offer: Offer = field(default_factory=Offer)
    job: Job = field(default_factory=Job)
    proposal: Proposal = field(default_factory=Proposal)
    credits: Credits = field(default_factory=Credits)
    profile: Profile = field(default_factory=Profile)
    feedback: Feedback = field(default_factory=Feedback)
    closure: Closure = field(default_factory=Closure)
    retention: Retention = field(default_factory=Retention)
    session: Session = field(default_factory=Session)
    signin: Signin = field(default_factory=Signin)
    account: Account = field(default_factory=Account)
    files: Files = field(default_factory=Files)
    notify: Notify = field(default_factory=Notify)
