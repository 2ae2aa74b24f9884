"""Two people press at once: exactly one wins, the other reads a sentence, and the books stay whole."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections

from freehold.kit import jobs
from freehold.kit.refusals import Refusal
from freehold.money.ledger import queries as ledger
from freehold.work.contracts import actions
from freehold.work.contracts.models import Contract
from tests.work.contracts.factories import (
    a_card,
    a_contract,
    a_submitted_milestone,
    milestone_of,
)


def at_once(*runs: Callable[[], Any]) -> list[Any]:
    """Start all at the same moment; each one's result, or the refusal it met."""
    gate, results = threading.Barrier(len(runs)), [None] * len(runs)

    def go(place: int, run: Callable[[], Any]) -> None:
        gate.wait()
        try:
            results[place] = run()
        except Exception as met:
            results[place] = met
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=pair) for pair in enumerate(runs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def refused(results: list[Any]) -> list[Refusal]:
    broken = [r for r in results if isinstance(r, Exception) and not isinstance(r, Refusal)]
    assert not broken, broken
    return [r for r in results if isinstance(r, Refusal)]


def test_releasing_twice_pays_once(live_db: None, cast: Any, at: Any) -> None:
    milestone = a_submitted_milestone(cast, at)
    ada = cast.ada.actor

    def release() -> Any:
        return actions.release_milestone(actor=ada, milestone_id=milestone.pk, at=at)

    results = at_once(release, release, release)
    assert len(refused(results)) == 2
    assert ledger.wallets(cast.basil.party_id)["USD"].pending.amount == 144_000
    assert ledger.broken_laws() == []


def test_releasing_while_returning_has_one_winner(live_db: None, cast: Any, at: Any) -> None:
    milestone = a_submitted_milestone(cast, at)
    ada, basil = cast.ada.actor, cast.basil.actor
    results = at_once(
        lambda: actions.release_milestone(actor=ada, milestone_id=milestone.pk, at=at),
        lambda: actions.return_milestone(actor=basil, milestone_id=milestone.pk, amount=milestone.amount, at=at),
    )
    (lost,) = refused(results)
    assert lost.status == 409
    assert milestone_of(milestone.contract).state in ("PAID", "REFUNDED")
    assert ledger.broken_laws() == []


def test_funding_while_ending_strands_no_money(live_db: None, cast: Any, at: Any) -> None:
    contract = a_contract(cast, at)
    second, card = milestone_of(contract, 2), a_card(cast, at)
    ada, basil = cast.ada.actor, cast.basil.actor
    results = at_once(
        lambda: actions.fund_milestone(actor=ada, milestone_id=second.pk, method_id=card, at=at),
        lambda: actions.end_as_worker(actor=basil, contract_id=contract.pk, reason="OTHER", at=at),
    )
    assert len(refused(results)) <= 1
    jobs.drain()
    assert set(contract.milestones.values_list("state", flat=True)) <= {"REFUNDED", "CANCELED"}
    found = Contract.objects.get(pk=contract.pk)
    assert (found.state, found.settled_at is not None) == ("ENDED", True)
    assert ledger.broken_laws() == []
