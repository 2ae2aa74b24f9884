"""What accounts know about a person, and what blocks leaving."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from freehold.kit.privacy import Fate, Kind, Open, Subject, blocks_closing, impersonal, personal
from freehold.people.accounts import actions, queries
from freehold.people.accounts.events import StaffChanged
from freehold.people.accounts.models import Account, Attempt, FirstRun, MailedLink, TermsAcceptance


def _erase(subject: Subject, at: datetime) -> int:
    """Empty the row; once it is a tombstone there is nothing left to empty."""
    return actions.blank_person(account_id=subject.account_id)


personal(
    Account,
    label=gettext_lazy("Your name, address, country and preferences"),
    rows=lambda subject: Account.objects.filter(pk=subject.account_id),
    export=(
        "id", "email", "first_name", "last_name", "country", "time_zone", "language", "theme", "purpose",
        "company_name", "state", "staff_roles", "age_confirmed_at", "joined_at", "confirmed_at", "marketing_at",
        "closed_at", "last_login",
    ),
    fate=Fate.BLANK,
    columns=tuple(column for column in actions.BLANK if column != "password"),
    blank_with=actions.BLANK,
    erase=_erase,
    impersonal=("id", "password", "state", "state_before", "pseudonym", "erased_at", "confirm_due_at"),
    seen_by=gettext_lazy("nobody; a tombstone with a pseudonym stays"),
)  # fmt: skip
personal(
    TermsAcceptance,
    label=gettext_lazy("Which terms you accepted, and when"),
    rows=lambda subject: TermsAcceptance.objects.filter(account_id=subject.account_id),
    export=("document", "version", "at"),
    impersonal=("document", "version"),
)
personal(
    MailedLink,
    label=gettext_lazy("Links in your mailbox, and addresses you had"),
    rows=lambda subject: MailedLink.objects.filter(account_id=subject.account_id),
    export=("purpose", "address", "made_at", "used_at"),
    impersonal=("purpose", "digest"),
)
personal(
    Attempt,
    label=gettext_lazy("How often somebody tried your password lately"),
    rows=lambda subject: Attempt.objects.filter(account_id=subject.account_id),
    export=("count", "ends_at"),
    impersonal=("digest",),
)
personal(
    EmailAddress,
    label=gettext_lazy("The address you sign in with"),
    rows=lambda subject: EmailAddress.objects.filter(user_id=subject.account_id),
    export=("email", "verified", "primary"),
)
personal(
    EmailConfirmation,
    label=gettext_lazy("Confirmations of your address"),
    rows=lambda subject: EmailConfirmation.objects.filter(email_address__user_id=subject.account_id),
    export=("created", "sent"),
    impersonal=("key",),
)
personal(
    Authenticator,
    label=gettext_lazy("Your second step"),
    rows=lambda subject: Authenticator.objects.filter(user_id=subject.account_id),
    export=("type", "created_at", "last_used_at"),
    impersonal=("type", "data"),
)
personal(
    UserSession,
    label=gettext_lazy("Where you are signed in"),
    rows=lambda subject: UserSession.objects.filter(user_id=subject.account_id),
    export=("ip", "user_agent", "created_at", "last_seen_at"),
    impersonal=("session_key", "data"),
)
impersonal(FirstRun, "one row with the digest of a link; it names nobody")


def _staff_role(subject: Subject, at: datetime) -> Iterable[Open]:
    roles = queries.staff_roles(subject.account_id)
    if not roles:
        return
    if "admin" in roles and queries.is_last_admin(subject.account_id):
        sentence, remedy = _("You are the only administrator of this market."), _("Name another administrator")
    else:
        sentence, remedy = _("You hold a staff role."), _("Lay it down")
    yield Open(sentence=sentence, kind=Kind.ACT, remedies=((remedy, "/settings/account#staff"),))


blocks_closing("staff_role", find=_staff_role, clears_on=(StaffChanged,), order=90)
