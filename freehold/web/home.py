"""
Home: what waits for me and by when, what is running, what is new; in this order.

Everything comes from the chapters' own questions; this page only sorts and words it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from freehold.kit.actors import Actor
from freehold.kit.cards import card
from freehold.kit.doors import signed_in
from freehold.kit.money import Money
from freehold.kit.pages import page
from freehold.market.jobs import queries as jobs
from freehold.market.profiles import queries as profiles
from freehold.market.proposals import queries as proposals
from freehold.market.search import queries as search
from freehold.money.ledger import queries as ledger
from freehold.money.payments import queries as payments
from freehold.money.payouts import queries as payouts
from freehold.people.teams import queries as teams
from freehold.people.teams.states import Can
from freehold.trust.feedback import queries as feedback
from freehold.work.contracts import queries as contracts
from freehold.work.offers import queries as offers


@card
class Waiting:
    """
    Something that waits for the reader.

    :ivar until: when silence decides; None where nothing runs out
    :ivar silence: what happens if nobody acts
    """

    title: str
    body: str
    href: str
    action: str
    until: datetime | None = None
    silence: str = ""
    icon: str = "clock"
    amount: Money | None = None


@card
class Running:
    """A contract in a row: with whom, what comes next, how much is protected."""

    title: str
    href: str
    state: str
    state_label: str
    other: str
    seed: UUID
    held: Money
    step: str
    until: datetime | None
    progress: str


@card
class Task:
    """One thing of the beginning, and why."""

    title: str
    body: str
    href: str
    action: str
    done: bool
    optional: bool = False

    @property
    def kind(self) -> str:
        return "done" if self.done else "waits" if self.optional else "act"


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The start page of whoever is signed in, as the party they act as."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at: datetime = request.at  # type: ignore[attr-defined]
    side = next((c for c in request.contexts if c.current), None)  # type: ignore[attr-defined]
    if actor.party_id is None or side is None:
        return page(request, "web/home_none.html", staff=actor.is_staff())
    mine = contracts.cards(actor, limit=60)
    works = side.kind == "PERSON"
    waiting = [*_steps(mine, works), *_offers(actor), *_reviews(actor)]
    more = _of_worker(actor, request) if works else _of_company(actor, at)
    waiting += more.pop("waiting")
    return page(
        request,
        "web/home_worker.html" if works else "web/home_company.html",
        side=side,
        waiting=sorted(waiting, key=lambda w: (w.until is None, w.until or at)),
        running=[_running(c) for c in mine if c.state != "ENDED"][:6],
        running_total=sum(1 for c in mine if c.state != "ENDED"),
        held=_held(mine),
        **more,
    )


# --- what waits ------------------------------------------------------------------------------------


def _steps(mine: list[Any], works: bool) -> list[Waiting]:
    """My turn in contracts."""
    return [_step(c, works) for c in mine if c.mine and c.state != "ENDED"]


def _step(c: Any, works: bool) -> Waiting:
    href = reverse("contracts:detail", kwargs={"contract_id": c.contract_id})
    what = {"title": c.step_title or c.title, "other": c.other.name, "contract": c.title}
    words: dict[str, tuple[str, str, str, str, str, Money | None]] = {
        "review": (
            _("Look at “%(title)s”"), _("%(other)s handed it in, for %(contract)s."),
            _("Look at the work"), _("the money is released in full"), "eye", c.in_review,
        ),
        "agree": (
            _("Answer the proposed milestone “%(title)s”"), _("%(other)s proposed it, for %(contract)s."),
            _("Read the proposal"), _("the proposal lapses"), "handshake", None,
        ),
        "fund": (
            _("Fund “%(title)s”"), _("Nothing of it is protected yet, and %(other)s need not begin."),
            _("Fund the milestone"), "", "shield-check", c.planned,
        ),
        "asked_refund": (
            _("Answer a refund request"), _("%(other)s asks for money back, for %(contract)s."),
            _("Read the request"), _("the money goes back"), "undo-2", None,
        ),
        "work": (
            _("Hand in “%(title)s”"), _("The money is set aside for you, by %(other)s."),
            _("Hand in"), "", "send", c.held,
        ),
        "changes": (
            _("Rework “%(title)s”"), _("%(other)s asked for changes, for %(contract)s."),
            _("Read what to change"), "", "pencil", c.held,
        ),
    }
    title, body, action, silence, icon, amount = words.get(
        c.step, (_("Look at %(contract)s"), _("With %(other)s."), _("Open the contract"), "", "briefcase", None)
    )
    return Waiting(
        title=title % what, body=body % what, href=href, action=action, until=c.due_at, silence=silence, icon=icon,
        amount=amount,
    )


def _offers(actor: Actor) -> list[Waiting]:
    """Offers to answer; for those who hire, offers not sent yet."""
    found = []
    for one in offers.cards(actor, limit=60):
        if not (one.is_open and one.mine):
            continue
        to_me = one.role == "worker"
        what = {"title": one.title, "other": one.other.name}
        found.append(
            Waiting(
                title=(_("Answer the offer “%(title)s”") if to_me else _("Send the offer “%(title)s”")) % what,
                body=(_("%(other)s set money aside for its first milestone.") if to_me else _("To %(other)s.")) % what,
                href=reverse("offers:detail", kwargs={"offer_id": one.offer_id}),
                action=_("Read the offer") if to_me else _("Look at it and send"),
                until=one.answer_due_at,
                silence=_("the offer lapses and the money goes back") if to_me else "",
                icon="handshake",
                amount=one.total,
            )
        )
    return found


def _reviews(actor: Actor) -> list[Waiting]:
    return [
        Waiting(
            title=_("Review your work with %(other)s") % {"other": one.other},
            body=_("For %(contract)s. Both reviews appear together.") % {"contract": one.title},
            href=f"/contracts/{one.contract_id}/review",
            action=_("Write a review"),
            until=one.due_at,
            silence=_("the contract stays without your review"),
            icon="star",
        )
        for one in feedback.open_for(actor)
    ]


def _running(c: Any) -> Running:
    return Running(
        title=c.title,
        href=reverse("contracts:detail", kwargs={"contract_id": c.contract_id}),
        state=c.mark,
        state_label=c.state_label,
        other=c.other.name,
        seed=c.other.account_id,
        held=c.held + c.in_review,
        step=c.step_words,
        until=c.due_at,
        progress=_("%(done)s of %(total)s milestones paid") % {"done": c.done, "total": c.total} if c.total else "",
    )


def _held(mine: list[Any]) -> list[Money]:
    """What lies in contracts, by currency."""
    sums: dict[str, Money] = {}
    for c in mine:
        there = c.held + c.in_review
        sums[there.currency] = sums[there.currency] + there if there.currency in sums else there
    return [amount for _code, amount in sorted(sums.items()) if amount.amount]


# --- the worker's side -------------------------------------------------------------------------------


def _of_worker(actor: Actor, request: HttpRequest) -> dict[str, Any]:
    party = actor.party_id
    assert party is not None
    sent = proposals.mine(party, "active")
    wallets = ledger.wallets(party)
    # Publishing wants everything else done, so whoever has published needs no list of beginnings.
    begun = profiles.is_published(party)
    tasks = [] if begun else _worker_tasks(profiles.own(actor), bool(payouts.methods_of(party)))
    return {
        "waiting": [],
        "wallets": list(wallets.items()),
        "proposals": sent[:4],
        "proposals_total": len(sent),
        "jobs": search.best_for(actor, request.at, limit=4),  # type: ignore[attr-defined]
        "tasks": tasks,
        "done": sum(1 for t in tasks if t.done),
    }


def _worker_tasks(own: Any, paid_out: bool) -> list[Task]:
    shown = own.public if own else None
    skills = len(shown.card.skills) if shown else 0
    published = bool(own and own.state == "PUBLISHED")
    return [
        Task(
            title=_("A title and an overview"), body=_("Clients read these two first."), href="/profile",
            action=_("Write them"), done=bool(shown and shown.card.title and shown.overview),
        ),
        Task(
            title=_("Three skills"), body=_("Search finds you by them."), href="/profile",
            action=_("Name your skills"), done=skills >= 3,
        ),
        Task(
            title=_("Your hourly rate"), body=_("You see at once what is left after the fee."), href="/profile",
            action=_("Set your rate"), done=bool(shown and shown.card.rate),
        ),
        Task(
            title=_("One piece of work"), body=_("Shown work says more than told work."), href="/profile",
            action=_("Show a piece"), done=bool(shown and shown.portfolio), optional=True,
        ),
        Task(
            title=_("Publish your profile"), body=_("Publishing it brings your first credits for proposals."),
            href="/profile", action=_("Look at it and publish"), done=published,
        ),
        Task(
            title=_("A way to be paid out"), body=_("A new one waits some days, so it is good to have it early."),
            href="/money/payout-methods", action=_("Add a bank account"), done=paid_out, optional=True,
        ),
    ]


# --- the client's side -------------------------------------------------------------------------------


def _of_company(actor: Actor, at: datetime) -> dict[str, Any]:
    party = actor.party_id
    assert party is not None
    hires = Can.JOBS_WRITE in actor.permissions
    posts = jobs.mine(party, "OPEN") if hires else []
    drafts = jobs.mine(party, "DRAFT") if hires else []
    counts = jobs.counts(party) if hires else {}
    pays = Can.MONEY_SEE in actor.permissions
    has_method = payments.has_method(party) if pays else True
    tasks = [
        Task(
            title=_("Your first job post"), body=_("What is needed, by when, and what you pay."), href="/jobs/new",
            action=_("Post a job"), done=any(counts.get(s) for s in ("OPEN", "CLOSED", "FILLED")) or not hires,
        ),
        Task(
            title=_("A card to pay with"), body=_("Nothing is charged before you fund a milestone."),
            href="/money/cards/new", action=_("Add a card"), done=has_method,
        ),
        Task(
            title=_("Your company’s address"), body=_("It stands on your invoices."), href="/settings/company",
            action=_("Write it down"), done=bool(teams.snapshot(party)["address"]), optional=True,
        ),
    ]
    return {
        "waiting": [*_charges(party if pays else None), *_drafts(drafts)],
        "posts": posts[:5],
        "posts_total": len(posts),
        "tasks": tasks if any(not t.done and not t.optional for t in tasks) else [],
        "done": sum(1 for t in tasks if t.done),
        "people": profiles.directory(Actor.visitor()).cards[:3] if not posts and not drafts else (),
    }


def _charges(party: UUID | None) -> list[Waiting]:
    if party is None:
        return []
    return [
        Waiting(
            title=_("Confirm a payment with your bank"),
            body=_("Your bank asks whether it is you: %(what)s.") % {"what": one.what},
            href=reverse("payments:confirm", kwargs={"charge_id": one.charge_id}),
            action=_("Confirm the payment"),
            until=one.action_due_at,
            silence=_("nothing is charged"),
            icon="credit-card",
            amount=one.money,
        )
        for one in payments.charges_of(party, limit=10)
        if one.needs_action
    ]


def _drafts(drafts: list[Any]) -> list[Waiting]:
    if not drafts:
        return []
    first = drafts[0]
    more = len(drafts) - 1
    return [
        Waiting(
            title=_("Finish the post “%(title)s”") % {"title": first.title or _("untitled")},
            body=ngettext("And %(n)s more draft.", "And %(n)s more drafts.", more) % {"n": more}
            if more
            else _("It is saved as a draft."),
            href=reverse("jobs:edit", kwargs={"post_id": first.post_id}),
            action=_("Go on writing"),
            icon="pencil",
        )
    ]


