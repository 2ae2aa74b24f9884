"""Everything that is written about accounts."""

from freehold.people.accounts.actions.closing import (
    BLANK,
    blank_person,
    close_account,
    erase_account,
    reopen_account,
    set_leaving,
)
from freehold.people.accounts.actions.entering import (
    accept_terms,
    confirm_email,
    correct_address,
    delete_unconfirmed,
    resend_confirmation,
    sign_up,
)
from freehold.people.accounts.actions.first_run import first_run_token, use_first_run
from freehold.people.accounts.actions.links import LinkSpent, mail_link, make_link, use_link
from freehold.people.accounts.actions.passwords import (
    change_password,
    check_again,
    request_reset,
    reset_password,
    set_new_password,
)
from freehold.people.accounts.actions.person import (
    ask_email_change,
    change_email,
    change_profile,
    name_company,
    remember_party,
    restore_email,
    set_photo,
)
from freehold.people.accounts.actions.second_step import check_code, new_secret, renew_codes, turn_off, turn_on
from freehold.people.accounts.actions.sessions import (
    ClosedAccount,
    NotConfirmed,
    WrongCredentials,
    end_all_sessions,
    end_other_sessions,
    end_session,
    note_session,
    sign_in,
)
from freehold.people.accounts.actions.staff import (
    LastAdministrator,
    lay_down_staff_roles,
    name_administrator,
)
from freehold.people.accounts.actions.throttle import (
    TooManySignIns,
    forgive_attempts,
    limit,
    note_attempt,
    sweep_attempts,
)

__all__ = [
    "BLANK",
    "ClosedAccount",
    "LastAdministrator",
    "LinkSpent",
    "NotConfirmed",
    "TooManySignIns",
    "WrongCredentials",
    "accept_terms",
    "ask_email_change",
    "blank_person",
    "change_email",
    "change_password",
    "change_profile",
    "check_again",
    "check_code",
    "close_account",
    "confirm_email",
    "correct_address",
    "delete_unconfirmed",
    "end_all_sessions",
    "end_other_sessions",
    "end_session",
    "erase_account",
    "first_run_token",
    "forgive_attempts",
    "lay_down_staff_roles",
    "limit",
    "mail_link",
    "make_link",
    "name_administrator",
    "name_company",
    "new_secret",
    "note_attempt",
    "note_session",
    "remember_party",
    "renew_codes",
    "reopen_account",
    "request_reset",
    "resend_confirmation",
    "reset_password",
    "restore_email",
    "set_leaving",
    "set_new_password",
    "set_photo",
    "sign_in",
    "sign_up",
    "sweep_attempts",
    "turn_off",
    "turn_on",
    "use_first_run",
    "use_link",
]
