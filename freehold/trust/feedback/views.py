"""The feedback page of a contract."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from freehold.kit.doors import posts_only, signed_in
from freehold.kit.pages import page
from freehold.trust.feedback import actions, queries
from freehold.trust.feedback.forms import ReplyForm, ReviewForm


@signed_in
def review(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Leave feedback, change it while it is sealed, read both once they are shown."""
    both = queries.of_contract(contract_id, request.actor)
    form = ReviewForm(request.POST or None, side=both.side, initial=_initial(both))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        mine = actions.submit_review(
            actor=request.actor, contract_id=contract_id, stars=form.stars, comment=data["comment"],
            recommend=data.get("recommend"), reason=data.get("reason", ""), at=request.at,
        )  # fmt: skip
        if mine.published_at:
            messages.success(request, _("Thank you. Both reviews are public now."))
        else:
            messages.success(request, _("Thank you. Your feedback is shown once both sides are there, or at the end."))
        return HttpResponseRedirect(reverse("feedback:review", kwargs={"contract_id": contract_id}))
    return page(
        request,
        "feedback/review.html",
        status=422 if form.errors else 200,
        both=both,
        form=form,
        reply=ReplyForm(),
    )


@posts_only
@signed_in
def reply(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Answer a review about oneself, once and for good."""
    both = queries.of_contract(contract_id, request.actor)
    form = ReplyForm(request.POST)
    if both.reply_to is not None and not form.is_valid():
        main = ReviewForm(side=both.side, initial=_initial(both))
        return page(request, "feedback/review.html", status=422, both=both, form=main, reply=form)
    target = both.reply_to or next((r.review_id for r in both.published if r.side != both.side), both.mine.review_id)
    actions.reply_to_review(actor=request.actor, review_id=target, text=request.POST.get("text", ""), at=request.at)
    messages.success(request, _("Your reply is public now."))
    return HttpResponseRedirect(reverse("feedback:review", kwargs={"contract_id": contract_id}))


def _initial(both: queries.Both) -> dict[str, object]:
    mine = both.mine
    return ReviewForm.initial_of(mine.stars, comment=mine.comment, recommend=mine.recommend, reason=mine.reason)
