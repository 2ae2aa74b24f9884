"""Money in and out, in real threads: charged once, paid out once, numbered once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from freehold.kit.ids import uuid7
from freehold.kit.refusals import Refusal
from freehold.money.invoices import actions as invoices
from freehold.money.invoices.models import Document
from freehold.money.ledger import queries as books
from freehold.money.ledger import states as chart
from freehold.money.payments import actions as payments
from freehold.money.payouts import actions as payouts
from freehold.money.payouts.models import Payout
from tests.money.invoices.factories import a_release
from tests.money.payments import factories as pay
from tests.money.payouts import factories as make


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


def available(player):
    return books.balance(chart.wallet(player.party_id, "available"), "USD").amount


def test_one_form_sent_four_times_is_one_payout(live_db, cast, at):
    pay.money_in(cast.basil.party_id, at, 50_000)
    method, key, actor = make.a_method(cast.basil, at), uuid7(), cast.basil.actor
    call = lambda: payouts.request_payout(  # noqa: E731
        actor=actor, party_id=cast.basil.party_id, currency="USD", amount=10_000, method_id=method.pk, at=at,
        payout_id=key,
    )
    answers = at_once(call, call, call, call)
    assert {a.pk for a in answers} == {key}
    assert available(cast.basil) == 40_000


def test_four_payouts_of_everything_leave_once(live_db, cast, at):
    pay.money_in(cast.basil.party_id, at, 50_000)
    method, actor = make.a_method(cast.basil, at), cast.basil.actor
    call = lambda: payouts.request_payout(  # noqa: E731
        actor=actor, party_id=cast.basil.party_id, currency="USD", amount=50_000, method_id=method.pk, at=at
    )
    answers = at_once(call, call, call, call)
    assert sum(isinstance(a, Payout) for a in answers) == 1
    assert sum(isinstance(a, Refusal) for a in answers) == 3
    assert available(cast.basil) == 0


def test_canceling_while_sending_ends_one_way(live_db, cast, at):
    pay.money_in(cast.basil.party_id, at, 50_000)
    payout, actor = make.a_payout(cast.basil, at), cast.basil.actor
    at_once(
        lambda: payouts.cancel_payout(actor=actor, payout_id=payout.pk, at=at),
        lambda: payouts.send_payout(payout_id=payout.pk, at=at),
    )
    payout.refresh_from_db()
    assert payout.state in ("CANCELED", "SENDING")
    assert available(cast.basil) == (50_000 if payout.state == "CANCELED" else 30_000)


def test_the_same_answer_four_times_posts_once(live_db, cast, at):
    charge = pay.a_charge(cast.ada, at)
    call = lambda: payments.settle_charge(  # noqa: E731
        charge_id=charge.pk, reference="x", currency="USD", amount=10_300, at=at
    )
    at_once(call, call, call, call)
    assert available(cast.ada) == 10_300
    assert books.broken_laws() == []


def test_yes_and_no_at_once_end_one_way(live_db, cast, at, run_jobs):
    charge, actor = pay.a_charge(cast.ada, at, number=pay.NEEDS_ACTION), cast.ada.actor
    run_jobs()
    at_once(
        *(
            (lambda yes=yes: payments.confirm_action(actor=actor, charge_id=charge.pk, approved=yes, at=at))
            for yes in (True, False, True, False)
        )
    )
    charge.refresh_from_db()
    assert (charge.state, available(cast.ada)) in (("SETTLED", 10_300), ("FAILED", 0))


def test_numbers_drawn_at_once_have_no_gap_and_no_double(live_db, cast, at):
    papers = [a_release(cast.basil, cast.ada, at)[1][0] for _n in range(8)]
    series = papers[0].series_id
    counts = at_once(*((lambda: invoices.number_series(series_id=series, at=at)) for _n in range(4)))
    assert sum(counts) == 8
    ordinals = Document.objects.filter(series_id=series).order_by("issued_at", "pk").values_list("ordinal", flat=True)
    assert list(ordinals) == list(range(1, 9))
