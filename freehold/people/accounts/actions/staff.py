"""Who runs the market: administrators name each other, and can lay the role down."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.events import publish
from freehold.kit.refusals import Invalid, Refusal
from freehold.people.accounts import policies
from freehold.people.accounts.events import StaffChanged
from freehold.people.accounts.models import Account
from freehold.people.accounts.queries import is_last_admin
from freehold.people.accounts.states import S

ADMIN = "admin"


class LastAdministrator(Refusal):
    """Somebody has to run the market."""

    sentence = _("You are the only administrator. Name another one first; then you can lay the role down.")


@action
def name_administrator(*, actor: Actor, email: str, at: datetime) -> Account:
    """
    Give an active member the administrator's role.

    :raises NotAllowed: unless the actor is an administrator
    :raises Invalid: when there is no active member with that address
    """
    require(policies.can_name_administrators(actor))
    found = Account.objects.with_email(email).filter(state=S.ACTIVE).first()
    if found is None:
        raise Invalid(fields={"email": _("There is no active member with this address.")})
    account = Account.objects.locked(found.pk)
    if ADMIN not in account.staff_roles:
        account.staff_roles = [*account.staff_roles, ADMIN]
        account.save(update_fields=["staff_roles"])
        publish(StaffChanged(account_id=account.pk), actor=actor, at=at)
    return account


@action
def lay_down_staff_roles(*, actor: Actor, account_id: UUID, at: datetime) -> Account:
    """
    Give all of one's staff roles back.

    :raises NotAllowed: unless it is the actor's own account
    :raises LastAdministrator: when nobody would be left to run the market
    """
    admins = Account.objects.select_for_update().filter(staff_roles__contains=[ADMIN]).order_by("pk")
    list(admins.values_list("pk", flat=True))  # two administrators cannot both be the one who stays
    account = Account.objects.locked(account_id)
    require(policies.can_secure(actor, account))
    if ADMIN in account.staff_roles and is_last_admin(account.pk):
        raise LastAdministrator()
    if account.staff_roles:
        account.staff_roles = []
        account.save(update_fields=["staff_roles"])
        publish(StaffChanged(account_id=account.pk), actor=actor, at=at)
    return account
