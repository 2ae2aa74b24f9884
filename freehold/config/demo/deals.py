"""From a post to a finished contract: what companies and freelancers do with each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from freehold.config.demo import words
from freehold.config.demo.cast import Member, major, subcategory_of
from freehold.config.demo.stage import Stage, Story
from freehold.config.demo.trades import Trade, sentences
from freehold.market.jobs import actions as jobs
from freehold.market.jobs.models import Brief
from freehold.market.proposals import actions as proposals
from freehold.market.proposals.models import Part, Pitch
from freehold.market.taxonomy import queries as taxonomy
from freehold.money.ledger import queries as ledger
from freehold.money.payouts import actions as payouts
from freehold.talk.files import actions as files
from freehold.trust.feedback import actions as feedback
from freehold.work.contracts import actions as contracts
from freehold.work.contracts.models import Contract, Milestone
from freehold.work.contracts.models import Part as Planned
from freehold.work.offers import actions as offers
from freehold.work.offers.models import Content, Offer

_BUDGETS = (180, 350, 480, 600, 900, 1200, 1800, 2400, 3600, 5200)

#: chooses who answers a post: the trade, how many
Crowd = Callable[[Trade, int], list[Member]]


def brief(stage: Stage, client: Member, trade: Trade) -> Brief:
    """A post as a company would write it."""
    luck, currency = stage.luck, client.currency
    skills = [s.label for s in taxonomy.skills_of(subcategory_of(trade).subcategory_id, limit=12)]
    wanted = luck.sample(skills, min(len(skills), luck.randint(3, 6)))
    hourly = stage.chance(0.3)
    low = luck.randrange(trade.rate_from, max(trade.rate_from + 5, trade.rate_to // 2), 5)
    return Brief(
        title=words.named(luck.choice(trade.subjects), client.business)[:100],
        description=words.description(stage, trade, client.business, client.company),
        subcategory_id=subcategory_of(trade).subcategory_id,
        must=tuple(wanted[:3]),
        nice=tuple(wanted[3:]),
        kind="HOURLY" if hourly else "FIXED",
        currency=currency,
        budget=None if hourly else major(luck.choice(_BUDGETS), currency),
        rate_min=major(low, currency) if hourly else None,
        rate_max=major(low + luck.randrange(10, 45, 5), currency) if hourly else None,
        load=luck.choice(("FULL", "PART", "NEEDED")) if hourly else "",
        duration=luck.choice(("DAYS", "WEEKS", "WEEKS", "MONTHS")),
        size=luck.choice(("SMALL", "MEDIUM", "LARGE")),
        level=luck.choice(("ENTRY", "INTERMEDIATE", "EXPERT", "INTERMEDIATE")),
        deliverables=words.deliverables(trade),
        questions=("Which similar piece of work are you most content with, and why?",) if stage.chance(0.25) else (),
    )


def post(stage: Stage, client: Member, trade: Trade, crowd: Crowd, *, hires: bool) -> Story:
    """Write a post, publish it, look at what comes in, and perhaps hire."""
    luck = stage.luck
    draft = jobs.draft_post(actor=client.actor, company_id=client.party_id, at=stage.at)
    if stage.chance(0.012):
        return
    yield stage.hours(0.1, 3)
    wish = brief(stage, client, trade)
    published = jobs.publish_post(actor=client.actor, post_id=draft.pk, brief=wish, at=stage.at)
    sent: list[UUID] = []
    count = luck.choice((2, 3, 3, 4, 6)) if hires else luck.choice((0, 0, 0, 0, 0, 1, 1, 1, 2, 2))
    workers = crowd(trade, count)
    for worker in workers:
        stage.tell(apply(stage, worker, client, published.pk, wish, trade, sent), stage.at + stage.hours(2, 110))
    yield stage.days(4, 8)
    for proposal_id in sent[: luck.randint(1, 3) if hires or stage.chance(0.4) else 0]:
        proposals.open_proposal(actor=client.actor, proposal_id=proposal_id, at=stage.at)
    if not hires or not sent:
        if sent and stage.chance(0.3):
            reason = luck.choice(("EXPERIENCE", "RATE", "FIT"))
            proposals.decline(actor=client.actor, proposal_id=sent[-1], reason=reason, at=stage.at)
        return
    proposals.shortlist(actor=client.actor, proposal_id=sent[0], at=stage.at)
    yield stage.hours(4, 40)
    chosen = {m.party_id: m for m in workers}
    stage.tell(deal(stage, client, chosen, sent[0], trade, wish))


def apply(
    stage: Stage, worker: Member, client: Member, post_id: UUID, wish: Brief, trade: Trade, sent: list[UUID]
) -> Story:
    """Send a proposal."""
    luck = stage.luck
    answers = ("The one in my portfolio: small, finished, still in use.",) if wish.questions else ()
    text = words.letter(stage, trade, worker.person)
    if wish.kind == "HOURLY":
        assert wish.rate_min and wish.rate_max
        pitch = Pitch(terms="HOURLY", amount=luck.randrange(wish.rate_min, wish.rate_max + 1, 100), letter=text)
    else:
        assert wish.budget
        shares = split(stage, wish.budget * luck.choice((85, 90, 95, 100, 100)) // 100, len(trade.milestones))
        parts = tuple(Part(text=t, amount=a) for t, a in zip(trade.milestones, shares, strict=True))
        pitch = Pitch(terms="MILESTONES", amount=sum(shares), parts=parts, letter=text)
    pitch = Pitch(**{**vars(pitch), "answers": answers, "duration": wish.duration})
    proposal = proposals.submit_proposal(actor=worker.actor, post_id=post_id, pitch=pitch, at=stage.at)
    sent.append(proposal.pk)
    yield timedelta(0)


def split(stage: Stage, total: int, parts: int) -> list[int]:
    """Divide an amount into round milestones; the last takes the rest."""
    unit = 1000 if total >= 20_000 else 100
    weights = [stage.luck.uniform(0.7, 1.4) for _ in range(parts)]
    amounts = [max(int(total * w / sum(weights)) // unit * unit, 500) for w in weights[:-1]]
    return [*amounts, max(total - sum(amounts), 500)]


def deal(
    stage: Stage, client: Member, workers: dict[UUID | None, Member], proposal_id: UUID, trade: Trade, wish: Brief
) -> Story:
    """Offer, answer, contract."""
    total = wish.budget or (wish.rate_max or 4000) * stage.luck.choice((12, 20, 30))
    amounts = split(stage, total, len(trade.milestones))
    due = [(stage.at + timedelta(days=12 * (n + 1))).date() for n in range(len(amounts))]
    plan = tuple(
        Planned(title=t, amount=a, due_on=d) for t, a, d in zip(trade.milestones, amounts, due, strict=True)
    )
    content = Content(title=wish.title, parts=plan, text=wish.description[:2000])
    offer = offers.draft_offer(actor=client.actor, proposal_id=proposal_id, content=content, at=stage.at)
    yield stage.hours(0.1, 2)
    offers.send_offer(actor=client.actor, offer_id=offer.pk, method_id=client.card_id, at=stage.at)
    yield stage.hours(3, 70)
    offer = Offer.objects.get(pk=offer.pk)
    worker = workers[offer.worker_id]
    if offer.state != "SENT":
        return
    if stage.chance(0.08):
        offers.decline_offer(actor=worker.actor, offer_id=offer.pk, at=stage.at)
        return
    if stage.chance(0.04):
        return  # silence: it expires
    contract = offers.accept_offer(actor=worker.actor, offer_id=offer.pk, version=offer.version, at=stage.at)
    yield from carry_out(stage, client, worker, contract)


def carry_out(stage: Stage, client: Member, worker: Member, contract: Contract) -> Story:
    """Milestone after milestone, until the contract ends and both say how it was."""
    parts = list(Milestone.objects.filter(contract=contract).order_by("position").values_list("pk", flat=True))
    for n, milestone_id in enumerate(parts):
        if n:
            contracts.fund_milestone(
                actor=client.actor, milestone_id=milestone_id, method_id=client.card_id, at=stage.at
            )
        yield stage.days(4, 14)
        if stage.chance(0.03) and n:
            contracts.return_milestone(
                actor=worker.actor, milestone_id=milestone_id, amount=_amount(milestone_id), at=stage.at
            )
            break
        hand_in(stage, worker, milestone_id, with_file=stage.chance(0.12))
        yield stage.days(0.3, 5)
        if stage.chance(0.18):
            contracts.ask_changes(
                actor=client.actor, milestone_id=milestone_id, text=words.pick(stage, "changes"), at=stage.at
            )
            yield stage.days(1, 5)
            hand_in(stage, worker, milestone_id)
            yield stage.days(0.3, 4)
        if stage.chance(0.16):
            yield timedelta(days=19)  # silence: released by itself
        elif stage.chance(0.06):
            contracts.release_part(
                actor=client.actor, milestone_id=milestone_id, amount=_amount(milestone_id) * 4 // 5, at=stage.at
            )
            yield stage.hours(2, 60)
        else:
            contracts.release_milestone(actor=client.actor, milestone_id=milestone_id, at=stage.at)
            yield stage.hours(2, 60)
        stage.tell(pay_out(stage, worker), stage.at + stage.days(6, 20))
    yield stage.hours(3, 60)
    contracts.end_as_client(actor=client.actor, contract_id=contract.pk, reason="COMPLETED", pays={}, at=stage.at)
    yield stage.hours(4, 80)
    if stage.chance(0.85):
        review(stage, client, contract.pk, "praise")
    yield stage.hours(4, 120)
    if stage.chance(0.8):
        review(stage, worker, contract.pk, "praise_client")


def hand_in(stage: Stage, worker: Member, milestone_id: UUID, *, with_file: bool = False) -> None:
    file_ids = []
    if with_file:
        note = SimpleUploadedFile("handover-notes.txt", "\n\n".join(sentences("handed_in")).encode(), "text/plain")
        file_ids = [files.store(actor=worker.actor, upload=note, purpose="submission", at=stage.at).pk]
    message = words.pick(stage, "handed_in")
    contracts.submit_work(
        actor=worker.actor, milestone_id=milestone_id, message=message, file_ids=file_ids, at=stage.at
    )


def review(stage: Stage, member: Member, contract_id: UUID, kind: str) -> None:
    luck = stage.luck
    stars = [luck.choice((5, 5, 5, 5, 4, 4, 3)) for _ in range(6)]
    comment = words.pick(stage, kind)
    extra = {"recommend": luck.choice((8, 9, 9, 10, 10)), "reason": "DONE"} if kind == "praise" else {}
    feedback.submit_review(
        actor=member.actor, contract_id=contract_id, stars=stars, comment=comment, at=stage.at, **extra
    )


def pay_out(stage: Stage, worker: Member) -> Story:
    """Take what is available to the bank."""
    assert worker.party_id
    if worker.bank_id is None:
        return
    for currency, wallet in ledger.wallets(worker.party_id).items():
        if wallet.available.amount >= 5000:
            payouts.request_payout(
                actor=worker.actor,
                party_id=worker.party_id,
                currency=currency,
                amount=wallet.available.amount,
                method_id=worker.bank_id,
                at=stage.at,
            )
    yield timedelta(0)


def _amount(milestone_id: UUID) -> int:
    return Milestone.objects.values_list("amount", flat=True).get(pk=milestone_id)
