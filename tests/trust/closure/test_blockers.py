"""Every blocker has words and a remedy that opens; what is settled for the member is settled."""

from __future__ import annotations

from freehold.kit import jobs
from freehold.kit.privacy import Kind
from freehold.trust.closure import actions, queries
from tests.market.profiles.factories import a_profile
from tests.money.payouts.factories import a_method
from tests.work.contracts.factories import a_contract, a_refund_request, a_released_milestone, a_submitted_milestone


def found(player, at) -> dict[str, list[queries.Matter]]:
    by_key: dict[str, list[queries.Matter]] = {}
    for one in queries.matters(player.account.pk, at):
        by_key.setdefault(one.key, []).append(one)
    return by_key


def test_every_remedy_opens_for_the_member(cast, at, client_for):
    a_profile(cast.basil, at)
    a_contract(cast, at)
    a_submitted_milestone(cast, at)
    a_released_milestone(cast, at)
    a_refund_request(cast, at)
    jobs.drain()
    seen = set()
    for player in (cast.basil, cast.ada):
        client = client_for(player.account)
        for key, matters in found(player, at).items():
            seen.add(key)
            for one in matters:
                assert one.sentence.strip() and one.kind in set(Kind)
                assert one.remedies or one.kind != Kind.ACT, f"{key} asks for something and offers nothing"
                for words, href in one.remedies:
                    answer = client.get(href)
                    assert words and answer.status_code == 200, f"{key}: {words} leads to {href}: {answer.status_code}"
    assert seen >= {"funded_unsubmitted", "submitted", "pending_earnings", "funded_client", "change_requests", "credits"}


def test_work_in_review_waits_and_winds_down(cast, at):
    milestone = a_submitted_milestone(cast, at)
    jobs.drain()
    a_method(cast.basil, at)
    matters = queries.checklist(cast.basil.account.pk, at)
    assert not matters.act and [m.key for m in matters.waits] == ["submitted"]
    closure = actions.leave(actor=cast.basil.actor, account_id=cast.basil.account.pk, at=at)
    assert closure.state == "WAITING"
    assert closure.waiting_until == milestone.review_due_at
    milestone.contract.refresh_from_db()
    assert milestone.contract.ends_when_settled


def test_work_not_handed_in_needs_the_member(cast, at):
    import pytest

    a_contract(cast, at)
    with pytest.raises(actions.NeedsYou):
        actions.leave(actor=cast.basil.actor, account_id=cast.basil.account.pk, at=at)
    with pytest.raises(actions.NeedsYou):
        actions.leave(actor=cast.ada.actor, account_id=cast.ada.account.pk, at=at)


def test_a_member_with_nothing_leaves_at_once(cast, at):
    for player in (cast.chiara, cast.edna):
        assert found(player, at) == {}
        assert actions.leave(actor=player.actor, account_id=player.account.pk, at=at).state == "GRACE"


def test_the_only_administrator_stays(cast, at):
    assert [m.kind for m in found(cast.dora, at)["staff_role"]] == [Kind.ACT]
