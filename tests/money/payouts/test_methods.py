"""Where money may go."""

from __future__ import annotations

from datetime import timedelta

import pytest

from freehold.kit import deadlines
from freehold.kit.models import Fact
from freehold.kit.refusals import IllegalMove, Invalid, NotAllowed, NotFound
from freehold.money.payouts import actions, policies, queries
from freehold.money.payouts.models import PayoutMethod
from freehold.money.payouts.states import M
from tests.money.payments.factories import money_in
from tests.money.payouts import factories as make


class TestAddMethod:
    def test_keeps_the_number_sealed_and_shows_its_end(self, cast, at):
        method = make.a_method(cast.basil, at, ready=False)
        row = PayoutMethod.objects.get()
        assert b"1111" not in bytes(row.sealed)
        assert actions.unseal(row) == "DE39100100100000001111"
        shown = queries.methods_of(cast.basil.party_id)[0]
        assert shown.label == "Bank account ending 1111"
        assert shown.waits
        assert method.state == M.WAITING

    def test_a_seal_opens_only_for_its_own_method(self, cast, at):
        one, other = make.a_method(cast.basil, at), make.a_method(cast.basil, at, make.SLOW)
        other.sealed = one.sealed
        from cryptography.exceptions import InvalidTag

        with pytest.raises(InvalidTag):
            actions.unseal(other)

    def test_waits_exactly_three_times_24_hours(self, cast, at):
        method = make.a_method(cast.basil, at, ready=False)
        deadlines.run_due(at + timedelta(days=3) - timedelta(minutes=1))
        method.refresh_from_db()
        assert method.state == M.WAITING
        deadlines.run_due(at + timedelta(days=3))
        method.refresh_from_db()
        assert method.state == M.ACTIVE

    def test_refuses_a_stranger(self, cast, at):
        with pytest.raises(NotAllowed):
            actions.add_method(
                actor=cast.chiara.actor, party_id=cast.basil.party_id, number=make.OK, holder="Basil Thorne", at=at
            )
        assert not PayoutMethod.objects.exists()

    @pytest.mark.parametrize("number", ["", "DE39 1001 0010 0000 0011 12", "nonsense", "DE39" * 20, "٣٣"])
    def test_refuses_what_is_no_iban(self, cast, at, number):
        with pytest.raises(Invalid) as refused:
            actions.add_method(
                actor=cast.basil.actor, party_id=cast.basil.party_id, number=number, holder="Basil Thorne", at=at
            )
        assert "number" in refused.value.fields

    def test_refuses_another_persons_account(self, cast, at):
        with pytest.raises(Invalid) as refused:
            actions.add_method(
                actor=cast.basil.actor, party_id=cast.basil.party_id, number=make.OK, holder="Chiara Rossi", at=at
            )
        assert "holder" in refused.value.fields

    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("Łukasz Nowak", "Nowak Lukasz", True),
            ("Inês Carvalho", "INES  carvalho", True),
            ("Basil Thorne", "Basil Horne", False),
            ("", "", False),
        ],
    )
    def test_names_are_the_same_whatever_accents_and_order(self, one, other, same):
        assert policies.same_name(one, other) is same

    def test_twice_is_once(self, cast, at):
        first, second = make.a_method(cast.basil, at, ready=False), make.a_method(cast.basil, at, ready=False)
        assert first.pk == second.pk
        assert Fact.objects.filter(name="money.payout_method.added").count() == 1

    def test_tells_the_owner_how_to_stop_it(self, cast, at, run_jobs, mailbox):
        make.a_method(cast.basil, at, ready=False)
        run_jobs()
        mail = mailbox.last(cast.basil.email)
        assert "1111" in mail.subject
        assert "This wasn’t you?" in mail.text


class TestRemoveMethod:
    def test_forgets_the_number(self, cast, at):
        method = make.a_method(cast.basil, at)
        actions.remove_method(actor=cast.basil.actor, method_id=method.pk, at=at)
        method.refresh_from_db()
        assert method.state == M.REMOVED
        assert bytes(method.sealed) == b""
        assert queries.methods_of(cast.basil.party_id) == []
        assert Fact.objects.filter(name="money.payout_method.removed").count() == 1

    def test_refuses_a_stranger(self, cast, at):
        method = make.a_method(cast.basil, at)
        with pytest.raises(NotFound):
            actions.remove_method(actor=cast.chiara.actor, method_id=method.pk, at=at)
        method.refresh_from_db()
        assert method.state == M.ACTIVE

    def test_refuses_while_money_is_on_its_way_there(self, cast, at):
        money_in(cast.basil.party_id, at)
        payout = make.a_payout(cast.basil, at)
        with pytest.raises(actions.MethodBusy):
            actions.remove_method(actor=cast.basil.actor, method_id=payout.method_id, at=at)

    def test_twice_is_refused_in_words(self, cast, at):
        method = make.a_method(cast.basil, at)
        actions.remove_method(actor=cast.basil.actor, method_id=method.pk, at=at)
        with pytest.raises(IllegalMove):
            actions.remove_method(actor=cast.basil.actor, method_id=method.pk, at=at)

    def test_may_be_added_again(self, cast, at):
        method = make.a_method(cast.basil, at)
        actions.remove_method(actor=cast.basil.actor, method_id=method.pk, at=at)
        assert make.a_method(cast.basil, at).pk != method.pk
