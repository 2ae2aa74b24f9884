"""Joining: sign-up, the mail that proves the address, the first operator, and the way out."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from freehold.kit.doors import posts_only
from freehold.kit.pages import page
from freehold.kit.refusals import Invalid, NotFound
from freehold.kit.settings import current
from freehold.people.accounts import actions, queries
from freehold.people.accounts.forms import AddressForm, FirstRunForm, SignUpForm
from freehold.people.accounts.views.letting_in import JOINING, let_in, place


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Make an account; a used address gets the same answer."""
    if request.actor.is_known:  # type: ignore[attr-defined]
        return HttpResponseRedirect("/home")
    wish = request.GET.get("as", "").upper()
    form = SignUpForm(request.POST or None, initial={"purpose": wish if wish in ("HIRE", "WORK") else None})
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        rule = current().signin
        actions.limit(kind="sign-up", of=place(request), most=rule.signups_per_hour, minutes=60, at=request.at)  # type: ignore[attr-defined]
        try:
            made = None
            if not asked["homepage"]:
                made = actions.sign_up(
                    email=asked["email"],
                    password=asked["password"],
                    first_name=asked["first_name"],
                    last_name=asked["last_name"],
                    country=asked["country"],
                    purpose=asked["purpose"],
                    company_name=asked["company_name"],
                    marketing=asked["marketing"],
                    at=request.at,  # type: ignore[attr-defined]
                )
        except Invalid as refusal:
            form.add_refusal(refusal)
        else:
            request.session[JOINING] = {"email": asked["email"].lower(), "account": str(made.pk) if made else ""}
            return HttpResponseRedirect(reverse("accounts:check_mail"))
    return page(request, "accounts/sign_up.html", form=form, status=422 if form.errors else 200)


@never_cache
@require_safe
def check_mail(request: HttpRequest) -> HttpResponse:
    """Say where the mail went, send it again, or correct the address."""
    joining = request.session.get(JOINING)
    if not joining:
        return HttpResponseRedirect(reverse("accounts:sign_in"))
    return _check_mail(request, joining, AddressForm(initial={"email": joining["email"]}))


def _check_mail(request: HttpRequest, joining: dict[str, str], form: AddressForm) -> HttpResponse:
    rules = current().account
    return page(
        request,
        "accounts/check_mail.html",
        form=form,
        address=joining["email"],
        hours=rules.confirm_hours,
        days=rules.unconfirmed_days,
        mail_at="/dev/mail" if settings.FREEHOLD_MODE in ("demo", "development") else "",
        status=422 if form.errors else 200,
    )


@posts_only
def resend(request: HttpRequest) -> HttpResponse:
    """Mail the link again, to the address of this browser's sign-up or the one given."""
    joining = request.session.get(JOINING) or {"email": "", "account": ""}
    form = AddressForm(request.POST if "email" in request.POST else {"email": joining["email"]})
    if not form.is_valid():
        return HttpResponseRedirect(reverse("accounts:sign_in"))
    address = form.cleaned_data["email"].lower()
    actions.resend_confirmation(email=address, at=request.at)  # type: ignore[attr-defined]
    if address != joining["email"]:
        request.session[JOINING] = {"email": address, "account": ""}
    messages.success(request, _("A fresh link is on its way to %(address)s.") % {"address": address})
    return HttpResponseRedirect(reverse("accounts:check_mail"))


@posts_only
def correct_address(request: HttpRequest) -> HttpResponse:
    """Send the mail to another address, as long as none was proved."""
    joining = request.session.get(JOINING)
    if not joining:
        return HttpResponseRedirect(reverse("accounts:sign_in"))
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _check_mail(request, joining, form)
    address = form.cleaned_data["email"].lower()
    actions.limit(
        kind="correct", of=place(request), most=current().account.confirms_per_hour, minutes=60, at=request.at  # type: ignore[attr-defined]
    )
    if joining["account"]:
        actions.correct_address(account_id=UUID(joining["account"]), email=address, at=request.at)  # type: ignore[attr-defined]
    request.session[JOINING] = {**joining, "email": address}
    messages.success(request, _("We mailed the link to %(address)s.") % {"address": address})
    return HttpResponseRedirect(reverse("accounts:check_mail"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def first_run(request: HttpRequest, token: str) -> HttpResponse:
    """Make the market's first operator."""
    if not queries.first_run_works(token):
        raise NotFound(_("This link was used before, or somebody runs this market already."))
    form = FirstRunForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = actions.use_first_run(token=token, at=request.at, **form.cleaned_data)  # type: ignore[attr-defined]
        except Invalid as refusal:
            form.add_refusal(refusal)
        else:
            let_in(request, account)
            messages.success(request, _("This market is yours to run."))
            return HttpResponseRedirect("/home")
    return page(request, "accounts/first_run.html", form=form, status=422 if form.errors else 200)


@posts_only
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session and empty the browser's cache."""
    logout(request)
    response = HttpResponseRedirect("/")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
