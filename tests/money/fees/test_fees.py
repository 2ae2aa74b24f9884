"""A fee …"""

from __future__ import annotations

from fractions import Fraction

import pytest

from freehold.kit.money import Money
from freehold.kit.settings import overridden
from freehold.money.fees import queries
from freehold.money.fees.queries import Terms

pytestmark = pytest.mark.usefixtures("db")

TEN = Terms(freelancer_bps=1000, client_bps=300)


def usd(amount: int) -> Money:
    return Money(amount, "USD")


@pytest.mark.parametrize(("amount", "currency", "fee", "net"), [
    (26_664, "USD", 2_666, 23_998),   # 22.22 × 12 h
    (33_336, "USD", 3_334, 30_002),
    (3_333, "JPY", 333, 3_000),
    (5, "USD", 1, 4),                 # 10 % of 0.05
    (4, "USD", 0, 4),
    (1_234_567, "KWD", 123_457, 1_111_110),
    (160_000, "USD", 16_000, 144_000),
])  # fmt: skip
def test_is_rounded_half_up_and_the_payee_gets_the_rest(amount, currency, fee, net):
    quote = queries.quote(Money(amount, currency), TEN)
    assert (quote.service_fee.amount, quote.net.amount, quote.net.currency) == (fee, net, currency)


def test_goes_back_in_proportion():
    assert queries.returned_fee(usd(1_438), usd(4_000), usd(14_375)) == usd(400)
    assert queries.returned_fee(usd(1_438), usd(14_375), usd(14_375)) == usd(1_438)
    assert queries.returned_fee(1_438, 4_000, 14_375) == 400


def test_quote_shows_what_each_side_sees():
    terms = Terms(freelancer_bps=1000, client_bps=300, contract_fee=495)
    first = queries.quote(usd(160_000), terms, with_contract_fee=True)
    later = queries.quote(usd(160_000), terms)
    assert (first.client_fee, first.contract_fee, first.total) == (usd(4_800), usd(495), usd(165_295))
    assert (later.contract_fee, later.total) == (usd(0), usd(164_800))


def test_terms_follow_the_settings_and_keep_what_was_agreed():
    agreed = queries.terms_now()
    assert agreed == Terms(freelancer_bps=1000, client_bps=300, contract_fee=0, plan="standard")
    with overridden(**{"fees.freelancer_bps": 1500, "fees.contract_fee": 495}):
        assert queries.terms_now().freelancer_bps == 1500
        assert queries.terms_now(currency="JPY").contract_fee == 5
        assert queries.terms_now(currency="KWD").contract_fee == 4_950
        assert Terms.from_json(agreed.as_json()) == agreed
    assert queries.terms_now(origin="DIRECT").freelancer_bps == 300


def test_terms_ignore_what_a_later_version_adds():
    assert Terms.from_json({**TEN.as_json(), "tiers": []}) == TEN


def test_of_two_terms_the_lower_fees_hold():
    other = Terms(freelancer_bps=500, client_bps=400, contract_fee=100)
    assert TEN.lower(other) == Terms(freelancer_bps=500, client_bps=300, contract_fee=0)


@pytest.mark.parametrize("bps", [0, 1, 300, 1000, 2500, 9_999])
@pytest.mark.parametrize("net", [1, 4, 5, 99, 144_000, 999_999])
def test_the_price_for_a_net_is_the_smallest_that_leaves_it(net, bps):
    terms = Terms(freelancer_bps=bps, client_bps=0)
    price = queries.gross_for_net(usd(net), terms)
    assert queries.quote(price, terms).net.amount >= net
    less = usd(price.amount - 1)
    assert queries.quote(less, terms).net.amount < net
    assert price.amount >= Fraction(net * 10_000, 10_000 - bps) - 10_000


def test_of_everything_has_no_price_for_a_net():
    with pytest.raises(ValueError, match="leaves nothing"):
        queries.gross_for_net(usd(1), Terms(freelancer_bps=10_000, client_bps=0))


class TestPage:
    def test_shows_an_example_to_anybody(self, client_for):
        text = client_for().get("/fees").content.decode()
        for amount in ("$1,600.00", "−$160.00", "$1,440.00", "$48.00", "$1,648.00"):
            assert amount in text

    def test_calculates_in_the_chosen_currency(self, client_for):
        text = client_for().get("/fees?amount=333.36&currency=EUR").content.decode()
        for amount in ("€333.36", "−€33.34", "€300.02", "€343.36"):
            assert amount in text

    def test_calculates_backwards_from_what_is_to_be_received(self, client_for):
        text = client_for().get("/fees?amount=1440&currency=USD&meaning=net").content.decode()
        assert "$1,600.00" in text

    def test_knows_people_who_brought_each_other_along(self, client_for):
        assert "−$48.00" in client_for().get("/fees?amount=1600&origin=DIRECT").content.decode()

    @pytest.mark.parametrize("asked", ["amount=abc", "amount=-5", "amount=1.001", "amount=99999999999", "currency=XXX",
                                       "meaning=x", "amount=0"])
    def test_says_what_is_wrong(self, client_for, asked):
        answer = client_for().get(f"/fees?{asked}")
        assert answer.status_code == 422
        assert "fh-error" in answer.content.decode()

    def test_answers_with_its_part_to_htmx(self, client_for):
        text = client_for().get("/fees?amount=100", headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in text
        assert "$90.00" in text

    def test_takes_no_posts(self, client_for):
        assert client_for().post("/fees").status_code == 405
