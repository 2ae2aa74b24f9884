"""Leaving: request, wait, clear, cancel, come back, be erased."""

from __future__ import annotations

from datetime import timedelta

import pytest

from freehold.kit import clock, deadlines, privacy
from freehold.kit.actors import Actor
from freehold.kit.models import Fact
from freehold.kit.privacy import Kind, Open
from freehold.kit.refusals import IllegalMove, NotAllowed, NotFound
from freehold.people.accounts.actions import LinkSpent
from freehold.people.accounts.models import Account
from freehold.trust.closure import actions, queries, tasks
from freehold.trust.closure.models import Closure, ErasureStep, ExitAnswer, PurgeLine, Receipt, RetentionItem
from freehold.trust.closure.states import S

SYSTEM = Actor.system("tests")


class Gate:
    """A blocker tests can open and shut."""

    def __init__(self) -> None:
        self.open: dict[str, Open] = {}
        self.settled: list[str] = []

    def put(self, kind: Kind, *, clears_at=None, key: str = "gate") -> None:
        self.open[key] = Open(sentence=f"{key} is open", kind=kind, clears_at=clears_at, remedies=(("Go", "/home"),))

    def find(self, subject, at):
        return list(self.open.values())

    def settle(self, subject, actor, at):
        for key in [k for k, one in self.open.items() if one.kind == Kind.AUTO]:
            self.settled.append(key)
            del self.open[key]


@pytest.fixture
def gate(monkeypatch):
    one = Gate()
    blocker = privacy.Blocker(key="gate", find=one.find, settle=one.settle)
    monkeypatch.setattr(privacy, "BLOCKERS", {"gate": blocker})
    return one


def request(cast, at, who="basil", **kw) -> Closure:
    player = getattr(cast, who)
    return actions.request_closure(actor=player.actor, account_id=player.account.pk, at=at, **kw)


def leave(cast, at, who="basil", **kw) -> Closure:
    player = getattr(cast, who)
    return actions.leave(actor=player.actor, account_id=player.account.pk, at=at, **kw)


def told(name: str) -> int:
    return Fact.objects.filter(name=f"trust.closure.{name}").count()


def run_until(moment) -> None:
    """Let every clock run out on the way."""
    clock._kept = (float("inf"), timedelta(0), moment)
    deadlines.forget_stuck()
    deadlines.run_due(moment)


class TestRequestClosure:
    def test_nothing_open_goes_straight_into_grace(self, cast, at, gate):
        closure = leave(cast, at)
        account = Account.objects.get(pk=cast.basil.account.pk)
        assert closure.state == S.GRACE and account.state == "CLOSED" and not account.leaving
        assert closure.erase_due_at == queries.final_day(at)
        assert closure.warn_due_at == closure.erase_due_at - timedelta(days=7)

    def test_what_clears_by_itself_is_waited_for(self, cast, at, gate):
        gate.put(Kind.WAITS, clears_at=at + timedelta(days=3))
        closure = leave(cast, at)
        account = Account.objects.get(pk=cast.basil.account.pk)
        assert closure.state == S.WAITING and closure.waiting_until == at + timedelta(days=3)
        assert account.state == "ACTIVE" and account.leaving and not cast.basil.actor.may_begin

    def test_what_we_can_settle_is_settled_first(self, cast, at, gate):
        gate.put(Kind.AUTO)
        assert leave(cast, at).state == S.GRACE
        assert gate.settled == ["gate"]

    def test_a_remedy_nobody_runs_waits(self, cast, at, monkeypatch):
        one = Gate()
        one.put(Kind.AUTO)
        monkeypatch.setattr(privacy, "BLOCKERS", {"gate": privacy.Blocker(key="gate", find=one.find)})
        assert leave(cast, at).state == S.WAITING

    def test_what_needs_the_member_refuses(self, cast, at, gate):
        gate.put(Kind.ACT)
        with pytest.raises(actions.NeedsYou):
            request(cast, at)
        assert not Closure.objects.exists() and not Account.objects.get(pk=cast.basil.account.pk).leaving

    @pytest.mark.parametrize("who", ["ada", "chiara", "dora"])
    def test_refuses_a_stranger(self, cast, at, gate, who):
        with pytest.raises(NotAllowed):
            actions.request_closure(actor=getattr(cast, who).actor, account_id=cast.basil.account.pk, at=at)
        assert not Closure.objects.exists()

    def test_refuses_the_machine_and_every_token(self, cast, at, gate):
        token = Actor(account_id=cast.basil.account.pk, scopes=frozenset())
        for actor in (token, SYSTEM):
            with pytest.raises(NotAllowed):
                actions.request_closure(actor=actor, account_id=cast.basil.account.pk, at=at)

    def test_twice_is_one_closure(self, cast, at, gate):
        gate.put(Kind.WAITS)
        request(cast, at)
        with pytest.raises(actions.AlreadyLeaving):
            request(cast, at)
        assert Closure.objects.count() == 1

    def test_refuses_from_every_other_account_state(self, cast, at, gate):
        for state in ("NEW", "CLOSED", "ERASED"):
            blank = {"email": None, "first_name": "", "last_name": ""} if state == "ERASED" else {}
            Account.objects.filter(pk=cast.basil.account.pk).update(state=state, **blank)
            with pytest.raises(IllegalMove):
                request(cast, at)

    def test_tells(self, cast, at, gate):
        leave(cast, at)
        assert told("requested") == 1 and told("marked") == 1
        facts = Fact.objects.filter(name__startswith="trust.closure.").values_list("data", flat=True)
        assert not any("basil" in str(data).lower() for data in facts)

    def test_only_declared_options_are_kept(self, cast, at, gate, monkeypatch):
        monkeypatch.setattr(privacy, "OPTIONS", {"a": privacy.Option(key="a", label="A")})
        gate.put(Kind.WAITS)
        assert request(cast, at, options=["a", "nonsense"]).options == ["a"]

    def test_a_pseudonym_is_drawn(self, cast, at, gate):
        names = {leave(cast, at, who).pseudonym for who in ("ada", "basil", "chiara")}
        assert len(names) == 3 and all(n.startswith("Former member ") and len(n) == 19 for n in names)


class TestCancelClosure:
    def test_the_account_is_ordinary_again(self, cast, at, gate):
        gate.put(Kind.WAITS)
        closure = request(cast, at)
        actions.cancel_closure(actor=cast.basil.actor, closure_id=closure.pk, at=at)
        closure.refresh_from_db()
        assert closure.state == S.CANCELED and cast.basil.actor.may_begin and told("canceled") == 1
        assert request(cast, at).pk != closure.pk

    def test_refuses_a_stranger(self, cast, at, gate):
        gate.put(Kind.WAITS)
        closure = request(cast, at)
        for actor in (cast.ada.actor, cast.dora.actor, SYSTEM):
            with pytest.raises(NotAllowed):
                actions.cancel_closure(actor=actor, closure_id=closure.pk, at=at)
        closure.refresh_from_db()
        assert closure.state == S.WAITING

    def test_refuses_from_every_other_state(self, cast, at, gate):
        closure = leave(cast, at)
        for state in set(S) - {S.WAITING, S.STAFFED}:
            Closure.objects.filter(pk=closure.pk).update(state=state)
            with pytest.raises(IllegalMove):
                actions.cancel_closure(actor=Actor(account_id=cast.basil.account.pk), closure_id=closure.pk, at=at)

    def test_twice_is_once(self, cast, at, gate):
        gate.put(Kind.WAITS)
        closure = request(cast, at)
        actions.cancel_closure(actor=cast.basil.actor, closure_id=closure.pk, at=at)
        with pytest.raises(IllegalMove):
            actions.cancel_closure(actor=cast.basil.actor, closure_id=closure.pk, at=at)
        assert told("canceled") == 1

    def test_a_canceled_closure_never_clears(self, cast, at, gate):
        gate.put(Kind.WAITS)
        closure = request(cast, at)
        actions.cancel_closure(actor=cast.basil.actor, closure_id=closure.pk, at=at)
        gate.open.clear()
        actions.wind_down(closure_id=closure.pk, at=at)
        assert Account.objects.get(pk=cast.basil.account.pk).state == "ACTIVE"


class TestWindDown:
    def test_clears_by_itself_when_the_fact_comes(self, cast, at, gate, run_jobs):
        gate.put(Kind.WAITS)
        closure = leave(cast, at)
        gate.open.clear()
        tasks.wind_down(closure_id=str(closure.pk))
        closure.refresh_from_db()
        assert closure.state == S.GRACE and told("marked") == 1

    def test_looks_again_when_the_day_comes(self, cast, at, gate):
        day = at + timedelta(days=3)
        gate.put(Kind.WAITS, clears_at=day)
        closure = leave(cast, at)
        assert closure.recheck_due_at == day
        gate.open.clear()
        run_until(day)
        closure.refresh_from_db()
        assert closure.state == S.GRACE and closure.marked_at == day

    def test_looks_again_every_hour_where_no_day_is_known(self, cast, at, gate):
        gate.put(Kind.WAITS)
        closure = leave(cast, at)
        assert closure.recheck_due_at == at + timedelta(hours=1)

    def test_what_turned_into_a_task_is_told_once(self, cast, at, gate):
        gate.put(Kind.WAITS)
        closure = leave(cast, at)
        gate.put(Kind.ACT)
        for _ in range(2):
            actions.wind_down(closure_id=closure.pk, at=at)
        closure.refresh_from_db()
        assert closure.state == S.WAITING and closure.needs == ["gate"] and told("waiting_changed") == 1

    def test_a_refused_remedy_stops_nothing_else(self, cast, at, gate, monkeypatch):
        gate.put(Kind.AUTO)

        def refuse(subject, actor, at):
            raise IllegalMove()

        broken = Gate()
        broken.put(Kind.AUTO)
        both = {**privacy.BLOCKERS, "a": privacy.Blocker(key="a", find=broken.find, settle=refuse, order=1)}
        monkeypatch.setattr(privacy, "BLOCKERS", both)
        results = actions.settle_everything(actor=cast.basil.actor, account_id=cast.basil.account.pk, at=at)
        assert [(r.key, r.done) for r in results] == [("a", False), ("gate", True)]

    def test_settling_refuses_a_stranger(self, cast, at, gate):
        gate.put(Kind.AUTO)
        with pytest.raises(NotAllowed):
            actions.settle_everything(actor=cast.ada.actor, account_id=cast.basil.account.pk, at=at)
        assert not gate.settled

    def test_the_hooks_run_in_the_marking(self, cast, at, gate, monkeypatch):
        seen = []
        monkeypatch.setattr(privacy, "ON_MARKING", [lambda subject, at: seen.append(subject)])
        closure = leave(cast, at)
        assert seen[0].account_id == cast.basil.account.pk and cast.basil.party_id in seen[0].party_ids
        assert seen[0].pseudonym == closure.pseudonym

    def test_clearing_refuses_people(self, cast, at, gate):
        closure = request(cast, at)
        with pytest.raises(NotAllowed):
            actions.clear_closure(actor=cast.basil.actor, closure_id=closure.pk, at=at)

    def test_waiting_too_long_goes_to_the_staff_and_still_clears(self, cast, at, gate):
        gate.put(Kind.ACT)
        closure = self._stuck(cast, at, gate)
        assert closure.state == S.STAFFED and told("staffed") == 1 and closure.staff_due_at
        gate.open.clear()
        actions.wind_down(closure_id=closure.pk, at=closure.staffed_at)
        closure.refresh_from_db()
        assert closure.state == S.GRACE

    def test_the_staff_is_reminded_every_day_and_may_extend_twice(self, cast, at, gate):
        closure = self._stuck(cast, at, gate)
        run_until(closure.staff_due_at)
        assert told("overdue") == 1
        for turn in (1, 2):
            closure = actions.extend_closure(actor=cast.dora.actor, closure_id=closure.pk, at=closure.staffed_at)
            assert closure.state == S.WAITING and closure.extensions == turn
            actions.stall_closure(actor=SYSTEM, closure_id=closure.pk, at=closure.waiting_due_at)
        with pytest.raises(NotAllowed):
            actions.extend_closure(actor=cast.dora.actor, closure_id=closure.pk, at=at)
        with pytest.raises(NotAllowed):
            actions.extend_closure(actor=cast.basil.actor, closure_id=closure.pk, at=at)

    def _stuck(self, cast, at, gate):
        gate.put(Kind.WAITS)
        closure = leave(cast, at)
        closure.recheck_due_at = None
        closure.save()
        run_until(closure.waiting_due_at)
        closure.refresh_from_db()
        return closure


class TestReopenClosure:
    def test_the_account_comes_back_as_it_was(self, cast, at, gate, monkeypatch):
        Account.objects.filter(pk=cast.basil.account.pk).update(state="LIMITED")
        seen = []
        monkeypatch.setattr(privacy, "ON_REOPENING", [lambda subject, at: seen.append(subject.account_id)])
        closure = leave(cast, at)
        token = actions.send_reopening_link(account_id=cast.basil.account.pk, at=at)
        back = actions.reopen_closure(token=token, at=at + timedelta(hours=3, minutes=59))
        assert back.pk == closure.pk and back.state == S.REOPENED and told("reopened") == 1
        assert Account.objects.get(pk=cast.basil.account.pk).state == "LIMITED" and seen == [cast.basil.account.pk]
        assert back.erase_due_at is None

    def test_works_once(self, cast, at, gate):
        leave(cast, at)
        token = actions.send_reopening_link(account_id=cast.basil.account.pk, at=at)
        actions.reopen_closure(token=token, at=at)
        with pytest.raises(LinkSpent):
            actions.reopen_closure(token=token, at=at)

    def test_not_after_its_hours(self, cast, at, gate):
        leave(cast, at)
        token = actions.send_reopening_link(account_id=cast.basil.account.pk, at=at)
        with pytest.raises(LinkSpent):
            actions.reopen_closure(token=token, at=at + timedelta(hours=4))
        assert Account.objects.get(pk=cast.basil.account.pk).state == "CLOSED"

    def test_not_after_erasure(self, cast, at, gate):
        closure = leave(cast, at)
        end = closure.erase_due_at
        token = actions.send_reopening_link(account_id=cast.basil.account.pk, at=end - timedelta(hours=1))
        run_until(end)
        with pytest.raises(NotFound):
            actions.reopen_closure(token=token, at=end + timedelta(minutes=1))

    def test_a_made_up_token_is_nothing(self, cast, at, gate):
        leave(cast, at)
        with pytest.raises(NotFound):
            actions.reopen_closure(token="nonsense", at=at)

    def test_there_is_no_link_without_a_closed_account(self, cast, at, gate):
        with pytest.raises(NotFound):
            actions.send_reopening_link(account_id=cast.basil.account.pk, at=at)

    def test_leaving_again_is_a_new_closure(self, cast, at, gate):
        first = leave(cast, at)
        token = actions.send_reopening_link(account_id=cast.basil.account.pk, at=at)
        actions.reopen_closure(token=token, at=at)
        assert leave(cast, at).pk != first.pk


class TestGrace:
    def test_a_reminder_comes_once(self, cast, at, gate):
        closure = leave(cast, at)
        run_until(closure.warn_due_at)
        actions.remind(actor=SYSTEM, closure_id=closure.pk, at=at)
        assert told("reminded") == 1

    def test_something_that_came_up_interrupts_and_lets_go(self, cast, at, gate):
        closure = leave(cast, at)
        gate.put(Kind.ACT)
        actions.wind_down(closure_id=closure.pk, at=at + timedelta(days=20))
        closure.refresh_from_db()
        assert closure.state == S.INTERRUPTED and told("interrupted") == 1
        gate.open.clear()
        later = at + timedelta(days=45)
        actions.wind_down(closure_id=closure.pk, at=later)
        closure.refresh_from_db()
        assert closure.state == S.GRACE and closure.erase_due_at >= later + timedelta(days=7)

    def test_an_interruption_ends_by_itself(self, cast, at, gate):
        closure = leave(cast, at)
        gate.put(Kind.ACT)
        actions.wind_down(closure_id=closure.pk, at=at + timedelta(days=20))
        closure.refresh_from_db()
        run_until(closure.erase_due_at)
        closure.refresh_from_db()
        assert closure.state == S.ERASED

    def test_the_last_check_interrupts(self, cast, at, gate):
        closure = leave(cast, at)
        gate.put(Kind.ACT)
        run_until(closure.erase_due_at)
        closure.refresh_from_db()
        assert closure.state == S.INTERRUPTED


class TestErase:
    def test_only_a_tombstone_is_left(self, cast, at, gate, mailbox):
        closure = leave(cast, at)
        run_until(closure.erase_due_at)
        closure.refresh_from_db()
        account = Account.objects.get(pk=cast.basil.account.pk)
        assert closure.state == S.ERASED and told("erased") == 1
        assert (account.state, account.email, account.name) == ("ERASED", None, closure.pseudonym)
        assert not ErasureStep.objects.exclude(state="CONFIRMED").exists()

    def test_the_receipt_is_mailed_and_verifies(self, cast, at, gate, mailbox):
        closure = leave(cast, at)
        run_until(closure.erase_due_at)
        receipt = Receipt.objects.get(closure=closure)
        mail = mailbox.last(closure.pseudonym)
        found = queries.verify(mail.text)
        assert found and found.known and found.number == receipt.number and found.sha256 == receipt.sha256
        assert receipt.number.startswith("ER-") and len(receipt.number) == 15
        assert receipt.text == "" and receipt.handed_over_at
        spoiled = next(w for w in mail.text.split() if w.startswith("eyJ"))
        assert queries.verify(spoiled[:-3] + ("AAA" if not spoiled.endswith("AAA") else "BBB")) is None
        assert queries.verify("what is this") is None and queries.verify("") is None

    def test_it_refuses_people_and_other_states(self, cast, at, gate):
        closure = leave(cast, at)
        with pytest.raises(NotAllowed):
            actions.begin_erasure(actor=cast.dora.actor, closure_id=closure.pk, at=at)
        Closure.objects.filter(pk=closure.pk).update(state=S.REOPENED)
        with pytest.raises(IllegalMove):
            actions.begin_erasure(actor=SYSTEM, closure_id=closure.pk, at=at)

    def test_it_goes_on_where_it_stopped(self, cast, at, gate, monkeypatch, mailbox):
        """Killed after every single step: the same end, one receipt, one mail."""
        closure = leave(cast, at)
        end = closure.erase_due_at
        actions.begin_erasure(actor=SYSTEM, closure_id=closure.pk, at=end)
        steps = queries.open_steps(closure.pk)
        while todo := queries.open_steps(closure.pk):
            actions.run_step(actor=SYSTEM, step_id=todo[0], at=end)
            actions.run_step(actor=SYSTEM, step_id=todo[0], at=end)
        assert len(steps) >= 1
        for _ in range(2):
            tasks.carry_on(closure.pk, end)
        closure.refresh_from_db()
        assert closure.state == S.ERASED and Receipt.objects.count() == 1
        assert len([m for m in mailbox.all() if "ER-" in m.subject]) == 1

    def test_a_step_that_breaks_is_tried_again_and_the_staff_told(self, cast, at, gate, monkeypatch):
        closure = leave(cast, at)
        declared = queries.ordered()[0]
        import dataclasses

        def breaks(subject, at):
            raise RuntimeError("secret@example.com")

        broken = dataclasses.replace(declared, erase=breaks)
        sound = list(privacy.DECLARED)
        monkeypatch.setattr(privacy, "DECLARED", [broken if d is declared else d for d in sound])
        run_until(closure.erase_due_at)
        closure.refresh_from_db()
        assert closure.state == S.ERASING and closure.tries == 1 and told("erasure_stuck") == 0
        run_until(closure.erase_due_at + timedelta(hours=80))
        assert told("erasure_stuck") >= 1
        monkeypatch.setattr(privacy, "DECLARED", sound)
        closure.refresh_from_db()
        run_until(closure.retry_due_at)
        closure.refresh_from_db()
        assert closure.state == S.ERASED

    def test_a_copy_nobody_declared_blocks_the_end(self, cast, at, gate):
        from freehold.kit.models import DemoProgress

        closure = leave(cast, at)
        DemoProgress.objects.create(step=f"Say hello to {cast.basil.email}")
        run_until(closure.erase_due_at)
        closure.refresh_from_db()
        assert closure.state == S.ERASING and told("erasure_stuck") == 1
        assert Account.objects.get(pk=cast.basil.account.pk).email
        DemoProgress.objects.all().delete()
        run_until(closure.retry_due_at)
        closure.refresh_from_db()
        assert closure.state == S.ERASED

    def test_mail_that_cannot_go_is_tried_for_days_then_the_text_stays(self, cast, at, gate, monkeypatch):
        def broken(*_args, **_kw):
            raise OSError("no way out")

        monkeypatch.setattr(tasks, "_mail_receipt", broken)
        closure = leave(cast, at)
        run_until(closure.erase_due_at)
        closure.refresh_from_db()
        assert closure.state == S.ERASING
        run_until(closure.erase_due_at + timedelta(hours=120))
        closure.refresh_from_db()
        assert closure.state == S.ERASED
        assert queries.verify(Receipt.objects.get(closure=closure).text).known

    def test_the_same_address_may_join_again(self, cast, at, gate):
        closure = leave(cast, at)
        run_until(closure.erase_due_at)
        again = Account.objects.create_user(cast.basil.email, "another long word", state="ACTIVE")
        assert again.pk != cast.basil.account.pk

    def test_twice_is_once(self, cast, at, gate):
        closure = leave(cast, at)
        run_until(closure.erase_due_at)
        tasks.carry_on(closure.pk, closure.erase_due_at)
        with pytest.raises(IllegalMove):
            actions.begin_erasure(actor=SYSTEM, closure_id=closure.pk, at=closure.erase_due_at)
        assert told("erased") == 1


class TestPurge:
    def _kept(self, cast, at, monkeypatch):
        from freehold.people.teams.models import Party

        declared = privacy.Personal(
            model=Party, label="Parties", rows=lambda s: Party.objects.filter(pk__in=s.party_ids), fate=privacy.Fate.KEEP,
            basis=privacy.Basis.LAW, keep_years="retention.financial_years", since="created_at",
            impersonal=("kind", "country"), export=("description",),
        )
        monkeypatch.setattr(privacy, "DECLARED", [declared])
        Party.objects.filter(pk=cast.basil.party_id).update(description="Kept words", created_at=at)
        closure = leave(cast, at)
        run_until(closure.erase_due_at)
        return closure, Party

    def test_what_is_kept_has_a_day_and_goes_on_it(self, cast, at, gate, monkeypatch):
        closure, party = self._kept(cast, at, monkeypatch)
        item = RetentionItem.objects.get(closure=closure)
        assert str(item.keep_until) == "2033-12-31" and item.state == "KEPT"
        assert tasks.purge_due(at.replace(year=2033, month=12, day=31)) == 0
        assert tasks.purge_due(at.replace(year=2034)) == 1
        assert tasks.purge_due(at.replace(year=2034)) == 0
        item.refresh_from_db()
        assert item.state == "PURGED" and party.objects.get(pk=cast.basil.party_id).description == ""
        line = PurgeLine.objects.get()
        assert (line.count, line.years) == (1, 7)

    def test_it_refuses_people(self, cast, at, gate, monkeypatch):
        with pytest.raises(NotAllowed):
            actions.purge_item(actor=cast.dora.actor, kind="teams.Party", at=at)


class TestExitAnswer:
    def test_it_is_kept_without_a_link(self, cast, at):
        answer = actions.keep_answer(reasons=["FEES", "nonsense"], text=" too dear ", at=at)
        assert answer.reasons == ["FEES"] and answer.text == "too dear" and str(answer.month) == "2026-01-01"
        assert {f.name for f in ExitAnswer._meta.get_fields()} == {"id", "reasons", "text", "month"}
        assert answer.pk.version == 4

    def test_nothing_said_is_nothing_kept(self, cast, at):
        assert actions.keep_answer(reasons=[], text="  ", at=at) is None
        assert not ExitAnswer.objects.exists()
