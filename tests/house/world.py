"""A small market in which every address leads somewhere: things of Ada's and Basil's in every state a page wants."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from freehold.kit import jobs
from freehold.market.jobs import actions as posts
from freehold.market.profiles import actions as profiles
from freehold.market.proposals import actions as proposals
from freehold.people.accounts import actions as accounts
from freehold.people.accounts.models import Account
from freehold.talk.files import actions as files
from freehold.trust.feedback.models import Review
from freehold.work.contracts import actions as contracts
from freehold.work.contracts.models import Milestone
from freehold.work.offers import actions as offers
from tests.market.jobs import factories as a_post
from tests.market.profiles.factories import a_profile
from tests.market.proposals.factories import a_proposal
from tests.money.invoices.factories import a_release
from tests.money.payments import factories as pay
from tests.money.payouts import factories as payout
from tests.talk.files.factories import picture, text
from tests.work.contracts import factories as work
from tests.work.offers.factories import content

#: url name (or ``app:`` for all of one) → the arguments of its address
World = dict[str, dict[str, Any]]


def build(cast: Any, at: datetime) -> World:
    """Make it, and say which arguments stand for what in which address."""
    found: World = {}
    for part in (_people, _money, _profile, _market, _work):
        found |= part(cast, at)
    jobs.drain()
    return found | _mail(cast)


def arguments(world: World, name: str) -> dict[str, Any]:
    """The arguments of an address, the most exact entry winning."""
    return world.get(name.split(":")[0] + ":", {}) | world.get(name, {})


def _people(cast: Any, at: datetime) -> World:
    fresh = accounts.sign_up(
        email="noor@example.com", password="a long enough phrase", first_name="Noor", last_name="Haddad", country="GB",
        purpose="WORK", at=at,
    )  # fmt: skip
    assert isinstance(fresh, Account)

    def token(purpose: str, account_id: Any = cast.basil.account.pk) -> dict[str, Any]:
        return {"token": accounts.mail_link(account_id=account_id, purpose=purpose, at=at)}

    return {
        "teams:confirm": token("CONFIRM", fresh.pk),
        "accounts:reset": token("RESET"),
        "accounts:change_email": token("EMAIL"),
        "accounts:restore_email": token("UNDO"),
        "closure:reopen": token("REOPEN"),
        "accounts:first_run": {"token": "there-is-an-operator-already"},
        "accounts:avatar": {"seed": "Basil"},
        "accounts:end_session": {"session_id": 1},
        "teams:": {"party_id": cast.ada.party_id},
    }


def _money(cast: Any, at: datetime) -> World:
    card = pay.a_card(cast.ada, at)
    charge = pay.a_charge(cast.ada, at, number=pay.NEEDS_ACTION)
    pay.money_in(cast.basil.party_id, at)
    method = payout.a_method(cast.basil, at)
    asked = payout.a_payout(cast.basil, at, method=method)
    _release, papers = a_release(cast.basil, cast.ada, at)
    return {
        "payments:": {"method_id": card.pk, "charge_id": charge.pk},
        "payouts:": {"method_id": method.pk, "payout_id": asked.pk},
        "invoices:": {"document_id": papers[0].pk},
    }


def _profile(cast: Any, at: datetime) -> World:
    profile = a_profile(cast.basil, at)
    a_profile(cast.chiara, at)
    mine = {"actor": cast.basil.actor, "profile_id": profile.pk, "at": at}
    job = profiles.add_employment(organization="Museum", title="Designer", **mine)
    school = profiles.add_education(school="University", degree="Design", **mine)
    shot = files.store(actor=cast.basil.actor, upload=picture(), purpose="portfolio", at=at)
    piece = profiles.add_portfolio_item(title="A museum", file_ids=[shot.pk], **mine)
    profiles.add_portfolio_item(title="A second museum", **mine)
    return {
        "profiles:": {"handle": profile.handle, "item_id": piece.pk, "file_id": shot.pk},
        "profiles:edit_job": {"station_id": job.pk},
        "profiles:remove_job": {"station_id": job.pk},
        "profiles:edit_school": {"station_id": school.pk},
        "profiles:remove_school": {"station_id": school.pk},
    }


def _market(cast: Any, at: datetime) -> World:
    draft = a_post.a_draft(cast, at, title="A draft of a post")
    plan = files.store(actor=cast.ada.actor, upload=text("a plan"), purpose="post", at=at)
    posts.attach_files(actor=cast.ada.actor, post_id=draft.pk, file_ids=[plan.pk], at=at)
    closed = _post(cast, at, "Lighting for a winter garden")
    posts.close_post(actor=cast.ada.actor, post_id=closed.pk, at=at)
    proposal = a_proposal(cast, at)
    garden = _post(cast, at, "A booking form for a ferry")
    begun = proposals.save_draft(actor=cast.basil.actor, post_id=garden.pk, typed={"letter": "Hello"}, at=at)
    note = files.store(actor=cast.basil.actor, upload=text("a note"), purpose="proposal", at=at)
    proposals.attach_files(actor=cast.basil.actor, proposal_id=begun.pk, file_ids=[note.pk], at=at)
    written = _offer(cast, at, "Translate the opera's programme")
    sent = _offer(cast, at, "Tune our search for recipes")
    offers.send_offer(actor=cast.ada.actor, offer_id=sent.pk, method_id=work.a_card(cast, at), at=at)
    jobs.drain()
    return {
        "jobs:": {"post_id": proposal.post_id},
        "jobs:edit": {"post_id": draft.pk},
        "jobs:save": {"post_id": draft.pk},
        "jobs:delete": {"post_id": draft.pk},
        "jobs:reopen": {"post_id": closed.pk},
        "jobs:remove-file": {"post_id": draft.pk, "file_id": plan.pk},
        "proposals:": {"proposal_id": proposal.pk, "post_id": proposal.post_id},
        "proposals:apply": {"post_id": begun.post_id},
        "proposals:save": {"post_id": begun.post_id},
        "proposals:delete": {"proposal_id": begun.pk},
        "proposals:remove-file": {"proposal_id": begun.pk, "file_id": note.pk},
        "proposals:mark": {"proposal_id": proposal.pk, "what": "shortlist"},
        "offers:": {"offer_id": sent.pk},
        "offers:new": {"proposal_id": proposal.pk},
        "offers:send": {"offer_id": written.pk},
    }


def _post(cast: Any, at: datetime, title: str) -> Any:
    """An open post that resembles no other."""
    return a_post.an_open_post(cast, at, title=title, description=" ".join(sorted(title.split(), key=len)) * 4)


def _offer(cast: Any, at: datetime, title: str) -> Any:
    proposal = a_proposal(cast, at, post_id=_post(cast, at, title).pk)
    return offers.draft_offer(actor=cast.ada.actor, proposal_id=proposal.pk, content=content(), at=at)


def _work(cast: Any, at: datetime) -> World:
    def of(milestone: Milestone) -> dict[str, Any]:
        return {"contract_id": milestone.contract_id, "milestone_id": milestone.pk}

    handed_in, funded, carry = work.a_submitted_milestone(cast, at), work.a_funded_milestone(cast, at), work.a_carry(cast, at)
    planned = work.milestone_of(funded.contract, 2)
    proposed = contracts.propose_milestone(
        actor=cast.basil.actor, contract_id=funded.contract_id, title="One more", amount=9_000, at=at
    )
    refund = work.a_refund_request(cast, at)
    ended = work.an_ended_contract(cast, at)
    shot = files.store(actor=cast.basil.actor, upload=picture(), purpose="submission", at=at)
    contracts.submit_work(
        actor=cast.basil.actor, milestone_id=funded.pk, message="Done.", file_ids=[shot.pk], at=at
    )
    begun = work.a_funded_milestone(cast, at)
    jobs.drain()
    if not Review.objects.filter(contract_id=ended.pk).exists():
        raise AssertionError("nobody was asked for feedback")
    return {
        "contracts:": of(handed_in),
        **{f"contracts:{act}": of(planned) for act in ("fund", "edit", "cancel")},
        **{f"contracts:{act}": of(proposed) for act in ("agree", "decline")},
        **{f"contracts:{act}": of(begun) for act in ("hand_in",)},
        **{f"contracts:{act}": {"contract_id": carry.pk} for act in ("give_carry_back", "ask_carry_refund")},
        **{
            f"contracts:{act}": {"contract_id": refund.contract_id, "request_id": refund.pk}
            for act in ("answer_refund", "refuse_refund", "withdraw_refund")
        },
        "feedback:": {"contract_id": ended.pk},
        "files:": {"file_id": shot.pk, "name": "picture.png"},
    }


def _mail(cast: Any) -> World:
    from freehold.talk.notifications.models import Mail, Notification

    notice = Notification.objects.filter(account=cast.ada.account).latest("at")
    return {"notifications:": {"notice_id": notice.pk, "mail_id": Mail.objects.latest("pk").pk}}
