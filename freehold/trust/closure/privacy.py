"""What leaving itself leaves, and what the house keeps about nobody."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from freehold.kit import models as kit
from freehold.kit.privacy import Basis, Fate, impersonal, personal
from freehold.trust.closure.models import (
    Closure,
    ErasureStep,
    ExitAnswer,
    PurgeLine,
    Receipt,
    RetentionItem,
    SigningKey,
)

personal(
    Closure,
    label=_("The record that you closed your account, and the hash of your receipt"),
    rows=lambda subject: Closure.objects.filter(account_id=subject.account_id),
    export=("state", "requested_at", "marked_at", "erase_due_at"),
    fate=Fate.KEEP,
    basis=Basis.LAW,
    keep_years="retention.financial_years",
    since="requested_at",
    seen_by=_("Staff"),
    impersonal=("pseudonym", "options", "needs"),
)
personal(
    Receipt,
    label=_("The record that you closed your account, and the hash of your receipt"),
    rows=lambda subject: Receipt.objects.filter(closure__account_id=subject.account_id),
    export=("number", "sha256", "issued_at"),
    fate=Fate.KEEP,
    basis=Basis.LAW,
    keep_years="retention.financial_years",
    since="issued_at",
    seen_by=_("Staff"),
    impersonal=("number", "text", "sha256", "kid"),
)
impersonal(ErasureStep, "names of kinds of data and counts; refers to a closure, not to a person")
impersonal(RetentionItem, "ids and days of kept records; refers to a closure, not to a person")
impersonal(PurgeLine, "counts per day and kind")
impersonal(SigningKey, "the platform's own key")
impersonal(ExitAnswer, "why people leave, linked to nobody and dated by the month")

impersonal(kit.Fact, "ids, amounts, codes and days only; no fact carries words of or about people")
impersonal(kit.Delivery, "which reaction dealt with which fact")
impersonal(kit.SettingChange, "values of the operator's settings and the id of who set them")
impersonal(kit.ClockShift, "how far the clock was moved")
impersonal(kit.Seal, "hashes of closed ranges")
impersonal(kit.DemoProgress, "how far the demo market has been made")

# Other people's packages.
impersonal(Session, "open browsers, found by the list of one's sign-ins and ended when an account closes")
impersonal(ContentType, "names of models")
impersonal(Permission, "names of permissions; this market uses its own")
impersonal(Group, "names of groups; this market uses none")
