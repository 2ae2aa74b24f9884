"""The worker's pages of proposals."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from freehold.kit.doors import posts_only, signed_in
from freehold.kit.money import Money
from freehold.kit.pages import fragment, page
from freehold.kit.refusals import Invalid, NotAllowed, NotFound, Refusal
from freehold.kit.settings import current
from freehold.market.credits import queries as credits
from freehold.market.jobs import queries as jobs
from freehold.market.profiles import queries as profiles
from freehold.market.proposals import actions, policies, queries
from freehold.market.proposals.forms import (
    TermsForm,
    WithdrawForm,
    WordsForm,
    open_price,
    seal_price,
    typed_of,
)
from freehold.money.fees import queries as fees
from freehold.people.teams import queries as teams
from freehold.talk.files import actions as files
from freehold.talk.files import queries as stored


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def apply(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """The proposal's form: terms with fee and net, letter, answers, and what it costs."""
    actor = request.actor
    post = jobs.visible(actor, post_id)
    if not policies.can_send(actor):
        raise actions.DraftsOnly()
    own = queries.standing(actor.party_id, post_id)
    if own is not None and own.state != "DRAFT":
        return HttpResponseRedirect(reverse("proposals:detail", kwargs={"proposal_id": own.pk}))
    if request.method != "POST":
        typed = own.typed if own else {}
        return _apply(request, post, own, _terms_form(post, typed=typed), _words_form(post, typed=typed))
    terms, words = _terms_form(post, request.POST), _words_form(post, request.POST, request.FILES)
    act = request.POST.get("act", "send")
    if act == "quote":
        return _apply(request, post, own, terms, words)
    if not (terms.is_valid() & words.is_valid()):
        return _apply(request, post, own, terms, words, status=422)
    try:
        own = _upload(request, post_id, own, words)
        seen = open_price(request.POST.get("price", ""))
        proposal = actions.submit_proposal(
            actor=actor, post_id=post_id, pitch=terms.pitch(**words.words()), at=request.at,
            seen_cost=seen[0] if seen else None, seen_at=seen[1] if seen else None,
        )  # fmt: skip
    except Invalid as refusal:
        _complain(refusal, terms, words)
        return _apply(request, post, own, terms, words, status=422)
    except Refusal as refusal:
        if refusal.status != 409 or isinstance(refusal, actions.AlreadyApplied):
            raise
        terms.add_error(None, str(refusal))
        return _apply(request, post, own, terms, words, status=409)
    messages.success(request, _("Your proposal is on its way. You can change the letter until the client opens it."))
    return HttpResponseRedirect(reverse("proposals:detail", kwargs={"proposal_id": proposal.pk}))


@posts_only
@signed_in
def fee(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """Fee and net of what stands in the form, while it is typed."""
    post = jobs.visible(request.actor, post_id)
    terms = _terms_form(post, request.POST)
    return fragment(request, "proposals/fee.html", "fee", quote=quote(terms.total()), hourly=terms.hourly)


@posts_only
@signed_in
def save(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """Keep what stands in the form: by itself while typing, or by the buttons."""
    typed = typed_of(request.POST)
    if request.POST.get("act") == "more":
        post = jobs.visible(request.actor, post_id)
        typed["rows"] = str(_terms_form(post, request.POST).rows + 3)
    actions.save_draft(actor=request.actor, post_id=post_id, typed=typed, at=request.at)
    if request.headers.get("X-Autosave"):
        return HttpResponse(status=204)
    if request.POST.get("act") != "more":
        messages.success(request, _("Saved. Only you see it."))
    return HttpResponseRedirect(reverse("proposals:apply", kwargs={"post_id": post_id}))


@posts_only
@signed_in
def delete(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    actions.delete_draft(actor=request.actor, proposal_id=proposal_id, at=request.at)
    messages.success(request, _("The draft is gone."))
    return HttpResponseRedirect(reverse("proposals:mine") + "?tab=drafts")


@require_safe
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """A worker's proposals."""
    if not policies.can_send(request.actor):
        raise NotAllowed(_("Proposals are sent by your freelancer side. Switch to it in the menu to see them."))
    tab = request.GET.get("tab", "active")
    tab = tab if tab in queries.MINE_TABS else "active"
    return page(
        request,
        "proposals/mine.html",
        tab=tab,
        proposals=queries.mine(request.actor.party_id, tab),
        counts=queries.mine_counts(request.actor.party_id),
        balance=credits.balance(request.actor.party_id, request.at),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Change letter and answers until opened, terms until an offer."""
    proposal = queries.visible(request.actor, proposal_id)
    if not policies.is_own(request.actor, proposal):
        raise NotFound()
    post = proposal.post
    shown = queries.typed_from(proposal)
    terms, words = _terms_form(post, typed=shown), _words_form(proposal.post, typed=shown, questions=proposal.questions)
    status = 200
    if request.method == "POST":
        try:
            if request.POST.get("act") == "letter":
                words = _words_form(post, request.POST, request.FILES, questions=proposal.questions)
                if words.is_valid():
                    ids = _store(request, words)
                    pitch = words.pitch(ids)
                    actions.edit_letter(actor=request.actor, proposal_id=proposal_id, pitch=pitch, at=request.at)
                    messages.success(request, _("Letter and answers are changed."))
                    return HttpResponseRedirect(reverse("proposals:detail", kwargs={"proposal_id": proposal_id}))
            else:
                terms = _terms_form(post, request.POST)
                if request.POST.get("act") != "quote" and terms.is_valid():
                    actions.edit_terms(
                        actor=request.actor, proposal_id=proposal_id, pitch=terms.pitch(), at=request.at
                    )
                    messages.success(request, _("Your terms are changed; the earlier ones stay in the history."))
                    return HttpResponseRedirect(reverse("proposals:detail", kwargs={"proposal_id": proposal_id}))
            status = 422 if (terms.errors or words.errors) else 200
        except Invalid as refusal:
            _complain(refusal, terms, words)
            status = 422
    return page(
        request,
        "proposals/edit.html",
        status=status,
        proposal=proposal,
        post=post,
        terms=terms,
        words=words,
        quote=quote(terms.total()),
        letter_open=policies.can_edit_letter(request.actor, proposal, request.at),
        terms_open=policies.can_edit_terms(request.actor, proposal),
        edit_hours=current().proposal.edit_hours,
        attached=stored.of("proposal", [proposal_id]).get(proposal_id, ()),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def withdraw(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Say why, then take the proposal back."""
    proposal = queries.visible(request.actor, proposal_id)
    if not policies.is_own(request.actor, proposal):
        raise NotFound()
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        actions.withdraw(actor=request.actor, proposal_id=proposal_id, reason=reason, at=request.at)
        messages.success(request, _("Your proposal is withdrawn."))
        return HttpResponseRedirect(reverse("proposals:mine") + "?tab=past")
    free = proposal.free_until is not None and request.at < proposal.free_until and proposal.returned_at is None
    status = 422 if form.errors else 200
    return page(request, "proposals/withdraw.html", status=status, proposal=proposal, form=form, free=free)


@posts_only
@signed_in
def remove_file(request: HttpRequest, proposal_id: UUID, file_id: UUID) -> HttpResponse:
    proposal = actions.remove_file(actor=request.actor, proposal_id=proposal_id, file_id=file_id, at=request.at)
    messages.success(request, _("The file is gone."))
    if proposal.state == "DRAFT":
        return HttpResponseRedirect(reverse("proposals:apply", kwargs={"post_id": proposal.post_id}))
    return HttpResponseRedirect(reverse("proposals:edit", kwargs={"proposal_id": proposal_id}))


def own_detail(request: HttpRequest, proposal: Any) -> HttpResponse:
    return page(
        request,
        "proposals/own.html",
        proposal=proposal,
        post=proposal.post,
        state_label=queries.state_label(proposal),
        shape=queries.shape(proposal),
        reason=queries.reason_of(proposal),
        parts=queries.parts_of(proposal),
        quote=quote(proposal.money),
        hourly=proposal.terms == "HOURLY",
        duration=queries.duration_label(proposal),
        answers=list(zip(proposal.questions, proposal.answers, strict=False)),
        files=stored.of("proposal", [proposal.pk]).get(proposal.pk, ()),
        letter_open=policies.can_edit_letter(request.actor, proposal, request.at),
        terms_open=policies.can_edit_terms(request.actor, proposal),
        can_withdraw=policies.can_withdraw(request.actor, proposal),
        unseen_days=current().credits.unseen_days,
    )


def _apply(
    request: HttpRequest, post: Any, own: Any, terms: TermsForm, words: WordsForm, *, status: int = 200
) -> HttpResponse:
    price = queries.price(post.pk)
    cost = price.cost if price else 0
    balance = credits.balance(request.actor.party_id, request.at)
    return page(
        request,
        "proposals/apply.html",
        status=status,
        post=jobs.post_page(post, request.at),
        face=teams.faces([post.company_id], request.actor).get(post.company_id),
        own=own,
        terms=terms,
        words=words,
        quote=quote(terms.total()),
        price=price,
        cost=cost,
        balance=balance,
        after=balance - cost,
        pool=credits.pool_card(request.actor.party_id, request.at) if balance < cost else None,
        sealed=seal_price(cost, request.at),
        has_profile=profiles.is_published(request.actor.party_id),
        unseen_days=current().credits.unseen_days,
        edit_hours=current().proposal.edit_hours,
        attached=stored.of("proposal", [own.pk]).get(own.pk, ()) if own else (),
    )


def _terms_form(post: Any, data: Any = None, *, typed: dict[str, Any] | None = None) -> TermsForm:
    return TermsForm(data, kind=post.kind, currency=post.currency, typed=typed)


def _words_form(
    post: Any, data: Any = None, uploads: Any = None, *, typed: dict[str, Any] | None = None, questions: Any = None
) -> WordsForm:
    asked = post.questions if questions is None else questions
    return WordsForm(data, uploads, questions=asked, letter_required=post.letter_required, typed=typed)


def _store(request: HttpRequest, words: WordsForm) -> tuple[UUID, ...]:
    uploads = words.cleaned_data.get("files") or []
    return tuple(
        files.store(actor=request.actor, upload=u, purpose="proposal", at=request.at).pk for u in uploads
    )


def _upload(request: HttpRequest, post_id: UUID, own: Any, words: WordsForm) -> Any:
    """Store and attach what was uploaded to the draft, so that it is kept whatever else is refused."""
    if not words.cleaned_data.get("files"):
        return own
    draft = actions.save_draft(actor=request.actor, post_id=post_id, typed=typed_of(request.POST), at=request.at)
    actions.check_room(actor=request.actor, proposal_id=draft.pk, more=len(words.cleaned_data["files"]))
    ids = _store(request, words)
    actions.attach_files(actor=request.actor, proposal_id=draft.pk, file_ids=ids, at=request.at)
    return draft


def _complain(refusal: Invalid, terms: TermsForm, words: WordsForm) -> None:
    for name, sentence in refusal.fields.items():
        form = terms if name in terms.fields else words
        form.add_error(name if name in form.fields else None, str(sentence))
    if not refusal.fields:
        words.add_error("files" if words.files else None, str(refusal))


def quote(amount: Money | None) -> fees.Quote | None:
    return fees.quote(amount, fees.terms_now()) if amount else None
