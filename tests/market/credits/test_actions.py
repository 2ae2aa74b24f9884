"""Granting, spending, giving back, lapsing."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from freehold.kit import deadlines
from freehold.kit.actors import Actor
from freehold.kit.models import Fact
from freehold.kit.refusals import NotAllowed
from freehold.kit.settings import overridden
from freehold.market.credits import actions, queries
from freehold.market.credits.models import Entry, Lot, Pool
from tests.market.proposals.factories import a_profile

MACHINE = Actor.system("tests")


def ref():
    return ("proposal", uuid.uuid4())


def lot(cast, at, count, days, key=""):
    actions.grant(actor=MACHINE, party_id=cast.basil.party_id, count=count, source="PROMOTION", key=key or str(days), at=at)
    row = Lot.objects.get(key=key or str(days))
    row.expires_at = at + timedelta(days=days)
    row.save(update_fields=["expires_at"])
    return row


class TestGrantSignup:
    def test_does_it(self, cast, at):
        assert actions.grant_signup(actor=MACHINE, party_id=cast.basil.party_id, at=at) == 40
        assert queries.balance(cast.basil.party_id, at) == 40

    def test_twice_is_once(self, cast, at):
        for _ in range(2):
            actions.grant_signup(actor=MACHINE, party_id=cast.basil.party_id, at=at)
        assert queries.balance(cast.basil.party_id, at) == 40

    def test_refuses_a_stranger(self, cast, at):
        with pytest.raises(NotAllowed):
            actions.grant_signup(actor=cast.basil.actor, party_id=cast.basil.party_id, at=at)
        assert not Lot.objects.exists()

    def test_tells(self, cast, at):
        actions.grant_signup(actor=MACHINE, party_id=cast.basil.party_id, at=at)
        fact = Fact.objects.get(name="market.credits.granted")
        assert fact.data["count"] == 40 and fact.subject_id == cast.basil.party_id


class TestSpend:
    def test_takes_what_lapses_first_first(self, cast, at):
        late, soon = lot(cast, at, 5, 300), lot(cast, at, 3, 10)
        left = actions.spend(actor=cast.basil.actor, party_id=cast.basil.party_id, count=4, ref=ref(), at=at)
        assert left == 4
        assert [Lot.objects.get(pk=one.pk).left for one in (soon, late)] == [0, 4]

    def test_does_not_touch_what_has_lapsed(self, cast, at):
        lot(cast, at, 5, 10)
        with pytest.raises(actions.NotEnoughCredits):
            actions.spend(
                actor=cast.basil.actor, party_id=cast.basil.party_id, count=1, ref=ref(), at=at + timedelta(days=10)
            )

    def test_refuses_more_than_there_is_and_changes_nothing(self, cast, at):
        lot(cast, at, 5, 10)
        with pytest.raises(actions.NotEnoughCredits) as refusal:
            actions.spend(actor=cast.basil.actor, party_id=cast.basil.party_id, count=6, ref=ref(), at=at)
        assert "6 credits" in str(refusal.value) and queries.balance(cast.basil.party_id, at) == 5

    def test_refuses_a_stranger(self, cast, at):
        lot(cast, at, 5, 10)
        with pytest.raises(NotAllowed):
            actions.spend(actor=cast.chiara.actor, party_id=cast.basil.party_id, count=1, ref=ref(), at=at)
        assert queries.balance(cast.basil.party_id, at) == 5

    def test_twice_is_once(self, cast, at):
        lot(cast, at, 5, 10)
        what = ref()
        for _ in range(2):
            actions.spend(actor=cast.basil.actor, party_id=cast.basil.party_id, count=2, ref=what, at=at)
        assert queries.balance(cast.basil.party_id, at) == 3

    def test_tells(self, cast, at):
        lot(cast, at, 5, 10)
        actions.spend(actor=cast.basil.actor, party_id=cast.basil.party_id, count=2, ref=ref(), at=at)
        assert Fact.objects.get(name="market.credits.spent").data["count"] == 2

    def test_refuses_while_frozen(self, cast, at):
        lot(cast, at, 5, 10)
        actions.freeze(actor=MACHINE, party_id=cast.basil.party_id, at=at)
        with pytest.raises(actions.PoolFrozen):
            actions.spend(actor=cast.basil.actor, party_id=cast.basil.party_id, count=1, ref=ref(), at=at)
        actions.thaw(actor=MACHINE, party_id=cast.basil.party_id, at=at)
        actions.spend(actor=cast.basil.actor, party_id=cast.basil.party_id, count=1, ref=ref(), at=at)


class TestGiveBack:
    def spent(self, cast, at, days=300, count=4):
        one, what = lot(cast, at, 5, days), ref()
        actions.spend(actor=cast.basil.actor, party_id=cast.basil.party_id, count=count, ref=what, at=at)
        return one, what

    def test_goes_to_the_lots_it_came_from(self, cast, at):
        one, what = self.spent(cast, at)
        assert actions.give_back(actor=MACHINE, ref=what, at=at) == 4
        one.refresh_from_db()
        assert one.left == 5 and one.expires_at == at + timedelta(days=300)

    def test_a_lot_about_to_lapse_lives_thirty_more_days(self, cast, at):
        one, what = self.spent(cast, at, days=1)
        actions.give_back(actor=MACHINE, ref=what, at=at)
        one.refresh_from_db()
        assert one.expires_at.date().isoformat() == "2026-02-05"

    def test_a_lapsed_lot_lives_again_for_thirty_days(self, cast, at):
        _one, what = self.spent(cast, at, days=1)
        later = at + timedelta(days=5)
        deadlines.run_due(later)
        assert queries.balance(cast.basil.party_id, later) == 0
        actions.give_back(actor=MACHINE, ref=what, at=later)
        assert queries.balance(cast.basil.party_id, later) == 4

    def test_twice_is_once(self, cast, at):
        _one, what = self.spent(cast, at)
        assert [actions.give_back(actor=MACHINE, ref=what, at=at) for _ in range(2)] == [4, 0]

    def test_refuses_a_stranger(self, cast, at):
        _one, what = self.spent(cast, at)
        with pytest.raises(NotAllowed):
            actions.give_back(actor=cast.basil.actor, ref=what, at=at)
        assert queries.balance(cast.basil.party_id, at) == 1

    def test_tells(self, cast, at):
        _one, what = self.spent(cast, at)
        actions.give_back(actor=MACHINE, ref=what, at=at)
        assert Fact.objects.get(name="market.credits.returned").data["count"] == 4


class TestMonthlyGrant:
    def test_comes_on_the_day_of_signing_up(self, cast, at):
        a_profile(cast.basil, at)
        deadlines.run_due(at + timedelta(days=32))
        assert queries.balance(cast.basil.party_id, at + timedelta(days=32)) == 50
        granted = Lot.objects.get(source="MONTHLY")
        assert granted.granted_at.date().isoformat() == "2026-02-05"

    @pytest.mark.parametrize(
        "joined, now, next_one",
        [(31, "2026-03-31", "2026-04-01"), (29, "2026-02-10", "2026-03-01"), (5, "2026-03-05", "2026-04-05"), (28, "2026-02-28", "2026-03-28")],
    )
    def test_days_that_not_every_month_has_count_as_the_first(self, db, at, joined, now, next_one):
        from datetime import datetime

        day = at.replace(year=2025, month=12, day=joined)
        moment = datetime.fromisoformat(f"{now}T12:00:00+00:00")
        assert queries.next_grant_after(day, moment).date().isoformat() == next_one

    def test_not_without_a_published_profile(self, cast, at):
        profile = a_profile(cast.basil, at)
        profile.state = "PRIVATE"
        profile.save()
        deadlines.run_due(at + timedelta(days=32))
        assert not Lot.objects.filter(source="MONTHLY").exists()

    def test_not_for_those_who_stayed_away(self, cast, at):
        a_profile(cast.basil, at)
        deadlines.run_due(at + timedelta(days=200))
        assert Lot.objects.filter(source="MONTHLY").count() == 2  # February and March, then sixty days are over

    def test_quota_lapses_at_the_next_grant(self, cast, at):
        with overridden(**{"credits.mode": "quota"}):
            a_profile(cast.basil, at)
            deadlines.run_due(at + timedelta(days=32))
            lot = Lot.objects.get(source="MONTHLY")
            assert lot.count == 30 and lot.expires_at == Pool.objects.get().grant_due_at


class TestLapse:
    def test_takes_what_is_left_and_tells(self, cast, at):
        one = lot(cast, at, 5, 10)
        deadlines.run_due(at + timedelta(days=11))
        one.refresh_from_db()
        assert one.left == 0
        fact = Fact.objects.get(name="market.credits.lapsed")
        assert fact.data["count"] == 5 and fact.at == at + timedelta(days=10)

    def test_warns_fourteen_days_before(self, cast, at):
        actions.grant_signup(actor=MACHINE, party_id=cast.basil.party_id, at=at)
        deadlines.run_due(Lot.objects.get().expires_at - timedelta(days=14))
        assert Fact.objects.filter(name="market.credits.expiring").count() == 1

    def test_refuses_a_stranger(self, cast, at):
        one = lot(cast, at, 5, 10)
        with pytest.raises(NotAllowed):
            actions.lapse_lot(actor=cast.basil.actor, lot_id=one.pk, at=at + timedelta(days=11))

    def test_does_nothing_before_its_time(self, cast, at):
        one = lot(cast, at, 5, 10)
        assert actions.lapse_lot(actor=MACHINE, lot_id=one.pk, at=at) == 0

    def test_everything_lapses_with_the_account(self, cast, at):
        lot(cast, at, 5, 10)
        assert actions.lapse_all(actor=MACHINE, party_id=cast.basil.party_id, at=at) == 1
        assert queries.balance(cast.basil.party_id, at) == 0


class TestPrice:
    @pytest.mark.parametrize(
        "value, median, posts, cost",
        [
            (49_999, 4, 20, 2), (50_000, 50, 20, 10), (2_000_000, 50, 30, 16), (9_999, None, 0, 2),
            (10_000, None, 0, 4), (100_000, 10, 25, 8), (100_000, 4, 25, 6), (100_000, 4, 19, 8),
            (499_999, 20, 20, 10), (500_000, 19, 20, 10), (None, None, 0, 4), (None, 60, 40, 8), (9_999, 0, 50, 2),
        ],
    )  # fmt: skip
    def test_follows_the_table(self, db, value, median, posts, cost):
        assert queries.price(value, median=median, posts=posts).cost == cost

    @pytest.mark.parametrize("mode, cost", [("free", 0), ("quota", 1)])
    def test_other_modes(self, db, mode, cost):
        with overridden(**{"credits.mode": mode}):
            assert queries.price(5_000_000, median=60, posts=40).cost == cost


def test_the_balance_is_the_sum_of_the_entries(cast, at):
    a_profile(cast.basil, at)
    what = ref()
    actions.spend(actor=cast.basil.actor, party_id=cast.basil.party_id, count=7, ref=what, at=at)
    actions.give_back(actor=MACHINE, ref=what, at=at)
    lines = queries.ledger(cast.basil.party_id)
    assert [line.balance for line in lines] == [40, 33, 40]
    assert sum(Entry.objects.values_list("count", flat=True)) == queries.balance(cast.basil.party_id, at) == 40


def test_publishing_a_profile_brings_the_first_credits(cast, at, run_jobs):
    from freehold.kit.events import publish
    from freehold.market.profiles.events import ProfilePublished

    for _ in range(2):
        publish(
            ProfilePublished(profile_id=uuid.uuid4(), account_id=cast.basil.account.pk, party_id=cast.basil.party_id),
            actor=cast.basil.actor, at=at,
        )  # fmt: skip
    run_jobs()
    assert queries.balance(cast.basil.party_id, at) == 40


class TestPage:
    def test_shows_balance_ledger_and_formula(self, cast, at, client_for):
        a_profile(cast.basil, at)
        html = client_for(cast.basil.account).get("/credits").content.decode()
        assert "First profile published" in html and "How the cost is worked out" in html and "40" in html

    def test_is_not_for_companies_nor_visitors(self, cast, client_for):
        assert client_for(cast.ada.account).get("/credits").status_code == 403
        assert client_for().get("/credits").status_code == 302

    def test_says_when_proposals_are_free(self, cast, at, client_for):
        with overridden(**{"credits.mode": "free"}):
            html = client_for(cast.basil.account).get("/credits").content.decode()
        assert "Proposals are free on this market." in html


class TestLeaving:
    def test_freezes_and_comes_back(self, cast, at):
        from freehold.kit.privacy import BLOCKERS, Subject
        from freehold.market.credits.privacy import thaw_credits

        a_profile(cast.basil, at)
        subject = Subject(account_id=cast.basil.account.pk, party_ids=(cast.basil.party_id,))
        blocker = BLOCKERS["credits"]
        assert [o.kind for o in blocker.find(subject, at)] == ["auto"]
        blocker.settle(subject, None, at)
        assert list(blocker.find(subject, at)) == []
        thaw_credits(subject, at)
        assert queries.balance(cast.basil.party_id, at) == 40
