"""One's own profile: the hub, and a small page per section."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from freehold.kit import pages
from freehold.kit.doors import signed_in
from freehold.kit.money import Money
from freehold.kit.refusals import Invalid
from freehold.market.profiles import actions, queries
from freehold.market.profiles.forms import (
    AvailabilityForm,
    BasicsForm,
    LanguagesForm,
    RateForm,
    SkillsForm,
    VisibilityForm,
)
from freehold.market.profiles.queries import OwnProfile
from freehold.money.fees import queries as fees
from freehold.people.teams import queries as teams
from freehold.talk.files import actions as files

both = require_http_methods(["GET", "POST"])


def sent(request: HttpRequest, *, files: bool = False) -> tuple[Any, ...]:
    """What a form is bound to: what was posted, even if that is nothing at all."""
    if request.method != "POST":
        return (None, None) if files else (None,)
    return (request.POST, request.FILES) if files else (request.POST,)


def mine(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the person's own profile; those who have none are led to the hub, which offers one."""

    @signed_in
    def guard(request: HttpRequest, **places: Any) -> HttpResponse:
        own = queries.own(request.actor)
        if own is None:
            return HttpResponseRedirect(reverse("profiles:edit"))
        return view(request, own, **places)

    guard.__name__, guard.__doc__ = view.__name__, view.__doc__
    return guard


@signed_in
@both
def edit(request: HttpRequest) -> HttpResponse:
    own = queries.own(request.actor)
    if own is None and request.method == "POST":
        actions.open_profile(actor=request.actor, at=request.at)
        return HttpResponseRedirect(reverse("profiles:basics"))
    if own is None:
        works = teams.person_of(request.actor.account_id) is not None
        return pages.page(request, "profiles/begin.html", works=works)
    terms = fees.terms_now()
    rate = own.public.card.rate
    return pages.page(
        request,
        "profiles/hub.html",
        own=own,
        profile=own.public,
        card=own.public.card,
        progress=queries.completeness(own.public),
        net=fees.quote(rate, terms).net if rate else None,
    )


def answer(
    request: HttpRequest,
    own: OwnProfile,
    form: forms.Form,
    save: Callable[[], Any],
    template: str,
    *,
    done: str = "",
    to: str = "",
    **context: Any,
) -> HttpResponse:
    """Save a section and go back to the hub, or show the form with what the action had to say."""
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except Invalid as refusal:
            for field, sentence in refusal.fields.items():
                form.add_error(field if field in form.fields else None, str(sentence))
            if not refusal.fields:
                upload = isinstance(refusal, files.FileRefused) and "files" in form.fields
                form.add_error("files" if upload else None, str(refusal))
        else:
            messages.success(request, done or _("Saved."))
            return HttpResponseRedirect(to or _onward(request, own))
    status = 422 if form.errors else 200
    return pages.page(request, template, status=status, form=form, own=own, card=own.public.card, **context)


def _onward(request: HttpRequest, own: OwnProfile) -> str:
    """*Save and go on* leads to the next thing that is missing, *Save* back to the hub."""
    if "onward" in request.POST:
        fresh = queries.own(request.actor) or own
        step = queries.completeness(fresh.public).next_step
        if step is not None:
            return {"photo": "/settings/photo?next=/profile", "history": reverse("profiles:add_job"),
                    "portfolio": reverse("profiles:add_piece")}.get(step.section) or reverse(
                        f"profiles:{step.section}")  # fmt: skip
    return reverse("profiles:edit")


@mine
@both
def basics(request: HttpRequest, own: OwnProfile) -> HttpResponse:
    start = {"title": own.public.card.title, "overview": own.public.overview, "level": own.public.card.level}
    form = BasicsForm(*sent(request), initial=start)

    def save() -> None:
        said = form.cleaned_data
        actions.edit_profile(
            actor=request.actor, profile_id=own.profile_id, title=said["title"], overview=said["overview"],
            level=said["level"], at=request.at,
        )  # fmt: skip

    return answer(request, own, form, save, "profiles/basics.html")


@mine
@both
def skills(request: HttpRequest, own: OwnProfile) -> HttpResponse:
    start = {
        "subcategories": [str(s.subcategory_id) for s in own.public.subcategories],
        "skills": ", ".join(own.public.card.skills),
    }
    form = SkillsForm(*sent(request), initial=start)

    def save() -> None:
        ids = [UUID(pk) for pk in form.cleaned_data["subcategories"]]
        actions.choose_skills(
            actor=request.actor, profile_id=own.profile_id, subcategory_ids=ids, skill_names=form.names(), at=request.at
        )

    return answer(request, own, form, save, "profiles/skills.html")


@mine
@both
def rate(request: HttpRequest, own: OwnProfile) -> HttpResponse:
    now = own.public.card.rate
    form = RateForm(*sent(request), initial={"rate": now, "currency": now.currency if now else "USD"})

    def save() -> None:
        actions.set_rate(actor=request.actor, profile_id=own.profile_id, rate=form.cleaned_data["rate"], at=request.at)

    return answer(request, own, form, save, "profiles/rate.html", **_net(now))


@signed_in
@require_safe
def rate_preview(request: HttpRequest) -> HttpResponse:
    """The line "you receive" while somebody types."""
    form = RateForm(request.GET)
    typed = form.cleaned_data.get("rate") if form.is_valid() else None
    return pages.fragment(request, "profiles/rate.html", "net", form=form, own=None, card=None, **_net(typed))


def _net(typed: Money | None) -> dict[str, Any]:
    terms = fees.terms_now()
    percent = terms.freelancer_bps / 100
    return {"quote": fees.quote(typed, terms) if typed else None, "percent": percent}


@mine
@both
def languages(request: HttpRequest, own: OwnProfile) -> HttpResponse:
    form = LanguagesForm(*sent(request), spoken=own.public.languages)

    def save() -> None:
        actions.set_languages(actor=request.actor, profile_id=own.profile_id, languages=form.pairs(), at=request.at)

    return answer(request, own, form, save, "profiles/languages.html")


@mine
@both
def availability(request: HttpRequest, own: OwnProfile) -> HttpResponse:
    start = {"availability": own.public.card.availability, "away_until": own.public.away_until}
    form = AvailabilityForm(*sent(request), initial=start)

    def save() -> None:
        actions.set_availability(
            actor=request.actor, profile_id=own.profile_id, availability=form.cleaned_data["availability"],
            away_until=form.cleaned_data["away_until"], at=request.at,
        )  # fmt: skip

    return answer(request, own, form, save, "profiles/availability.html")


@mine
@both
def visibility(request: HttpRequest, own: OwnProfile) -> HttpResponse:
    start = {"visibility": own.public.visibility, "show_earnings": own.public.show_earnings, "handle": own.handle}
    form = VisibilityForm(*sent(request), initial=start)

    def save() -> None:
        said = form.cleaned_data
        actions.set_address(
            actor=request.actor, profile_id=own.profile_id, visibility=said["visibility"],
            show_earnings=said["show_earnings"], handle=said["handle"], at=request.at,
        )  # fmt: skip

    return answer(request, own, form, save, "profiles/visibility.html")


@mine
@require_POST
def publish(request: HttpRequest, own: OwnProfile) -> HttpResponse:
    try:
        actions.publish_profile(actor=request.actor, profile_id=own.profile_id, at=request.at)
    except actions.NotReady as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your profile is published. Clients can find you now."))
    return HttpResponseRedirect(reverse("profiles:edit"))


@mine
@require_POST
def hide(request: HttpRequest, own: OwnProfile) -> HttpResponse:
    actions.hide_profile(actor=request.actor, profile_id=own.profile_id, at=request.at)
    messages.success(request, _("Your profile is hidden. Those you deal with still see it."))
    return HttpResponseRedirect(reverse("profiles:edit"))


@mine
@require_POST
def show(request: HttpRequest, own: OwnProfile) -> HttpResponse:
    actions.show_profile(actor=request.actor, profile_id=own.profile_id, at=request.at)
    messages.success(request, _("Your profile is shown again."))
    return HttpResponseRedirect(reverse("profiles:edit"))
