"""The doors, and one's own settings."""

from freehold.people.accounts.views.entering import (
    check_mail,
    correct_address,
    first_run,
    resend,
    sign_out,
    sign_up,
)
from freehold.people.accounts.views.pictures import avatar
from freehold.people.accounts.views.proving import forgot, recheck, reset, sign_in, sign_in_code
from freehold.people.accounts.views.security import (
    codes,
    end_other_sessions,
    end_session,
    password,
    renew_codes,
    second_step,
    second_step_off,
    security,
)
from freehold.people.accounts.views.yours import (
    account,
    change_email,
    email,
    lay_down,
    name_administrator,
    restore_email,
    you,
)

__all__ = [
    "account",
    "avatar",
    "change_email",
    "check_mail",
    "codes",
    "correct_address",
    "email",
    "end_other_sessions",
    "end_session",
    "first_run",
    "forgot",
    "lay_down",
    "name_administrator",
    "password",
    "recheck",
    "renew_codes",
    "resend",
    "reset",
    "restore_email",
    "second_step",
    "second_step_off",
    "security",
    "sign_in",
    "sign_in_code",
    "sign_out",
    "sign_up",
    "you",
]
