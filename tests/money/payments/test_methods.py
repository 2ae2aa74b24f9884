"""Cards: what is kept of them, and by whom."""

from __future__ import annotations

import pytest

from freehold.kit.models import Fact
from freehold.kit.refusals import IllegalMove, Invalid, NotAllowed, NotFound
from freehold.money.payments import actions
from freehold.money.payments.models import PaymentMethod
from freehold.money.payments.states import M
from tests.money.payments import factories as make


class TestAddCard:
    def test_keeps_brand_end_date_and_name(self, cast, at):
        card = make.a_card(cast.ada, at)
        assert (card.brand, card.last_four, card.expiry_month, card.expiry_year) == ("Visa", "4242", 12, 2030)
        assert card.state == M.VERIFIED
        assert card.is_default
        row = PaymentMethod.objects.filter(pk=card.pk).values().get()
        assert "424242424242" not in str(row)
        assert Fact.objects.filter(name="money.payment_method.added").count() == 1

    def test_refuses_a_stranger(self, cast, at):
        for other in (cast.edna, cast.basil, cast.dora):
            with pytest.raises(NotAllowed):
                actions.add_card(
                    actor=other.actor, party_id=cast.ada.party_id, number=make.OK, expiry="12/30", holder="X Y", at=at
                )
        assert not PaymentMethod.objects.exists()

    @pytest.mark.parametrize(
        ("number", "expiry", "holder", "field"),
        [
            ("4242 4242 4242 4243", "12/30", "Ada L", "number"),
            ("4242", "12/30", "Ada L", "number"),
            ("٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢", "12/30", "Ada L", "number"),
            ("0" * 400, "12/30", "Ada L", "number"),
            (make.OK, "00/30", "Ada L", "expiry"),
            (make.OK, "12/99", "Ada L", "expiry"),
            (make.OK, "12/2025", "Ada L", "expiry"),
            (make.OK, "", "Ada L", "expiry"),
            (make.OK, "12/30", " ", "holder"),
        ],
    )
    def test_says_what_is_wrong(self, cast, at, number, expiry, holder, field):
        with pytest.raises(Invalid) as refused:
            actions.add_card(
                actor=cast.ada.actor, party_id=cast.ada.party_id, number=number, expiry=expiry, holder=holder, at=at
            )
        assert list(refused.value.fields) == [field]

    def test_is_good_through_the_month_on_it(self, cast, at):
        card = actions.add_card(
            actor=cast.ada.actor, party_id=cast.ada.party_id, number=make.OK, expiry="01/26", holder="Ada L", at=at
        )
        assert card.state == M.VERIFIED

    def test_twice_is_once(self, cast, at):
        assert make.a_card(cast.ada, at).pk == make.a_card(cast.ada, at).pk
        assert PaymentMethod.objects.count() == 1


class TestRemoveMethod:
    def test_forgets_it_and_prefers_another(self, cast, at):
        card, other = make.a_card(cast.ada, at), make.a_card(cast.ada, at, make.DECLINE)
        actions.remove_method(actor=cast.ada.actor, method_id=card.pk, at=at)
        card.refresh_from_db()
        other.refresh_from_db()
        assert (card.state, card.is_default, other.is_default) == (M.REMOVED, False, True)
        assert Fact.objects.filter(name="money.payment_method.removed").count() == 1

    def test_refuses_a_stranger(self, cast, at):
        card = make.a_card(cast.ada, at)
        for other in (cast.edna, cast.basil):
            with pytest.raises(NotFound):
                actions.remove_method(actor=other.actor, method_id=card.pk, at=at)
        card.refresh_from_db()
        assert card.state == M.VERIFIED

    def test_refuses_while_a_payment_is_under_way(self, cast, at):
        charge = make.a_charge(cast.ada, at)
        with pytest.raises(actions.MethodBusy):
            actions.remove_method(actor=cast.ada.actor, method_id=charge.method_id, at=at)

    def test_twice_is_refused_in_words(self, cast, at):
        card = make.a_card(cast.ada, at)
        actions.remove_method(actor=cast.ada.actor, method_id=card.pk, at=at)
        with pytest.raises(IllegalMove):
            actions.remove_method(actor=cast.ada.actor, method_id=card.pk, at=at)
        with pytest.raises(NotFound):
            actions.make_default(actor=cast.ada.actor, method_id=card.pk, at=at)
