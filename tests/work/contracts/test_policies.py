"""Who may do what with a contract."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from freehold.kit.actors import Actor
from freehold.people.teams.states import COMPANY, Role
from freehold.work.contracts import policies
from freehold.work.contracts.states import Side
from tests.work.contracts.factories import a_contract, a_refund_request, a_submitted_milestone

CLIENT = ["can_plan", "can_ask_refund", "can_end_as_client"]
WORKER = ["can_propose", "can_return", "can_end_as_worker"]


@pytest.mark.parametrize("name", CLIENT + WORKER)
def test_each_act_belongs_to_one_side(name: str, cast: Any, at: Any) -> None:
    contract, may = a_contract(cast, at), getattr(policies, name)
    assert may(cast.ada.actor, contract) is (name in CLIENT)
    assert may(cast.basil.actor, contract) is (name in WORKER)
    for stranger in (cast.chiara.actor, cast.edna.actor, cast.dora.actor, Actor.visitor()):
        assert not may(stranger, contract)


@pytest.mark.parametrize(
    ("role", "reads", "manages"),
    [(Role.OWNER, True, True), (Role.HIRING, True, True), (Role.FINANCE, True, False), (Role.OBSERVER, True, False),
     (Role.RECRUITER, True, False), (Role.ADMIN, True, False)],
)  # fmt: skip
def test_a_companys_roles_decide(role: Role, reads: bool, manages: bool, cast: Any, at: Any) -> None:
    milestone = a_submitted_milestone(cast, at)
    member = replace(cast.ada.actor, permissions=frozenset(str(word) for word in COMPANY[role]))
    assert policies.can_see(member, milestone.contract) is reads
    assert policies.can_release(member, milestone) is manages


def test_limited_and_leaving_members_finish_but_begin_nothing(cast: Any, at: Any) -> None:
    milestone = a_submitted_milestone(cast, at)
    for state in ({"account_state": "LIMITED"}, {"leaving": True}):
        ada, basil = replace(cast.ada.actor, **state), replace(cast.basil.actor, **state)
        assert policies.can_release(ada, milestone)
        assert policies.can_ask_changes(ada, milestone)
        assert policies.can_submit(basil, milestone)
        assert policies.can_return(basil, milestone.contract)
        assert not policies.can_fund(ada, milestone)
        assert not policies.can_plan(ada, milestone.contract)
        assert not policies.can_propose(basil, milestone.contract)
        assert not policies.can_open(basil, milestone.contract.worker_id)


def test_only_the_worker_answers_and_only_the_client_withdraws(cast: Any, at: Any) -> None:
    request = a_refund_request(cast, at)
    assert policies.can_answer_refund(cast.basil.actor, request)
    assert not policies.can_answer_refund(cast.ada.actor, request)
    assert policies.can_withdraw_refund(cast.ada.actor, request)
    assert not policies.can_withdraw_refund(cast.basil.actor, request)


def test_sides_are_told_apart(cast: Any, at: Any) -> None:
    contract = a_contract(cast, at)
    assert policies.side_of(cast.ada.actor, contract) == Side.COMPANY
    assert policies.side_of(cast.basil.actor, contract) == Side.WORKER
    assert policies.side_of(cast.system, contract) == Side.SYSTEM


def test_files_handed_in_are_for_the_two_sides(cast: Any, at: Any) -> None:
    submission = a_submitted_milestone(cast, at).submissions.get()
    assert policies.can_read_submission(cast.ada.actor, submission.pk)
    assert policies.can_read_submission(cast.basil.actor, submission.pk)
    assert not policies.can_read_submission(cast.edna.actor, submission.pk)
    assert not policies.can_read_submission(Actor.visitor(), submission.pk)
