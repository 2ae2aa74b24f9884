"""Two proposals want the last credits at the same time: exactly one gets them."""

from __future__ import annotations

import threading

from freehold.kit.actors import Actor
from freehold.kit.refusals import Refusal
from freehold.market.credits import actions as credits
from freehold.market.credits import queries
from freehold.market.credits.models import Lot
from freehold.market.proposals import actions
from freehold.market.proposals.models import Proposal
from tests.market.jobs.factories import an_open_post
from tests.market.proposals.factories import a_pitch, a_profile


def at_once(*calls):
    """Run calls in threads that start together; returns what each gave or refused."""
    barrier, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(n, call):
        from django.db import connection

        barrier.wait()
        try:
            answers[n] = call()
        except Refusal as refusal:
            answers[n] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, call)) for n, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def left(cast, count, at):
    """Leave Basil exactly so many credits."""
    a_profile(cast.basil, at)
    have = queries.balance(cast.basil.party_id, at)
    import uuid

    credits.spend(
        actor=Actor.system("tests"), party_id=cast.basil.party_id, count=have - count, ref=("test", uuid.uuid4()), at=at
    )


def test_the_last_credits_are_spent_once(live_db, cast, at):
    posts = [an_open_post(cast, at, title=f"Wayfinding for museum number {n}", description=f"{n} " * 60) for n in (1, 2)]
    left(cast, 8, at)
    actor = cast.basil.actor
    answers = at_once(
        *[lambda p=p: actions.submit_proposal(actor=actor, post_id=p.pk, pitch=a_pitch(), at=at) for p in posts]
    )
    refused = [a for a in answers if isinstance(a, Refusal)]
    assert len(refused) == 1 and isinstance(refused[0], credits.NotEnoughCredits)
    assert queries.balance(cast.basil.party_id, at) == 0
    assert Proposal.objects.filter(state="SUBMITTED").count() == 1
    assert min(Lot.objects.values_list("left", flat=True)) >= 0


def test_the_same_proposal_sent_twice_is_one(live_db, cast, at):
    post = an_open_post(cast, at)
    left(cast, 40, at)
    actor = cast.basil.actor
    answers = at_once(
        *[lambda: actions.submit_proposal(actor=actor, post_id=post.pk, pitch=a_pitch(), at=at) for _ in range(3)]
    )
    assert sum(isinstance(a, Proposal) for a in answers) == 1
    assert queries.balance(cast.basil.party_id, at) == 32
    assert Proposal.objects.filter(post=post).count() == 1


def test_spending_while_it_comes_back_loses_nothing(live_db, cast, at):
    post = an_open_post(cast, at)
    left(cast, 8, at)
    sent = actions.submit_proposal(actor=cast.basil.actor, post_id=post.pk, pitch=a_pitch(), at=at)
    machine = Actor.system("tests")
    answers = at_once(
        *[lambda: credits.give_back(actor=machine, ref=("proposal", sent.pk), at=at) for _ in range(3)]
    )
    assert sorted(answers) == [0, 0, 8]
    assert queries.balance(cast.basil.party_id, at) == 8
