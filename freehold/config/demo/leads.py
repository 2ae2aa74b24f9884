"""The leading parts: Ada hires, Basil works, Dora is staff. What they find when somebody signs in as them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from freehold.config.demo import cast, deals, words
from freehold.config.demo.cast import Member, major, subcategory_of
from freehold.config.demo.people import Somebody
from freehold.config.demo.stage import Hired, Stage, Story
from freehold.config.demo.trades import trades
from freehold.config.up import DEMO_PASSWORD
from freehold.market.jobs import actions as jobs
from freehold.market.jobs.models import Brief
from freehold.market.proposals import actions as proposals
from freehold.market.proposals.models import Part, Pitch
from freehold.market.taxonomy import queries as taxonomy
from freehold.people.accounts import actions as accounts
from freehold.work.contracts import actions as contracts
from freehold.work.contracts.models import Milestone
from freehold.work.contracts.models import Part as Planned
from freehold.work.offers import actions as offers
from freehold.work.offers.models import Content, Offer

_ADA = Somebody("Ada", "Hartwell", "ada", "GB", "Europe/London", ("en",), "Leith", address="ada@example.com")
_BASIL = Somebody(
    "Basil", "Okonjo", "basil", "DE", "Europe/Berlin", ("en", "de"), "Leipzig", address="basil@example.com"
)

_WALLS = (
    "The lighthouse museum gets three new rooms in spring, and visitors need to find their way through 400 years "
    "in an hour. We look for somebody to design a small guide: what is shown on the phone, what on the walls, and how "
    "both fit."
    "\n\nThere is a first text for every room, two curators with opinions, and a developer who builds what you draw. "
    "Please plan one afternoon with real visitors.\n\nAccessibility matters: many of our guests bring old phones and "
    "some bring none."
)
_GUIDE = (
    ("Research and content map", 90_000, "One page per room: what visitors ask, what we answer, and where."),
    ("Wireframes, phone and wall", 120_000, "Every screen and panel in gray, tested with five visitors."),
    ("Visual design, 14 screens", 160_000, "Light and dark, phone and wall kiosk, with all states."),
    ("Clickable prototype", 70_000, "Two full paths with real texts, ready to test in the museum."),
    ("Handover and style guide", 40_000, "Components, tokens and a two-hour session with our developer."),
)


def enter(stage: Stage, clients: list[Member], workers: list[Member]) -> None:
    """Bring the leads on stage; they also take part in what everybody does."""
    design = next(t for t in trades() if t.subcategory == "Product & Interface Design")
    basil = Member(_BASIL, design)
    ada = Member(_ADA, design, business="lighthouse museum", company="Harbor Light Museum")
    stage.tell(_operator(stage))
    title = "Product and exhibition designer"
    stage.tell(cast.freelancer(stage, basil, DEMO_PASSWORD, pictures=3, title=title), stage.at + timedelta(days=2))
    stage.tell(cast.company(stage, ada, DEMO_PASSWORD), stage.at + timedelta(days=4))
    stage.tell(_first_job(stage, ada, basil), stage.at + timedelta(days=90))
    stage.tell(_guide(stage, ada, basil, workers), stage.end - timedelta(days=41, hours=3))
    stage.tell(_open_post(stage, ada, workers), stage.end - timedelta(days=6, hours=5))
    for n, days in enumerate((3, 34)):
        stage.tell(_another(stage, clients, basil, waits=n == 0), stage.end - timedelta(days=days, hours=7))
    workers.append(basil)


def _operator(stage: Stage) -> Story:
    token = accounts.first_run_token(at=stage.at)
    accounts.use_first_run(
        token=token, email="dora@example.com", password=DEMO_PASSWORD, first_name="Dora", last_name="Lindqvist",
        country="SE", at=stage.at,
    )  # fmt: skip
    yield timedelta(0)


def _brief(member: Member, title: str, text: str, budget: int) -> Brief:
    place = subcategory_of(member.trade).subcategory_id
    skills = tuple(s.label for s in taxonomy.skills_of(place, limit=6))
    return Brief(
        title=title, description=text, subcategory_id=place, must=skills[:3], nice=skills[3:6],
        currency=member.currency, budget=budget, duration="WEEKS", size="MEDIUM", level="EXPERT",
        deliverables="\n".join(f"- {line[0]}" for line in _GUIDE),
    )  # fmt: skip


def _hired(stage: Stage, client: Member, worker: Member, wish: Brief, plan: tuple[Planned, ...]) -> Hired:
    """Post, proposal, offer and yes, quickly; ends with the contract."""
    draft = jobs.draft_post(actor=client.actor, company_id=client.party_id, at=stage.at)
    yield timedelta(minutes=40)
    post = jobs.publish_post(actor=client.actor, post_id=draft.pk, brief=wish, at=stage.at)
    yield timedelta(hours=20)
    parts = tuple(Part(text=p.title, amount=p.amount) for p in plan)
    pitch = Pitch(
        terms="MILESTONES", amount=sum(p.amount for p in plan), parts=parts, duration="WEEKS",
        letter=words.letter(stage, worker.trade, worker.person),
    )  # fmt: skip
    sent = proposals.submit_proposal(actor=worker.actor, post_id=post.pk, pitch=pitch, at=stage.at)
    yield timedelta(days=2)
    proposals.open_proposal(actor=client.actor, proposal_id=sent.pk, at=stage.at)
    content = Content(title=wish.title, parts=plan, text=wish.description)
    offer = offers.draft_offer(actor=client.actor, proposal_id=sent.pk, content=content, at=stage.at)
    offers.send_offer(actor=client.actor, offer_id=offer.pk, method_id=client.card_id, at=stage.at)
    yield timedelta(hours=18)
    offer = Offer.objects.get(pk=offer.pk)
    contract = offers.accept_offer(actor=worker.actor, offer_id=offer.pk, version=offer.version, at=stage.at)
    return contract.pk


def _milestones(contract_id: UUID) -> list[UUID]:
    return list(Milestone.objects.filter(contract_id=contract_id).order_by("position").values_list("pk", flat=True))


def _pass(stage: Stage, client: Member, worker: Member, milestone_id: UUID, *, fund: bool, work: float) -> Story:
    """One milestone from funding to release."""
    if fund:
        contracts.fund_milestone(actor=client.actor, milestone_id=milestone_id, method_id=client.card_id, at=stage.at)
    yield timedelta(days=work)
    deals.hand_in(stage, worker, milestone_id, with_file=True)
    yield timedelta(days=1, hours=3)
    contracts.release_milestone(actor=client.actor, milestone_id=milestone_id, at=stage.at)
    yield timedelta(minutes=20)


def _first_job(stage: Stage, ada: Member, basil: Member) -> Story:
    """The first time they worked together: done, paid, reviewed, paid out."""
    plan = (Planned(title="Signs for two floors", amount=60_000), Planned(title="Route map", amount=45_000))
    title, text = "Signs and a route map for a lighthouse museum", _WALLS.replace("three new rooms", "new signs")
    contract_id = yield from _hired(stage, ada, basil, _brief(ada, title, text, major(1_100, ada.currency)), plan)
    for n, milestone_id in enumerate(_milestones(contract_id)):
        yield from _pass(stage, ada, basil, milestone_id, fund=n > 0, work=9)
    contracts.end_as_client(actor=ada.actor, contract_id=contract_id, reason="COMPLETED", pays={}, at=stage.at)
    yield timedelta(days=1)
    deals.review(stage, ada, contract_id, "praise")
    yield timedelta(days=2)
    deals.review(stage, basil, contract_id, "praise_client")
    yield timedelta(days=9)
    yield from deals.pay_out(stage, basil)


def _guide(stage: Stage, ada: Member, basil: Member, workers: list[Member]) -> Story:
    """The contract that is running: two milestones paid, one in review, one protected, one planned."""
    plan = tuple(
        Planned(title=title, amount=amount, text=text, due_on=(stage.at + timedelta(days=14 * (n + 1))).date())
        for n, (title, amount, text) in enumerate(_GUIDE)
    )
    title = "Exhibition guide: design and prototype"
    contract_id = yield from _hired(stage, ada, basil, _brief(ada, title, _WALLS, major(5_000, ada.currency)), plan)
    first, second, third, fourth, _fifth = _milestones(contract_id)
    yield from _pass(stage, ada, basil, first, fund=False, work=10)
    yield from _pass(stage, ada, basil, second, fund=True, work=12)
    for milestone_id in (third, fourth):
        contracts.fund_milestone(actor=ada.actor, milestone_id=milestone_id, method_id=ada.card_id, at=stage.at)
        yield timedelta(minutes=10)
    yield stage.end - timedelta(days=4, hours=2)
    deals.hand_in(stage, basil, third, with_file=True)


def _open_post(stage: Stage, ada: Member, workers: list[Member]) -> Story:
    """A post of Ada's with proposals she has not read."""
    draft = jobs.draft_post(actor=ada.actor, company_id=ada.party_id, at=stage.at)
    yield timedelta(minutes=30)
    title = "Illustrated map of the harbor for children"
    wish = _brief(ada, title, _WALLS.replace("a small guide", "an illustrated map"), major(900, ada.currency))
    post = jobs.publish_post(actor=ada.actor, post_id=draft.pk, brief=wish, at=stage.at)
    ready = [w for w in workers if w.ready and w.person is not _BASIL]
    near = [w for w in ready if "Design" in w.trade.subcategory or "Illustration" in w.trade.subcategory]
    sent: list[UUID] = []
    for worker in stage.luck.sample(near, min(5, len(near))):
        stage.tell(deals.apply(stage, worker, ada, post.pk, wish, worker.trade, sent), stage.at + stage.hours(3, 90))
    yield timedelta(days=2)
    jobs.draft_post(
        actor=ada.actor, company_id=ada.party_id, typed={"title": "Opening film for the winter exhibition"}, at=stage.at
    )


def _another(stage: Stage, clients: list[Member], basil: Member, *, waits: bool) -> Story:
    """Somebody else hires Basil: once an offer is waiting for his answer, once only his feedback is missing."""
    client = next(c for c in sorted(clients, key=lambda c: c.currency != "EUR") if c.ready)
    wish = deals.brief(stage, client, basil.trade)
    plan = (Planned(title="Interviews and flow", amount=48_000), Planned(title="Screens", amount=72_000))
    story = _hired(stage, client, basil, Brief(**{**vars(wish), "kind": "FIXED", "budget": 120_000}), plan)
    if waits:
        for _step in range(3):
            yield next(story)
        next(story)  # the offer is out; Basil has not answered
        return
    contract_id = yield from story
    for n, milestone_id in enumerate(_milestones(contract_id)):
        yield from _pass(stage, client, basil, milestone_id, fund=n > 0, work=7)
    yield stage.end - timedelta(days=3)
    contracts.end_as_client(actor=client.actor, contract_id=contract_id, reason="COMPLETED", pays={}, at=stage.at)
    yield timedelta(hours=5)
    deals.review(stage, client, contract_id, "praise")

