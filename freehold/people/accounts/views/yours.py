"""Settings › You and Settings › Account."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from freehold.kit.doors import posts_only, recheck, signed_in
from freehold.kit.pages import page
from freehold.kit.refusals import Invalid, NotFound
from freehold.kit.settings import current
from freehold.people.accounts import actions, queries
from freehold.people.accounts.forms import AddressForm, YouForm
from freehold.people.accounts.views.letting_in import place

_YOURS = ("first_name", "last_name", "country", "time_zone", "language", "theme")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def you(request: HttpRequest) -> HttpResponse:
    """Names, country, time zone, language and colors."""
    actor = request.actor  # type: ignore[attr-defined]
    me = queries.account(actor.account_id)
    present = {name: getattr(me, name) for name in _YOURS} | {"marketing": me.marketing_at is not None}
    form = YouForm(request.POST or None, initial=present)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_profile(actor=actor, account_id=me.pk, at=request.at, **form.cleaned_data)  # type: ignore[attr-defined]
        except Invalid as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("accounts:you"))
    return page(request, "accounts/you.html", form=form, me=me, status=422 if form.errors else 200)


def _account(request: HttpRequest, form: AddressForm, staff: AddressForm | None = None) -> HttpResponse:
    me = queries.account(request.actor.account_id)  # type: ignore[attr-defined]
    return page(
        request,
        "accounts/account.html",
        me=me,
        form=form,
        staff=staff or AddressForm(prefix="staff"),
        is_admin="admin" in me.staff_roles,
        last_admin="admin" in me.staff_roles and queries.is_last_admin(me.pk),
        undo_until=queries.undo_open_until(me.pk, request.at),  # type: ignore[attr-defined]
        grace=current().closure.grace_days,
        hours=current().account.confirm_hours,
        status=422 if form.errors or (staff and staff.errors) else 200,
    )


@signed_in
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """The address one signs in with, and how leaving works."""
    return _account(request, AddressForm())


@signed_in
@recheck()
@posts_only
def email(request: HttpRequest) -> HttpResponse:
    """Ask for another address; nothing changes before its mailbox answered."""
    form, actor = AddressForm(request.POST), request.actor  # type: ignore[attr-defined]
    if not form.is_valid():
        return _account(request, form)
    most = current().account.confirms_per_hour
    actions.limit(kind="email", of=str(actor.account_id), most=most, minutes=60, at=request.at)  # type: ignore[attr-defined]
    try:
        actions.ask_email_change(
            actor=actor, account_id=actor.account_id, email=form.cleaned_data["email"], at=request.at  # type: ignore[attr-defined]
        )
    except Invalid as refusal:
        form.add_refusal(refusal)
        return _account(request, form)
    said = _("We mailed a link to %(address)s. Your address changes once you open it.")
    messages.success(request, said % {"address": form.cleaned_data["email"]})
    return HttpResponseRedirect(reverse("accounts:account"))


@signed_in
@recheck()
@posts_only
def name_administrator(request: HttpRequest) -> HttpResponse:
    """Give another member the administrator's role."""
    form = AddressForm(request.POST, prefix="staff")
    if not form.is_valid():
        return _account(request, AddressForm(), form)
    try:
        actions.name_administrator(actor=request.actor, email=form.cleaned_data["email"], at=request.at)  # type: ignore[attr-defined]
    except Invalid as refusal:
        form.add_refusal(refusal)
        return _account(request, AddressForm(), form)
    messages.success(request, _("%(address)s runs this market too now.") % {"address": form.cleaned_data["email"]})
    return HttpResponseRedirect(reverse("accounts:account") + "#staff")


@signed_in
@recheck()
@posts_only
def lay_down(request: HttpRequest) -> HttpResponse:
    """Give one's staff roles back."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.lay_down_staff_roles(actor=actor, account_id=actor.account_id, at=request.at)  # type: ignore[attr-defined]
    messages.success(request, _("You hold no staff role any more."))
    return HttpResponseRedirect(reverse("accounts:account"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_email(request: HttpRequest, token: str) -> HttpResponse:
    """Take the new address. Opening the page changes nothing."""
    link = queries.link(token, "EMAIL", request.at)  # type: ignore[attr-defined]
    if link is None:
        raise NotFound()
    if not link.works:
        raise actions.LinkSpent()
    if request.method == "POST":
        actions.change_email(token=token, at=request.at)  # type: ignore[attr-defined]
        messages.success(request, _("Your address is changed. From now on you sign in with it."))
        return HttpResponseRedirect(reverse("accounts:account"))
    return page(request, "accounts/change_email.html", address=link.address)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def restore_email(request: HttpRequest, token: str) -> HttpResponse:
    """Take the old address back. Opening the page changes nothing."""
    link = queries.link(token, "UNDO", request.at)  # type: ignore[attr-defined]
    if link is None:
        raise NotFound()
    if not link.works:
        raise actions.LinkSpent()
    if request.method == "POST":
        restored = actions.restore_email(token=token, at=request.at)  # type: ignore[attr-defined]
        actions.request_reset(email=str(restored.email), place=place(request), at=request.at)  # type: ignore[attr-defined]
        messages.success(request, _("Your old address is back and all sessions ended. Choose a new password by mail."))
        return HttpResponseRedirect(reverse("accounts:sign_in"))
    return page(request, "accounts/restore_email.html", address=link.address)
