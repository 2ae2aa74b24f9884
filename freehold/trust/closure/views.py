"""The pages of leaving: assess, settle, confirm, wait, come back, goodbye, and proof."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from freehold.kit.doors import CLOSED, posts_only, recheck, signed_in
from freehold.kit.pages import page
from freehold.kit.refusals import NotFound
from freehold.kit.settings import current
from freehold.people.accounts import actions as accounts
from freehold.people.accounts import queries as people
from freehold.people.teams import queries as teams
from freehold.trust.closure import actions, queries
from freehold.trust.closure.forms import ConfirmForm, VerifyForm, WhyForm, the_word

#: Session key: somebody just confirmed and may say why.
_WHY = "closure_why"


# --- before -----------------------------------------------------------------------------------------


@signed_in
def leaving(request: HttpRequest) -> HttpResponse:
    """What one could do instead, what would be lost, and the money."""
    if queries.open_closure(_me(request)) is not None:
        return HttpResponseRedirect(reverse("closure:closing"))
    return page(
        request,
        "closure/leaving.html",
        open=queries.checklist(_me(request), request.at),
        lines=_own_lines(request),
        alternatives=_alternatives(request),
        grace=current().closure.grace_days,
    )


@signed_in
def close(request: HttpRequest) -> HttpResponse:
    """The checklist, and what goes and stays for this member."""
    if queries.open_closure(_me(request)) is not None:
        return HttpResponseRedirect(reverse("closure:closing"))
    found = queries.checklist(_me(request), request.at)
    return page(
        request,
        "closure/close.html",
        open=found,
        title=_headline(found),
        lead=_lead(found),
        lines=_own_lines(request),
        alternatives=_alternatives(request),
        steps=_steps(found, request),
        grace=current().closure.grace_days,
        can_settle=any(m.settles for m in found.auto),
        export_at=_named("closure:export"),
    )


@posts_only
@signed_in
@recheck("money")
def settle(request: HttpRequest) -> HttpResponse:
    """Run every remedy that needs nobody."""
    results = actions.settle_everything(actor=request.actor, account_id=_me(request), at=request.at)
    _say_results(request, results)
    back = "closing" if queries.open_closure(_me(request)) is not None else "close"
    return HttpResponseRedirect(reverse(f"closure:{back}"))


@signed_in
@recheck("money")
def confirm(request: HttpRequest) -> HttpResponse:
    """Options, consequences, the word."""
    account_id = _me(request)
    if queries.open_closure(account_id) is not None:
        return HttpResponseRedirect(reverse("closure:closing"))
    found = queries.checklist(account_id, request.at)
    if found.act:
        return HttpResponseRedirect(reverse("closure:close"))
    form = ConfirmForm(request.POST or None, subject=queries.subject_of(account_id))
    if request.method == "POST" and form.is_valid():
        closure = actions.leave(actor=request.actor, account_id=account_id, options=form.options, at=request.at)
        if closure.state == "GRACE":
            logout(request)
            request.session[CLOSED] = str(account_id)
        request.session[_WHY] = True
        return HttpResponseRedirect(reverse("closure:why"))
    return page(
        request,
        "closure/confirm.html",
        status=422 if form.errors else 200,
        form=form,
        word=the_word(),
        open=found,
        steps=_steps(found, request),
        grace=current().closure.grace_days,
    )


def why(request: HttpRequest) -> HttpResponse:
    """Reasons, if one likes; kept apart from everything else."""
    onward = reverse("closure:closed" if CLOSED in request.session else "closure:closing")
    if not request.session.get(_WHY):
        return HttpResponseRedirect(onward)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        del request.session[_WHY]
        kept = actions.keep_answer(reasons=form.cleaned_data["reasons"], text=form.cleaned_data["text"], at=request.at)
        if kept:
            messages.success(request, _("Thank you. Your answer is kept without your name."))
        return HttpResponseRedirect(onward)
    return page(request, "closure/why.html", status=422 if form.errors else 200, form=form, onward=onward)


@signed_in
@recheck()
def export(request: HttpRequest) -> HttpResponse:
    """A copy of everything, as one archive made on the spot."""
    if request.method == "POST":
        accounts.limit(kind="export", of=str(_me(request)), most=5, minutes=60, at=request.at)
        packed = actions.build_export(actor=request.actor, account_id=_me(request), at=request.at)
        answer = HttpResponse(packed, content_type="application/zip")
        answer["Content-Disposition"] = f'attachment; filename="my-data-{request.at.date().isoformat()}.zip"'
        return answer
    return page(request, "closure/export.html", lines=_own_lines(request))


# --- winding down ------------------------------------------------------------------------------------


@signed_in
def closing(request: HttpRequest) -> HttpResponse:
    """What a closure waits for, until when, and the way back."""
    found = queries.winding(_me(request), request.at)
    if found is None:
        return HttpResponseRedirect(reverse("closure:leaving"))
    return page(
        request,
        "closure/closing.html",
        winding=found,
        open=found.open,
        can_settle=any(m.settles for m in found.open.auto),
        grace=current().closure.grace_days,
        export_at=_named("closure:export"),
    )


@posts_only
@signed_in
def cancel(request: HttpRequest) -> HttpResponse:
    found = queries.winding(_me(request), request.at)
    if found is None:
        raise NotFound()
    actions.cancel_closure(actor=request.actor, closure_id=found.closure_id, at=request.at)
    messages.success(request, _("You stay. Your account is an ordinary one again; what had ended stays ended."))
    return HttpResponseRedirect(reverse("closure:leaving"))


# --- grace -------------------------------------------------------------------------------------------


def closed(request: HttpRequest) -> HttpResponse:
    """What somebody with the right credentials sees instead of being signed in."""
    door = _door(request)
    if door is None:
        request.session.pop(CLOSED, None)
        return HttpResponseRedirect(reverse("closure:closing") if request.actor.is_known else "/sign-in")
    return page(request, "closure/closed.html", door=door, hours=current().closure.link_hours)


@posts_only
def send_link(request: HttpRequest) -> HttpResponse:
    """Mail the way back."""
    door = _door(request)
    if door is None:
        raise NotFound()
    accounts.limit(kind="reopening link", of=str(door.account_id), most=5, minutes=60, at=request.at)
    actions.send_reopening_link(account_id=door.account_id, at=request.at)
    messages.success(request, _("The reopening link is on its way to your mailbox."))
    return HttpResponseRedirect(reverse("closure:closed"))


def reopen(request: HttpRequest, token: str) -> HttpResponse:
    """A page on GET, so that a mail scanner opens nothing; the account comes back on POST."""
    if request.method == "POST":
        actions.reopen_closure(token=token, at=request.at)
        request.session.pop(CLOSED, None)
        messages.success(request, _("Welcome back. Your account is open again; sign in as before."))
        return HttpResponseRedirect("/sign-in")
    link = people.link(token, "REOPEN", request.at)
    if link is None:
        raise NotFound()
    door = queries.door(link.account_id) if link.works else None
    usable = door if door is not None and door.can_reopen else None
    return page(request, "closure/reopen.html", status=200 if usable else 410, door=usable, used=link.used)


# --- for everybody -----------------------------------------------------------------------------------


def goodbye(request: HttpRequest) -> HttpResponse:
    number = request.GET.get("number", "")[:20]
    found = queries.goodbye(number) if number else None
    return page(
        request, "closure/goodbye.html", number=number, found=found, retention=current().retention, lines=_kept_lines()
    )


def privacy_data(request: HttpRequest) -> HttpResponse:
    """What happens to each kind of data, generated from what every part of the market declared."""
    return page(
        request,
        "closure/data.html",
        lines=queries.public_table(),
        grace=current().closure.grace_days,
        backup_days=current().retention.backup_days,
    )


def verify(request: HttpRequest) -> HttpResponse:
    """Is a receipt genuine? Nothing of it is stored."""
    form = VerifyForm(request.POST or None, request.FILES or None) if request.method == "POST" else VerifyForm()
    asked = request.method == "POST" and form.is_valid()
    found = queries.verify(form.cleaned_data["receipt"]) if asked else None
    return page(
        request, "closure/verify.html", status=422 if form.errors else 200, form=form, asked=asked, found=found
    )


def keys(request: HttpRequest) -> HttpResponse:
    """Public keys receipts are signed with, retired ones included."""
    return JsonResponse({"keys": queries.public_keys()})


# --- small words -------------------------------------------------------------------------------------


def _me(request: HttpRequest) -> UUID:
    account_id: UUID = request.actor.account_id
    return account_id


def _door(request: HttpRequest) -> queries.Door | None:
    stamp = request.session.get(CLOSED)
    return queries.door(UUID(stamp)) if stamp else None


def _named(name: str, **places: Any) -> str:
    """Address of a page another part may or may not have."""
    try:
        return reverse(name, kwargs=places or None)
    except NoReverseMatch:
        return ""


def _own_lines(request: HttpRequest) -> list[queries.Line]:
    subject = queries.subject_of(_me(request))
    return queries.own_table(subject, at=request.at, erase_at=queries.final_day(request.at))


def _kept_lines() -> list[queries.PublicLine]:
    return [line for line in queries.public_table() if line.mark == "held"]


def _alternatives(request: HttpRequest) -> list[dict[str, str]]:
    """What one can do instead, where it exists."""
    works = teams.person_of(_me(request)) is not None
    found = [
        {
            "icon": "eye-off",
            "title": _("Go private"),
            "text": _("Out of search and public pages. Your clients still see you, and contracts run on."),
            "action": _("Make my profile private"),
            "href": (_named("profiles:visibility") or _named("profiles:edit")) if works else "",
        },
        {
            "icon": "pause",
            "title": _("Take a break"),
            "text": _("Nothing runs out: no fee, no inactivity charge. Close your posts, finish what runs, come back."),
            "action": _("See my open work"),
            "href": _named("contracts:mine") or _named("contracts:list"),
        },
        {
            "icon": "mail",
            "title": _("Change how you sign in"),
            "text": _("Another address, another name, a new password, or sign out everywhere."),
            "action": _("Open my settings"),
            "href": _named("accounts:security") or _named("accounts:settings_security") or "/settings/security",
        },
    ]
    return [one for one in found if one["href"]]


def _headline(found: queries.Checklist) -> str:
    if found.act:
        n = len(found.act)
        return ngettext("One thing needs you", "%(n)s things need you", n) % {"n": n}
    if found.waits:
        n = len(found.waits)
        return ngettext("One thing clears by itself", "%(n)s things clear by themselves", n) % {"n": n}
    return _("Nothing stands in the way")


def _lead(found: queries.Checklist) -> str:
    parts = []
    if found.act and (n := len(found.waits)):
        parts.append(ngettext("One clears by itself.", "%(n)s clear by themselves.", n) % {"n": n})
    if n := len(found.auto):
        parts.append(ngettext("One is done for you at the end.", "%(n)s are done for you at the end.", n) % {"n": n})
    return " ".join(parts) or (_("You can close your account now.") if not found.act else "")


def _steps(found: queries.Checklist, request: HttpRequest) -> list[dict[str, Any]]:
    """When you confirm … erased: the way to the final day."""
    last = found.clears_at or request.at
    steps: list[dict[str, Any]] = [{
        "mark": "next",
        "title": _("When you confirm"),
        "body": " ".join([_("Nothing new can be begun."), *(m.sentence for m in found.auto)]),
    }]  # fmt: skip
    marked = _("Your account is closed: nobody can sign in, your public pages are gone, and the grace period begins.")
    if found.waits:
        steps.append({
            "mark": "next", "at": found.clears_at, "title": _("When the last thing has cleared"), "body": marked,
            "when": "" if found.clears_at else _("As soon as it clears"),
        })  # fmt: skip
    else:
        steps[0]["body"] += " " + marked
    steps.append({
        "mark": "next",
        "at": queries.final_day(last) if not found.waits or found.clears_at else None,
        "title": _("Erased, at the earliest") if found.waits else _("Erased"),
        "body": _("You get a receipt anybody can verify. Backups follow within %(days)s days.")
        % {"days": current().retention.backup_days},
        "when": _("%(days)s days later") % {"days": current().closure.grace_days},
    })  # fmt: skip
    return steps


def _say_results(request: HttpRequest, results: list[actions.Outcome]) -> None:
    done = sum(1 for r in results if r.done)
    if done:
        messages.success(request, ngettext("One thing is settled.", "%(n)s things are settled.", done) % {"n": done})
    for refused in (r for r in results if not r.done):
        messages.warning(request, refused.sentence)
    if not results:
        messages.info(request, _("There was nothing left to settle."))
