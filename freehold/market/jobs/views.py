"""Pages of posts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from freehold.kit.doors import posts_only, signed_in
from freehold.kit.pages import page
from freehold.kit.places import country_name
from freehold.kit.refusals import Invalid, NotAllowed, NotFound, Refusal, Stale
from freehold.market.credits import queries as credits
from freehold.market.jobs import actions, policies, queries
from freehold.market.jobs.forms import KEPT, NewPostForm, PostForm, typed_from, typed_of
from freehold.market.proposals import queries as proposals
from freehold.market.search import queries as search
from freehold.money.payments import queries as payments
from freehold.people.teams import queries as teams
from freehold.talk.files import actions as files
from freehold.talk.files import queries as stored
from freehold.trust.feedback import queries as feedback

_TABS = {"open": "OPEN", "drafts": "DRAFT", "closed": "CLOSED"}


class Gone(NotFound):
    """It was here, and is not any more."""

    status = 410
    title = gettext_lazy("This job is over")
    sentence = gettext_lazy("The job was closed a while ago. Only those who took part can still read it.")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: HttpRequest) -> HttpResponse:
    """The first step of a post: two answers make a draft."""
    _hiring(request)
    form = NewPostForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = {"title": form.cleaned_data["title"], "subcategory": form.cleaned_data["subcategory"]}
        post = actions.draft_post(
            actor=request.actor, company_id=request.actor.party_id, typed=typed, at=request.at
        )
        return HttpResponseRedirect(reverse("jobs:edit", kwargs={"post_id": post.pk}))
    status = 422 if form.errors else 200
    return page(request, "jobs/new.html", status=status, form=form, counts=queries.counts(request.actor.party_id))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """The whole form: publishes a draft, or puts a new version of an open post in force."""
    post = queries.own(request.actor, post_id)
    if not policies.can_write(request.actor, post):
        raise NotFound()
    if post.state == "CLOSED":
        return HttpResponseRedirect(reverse("jobs:detail", kwargs={"post_id": post_id}))
    if request.method != "POST":
        typed = post.typed or typed_from(queries.version(post_id, post.version))
        version = int(post.typed.get("version", post.version)) if post.typed else post.version
        return _form(request, post, PostForm(typed=typed), version=version)
    form = PostForm(request.POST, request.FILES)
    version = _number(request.POST.get("version"), post.version)
    if not form.is_valid():
        return _form(request, post, form, version=version, status=422)
    try:
        _upload(request, post_id, form)
        if post.state == "DRAFT":
            actions.publish_post(actor=request.actor, post_id=post_id, brief=form.brief(), at=request.at)
            messages.success(request, _("Your job is open. Proposals arrive here; we tell you about each."))
        else:
            actions.edit_post(
                actor=request.actor, post_id=post_id, version=version, brief=form.brief(), at=request.at
            )
            messages.success(request, _("The new version is in force."))
    except Invalid as refusal:
        return _form(request, post, _complain(form, refusal), version=version, status=422)
    except Stale as refusal:
        now = queries.own(request.actor, post_id)
        changes = _differences(queries.version(post_id, version), queries.version(post_id, now.version))
        return _form(request, now, form, version=now.version, status=409, stale=str(refusal), changes=changes)
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        form.add_error(None, str(refusal))
        return _form(request, post, form, version=version, status=409)
    return HttpResponseRedirect(reverse("jobs:detail", kwargs={"post_id": post_id}))


@posts_only
@signed_in
def save(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """Keep what stands in the form: by itself while typing, or by the button."""
    typed = typed_of(request.POST) | {"version": _number(request.POST.get("version"), 0)}
    actions.save_draft(actor=request.actor, post_id=post_id, typed=typed, at=request.at)
    if request.headers.get("X-Autosave"):
        return HttpResponse(status=204)
    form = PostForm(request.POST, request.FILES)
    try:
        if "files" in request.FILES and form.is_valid():
            _upload(request, post_id, form)
    except Invalid as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved. Nobody but your company sees it."))
    return HttpResponseRedirect(reverse("jobs:edit", kwargs={"post_id": post_id}))


@posts_only
@signed_in
def delete(request: HttpRequest, post_id: UUID) -> HttpResponse:
    actions.delete_draft(actor=request.actor, post_id=post_id, at=request.at)
    messages.success(request, _("The draft is gone."))
    return HttpResponseRedirect(reverse("jobs:mine") + "?tab=drafts")


@posts_only
@signed_in
def close(request: HttpRequest, post_id: UUID) -> HttpResponse:
    post = actions.close_post(actor=request.actor, post_id=post_id, at=request.at)
    if post.hires:
        messages.success(request, _("The job is closed. Proposals and your marks are kept."))
    else:
        messages.success(request, _("The job is closed. Everybody who applied gets their credits back."))
    return HttpResponseRedirect(reverse("jobs:detail", kwargs={"post_id": post_id}))


@posts_only
@signed_in
def reopen(request: HttpRequest, post_id: UUID) -> HttpResponse:
    actions.reopen_post(actor=request.actor, post_id=post_id, at=request.at)
    messages.success(request, _("The job is open again, and the proposals with it."))
    return HttpResponseRedirect(reverse("jobs:detail", kwargs={"post_id": post_id}))


@posts_only
@signed_in
def reuse(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """Begin a new draft with the words of an earlier post."""
    post = queries.own(request.actor, post_id)
    typed = typed_from(queries.version(post_id, post.version)) | {"deadline_on": ""}
    draft = actions.draft_post(actor=request.actor, company_id=post.company_id, typed=typed, at=request.at)
    return HttpResponseRedirect(reverse("jobs:edit", kwargs={"post_id": draft.pk}))


@posts_only
@signed_in
def remove_file(request: HttpRequest, post_id: UUID, file_id: UUID) -> HttpResponse:
    actions.remove_file(actor=request.actor, post_id=post_id, file_id=file_id, at=request.at)
    messages.success(request, _("The file is gone."))
    return HttpResponseRedirect(reverse("jobs:edit", kwargs={"post_id": post_id}))


@require_safe
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """The company's posts, one tab per state."""
    _hiring(request)
    tab = request.GET.get("tab", "open")
    tab = tab if tab in _TABS else "open"
    counts = queries.counts(request.actor.party_id)
    return page(
        request,
        "jobs/mine.html",
        tab=tab,
        posts=queries.mine(request.actor.party_id, _TABS[tab]),
        counts={name: counts[state] for name, state in _TABS.items()},
    )


@require_safe
def detail(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """The page of a post, for whoever may see it."""
    actor = request.actor
    post = queries.visible(actor, post_id)
    if post.state == "DRAFT":
        return HttpResponseRedirect(reverse("jobs:edit", kwargs={"post_id": post_id}))
    ours = actor.acts_for(post.company_id)
    if queries.is_over(post, request.at) and not (ours or proposals.took_part(actor, post_id)):
        raise Gone()
    works = proposals.works(actor)
    own = proposals.standing(actor.party_id, post_id) if works else None
    return page(
        request,
        "jobs/detail.html",
        post=queries.post_page(post, request.at),
        face=teams.faces([post.company_id], actor).get(post.company_id),
        files=stored.of("post", [post_id]).get(post_id, ()),
        price=proposals.price(post_id),
        terms=credits.terms(),
        balance=credits.balance(actor.party_id, request.at) if works else None,
        own=own,
        own_label=proposals.state_label(own),
        ours=ours,
        can_write=policies.can_write(actor, post),
        can_reopen=policies.can_reopen(actor, post) and not queries.is_over(post, request.at),
        works=works,
        bids=proposals.middle_half(post_id),
        client_place=country_name(post.company.country),
        verified=payments.has_method(post.company_id),
        standing=feedback.standing(post.company_id),
        similar=() if ours else search.similar(post_id, actor),
    )


@require_safe
def posting(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """An open public post as schema.org JobPosting, linked from its page."""
    post = queries.visible(request.actor, post_id)
    if post.state != "OPEN" or post.visibility != "PUBLIC":
        raise NotFound()
    face = teams.faces([post.company_id])[post.company_id]
    return JsonResponse(queries.job_posting(post, face.name), content_type="application/ld+json")


def _hiring(request: HttpRequest) -> None:
    if not policies.can_write_for(request.actor, request.actor.party_id):
        raise NotAllowed(_("Jobs are posted by a company. Switch to yours in the menu, or make one in the settings."))


def _form(request: HttpRequest, post: Any, form: PostForm, *, status: int = 200, **more: Any) -> HttpResponse:
    attached = stored.of("post", [post.pk]).get(post.pk, ())
    places = {"post_id": post.pk, "state": post.state, "title": queries.title_of(post.pk), "attached": attached}
    clocks = {"draft_due_at": post.draft_due_at, "saved_at": post.saved_at, "live": post.live_proposals}
    return page(request, "jobs/edit.html", status=status, form=form, **places, **clocks, **more)


def _upload(request: HttpRequest, post_id: UUID, form: PostForm) -> None:
    """Store and attach what was uploaded; from then on it is part of the post, whatever else is refused."""
    uploads = form.cleaned_data.get("files") or []
    if not uploads:
        return
    actions.check_room(actor=request.actor, post_id=post_id, more=len(uploads))
    ids = [files.store(actor=request.actor, upload=u, purpose="post", at=request.at).pk for u in uploads]
    actions.attach_files(actor=request.actor, post_id=post_id, file_ids=ids, at=request.at)


def _complain(form: PostForm, refusal: Invalid) -> PostForm:
    for name, sentence in refusal.fields.items():
        form.add_error(name if name in form.fields else None, str(sentence))
    if not refusal.fields:
        form.add_error(None if "files" not in form.changed_data else "files", str(refusal))
    return form


def _differences(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Fields another editor changed: name, before, now."""
    before, after = typed_from(old), typed_from(new)
    labels = PostForm.base_fields
    return [
        (str(labels[name].label), str(before.get(name) or "–"), str(after.get(name) or "–"))
        for name in KEPT
        if before.get(name) != after.get(name)
    ]


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else otherwise
