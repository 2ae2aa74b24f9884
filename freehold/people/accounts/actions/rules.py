"""What names and passwords must be like."""

from __future__ import annotations

import re

from django.contrib.auth.password_validation import CommonPasswordValidator, UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from freehold.kit.places import is_country, time_zones
from freehold.kit.refusals import Invalid
from freehold.kit.settings import current
from freehold.kit.text import clean
from freehold.people.accounts.models import Account

TAKEN = _("That address has an account already. Use another one.")
_NO_NAME = re.compile(r"[\d@/\\<>{}\[\]|_=]|https?:|www\.|\.(?:com|org|net|io)\b", re.I)


def check_name(field: str, value: str, problems: dict[str, object]) -> str:
    name = " ".join(clean(value).split())
    if not 1 <= len(name) <= 50:
        problems[field] = _("A name has 1 to 50 letters, e.g. Maria.")
    elif _NO_NAME.search(name):
        problems[field] = _("Your real name, please: no digits, signs or links.")
    return name


def check_email(value: str, problems: dict[str, object]) -> str:
    email = value.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        problems["email"] = _("Enter an e-mail address such as maria@example.com.")
    if len(email) > 254:
        problems["email"] = _("An e-mail address has 254 characters at most.")
    return email


def check_country(value: str, problems: dict[str, object]) -> str:
    if not is_country(value):
        problems["country"] = _("Choose a country from the list.")
    return value


def check_time_zone(value: str, problems: dict[str, object]) -> str:
    if value not in time_zones():
        problems["time_zone"] = _("Choose a time zone from the list, e.g. Europe/London.")
    return value


def check_password(password: str, account: Account, problems: dict[str, object], field: str = "password") -> None:
    """Long enough, not common, not the name or the address; no rules about signs and digits."""
    least = current().account.password_min
    if len(password) < least:
        problems[field] = _("A password has at least %(least)s characters; a short sentence is easy to remember.") % {
            "least": least
        }
    elif len(password) > 128:
        problems[field] = _("A password has 128 characters at most.")
    elif len(set(password)) < 4 or len(_without_oneself(password, account)) < 6:
        problems[field] = _("That is too easy to guess. Take a few words that do not belong together.")
    else:
        similar = UserAttributeSimilarityValidator(user_attributes=("email", "first_name", "last_name"))
        for rule in (CommonPasswordValidator(), similar):
            try:
                rule.validate(password, account)
            except ValidationError:
                problems[field] = _("That is too easy to guess. Take a few words that do not belong together.")


def _without_oneself(password: str, account: Account) -> str:
    """What is left of a password without the person's names, the words of their address, and signs."""
    left = password.casefold()
    own = {account.first_name, account.last_name, *re.split(r"[^\w]+", account.email or "")}
    for word in sorted((w.casefold() for w in own if len(w) > 2), key=len, reverse=True):
        left = left.replace(word, "")
    return re.sub(r"[\W\d_]+", "", left) if left != password.casefold() else left


def refuse_if(problems: dict[str, object]) -> None:
    """
    :raises Invalid: when there are problems
    """
    if problems:
        raise Invalid(fields=problems)
