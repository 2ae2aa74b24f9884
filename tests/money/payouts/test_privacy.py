"""What of a wallet keeps its owner from leaving, and what is left of it afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest

from freehold.kit import deadlines
from freehold.kit.actors import Actor
from freehold.kit.privacy import BLOCKERS, DECLARED, Kind, Subject
from freehold.money.ledger import queries as books
from freehold.money.ledger import states as chart
from freehold.money.ledger.actions import Leg, post
from freehold.money.payments.models import Charge, PaymentMethod
from freehold.money.payouts.models import Payout, PayoutMethod
from tests.money.payments import factories as pay
from tests.money.payouts import factories as make

OURS = ("balance", "no_payout_method", "method_on_hold", "payout_sending", "payout_failed", "negative_small", "negative")


def subject(player):
    return Subject(account_id=player.account.pk, party_ids=(player.party_id,), pseudonym="member-x")


def found(player, at):
    """The blockers of money going out that stand now: key → class of the first."""
    who = subject(player)
    open_ = {key: list(BLOCKERS[key].find(who, at)) for key in OURS}
    return {key: matters[0].kind for key, matters in open_.items() if matters}


@pytest.fixture
def rich(cast, at):
    pay.money_in(cast.basil.party_id, at, 50_000)
    return cast.basil


def test_nothing_stands_in_the_way_of_an_empty_wallet(cast, at):
    assert found(cast.basil, at) == {}


def test_money_without_a_way_out_needs_the_member(rich, at):
    assert found(rich, at) == {"no_payout_method": Kind.ACT}
    matter = next(iter(BLOCKERS["no_payout_method"].find(subject(rich), at)))
    assert "$500.00" in str(matter.sentence)
    assert matter.remedies


def test_a_new_method_only_takes_time(rich, at):
    method = make.a_method(rich, at, ready=False)
    assert found(rich, at) == {"method_on_hold": Kind.WAITS}
    matter = next(iter(BLOCKERS["method_on_hold"].find(subject(rich), at)))
    assert matter.clears_at == method.active_at == at + timedelta(days=3)


def test_a_balance_pays_itself_out_below_the_minimum_too(cast, at, run_jobs):
    pay.money_in(cast.basil.party_id, at, 120)
    pay.money_in(cast.basil.party_id, at, 900, currency="EUR")
    make.a_method(cast.basil, at)
    assert found(cast.basil, at) == {"balance": Kind.AUTO}
    for _n in range(2):  # may be repeated
        BLOCKERS["balance"].settle(subject(cast.basil), Actor.system("tests"), at)
    assert found(cast.basil, at) == {"payout_sending": Kind.WAITS}
    run_jobs()
    assert found(cast.basil, at) == {}
    assert sorted(Payout.objects.values_list("currency", "state")) == [("EUR", "PAID"), ("USD", "PAID")]


def test_a_payout_that_came_back_asks_for_a_better_method(rich, at, run_jobs):
    method = make.a_method(rich, at, make.FAILS)
    payout = make.a_payout(rich, at, 50_000, method=method)
    deadlines.run_due(payout.send_due_at)
    run_jobs()
    assert found(rich, at) == {"payout_failed": Kind.ACT}


def test_a_small_debt_is_let_go_and_a_large_one_stays(cast, at):
    owed = chart.owed(cast.basil.party_id)
    post(kind="chargeback", key="c:1", currency="USD", legs=[Leg(owed, "provider:sandbox", 99)], at=at)
    assert found(cast.basil, at) == {"negative_small": Kind.AUTO}
    BLOCKERS["negative_small"].settle(subject(cast.basil), Actor.system("tests"), at)
    assert books.balance(owed, "USD").amount == 0
    post(kind="chargeback", key="c:2", currency="USD", legs=[Leg(owed, "provider:sandbox", 5_000)], at=at)
    assert found(cast.basil, at) == {"negative": Kind.ACT}


def test_a_payment_under_way_waits(cast, at, run_jobs):
    pay.a_charge(cast.ada, at, number=pay.NEEDS_ACTION)
    run_jobs()
    matters = list(BLOCKERS["payments_open"].find(subject(cast.ada), at))
    assert [m.kind for m in matters] == [Kind.WAITS]
    assert matters[0].clears_at == at + timedelta(hours=24)


def erase(player, at):
    who = subject(player)
    for declared in DECLARED:
        if declared.erase and declared.model in (PaymentMethod, PayoutMethod):
            declared.erase(who, at)
            declared.erase(who, at)


def test_erasing_leaves_amounts_and_no_names(cast, at, run_jobs):
    pay.money_in(cast.basil.party_id, at, 50_000)
    make.a_payout(cast.basil, at)
    pay.a_charge(cast.ada, at)
    run_jobs()
    erase(cast.basil, at)
    erase(cast.ada, at)
    method, card = PayoutMethod.objects.get(), PaymentMethod.objects.get()
    assert (method.holder, method.masked, bytes(method.sealed), bytes(method.print), method.bank) == ("", "", b"", b"", "")
    assert (card.holder, card.last_four, card.token, card.brand, card.expiry_year) == ("", "", "", "", None)
    assert Payout.objects.get().amount == 20_000
    assert Charge.objects.get().amount == 10_300


def test_what_was_erased_can_still_be_looked_at(cast, at, run_jobs, client_for):
    charge = pay.a_charge(cast.ada, at)
    run_jobs()
    erase(cast.ada, at)
    page = client_for(cast.ada.account).get(f"/money/charges/{charge.pk}")
    assert page.status_code == 200
    assert "4242" not in page.content.decode()


def test_every_export_column_is_there(cast):
    for declared in DECLARED:
        if declared.model._meta.app_label in ("payments", "payouts", "invoices"):
            names = {f.name for f in declared.model._meta.get_fields()} | {
                f.attname for f in declared.model._meta.concrete_fields
            }
            assert set(declared.export) <= names, declared.model
            list(declared.rows(subject(cast.basil)).values(*declared.export))


@pytest.mark.parametrize("label", ["payments", "payouts", "invoices"])
def test_purging_after_the_laws_years_keeps_the_amounts(cast, at, run_jobs, label):
    from tests.money.invoices.factories import a_release

    a_release(cast.basil, cast.ada, at)
    pay.a_charge(cast.ada, at)
    pay.money_in(cast.basil.party_id, at, 50_000)
    make.a_payout(cast.basil, at)
    run_jobs()
    for declared in DECLARED:
        if declared.model._meta.app_label == label and declared.purge:
            keys = list(declared.model.objects.values_list("pk", flat=True))
            declared.purge(keys, at)
            for row in declared.model.objects.all():
                assert "Basil" not in str(vars(row))
