"""What every provider must keep to; the sandbox is the first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from freehold.money.payments import providers
from freehold.money.payments.providers import ChargeOrder, RefundOrder
from freehold.money.payments.providers.sandbox import TEST_CARDS
from freehold.money.payments.states import Reason

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
PROVIDERS = ("sandbox",)


@pytest.fixture(params=PROVIDERS)
def provider(request):
    return providers.named(request.param)


def order(provider, number="4242424242424242", key=None):
    card = provider.verify_card(number=number, month=12, year=2030, holder="Ada Lovelace")
    return ChargeOrder(key=key or uuid4(), token=card.token, currency="USD", amount=10_300, begun_at=AT)


def test_a_token_tells_nothing_of_the_number(provider):
    card = provider.verify_card(number="4242424242424242", month=12, year=2030, holder="Ada Lovelace")
    assert "4242424242" not in card.token
    assert (card.brand, card.last_four) == ("Visa", "4242")


@pytest.mark.parametrize("card", TEST_CARDS, ids=lambda c: c.course)
def test_asking_twice_is_asking_once(provider, card):
    one = order(provider, card.number)
    assert provider.begin_charge(one, at=AT) == provider.begin_charge(one, at=AT)


@pytest.mark.parametrize("card", TEST_CARDS, ids=lambda c: c.course)
def test_answers_speak_of_what_was_asked(provider, card):
    one = order(provider, card.number)
    for answer in (
        provider.begin_charge(one, at=AT),
        provider.charge_status(one, at=AT + timedelta(days=3)),
        provider.confirm(one, approved=True, at=AT),
    ):
        assert (answer.amount, answer.currency) == (10_300, "USD")
        assert answer.reference
        assert answer.reason in ("", *Reason.values)
        assert bool(answer.reason) == (answer.outcome == "failed")


def test_two_charges_have_two_references(provider):
    assert provider.begin_charge(order(provider), at=AT).reference != provider.begin_charge(order(provider), at=AT).reference


def test_notices_can_be_read_and_name_the_charge(provider):
    one = order(provider, "4000000000000267")
    for body in provider.begin_charge(one, at=AT).notices:
        told = provider.parse_notice(body)
        assert told.charge_id == one.key
        assert told.external_id
        assert told.answer.outcome == "settled"


def test_a_refund_asked_twice_is_one(provider):
    charge = order(provider)
    refund = RefundOrder(key="x:0", token=charge.token, reference="ch", currency="USD", amount=5, begun_at=AT)
    assert provider.begin_refund(refund, at=AT) == provider.begin_refund(refund, at=AT)
    assert provider.refund_status(refund, at=AT).outcome == "settled"


def test_a_no_at_the_bank_is_a_no(provider):
    answer = provider.confirm(order(provider, "4000000000003220"), approved=False, at=AT)
    assert (answer.outcome, answer.reason) == ("failed", "not_confirmed")


def test_there_is_no_other():
    with pytest.raises(LookupError):
        providers.named("elsewhere")


def test_production_shows_no_test_numbers(settings_mode):
    settings_mode("production")
    assert not providers.shows_test_cards()
    settings_mode("demo")
    assert providers.shows_test_cards()


@pytest.fixture
def settings_mode(monkeypatch):
    from django.conf import settings

    return lambda mode: monkeypatch.setattr(settings, "FREEHOLD_MODE", mode)
