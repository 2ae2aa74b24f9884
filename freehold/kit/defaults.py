"""Every tunable number, by area, with its default: money in minor units of the base currency, fractions in bps."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Market:
    name: str = "Freehold"
    operator: str = "Freehold Cooperative"
    operator_address: str = "1 Commons Row, Leith"
    operator_country: str = "GB"
    contact: str = "help@freehold.example"


@dataclass(frozen=True)
class Billing:
    time_zone: str = "UTC"
    base_currency: str = "USD"
    currencies: tuple[str, ...] = ("USD", "EUR", "GBP")
    holidays: tuple[str, ...] = ()
    #: what one unit of a currency counts in the base currency, for thresholds only, e.g. ``EUR=1.08``
    currency_factor: tuple[str, ...] = ("EUR=1.08", "GBP=1.27")


@dataclass(frozen=True)
class Escrow:
    label: str = "protected funds"
    provider_hold_days: int = 90
    auto_release_days: int = 14
    refund_reply_days: int = 7
    dormant_days: int = 90
    dormant_notice_days: int = 14
    milestone_min: int = 500
    milestone_max: int = 100_000_000
    funded_max: int = 10


@dataclass(frozen=True)
class Contract:
    idle_warn_days: int = 30
    idle_end_days: int = 180
    milestones_max: int = 50


@dataclass(frozen=True)
class Earnings:
    security_days: int = 5
    visible_min: int = 100


@dataclass(frozen=True)
class Fees:
    freelancer_bps: int = 1000
    direct_contract_bps: int = 300
    client_bps: int = 300
    contract_fee: int = 0


@dataclass(frozen=True)
class Charge:
    action_hours: int = 24
    stuck_days: int = 3


@dataclass(frozen=True)
class Payout:
    minimum: int = 500
    method_hold_days: int = 3
    #: how long a payout can be called off before it leaves
    cancel_minutes: int = 5
    fee_sepa: int = 0
    fee_card: int = 200
    write_off_under: int = 100
    stuck_days: int = 5


@dataclass(frozen=True)
class Offer:
    ttl_days: int = 7
    funding_days: int = 5


@dataclass(frozen=True)
class Job:
    idle_close_days: int = 30
    idle_warn_days: int = 5
    questions_max: int = 5
    skills_max: int = 15
    attachments_max: int = 10
    attachment_mb: int = 100
    hourly_min: int = 300
    fixed_min: int = 500
    requires_payment_method: bool = False
    open_max: int = 30
    draft_days: int = 180
    reopen_days: int = 30


@dataclass(frozen=True)
class Proposal:
    edit_hours: int = 6
    letter_max: int = 5000
    active_max: int = 50
    per_job_max: int = 0
    draft_days: int = 60


@dataclass(frozen=True)
class Credits:
    mode: str = "paid"
    monthly_free: int = 10
    signup_free: int = 40
    expiry_days: int = 365
    cost_min: int = 2
    cost_max: int = 16
    return_on_expiry: bool = True
    return_min_days: int = 30
    unseen_days: int = 21
    quota_per_month: int = 30
    change_return_days: int = 7


@dataclass(frozen=True)
class Profile:
    overview_min: int = 100
    overview_max: int = 5000
    title_max: int = 70
    skills_max: int = 15
    rate_min: int = 300
    rate_max: int = 99_900
    categories_max: int = 10


@dataclass(frozen=True)
class Feedback:
    window_days: int = 14
    reply_days: int = 28
    weights: tuple[int, ...] = (25, 20, 20, 15, 10, 10)


@dataclass(frozen=True)
class Closure:
    grace_days: int = 30
    link_hours: int = 4
    waiting_max_days: int = 90
    warn_days: int = 7
    recheck_hours: int = 1
    idle_contract_days: int = 30
    erase_hours: int = 72
    staff_days: int = 5
    extension_days: int = 30
    interrupted_days: int = 30


@dataclass(frozen=True)
class Retention:
    financial_years: int = 7
    log_days: int = 90
    backup_days: int = 35
    security_days: int = 365
    consent_years: int = 3


@dataclass(frozen=True)
class Session:
    hours: int = 336
    recheck_minutes: int = 15
    recheck_money_minutes: int = 5


@dataclass(frozen=True)
class Signin:
    attempts: int = 10
    attempts_per_address: int = 100
    minutes: int = 15
    signups_per_hour: int = 20


@dataclass(frozen=True)
class Account:
    min_age: int = 18
    companies_max: int = 20
    unconfirmed_days: int = 14
    confirm_hours: int = 48
    reset_minutes: int = 60
    password_min: int = 12
    email_undo_days: int = 7
    confirms_per_hour: int = 5


@dataclass(frozen=True)
class Identity:
    required_for_payout: bool = False


@dataclass(frozen=True)
class Files:
    upload_mb: int = 100
    image_mb: int = 10
    image_megapixels: int = 50
    unpacked_mb: int = 500
    unattached_hours: int = 24
    unattached_max: int = 100


@dataclass(frozen=True)
class Notify:
    retain_days: int = 180


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
    identity: Identity = field(default_factory=Identity)
    files: Files = field(default_factory=Files)
    notify: Notify = field(default_factory=Notify)
