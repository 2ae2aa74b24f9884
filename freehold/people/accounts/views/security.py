"""Settings › Security: password, second step, recovery codes, and where one is signed in."""

from __future__ import annotations

from allauth.mfa.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from freehold.kit.doors import posts_only, recheck, signed_in
from freehold.kit.pages import page
from freehold.kit.refusals import Invalid
from freehold.kit.settings import current
from freehold.people.accounts import actions, queries
from freehold.people.accounts.forms import ChangePasswordForm, CodeForm
from freehold.people.accounts.views.letting_in import note, place
from freehold.people.accounts.views.qr import qr_path

_SECRET, _CODES = "totp_secret", "codes_once"


def _security(request: HttpRequest, form: ChangePasswordForm) -> HttpResponse:
    mine = request.actor.account_id  # type: ignore[attr-defined]
    return page(
        request,
        "accounts/security.html",
        form=form,
        second_step=queries.has_second_step(mine),
        codes_left=queries.codes_left(mine),
        sessions=queries.sessions(mine, request.session.session_key),
        status=422 if form.errors else 200,
    )


@signed_in
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """How one's account is locked, and where it is open."""
    return _security(request, ChangePasswordForm())


@signed_in
@posts_only
def password(request: HttpRequest) -> HttpResponse:
    """Choose a new password; all other sessions end."""
    form, actor = ChangePasswordForm(request.POST), request.actor  # type: ignore[attr-defined]
    if not form.is_valid():
        return _security(request, form)
    try:
        account = actions.change_password(
            actor=actor,
            account_id=actor.account_id,
            old=form.cleaned_data["old"],
            new=form.cleaned_data["new"],
            place=place(request),
            at=request.at,  # type: ignore[attr-defined]
            keep=request.session.session_key,
        )
    except Invalid as refusal:
        form.add_refusal(refusal)
        return _security(request, form)
    update_session_auth_hash(request, account)
    note(request, account.pk)
    messages.success(request, _("Your new password is set. All other sessions ended."))
    return HttpResponseRedirect(reverse("accounts:security"))


@signed_in
@recheck()
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """Set up an app that makes codes; its first code proves that it works."""
    actor = request.actor  # type: ignore[attr-defined]
    if queries.has_second_step(actor.account_id):
        return HttpResponseRedirect(reverse("accounts:security"))
    secret = request.session.get(_SECRET) or actions.new_secret()
    request.session[_SECRET] = secret
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            request.session[_CODES] = actions.turn_on(
                actor=actor, account_id=actor.account_id, secret=secret, code=form.cleaned_data["code"], at=request.at  # type: ignore[attr-defined]
            )
        except Invalid as refusal:
            form.add_refusal(refusal)
        else:
            del request.session[_SECRET]
            return HttpResponseRedirect(reverse("accounts:codes"))
    address = get_adapter().build_totp_url(request.user, secret)
    side, path = qr_path(address)
    return page(
        request,
        "accounts/second_step.html",
        form=form,
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        address=address,
        side=side,
        path=path,
        market=current().market.name,
        status=422 if form.errors else 200,
    )


@signed_in
@recheck()
@posts_only
def second_step_off(request: HttpRequest) -> HttpResponse:
    """Stop asking for codes."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.turn_off(actor=actor, account_id=actor.account_id, at=request.at)  # type: ignore[attr-defined]
    messages.success(request, _("Signing in asks for your password only."))
    return HttpResponseRedirect(reverse("accounts:security"))


@signed_in
@recheck()
@posts_only
def renew_codes(request: HttpRequest) -> HttpResponse:
    """Draw new recovery codes; the old ones are void."""
    actor = request.actor  # type: ignore[attr-defined]
    request.session[_CODES] = actions.renew_codes(actor=actor, account_id=actor.account_id, at=request.at)  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("accounts:codes"))


@signed_in
@recheck()
@require_safe
def codes(request: HttpRequest) -> HttpResponse:
    """The recovery codes, shown this once."""
    shown = request.session.pop(_CODES, None)
    if not shown:
        return HttpResponseRedirect(reverse("accounts:security"))
    return page(request, "accounts/codes.html", codes=[f"{c[:5]} {c[5:]}" for c in shown])


@signed_in
@posts_only
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign another browser out."""
    actions.end_session(actor=request.actor, session_id=session_id)  # type: ignore[attr-defined]
    messages.success(request, _("That browser is signed out."))
    return HttpResponseRedirect(reverse("accounts:security"))


@signed_in
@posts_only
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.end_other_sessions(actor=actor, account_id=actor.account_id, keep=request.session.session_key)
    messages.success(request, _("You are signed in here only."))
    return HttpResponseRedirect(reverse("accounts:security"))
