"""Laws of leaving, whatever the order of requests, clearings, cancelings, reopenings and days."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from freehold.kit import clock, deadlines, privacy
from freehold.kit.actors import Actor
from freehold.kit.privacy import Kind, Open
from freehold.kit.refusals import Refusal
from freehold.people.accounts.models import Account
from freehold.trust.closure import actions, queries
from freehold.trust.closure.models import Closure, Receipt

MOVES = ("ask", "cancel", "open", "need", "clear", "look", "link", "back", "day", "month", "stall")
ACCOUNT_OF = {
    "WAITING": {"ACTIVE"}, "STAFFED": {"ACTIVE"}, "GRACE": {"CLOSED"}, "INTERRUPTED": {"CLOSED"}, "ERASING": {"CLOSED"},
    "ERASED": {"ERASED"},
}  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(moves=st.lists(st.sampled_from(MOVES), min_size=4, max_size=18))
def test_an_account_and_its_closure_never_disagree(cast, at, moves):
    from django.db import transaction

    with transaction.atomic():
        play(cast, at, moves)
        transaction.set_rollback(True)


def play(cast, at, moves):
    matters: list[Open] = []
    blocker = privacy.Blocker(key="gate", find=lambda s, at: list(matters))
    before, privacy.BLOCKERS = privacy.BLOCKERS, {"gate": blocker}
    account_id, now, token = cast.basil.account.pk, at, ""
    me = Actor(account_id=account_id)
    deadlines.forget_stuck()
    from freehold.kit.actions import joining

    try:
        with joining():
            for move in moves:
                closure = queries.open_closure(account_id)
                try:
                    if move == "ask":
                        actions.leave(actor=me, account_id=account_id, at=now)
                    elif move == "cancel" and closure:
                        actions.cancel_closure(actor=me, closure_id=closure.pk, at=now)
                    elif move in ("open", "need"):
                        kind = Kind.WAITS if move == "open" else Kind.ACT
                        matters[:] = [Open(sentence="Something is open.", kind=kind)]
                    elif move == "clear":
                        matters.clear()
                    elif move == "look" and closure:
                        actions.wind_down(closure_id=closure.pk, at=now)
                    elif move == "link":
                        token = actions.send_reopening_link(account_id=account_id, at=now)
                    elif move == "back":
                        actions.reopen_closure(token=token, at=now)
                    elif move == "stall" and closure:
                        actions.stall_closure(actor=Actor.system("laws"), closure_id=closure.pk, at=now)
                    elif move in ("day", "month"):
                        now += timedelta(days=1 if move == "day" else 31)
                        clock._kept = (float("inf"), timedelta(0), now)
                        deadlines.run_due(now)
                except Refusal:
                    pass
                check(account_id, now)
    finally:
        privacy.BLOCKERS = before


def check(account_id, now):
    account = Account.objects.get(pk=account_id)
    live = list(Closure.objects.open().filter(account_id=account_id))
    assert len(live) <= 1, "one open closure per subject"
    latest = queries.closure_of(account_id)
    if live:
        assert account.state in ACCOUNT_OF[live[0].state]
        assert account.leaving == (live[0].state in ("WAITING", "STAFFED"))
        due = [live[0].recheck_due_at, live[0].waiting_due_at, live[0].staff_due_at, live[0].erase_due_at,
               live[0].retry_due_at]
        assert any(due), "every wait has an end"
    elif latest is not None and latest.state == "ERASED":
        assert account.state == "ERASED" and account.email is None and not account.first_name
        assert Receipt.objects.filter(closure=latest).count() == 1
    else:
        assert account.state == "ACTIVE" and not account.leaving and account.email
    for closure in Closure.objects.filter(account_id=account_id, state="GRACE"):
        assert closure.erase_due_at > closure.marked_at, "nobody is erased before the grace period is over"
        assert (closure.erase_due_at - closure.marked_at).days >= 29
