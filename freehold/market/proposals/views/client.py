"""The client's pages of proposals, and the one address both sides share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from freehold.kit.doors import posts_only, signed_in
from freehold.kit.pages import page, url_or_none
from freehold.kit.refusals import Invalid, NotFound
from freehold.market.jobs import queries as jobs
from freehold.market.profiles import queries as profiles
from freehold.market.proposals import actions, policies, queries
from freehold.market.proposals.forms import (
    DeclineForm,
    MarkForm,
)
from freehold.market.proposals.views import worker
from freehold.people.teams import queries as teams
from freehold.talk.files import queries as stored

_TABS = ("all", "shortlisted", "offers", "archived", "declined")


@require_safe
@signed_in
def detail(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """One proposal, from the side that looks."""
    proposal = queries.visible(request.actor, proposal_id)
    if proposal.state == "DRAFT":
        return HttpResponseRedirect(reverse("proposals:apply", kwargs={"post_id": proposal.post_id}))
    if policies.is_own(request.actor, proposal):
        return worker.own_detail(request, proposal)
    return _client_detail(request, proposal)


@require_safe
@signed_in
def candidates(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """The client's list of a post's proposals."""
    post = jobs.own(request.actor, post_id)
    if not policies.can_review_post(request.actor, post):
        raise NotFound()
    tab, sort = request.GET.get("tab", "all"), request.GET.get("sort", "newest")
    tab, sort = tab if tab in _TABS else "all", sort if sort in queries.CLIENT_SORTS else "newest"
    return page(
        request,
        "proposals/candidates.html",
        post=post,
        post_open=post.state == "OPEN",
        tab=tab,
        sort=sort,
        proposals=queries.candidates(post_id, request.actor, tab=tab, sort=sort),
        counts=queries.candidate_counts(post_id),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def decline(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Say why, then decline."""
    proposal = queries.visible(request.actor, proposal_id)
    if not policies.can_review(request.actor, proposal):
        raise NotFound()
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.decline(actor=request.actor, proposal_id=proposal_id, at=request.at, **form.cleaned_data)
        messages.success(request, _("Declined. The freelancer reads your reason."))
        return HttpResponseRedirect(reverse("proposals:candidates", kwargs={"post_id": proposal.post_id}))
    face = teams.faces([proposal.worker_id], request.actor)[proposal.worker_id]
    status = 422 if form.errors else 200
    return page(request, "proposals/decline.html", status=status, proposal=proposal, form=form, face=face)


@posts_only
@signed_in
def mark(request: HttpRequest, proposal_id: UUID, what: str) -> HttpResponse:
    """The four one-click marks of the client's team."""
    acts = {
        "shortlist": actions.shortlist,
        "unshortlist": actions.unshortlist,
        "put-away": actions.put_away,
        "take-back": actions.take_back,
    }
    if what not in acts:
        raise NotFound()
    acts[what](actor=request.actor, proposal_id=proposal_id, at=request.at)
    if what == "put-away":
        messages.success(request, _("Put away. It waits under “Put away”; the freelancer is not told."))
    proposal = queries.visible(request.actor, proposal_id)
    if request.POST.get("back") == "list":
        return HttpResponseRedirect(reverse("proposals:candidates", kwargs={"post_id": proposal.post_id}))
    return HttpResponseRedirect(reverse("proposals:detail", kwargs={"proposal_id": proposal_id}))


@posts_only
@signed_in
def rate(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Rating and note of the client's team."""
    form = MarkForm(request.POST)
    if not form.is_valid():
        raise Invalid(next(iter(form.errors.values()))[0])
    actions.rate(actor=request.actor, proposal_id=proposal_id, at=request.at, **form.cleaned_data)
    messages.success(request, _("Noted, for your team only."))
    return HttpResponseRedirect(reverse("proposals:detail", kwargs={"proposal_id": proposal_id}))


def _client_detail(request: HttpRequest, proposal: Any) -> HttpResponse:
    side = proposal.worker_id
    profile = profiles.cards_of_parties([side], request.actor).get(side)
    note = queries.mark_of(proposal.pk)
    offer_at = url_or_none("offers:new", proposal_id=proposal.pk)
    return page(
        request,
        "proposals/detail.html",
        proposal=proposal,
        post=proposal.post,
        card=queries.candidate(proposal, profile or teams.faces([side], request.actor)[side]),
        profile=profile,
        reason=queries.reason_of(proposal),
        parts=queries.parts_of(proposal),
        quote=worker.quote(proposal.money),
        hourly=proposal.terms == "HOURLY",
        answers=list(zip(proposal.questions, proposal.answers, strict=False)),
        earlier=queries.earlier_terms(proposal),
        files=stored.of("proposal", [proposal.pk]).get(proposal.pk, ()),
        mark=note,
        mark_form=MarkForm(initial={"rating": note.rating, "note": note.note} if note else None),
        offer_at=offer_at if policies.can_offer(request.actor, proposal) else None,
        can_decline=policies.can_decline(request.actor, proposal),
        open_at=reverse("proposals:open", kwargs={"proposal_id": proposal.pk}),
        next_id=queries.next_unread(proposal.post_id, proposal.pk),
    )


@posts_only
@signed_in
def open_proposal(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """The client reads a proposal: from now on its credits stay spent."""
    actions.open_proposal(actor=request.actor, proposal_id=proposal_id, at=request.at)
    return HttpResponseRedirect(reverse("proposals:detail", kwargs={"proposal_id": proposal_id}))
