"""Pages about parties: joining, welcome, company, further sides, and acting as another one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from freehold.kit.doors import posts_only, recheck, safe_next, signed_in
from freehold.kit.pages import page
from freehold.kit.refusals import Invalid, NotFound
from freehold.kit.settings import current
from freehold.people.accounts import actions as accounts
from freehold.people.accounts import queries as people
from freehold.people.accounts.views.letting_in import JOINING, let_in
from freehold.people.teams import actions, policies, queries
from freehold.people.teams.forms import BillingForm, CompanyForm, NewCompanyForm

#: Session key with the party the person acts as; the frame reads it.
PARTY = "party_id"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Prove a mailbox. Opening the page changes nothing; only the browser that signed up is let in."""
    link = people.link(token, "CONFIRM", request.at)  # type: ignore[attr-defined]
    if link is None:
        raise NotFound()
    confirmed = link.state != "NEW"
    if confirmed or not link.works:
        state = "done" if confirmed else "late"
        return page(request, "teams/confirm.html", state=state, address=link.address, token=token)
    if request.method != "POST":
        hours = current().account.confirm_hours
        return page(request, "teams/confirm.html", state="open", address=link.address, token=token, hours=hours)
    account = actions.join(token=token, at=request.at)  # type: ignore[attr-defined]
    joining = request.session.get(JOINING) or {}
    if joining.get("account") == str(account.pk) and not request.actor.is_known:  # type: ignore[attr-defined]
        let_in(request, account)
        return HttpResponseRedirect(reverse("teams:welcome"))
    messages.success(request, _("Your address is confirmed. Sign in to go on."))
    return HttpResponseRedirect(reverse("accounts:sign_in") + "?next=/welcome")


@signed_in
@require_safe
def welcome(request: HttpRequest) -> HttpResponse:
    """What to do first, by what brought one here."""
    actor, contexts = request.actor, request.contexts  # type: ignore[attr-defined]
    here = next((c for c in contexts if c.current), None)
    me = people.account(actor.account_id)
    party = queries.party(actor.party_id) if here else None
    return page(request, "teams/welcome.html", here=here, me=me, party=party)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def company(request: HttpRequest) -> HttpResponse:
    """What others see of the company one acts for, and what stands on its invoices."""
    form = CompanyForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        actor = request.actor  # type: ignore[attr-defined]
        try:
            actions.edit_company(actor=actor, party_id=_party_id(request), at=request.at, **form.cleaned_data)  # type: ignore[attr-defined]
        except Invalid as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(_after(request, reverse("teams:company")))
    return _company(request, form, None)


@signed_in
@posts_only
def billing(request: HttpRequest) -> HttpResponse:
    """Change what stands on invoices from now on."""
    form = BillingForm(request.POST)
    if form.is_valid():
        actor = request.actor  # type: ignore[attr-defined]
        try:
            actions.edit_billing(actor=actor, party_id=_party_id(request), at=request.at, **form.cleaned_data)  # type: ignore[attr-defined]
        except Invalid as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("Saved. Invoices issued from now on carry it."))
            return HttpResponseRedirect(_after(request, reverse("teams:company")))
    return _company(request, None, form)


def _party_id(request: HttpRequest) -> UUID:
    found: UUID | None = request.actor.party_id  # type: ignore[attr-defined]
    if found is None:
        raise NotFound(_("You act for nobody yet. Add a freelancer side or a company first."))
    return found


def _after(request: HttpRequest, default: str) -> str:
    return safe_next(request, request.POST.get("next") or default, default)


def _company(request: HttpRequest, form: CompanyForm | None, bill: BillingForm | None) -> HttpResponse:
    if request.actor.party_id is None:  # type: ignore[attr-defined]
        return HttpResponseRedirect(reverse("teams:sides"))
    party = queries.party(_party_id(request))
    if form is None and party.kind != "PERSON":
        columns = ("name", "is_organization", "country", "size", "website", "description", "name_public")
        form = CompanyForm(initial={name: getattr(party, name) for name in columns})
    bill = bill or BillingForm(initial={"address": party.address, "tax_id": party.tax_id})
    failed = bool(bill.errors or (form and form.errors))
    return page(
        request, "teams/company.html", party=party, form=form, bill=bill,
        may_edit=policies.can_edit(request.actor, party), may_bill=policies.can_bill(request.actor, party),  # type: ignore[attr-defined]
        status=422 if failed else 200,
    )  # fmt: skip


@signed_in
@require_safe
def sides(request: HttpRequest) -> HttpResponse:
    """As whom one can act, and what can be added."""
    country = people.account(request.actor.account_id).country  # type: ignore[attr-defined]
    return _sides(request, NewCompanyForm(initial={"country": country}))


def _sides(request: HttpRequest, form: NewCompanyForm) -> HttpResponse:
    contexts = request.contexts  # type: ignore[attr-defined]
    return page(
        request,
        "teams/sides.html",
        contexts=contexts,
        works=any(c.kind == "PERSON" for c in contexts),
        others=queries.other_members([c.party_id for c in contexts if "OWNER" in c.roles]),
        form=form,
        status=422 if form.errors else 200,
    )


@signed_in
@recheck()
@posts_only
def remove_members(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Let everybody but the owner leave a company."""
    gone = actions.remove_members(actor=request.actor, party_id=party_id, at=request.at)  # type: ignore[attr-defined]
    said = ngettext("%(n)s person can no longer act for it.", "%(n)s people can no longer act for it.", gone)
    messages.success(request, said % {"n": gone})
    return HttpResponseRedirect(reverse("teams:sides"))


@signed_in
@posts_only
def add_freelancer(request: HttpRequest) -> HttpResponse:
    """Give oneself a freelancer side, and act as it."""
    actor = request.actor  # type: ignore[attr-defined]
    party = actions.open_person(actor=actor, account_id=actor.account_id, at=request.at)  # type: ignore[attr-defined]
    return _now_as(request, party.pk, reverse("teams:welcome"))


@signed_in
@posts_only
def add_company(request: HttpRequest) -> HttpResponse:
    """Make a company, and act for it."""
    form, actor = NewCompanyForm(request.POST), request.actor  # type: ignore[attr-defined]
    if form.is_valid():
        try:
            party = actions.open_company(actor=actor, account_id=actor.account_id, at=request.at, **form.cleaned_data)  # type: ignore[attr-defined]
        except Invalid as refusal:
            form.add_refusal(refusal)
        else:
            return _now_as(request, party.pk, reverse("teams:welcome"))
    return _sides(request, form)


@signed_in
@posts_only
def switch(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Act as another of one's sides."""
    return _now_as(request, party_id, safe_next(request, request.POST.get("next") or "/home"))


def _now_as(request: HttpRequest, party_id: UUID, target: str) -> HttpResponse:
    account_id = request.actor.account_id  # type: ignore[attr-defined]
    actor = queries.actor_for(people.account(account_id), party_id)
    if actor.party_id != party_id:
        raise NotFound()
    accounts.remember_party(actor=actor, account_id=account_id, party_id=party_id)
    request.session[PARTY] = str(party_id)
    return HttpResponseRedirect(target)
