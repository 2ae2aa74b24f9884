"""Closing an account, in real threads: one closure, one ending, one erasure, one way back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from freehold.kit import privacy
from freehold.kit.actors import Actor
from freehold.kit.privacy import Kind, Open
from freehold.kit.refusals import Refusal
from freehold.people.accounts.models import Account
from freehold.trust.closure import actions, tasks
from freehold.trust.closure.models import Closure, Receipt

SYSTEM = Actor.system("tests")


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run calls in threads that start together; returns what each gave or refused."""
    barrier, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(n: int, call: Callable[[], Any]) -> None:
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


@pytest.fixture
def matters(monkeypatch):
    """What is open, for tests to change."""
    found: list[Open] = []
    monkeypatch.setattr(privacy, "BLOCKERS", {"gate": privacy.Blocker(key="gate", find=lambda s, at: list(found))})
    return found


def test_confirming_twice_makes_one_closure(live_db, cast, at, matters):
    matters.append(Open(sentence="It waits.", kind=Kind.WAITS))
    actor, account_id = cast.basil.actor, cast.basil.account.pk
    calls = [lambda: actions.leave(actor=actor, account_id=account_id, at=at) for _ in range(4)]
    answers = at_once(*calls)
    assert sum(isinstance(a, Closure) for a in answers) == 1
    assert sum(isinstance(a, actions.AlreadyLeaving) for a in answers) == 3
    assert Closure.objects.count() == 1


def test_cancel_or_clear_but_never_both(live_db, cast, at, matters):
    for turn in range(4):
        matters[:] = [Open(sentence="It waits.", kind=Kind.WAITS)]
        player = (cast.ada, cast.basil, cast.chiara, cast.edna)[turn]
        actor = player.actor
        closure = actions.leave(actor=actor, account_id=player.account.pk, at=at)
        matters.clear()
        at_once(
            lambda c=closure, a=actor: actions.cancel_closure(actor=a, closure_id=c.pk, at=at),
            lambda c=closure: actions.wind_down(closure_id=c.pk, at=at),
        )
        closure.refresh_from_db()
        account = Account.objects.get(pk=player.account.pk)
        assert (closure.state, account.state) in {("CANCELED", "ACTIVE"), ("GRACE", "CLOSED")}
        assert not account.leaving


def test_reopen_or_erase_but_never_both(live_db, cast, at, matters):
    for player in (cast.ada, cast.basil, cast.chiara):
        closure = actions.leave(actor=player.actor, account_id=player.account.pk, at=at)
        token = actions.send_reopening_link(account_id=player.account.pk, at=at)
        at_once(
            lambda t=token: actions.reopen_closure(token=t, at=at),
            lambda c=closure: tasks._erase(SYSTEM, c.pk, at),
        )
        closure.refresh_from_db()
        account = Account.objects.get(pk=player.account.pk)
        assert (closure.state, account.state) in {("REOPENED", "ACTIVE"), ("ERASED", "ERASED")}


def test_two_workers_erase_once(live_db, cast, at, matters):
    closure = actions.leave(actor=cast.basil.actor, account_id=cast.basil.account.pk, at=at)
    actions.begin_erasure(actor=SYSTEM, closure_id=closure.pk, at=at)
    at_once(*[lambda: tasks.carry_on(closure.pk, at) for _ in range(3)])
    closure.refresh_from_db()
    assert closure.state == "ERASED" and Receipt.objects.count() == 1
    assert not closure.steps.exclude(state="CONFIRMED").exists()


def test_closing_while_money_is_set_aside(live_db, cast, at):
    """Ada closes her company's account at the moment a card pays for a milestone: one waits for the other."""
    from freehold.kit import jobs
    from freehold.money.ledger import queries as books
    from tests.work.contracts.factories import a_card, a_contract, milestone_of
    from tests.work.contracts.factories import actions as contracts

    contract = a_contract(cast, at)
    second, method = milestone_of(contract, 2), a_card(cast, at)
    actor = cast.ada.actor
    answers = at_once(
        lambda: contracts.fund_milestone(actor=actor, milestone_id=second.pk, method_id=method, at=at),
        lambda: actions.leave(actor=actor, account_id=cast.ada.account.pk, at=at),
    )
    jobs.drain()
    assert isinstance(answers[1], actions.NeedsYou), "the first milestone's money is held"
    assert Account.objects.get(pk=cast.ada.account.pk).state == "ACTIVE" and books.broken_laws() == []
