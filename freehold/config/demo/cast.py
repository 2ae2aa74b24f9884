"""The people of the demo, from the moment they sign up: how each enters the market."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from freehold.config.demo import words
from freehold.config.demo.people import Somebody
from freehold.config.demo.stage import Stage, Story
from freehold.config.demo.trades import Trade
from freehold.config.hashing import Argon2
from freehold.kit.actors import Actor
from freehold.kit.money import Money, exponent
from freehold.market.profiles import actions as profiles
from freehold.market.taxonomy import queries as taxonomy
from freehold.money.payments import actions as payments
from freehold.money.payouts import actions as payouts
from freehold.money.payouts.providers.sandbox import TEST_ACCOUNTS
from freehold.people.accounts import actions as accounts
from freehold.people.accounts import queries as people
from freehold.people.teams import actions as teams
from freehold.people.teams import queries as parties
from freehold.talk.files import actions as files

CARD, IBAN = "4242424242424242", TEST_ACCOUNTS[0].number
EURO = {"DE", "FR", "ES", "PT", "IT", "NL", "FI", "IE", "EE", "GR"}


def currency_of(country: str) -> str:
    return "GBP" if country == "GB" else "EUR" if country in EURO else "USD"


def major(amount: int, currency: str) -> int:
    return int(amount * 10 ** exponent(currency))


@dataclass
class Member:
    """Somebody in the market, with what stories need to know of them."""

    person: Somebody
    trade: Trade
    account_id: UUID | None = None
    party_id: UUID | None = None
    actor: Actor = field(default_factory=Actor.visitor)
    business: str = ""
    company: str = ""
    rate: int = 0
    card_id: UUID | None = None
    bank_id: UUID | None = None
    ready: bool = False

    @property
    def currency(self) -> str:
        return currency_of(self.person.country)


@contextlib.contextmanager
def quick_passwords() -> Iterator[None]:
    """Hash the passwords nobody will ever type at the lowest cost; a sign-in would raise it again."""
    before = Argon2.time_cost, Argon2.memory_cost
    Argon2.time_cost, Argon2.memory_cost = 1, 64
    try:
        yield
    finally:
        Argon2.time_cost, Argon2.memory_cost = before


def _sign_up(stage: Stage, member: Member, password: str, purpose: str) -> UUID | None:
    person = member.person
    account = accounts.sign_up(
        email=person.email,
        password=password,
        first_name=person.first,
        last_name=person.last,
        country=person.country,
        purpose=purpose,
        company_name=member.company,
        at=stage.at,
    )
    member.account_id = account.pk if account else None
    return member.account_id


def _confirm(stage: Stage, member: Member) -> None:
    assert member.account_id
    teams.join(token=accounts.mail_link(account_id=member.account_id, purpose="CONFIRM", at=stage.at), at=stage.at)


def _arrive(stage: Stage, member: Member, theme: str = "system") -> None:
    """Know the party, and set the time zone."""
    assert member.account_id
    account = people.account(member.account_id)
    member.actor = parties.actor_for(account)
    member.party_id = member.actor.party_id
    accounts.change_profile(
        actor=member.actor,
        account_id=member.account_id,
        first_name=member.person.first,
        last_name=member.person.last,
        country=member.person.country,
        time_zone=member.person.time_zone,
        language="en",
        theme=theme,
        at=stage.at,
    )


def freelancer(stage: Stage, member: Member, password: str, *, pictures: int = 0, title: str = "") -> Story:
    """Sign up, write a profile, publish it, name a bank account."""
    if _sign_up(stage, member, password, "WORK") is None:
        return
    yield timedelta(minutes=9)
    _confirm(stage, member)
    yield timedelta(minutes=1)
    _arrive(stage, member)
    luck, trade, person = stage.luck, member.trade, member.person
    profile = profiles.open_profile(actor=member.actor, at=stage.at)
    about: dict[str, Any] = {"actor": member.actor, "profile_id": profile.pk}
    profiles.change_handle(**about, handle=person.handle, at=stage.at)
    yield stage.hours(0.2, 1)
    member.rate = luck.randrange(trade.rate_from, trade.rate_to + 1, 5)
    profiles.edit_profile(
        **about,
        title=title or luck.choice(trade.titles),
        overview=words.overview(stage, trade, person),
        level=luck.choice(("INTERMEDIATE", "EXPERT", "EXPERT", "ENTRY")),
        at=stage.at,
    )
    subcategory = subcategory_of(trade)
    skills = [s.label for s in taxonomy.skills_of(subcategory.subcategory_id, limit=12)]
    profiles.choose_skills(
        **about,
        subcategory_ids=[subcategory.subcategory_id],
        skill_names=luck.sample(skills, min(len(skills), luck.randint(5, 8))),
        at=stage.at,
    )
    profiles.set_rate(**about, rate=Money(major(member.rate, "USD"), "USD"), at=stage.at)
    spoken = [(code, "NATIVE" if i == 0 else "FLUENT") for i, code in enumerate(person.languages)]
    profiles.set_languages(**about, languages=spoken, at=stage.at)
    profiles.set_availability(**about, availability=luck.choice(("FULL", "PART", "AS_NEEDED")), at=stage.at)
    for n in range(pictures):
        _portfolio(stage, about, trade, n)
    profiles.publish_profile(**about, at=stage.at)
    member.ready = True
    yield stage.days(1, 20)
    assert member.party_id
    iban = {"number": IBAN} if member.currency != "USD" else {"number": CARD, "rail": "CARD"}
    name = f"{person.first} {person.last}"
    method = payouts.add_method(actor=member.actor, party_id=member.party_id, holder=name, at=stage.at, **iban)
    member.bank_id = method.pk


def company(stage: Stage, member: Member, password: str) -> Story:
    """Sign up, name the company, keep a card."""
    if _sign_up(stage, member, password, "HIRE") is None:
        return
    yield timedelta(minutes=6)
    _confirm(stage, member)
    yield timedelta(minutes=1)
    _arrive(stage, member)
    assert member.party_id
    teams.edit_company(
        actor=member.actor,
        party_id=member.party_id,
        name=member.company,
        website="",
        size=stage.luck.choice(("1", "2-9", "2-9", "10-99", "10-99", "100-499")),
        description=words.named("A {b}", member.business) + f" in {member.person.city}.",
        country=member.person.country,
        is_organization=True,
        name_public=not stage.chance(0.15),
        at=stage.at,
    )
    yield stage.hours(0.2, 2)
    card = payments.add_card(
        actor=member.actor,
        party_id=member.party_id,
        number=CARD,
        expiry=f"09/{(stage.end.year + 3) % 100:02}",
        holder=f"{member.person.first} {member.person.last}",
        at=stage.at,
    )
    member.card_id, member.ready = card.pk, True


def subcategory_of(trade: Trade) -> taxonomy.SubcategoryCard:
    return next(s for c in taxonomy.tree() for s in c.subcategories if s.label == trade.subcategory)


def _portfolio(stage: Stage, about: dict[str, Any], trade: Trade, n: int) -> None:
    """A piece with a picture drawn here."""
    upload = SimpleUploadedFile(f"piece-{n + 1}.png", picture(stage), content_type="image/png")
    stored = files.store(actor=about["actor"], upload=upload, purpose="portfolio", at=stage.at)
    profiles.add_portfolio_item(
        **about,
        title=trade.subjects[n % len(trade.subjects)].format(b="small museum")[:70],
        role=trade.titles[0],
        text=f"{trade.doing[n % len(trade.doing)].capitalize()}: from first talk to handover.",
        file_ids=[stored.pk],
        at=stage.at,
    )


def picture(stage: Stage) -> bytes:
    """A calm composition of shapes, different each time."""
    luck = stage.luck
    ground = luck.choice(((243, 238, 229), (36, 31, 52), (232, 240, 236), (250, 232, 222)))
    inks = [(142, 36, 84), (38, 70, 110), (196, 140, 60), (70, 110, 90), (230, 200, 170)]
    image = Image.new("RGB", (960, 640), ground)
    draw = ImageDraw.Draw(image)
    for _ in range(luck.randint(4, 8)):
        x, y, size = luck.randint(-80, 900), luck.randint(-80, 600), luck.randint(80, 340)
        shape = luck.choice((draw.ellipse, draw.rectangle, draw.rounded_rectangle))
        extra = {"radius": 40} if shape == draw.rounded_rectangle else {}
        shape((x, y, x + size, y + size * luck.choice((1, 1, 0.6))), fill=luck.choice(inks), **extra)
    for i in range(luck.randint(3, 9)):
        draw.line((80, 90 + i * 34, luck.randint(300, 860), 90 + i * 34), fill=luck.choice(inks), width=6)
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()
