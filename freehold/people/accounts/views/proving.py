"""Proving who one is: signing in, the second step, a forgotten password, and being asked again."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from freehold.kit.doors import CLOSED, mark_fresh, safe_next, signed_in
from freehold.kit.pages import page
from freehold.kit.refusals import Invalid, NotFound
from freehold.kit.settings import current
from freehold.people.accounts import actions, queries
from freehold.people.accounts.forms import AddressForm, CodeForm, NewPasswordForm, RecheckForm, SignInForm
from freehold.people.accounts.views.letting_in import HALF, JOINING, half, let_in, place, remember_half


def _next(request: HttpRequest) -> str:
    return safe_next(request, request.POST.get("next") or request.GET.get("next") or "/home")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Open a session for right credentials of an open account."""
    target = _next(request)
    if request.actor.is_known:  # type: ignore[attr-defined]
        return HttpResponseRedirect(target)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            account = actions.sign_in(
                email=asked["email"], password=asked["password"], place=place(request), at=request.at  # type: ignore[attr-defined]
            )
        except actions.WrongCredentials as refusal:
            form.add_error(None, str(refusal))
        except actions.ClosedAccount as refusal:
            request.session.cycle_key()
            request.session[CLOSED] = str(refusal.account_id)
            return HttpResponseRedirect("/closed")
        except actions.NotConfirmed as refusal:
            request.session.cycle_key()
            request.session[JOINING] = {"email": asked["email"].lower(), "account": str(refusal.account_id)}
            return HttpResponseRedirect(reverse("accounts:check_mail"))
        else:
            if queries.has_second_step(account.pk):
                remember_half(request, account.pk)
                request.session["next"] = target
                return HttpResponseRedirect(reverse("accounts:sign_in_code"))
            let_in(request, account)
            return HttpResponseRedirect(target)
    return page(
        request, "accounts/sign_in.html", form=form, next=target, demo=_demo(), status=422 if form.errors else 200
    )


def _demo() -> tuple[tuple[str, str], ...]:
    """Who can sign in to the demo market, for its sign-in page."""
    if settings.FREEHOLD_MODE != "demo":
        return ()
    return (
        ("ada@example.com", _("hires")),
        ("basil@example.com", _("works")),
        ("dora@example.com", _("is staff")),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The second step of signing in."""
    account_id = half(request)
    if account_id is None:
        return HttpResponseRedirect(reverse("accounts:sign_in"))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.check_code(
                account_id=account_id, code=form.cleaned_data["code"], place=place(request), at=request.at  # type: ignore[attr-defined]
            )
        except Invalid as refusal:
            form.add_refusal(refusal)
        else:
            account = queries.account(account_id)
            if not account.is_active:
                request.session.pop(HALF, None)
                return HttpResponseRedirect(reverse("accounts:sign_in"))
            target = safe_next(request, request.session.pop("next", "/home"))
            let_in(request, account)
            left = queries.codes_left(account_id)
            if left <= 3:
                said = ngettext(
                    "One recovery code is left. Draw new ones under Security.",
                    "%(n)s recovery codes are left. Draw new ones under Security.",
                    left,
                )
                messages.warning(request, said % {"n": left})
            return HttpResponseRedirect(target)
    return page(request, "accounts/sign_in_code.html", form=form, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgot(request: HttpRequest) -> HttpResponse:
    """Ask for the link that lets one choose a new password; every address gets the same answer."""
    form = AddressForm(request.POST or None, initial={"email": request.GET.get("email", "")})
    if request.method == "POST" and form.is_valid():
        actions.request_reset(email=form.cleaned_data["email"], place=place(request), at=request.at)  # type: ignore[attr-defined]
        return page(
            request,
            "accounts/forgot_sent.html",
            address=form.cleaned_data["email"],
            minutes=current().account.reset_minutes,
            mail_at="/dev/mail" if settings.FREEHOLD_MODE in ("demo", "development") else "",
        )
    return page(request, "accounts/forgot.html", form=form, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a new password by a mailed link. Opening the page changes nothing."""
    link = queries.link(token, "RESET", request.at)  # type: ignore[attr-defined]
    if link is None:
        raise NotFound()
    if not link.works:
        raise actions.LinkSpent()
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.reset_password(token=token, password=form.cleaned_data["password"], at=request.at)  # type: ignore[attr-defined]
        except Invalid as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("Your new password is set. Sign in with it; all other sessions ended."))
            return HttpResponseRedirect(reverse("accounts:sign_in"))
    return page(
        request, "accounts/reset.html", form=form, address=link.address, status=422 if form.errors else 200
    )


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def recheck(request: HttpRequest) -> HttpResponse:
    """Ask a signed-in person who they are, by the strongest method they set up."""
    actor, target = request.actor, _next(request)  # type: ignore[attr-defined]
    wants_code = queries.has_second_step(actor.account_id)
    form = RecheckForm(request.POST or None)
    form.fields["code"].required = wants_code
    if request.method == "POST" and form.is_valid():
        try:
            actions.check_again(
                actor=actor,
                account_id=actor.account_id,
                password=form.cleaned_data["password"],
                place=place(request),
                at=request.at,  # type: ignore[attr-defined]
            )
            if wants_code:
                actions.check_code(
                    account_id=actor.account_id, code=form.cleaned_data["code"], place=place(request), at=request.at  # type: ignore[attr-defined]
                )
        except Invalid as refusal:
            form.add_refusal(refusal)
        else:
            mark_fresh(request)
            return HttpResponseRedirect(target)
    return page(
        request, "accounts/recheck.html", form=form, next=target, wants_code=wants_code,
        status=422 if form.errors else 200,
    )  # fmt: skip
