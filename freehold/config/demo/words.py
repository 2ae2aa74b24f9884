"""Texts of the demo, put together by chance from the sentences of its trades."""

from __future__ import annotations

from freehold.config.demo.people import Somebody
from freehold.config.demo.stage import Stage
from freehold.config.demo.trades import Trade, sentences


def pick(stage: Stage, kind: str) -> str:
    return stage.luck.choice(sentences(kind))


def named(text: str, business: str, **places: object) -> str:
    """Put the kind of business in, with its article."""
    article = "an" if business[0] in "aeiou" else "a"
    text = text.replace("a {b}", f"{article} {{b}}").replace("A {b}", f"{article.capitalize()} {{b}}")
    return text.format(b=business, **places)


def overview(stage: Stage, trade: Trade, person: Somebody) -> str:
    """What a freelancer writes about themselves, in three paragraphs."""
    doing = list(trade.doing)
    stage.luck.shuffle(doing)
    first = pick(stage, "openings").format(w=" and ".join(doing[:2]), p=person.city, t=trade.titles[0])
    last = pick(stage, "closings").format(p=person.city)
    return "\n\n".join((first, pick(stage, "middles"), last))


def description(stage: Stage, trade: Trade, business: str, company: str) -> str:
    """What a company writes into a post."""
    luck = stage.luck
    people = luck.choice((3, 5, 7, 9, 12, 18, 24))
    about = named(pick(stage, "about"), business, c=company, n=people)
    needs = pick(stage, "needs").format(w=luck.choice(trade.doing))
    how = luck.sample(sentences("how"), 2)
    return "\n\n".join((about, needs, " ".join(how)))


def deliverables(trade: Trade) -> str:
    return "\n".join(f"- {part}" for part in trade.milestones)


def letter(stage: Stage, trade: Trade, person: Somebody) -> str:
    return pick(stage, "letters").format(w=stage.luck.choice(trade.doing), p=person.city)
