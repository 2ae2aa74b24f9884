"""
Any life of a contract: planned, funded, handed in, paid, given back, asked for, ended, paid out, left.

A machine plays Ada and Basil through the real actions, with the sandbox's cards and accounts, in any order and over any
time. Whatever they try is done or refused; a refusal changes nothing; and after every step the books, the holds, the
wallets, the documents and a second bookkeeping of our own agree to the last unit.
"""

from __future__ import annotations

import math
import os
from collections import defaultdict
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

DEEP = bool(os.environ.get("FREEHOLD_DEEP"))
LIVES = settings(
    max_examples=int(os.environ.get("LIVES", 400 if DEEP else 14)),
    stateful_step_count=60 if DEEP else 30,
    derandomize=not DEEP and not os.environ.get("LIVES"),
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink] if DEEP else [Phase.generate],
)
CARDS = {
    "ok": "4242424242424242",
    "declined": "4000000000000002",
    "asks": "4000000000003220",
    "slow": "4000000000000077",
    "late": "4000000000000184",
    "twice": "4000000000000267",
    "keeps": "4000000000000424",
}
ACCOUNTS = {
    "ok": "DE39 1001 0010 0000 0011 11",
    "fails": "DE15 1001 0010 0000 0022 22",
    "returns": "DE88 1001 0010 0000 0033 33",
}
HELD = ("FUNDED", "SUBMITTED", "CHANGES_ASKED")
LONG = "Please change the second page and the map of the ground floor."

#: what a refusal must leave as it was
KEPT = (
    "contracts_contract", "contracts_milestone", "contracts_submission", "contracts_refundrequest", "escrow_hold",
    "escrow_earning", "ledger_account", "ledger_tail", "ledger_entry", "payments_charge", "payments_refund",
    "payments_paymentmethod", "payouts_payout", "payouts_payoutmethod", "invoices_document", "closure_closure",
    "accounts_account", "kit_fact", "procrastinate_jobs",
)  # fmt: skip
#: acts on a milestone: whose they are, in which states, and what else they are told
OUT_OF_TURN: dict[str, tuple[str, tuple[str, ...], dict[str, Any]]] = {
    "release_milestone": ("ada", HELD, {}),
    "release_part": ("ada", HELD, {"amount": 7}),
    "ask_refund": ("ada", HELD, {"amount": 7, "text": "Plans changed."}),
    "ask_changes": ("ada", ("SUBMITTED",), {"text": LONG}),
    "cancel_milestone": ("ada", ("PROPOSED", "AGREED"), {}),
    "agree_milestone": ("ada", ("PROPOSED",), {}),
    "fund_milestone": ("ada", ("AGREED",), {"method_id": None}),
    "submit_work": ("basil", ("FUNDED", "CHANGES_ASKED"), {"message": "Done."}),
    "take_back": ("basil", ("SUBMITTED",), {}),
    "return_milestone": ("basil", HELD, {"amount": 7}),
}
picks = st.integers(0, 11)
soon = st.booleans()


def when(*states: str) -> Any:
    """A rule for times when a milestone is in one of these states."""
    return precondition(lambda life: bool(life.states & set(states)))


def late(turn: int) -> Any:
    """A rule for a contract that still runs, some steps into its life."""
    return precondition(lambda life: life.turn >= turn and "ENDED" not in life.states)


def half_up(value: Fraction) -> int:
    """Rounding by a road of our own: twice the value, one more, halved."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


class Bank:
    """What the sandbox did outside: every key counts once, whatever is asked again."""

    def __init__(self) -> None:
        self.taken: dict[UUID, int] = {}
        self.given: dict[str, int] = {}
        self.paid: dict[UUID, int] = {}
        self.returned: dict[UUID, int] = {}

    @property
    def keeps(self) -> int:
        return (
            sum(self.taken.values()) - sum(self.given.values()) - sum(self.paid.values()) + sum(self.returned.values())
        )

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from freehold.money.payments.providers.sandbox import Sandbox as Cards
        from freehold.money.payouts.providers.sandbox import Sandbox as Carrier

        def charged(order: Any, answer: Any) -> None:
            if answer.outcome == "settled" or any(told["outcome"] == "settled" for told in answer.notices):
                assert self.taken.setdefault(order.key, order.amount) == order.amount

        def refunded(order: Any, answer: Any) -> None:
            if answer.outcome == "settled":
                assert self.given.setdefault(order.key, order.amount) == order.amount

        def carried(order: Any, answer: Any) -> None:
            if answer.outcome in ("paid", "returned"):
                assert self.paid.setdefault(order.key, order.amount) == order.amount
            if answer.outcome == "returned":
                self.returned[order.key] = answer.back

        def listen(kind: type, name: str, note: Any) -> None:
            real = getattr(kind, name)

            def call(provider: Any, order: Any, **more: Any) -> Any:
                answer = real(provider, order, **more)
                note(order, answer)
                return answer

            monkeypatch.setattr(kind, name, call)

        for name in ("charge_status", "confirm"):
            listen(Cards, name, charged)
        listen(Cards, "begin_charge", charged)
        for name in ("begin_refund", "refund_status"):
            listen(Cards, name, refunded)
        for name in ("begin_payout", "status"):
            listen(Carrier, name, carried)


class World:
    """Made once: Ada hired Basil, their cards and bank accounts are on file, and four days have passed."""

    def __init__(self, cast: Any, at: datetime) -> None:
        from tests.money.payouts.factories import a_method
        from tests.work.contracts.factories import a_card, a_contract

        self.cast, self.at = cast, at
        self.contract_id = a_contract(cast, at, amounts=(10_001, 7_003, 1_111)).pk
        self.cards = {course: a_card(cast, at, number) for course, number in CARDS.items()}
        self.accounts = {
            (player, course): a_method(getattr(cast, player), at, number).pk
            for player in ("basil", "ada") for course, number in ACCOUNTS.items()
        }  # fmt: skip


class Life(RuleBasedStateMachine):
    """One contract's life; everything it writes is taken back at the end."""

    def __init__(self, world: World, bank: Bank, counts: dict[str, int]) -> None:
        super().__init__()
        from django.db import transaction

        from freehold.kit import deadlines

        self.world, self.cast, self.bank, self.counts = world, world.cast, bank, counts
        self.now, self.sound, self.checked, self.turn = world.at, True, 0, 0
        self.states: set[str] = set()
        self.before = (dict(bank.taken), dict(bank.given), dict(bank.paid), dict(bank.returned))
        self.papers: dict[UUID, tuple[str, int]] = {}
        deadlines.forget_stuck()
        self.around = transaction.atomic()
        self.around._from_testcase = True
        self.around.__enter__()
        self.pin(world.at)
        counts["lives"] += 1

    # --- what the machine is made of ---

    def pin(self, moment: datetime) -> None:
        from freehold.kit import clock

        self.now = moment
        clock._kept = (math.inf, timedelta(0), moment)

    def pass_time(self, days: float) -> None:
        """Go from deadline to deadline, with the queue drained in between."""
        from freehold.kit import deadlines, jobs

        goal = self.now + timedelta(days=days)
        jobs.drain()
        while (stop := deadlines.next_due()) is not None and stop <= goal:
            self.pin(max(stop, self.now))
            deadlines.run_due(self.now)
            assert not deadlines._stuck, f"a default for silence could not be carried out: {deadlines._stuck}"
            jobs.drain()
        self.pin(goal)

    def attempt(self, act: Any, *, must: bool | None = None, drain: bool = True) -> Any:
        """Try something: it is done, or it is refused and nothing has changed."""
        from freehold.kit import jobs
        from freehold.kit.refusals import Refusal

        self.sound, answer = False, None
        before = self.fingerprint()
        self.counts["attempts"] += 1
        self.counts[act.__qualname__.split(".")[1]] += 1
        try:
            answer = act()
        except Refusal as refusal:
            self.counts["refused"] += 1
            assert must is not True, f"refused, though nothing stood against it: {refusal!r}"
            assert self.fingerprint() == before, f"refused, but something changed: {refusal!r}"
        else:
            assert must is not False, "done, though it should have been refused"
        if drain:
            jobs.drain()
        return answer

    def fingerprint(self) -> list[Any]:
        from django.db import connection

        parts = " UNION ALL ".join(
            f"SELECT '{name}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t" for name in KEPT
        )
        with connection.cursor() as cursor:
            cursor.execute(parts)
            return list(cursor.fetchall())

    def here(self, who: str) -> Any:
        """Ada or Basil, as a door would let them in; None for those who are gone."""
        from freehold.people.accounts.models import Account

        player = getattr(self.cast, who)
        account = Account.objects.get(pk=player.account.pk)
        return player.actor if account.state in ("ACTIVE", "LIMITED") else None

    @property
    def contract(self) -> Any:
        from freehold.work.contracts.models import Contract

        return Contract.objects.get(pk=self.world.contract_id)

    def milestones(self) -> list[Any]:
        from freehold.work.contracts.models import Milestone

        rows = Milestone.objects.filter(contract_id=self.world.contract_id).select_related("contract")
        return list(rows.order_by("position"))

    def one(self, pick: int, *states: str) -> Any:
        """One of the milestones in these states, else any."""
        rows = self.milestones()
        meant = [m for m in rows if m.state in states] or rows
        return meant[pick % len(meant)]

    def asked(self, pick: int) -> Any:
        from freehold.work.contracts.models import RefundRequest

        rows = list(RefundRequest.objects.filter(contract_id=self.world.contract_id).order_by("asked_at", "pk"))
        open_ones = [r for r in rows if r.state == "ASKED"] if pick % 4 else rows
        return open_ones[pick % len(open_ones)] if open_ones else None

    def in_time(self, milestone: Any) -> bool:
        return milestone.review_due_at is None or self.now < milestone.review_due_at

    # --- rules ---

    @initialize(rates=st.sampled_from([(1000, 300), (1250, 299), (0, 0), (333, 1), (9_999, 2_500)]))
    def agree_on_fees(self, rates: tuple[int, int]) -> None:
        from freehold.work.contracts.models import Contract

        self.rates = rates
        terms = {**self.contract.terms, "freelancer_bps": rates[0], "client_bps": rates[1]}
        Contract.objects.filter(pk=self.world.contract_id).update(terms=terms)

    @rule(amount=st.sampled_from([500, 501, 1_999, 33_333, 499, 0]), by=st.sampled_from(["ada", "basil"]))
    def plan(self, amount: int, by: str) -> None:
        from freehold.work.contracts import actions

        act = actions.plan_milestone if by == "ada" else actions.propose_milestone
        if (actor := self.here(by)) and len(self.milestones()) < 7:
            plain = self.contract.state != "ENDED" and not self.contract.ends_when_settled and actor.may_begin
            self.attempt(
                lambda: act(actor=actor, contract_id=self.world.contract_id, title="More", amount=amount, at=self.now),
                must=plain and amount >= 500,
            )

    @when("PROPOSED")
    @rule(pick=picks, yes=st.booleans())
    def answer_proposal(self, pick: int, yes: bool) -> None:
        from freehold.work.contracts import actions

        m, actor = self.one(pick, "PROPOSED"), self.here("ada")
        act = actions.agree_milestone if yes else actions.decline_milestone
        if actor:
            self.attempt(lambda: act(actor=actor, milestone_id=m.pk, at=self.now))

    @when("AGREED")
    @rule(pick=picks, amount=st.sampled_from([500, 777, 12_345]))
    def edit(self, pick: int, amount: int) -> None:
        from freehold.work.contracts import actions

        m, actor = self.one(pick, "AGREED"), self.here("ada")
        if actor:
            self.attempt(
                lambda: actions.edit_milestone(
                    actor=actor, milestone_id=m.pk, version=m.version, title="Other", amount=amount, at=self.now
                ),
                must=m.state == "AGREED",
            )

    @when("PROPOSED", "AGREED")
    @rule(pick=picks)
    def cancel(self, pick: int) -> None:
        from freehold.work.contracts import actions

        m, actor = self.one(pick, "PROPOSED", "AGREED"), self.here("ada")
        if actor:
            must = m.state in ("PROPOSED", "AGREED")
            self.attempt(lambda: actions.cancel_milestone(actor=actor, milestone_id=m.pk, at=self.now), must=must)

    @when("AGREED")
    @rule(pick=picks, card=st.sampled_from(["ok", "ok", "ok", *CARDS]), drain=soon)
    def fund(self, pick: int, card: str, drain: bool) -> None:
        from freehold.work.contracts import actions

        m, actor, method = self.one(pick, "AGREED"), self.here("ada"), self.world.cards[card]
        if actor:
            contract = self.contract
            must = (
                m.state == "AGREED" and contract.state == "ACTIVE" and not contract.ends_when_settled
                and actor.may_begin
            )  # fmt: skip
            done = self.attempt(
                lambda: actions.fund_milestone(actor=actor, milestone_id=m.pk, method_id=method, at=self.now),
                must=must, drain=drain,
            )  # fmt: skip
            if done and done.state == "FUNDING":
                self.check_charge(done)

    def check_charge(self, milestone: Any) -> None:
        """The card is asked for the amount and the fee, less what the carry gave of both."""
        from freehold.money.payments.models import Charge

        charge = Charge.objects.get(pk=milestone.charge_id)
        fee = half_up(Fraction(milestone.amount * self.rates[1], 10_000))
        most = milestone.amount + fee - milestone.carry_part
        if milestone.carry_part:
            assert milestone.amount - milestone.carry_part <= charge.amount <= most
        else:
            assert charge.amount == most

    @when("FUNDING")
    @rule()
    def queue_runs(self) -> None:
        from freehold.kit import jobs

        self.sound = False
        jobs.drain()

    @when("NEEDS_ACTION")
    @rule(yes=st.booleans())
    def confirm(self, yes: bool) -> None:
        from freehold.money.payments import actions
        from freehold.money.payments.models import Charge

        charge, actor = Charge.objects.filter(state="NEEDS_ACTION").order_by("begun_at").first(), self.here("ada")
        if charge and actor:
            must = charge.action_due_at > self.now
            self.attempt(
                lambda: actions.confirm_action(actor=actor, charge_id=charge.pk, approved=yes, at=self.now), must=must
            )

    @when("FUNDED", "CHANGES_ASKED")
    @rule(pick=picks)
    def submit(self, pick: int) -> None:
        from freehold.work.contracts import actions

        m, actor = self.one(pick, "FUNDED", "CHANGES_ASKED"), self.here("basil")
        if actor:
            must = m.state in ("FUNDED", "CHANGES_ASKED")
            self.attempt(
                lambda: actions.submit_work(actor=actor, milestone_id=m.pk, message="Done.", at=self.now), must=must
            )

    @when("SUBMITTED")
    @rule(pick=picks, back=st.booleans())
    def answer_work(self, pick: int, back: bool) -> None:
        from freehold.work.contracts import actions

        m, actor = self.one(pick, "SUBMITTED"), self.here("basil" if back else "ada")
        if actor and back:
            act = lambda: actions.take_back(actor=actor, milestone_id=m.pk, at=self.now)  # noqa: E731
        else:
            act = lambda: actions.ask_changes(actor=actor, milestone_id=m.pk, text=LONG, at=self.now)  # noqa: E731
        if actor:
            self.attempt(act, must=m.state == "SUBMITTED" and self.in_time(m))

    @when(*HELD)
    @rule(pick=picks)
    def release(self, pick: int) -> None:
        from freehold.work.contracts import actions

        m, actor = self.one(pick, *HELD), self.here("ada")
        if actor:
            must = m.state in HELD and self.in_time(m)
            self.attempt(lambda: actions.release_milestone(actor=actor, milestone_id=m.pk, at=self.now), must=must)

    @when(*HELD)
    @rule(pick=picks, share=st.sampled_from([1, 50, 333, 999, 1_000, 1_001]))
    def release_part(self, pick: int, share: int) -> None:
        from freehold.work.contracts import actions

        m, actor = self.one(pick, *HELD), self.here("ada")
        amount = m.amount * share // 1000 + (share == 1)
        if actor:
            must = m.state in HELD and self.in_time(m) and 1 <= amount <= m.amount
            self.attempt(
                lambda: actions.release_part(actor=actor, milestone_id=m.pk, amount=amount, at=self.now), must=must
            )

    @when(*HELD)
    @rule(pick=picks, share=st.sampled_from([1, 333, 500, 999, 1_000, 1_001]))
    def give_back(self, pick: int, share: int) -> None:
        from freehold.work.contracts import actions

        m, actor = self.one(pick, *HELD), self.here("basil")
        amount = m.amount * share // 1000 + (share == 1)
        if actor:
            must = m.state in HELD and self.in_time(m) and 1 <= amount <= m.amount
            self.attempt(
                lambda: actions.return_milestone(actor=actor, milestone_id=m.pk, amount=amount, at=self.now), must=must
            )

    @rule(pick=picks, act=st.sampled_from(sorted(OUT_OF_TURN)), as_chiara=st.sampled_from([False, False, False, True]))
    def out_of_turn(self, pick: int, act: str, as_chiara: bool) -> None:
        """Any act on any milestone; a stranger's is always refused."""
        from freehold.work.contracts import actions

        rows, (who, allowed, more) = self.milestones(), OUT_OF_TURN[act]
        m, actor = rows[pick % len(rows)], self.cast.chiara.actor if as_chiara else self.here(who)
        if actor:
            self.attempt(
                lambda: getattr(actions, act)(actor=actor, milestone_id=m.pk, at=self.now, **more),
                must=False if as_chiara or m.state not in allowed else None,
            )

    def carry(self) -> int:
        from freehold.money.escrow.models import Hold

        hold = Hold.objects.filter(pk=self.contract.carry_hold_id).first()
        return hold.remaining if hold and hold.state == "HELD" else 0

    @when("carry")
    @rule(share=st.sampled_from([1, 333, 1_000, 1_001]), ask=st.booleans())
    def give_carry_back(self, share: int, ask: bool) -> None:
        from freehold.work.contracts import actions

        spare, actor = self.carry(), self.here("ada" if ask else "basil")
        amount = spare * share // 1000 + (share == 1)
        if not actor or not self.contract.carry_hold_id:
            return
        if ask:
            self.attempt(
                lambda: actions.ask_carry_refund(
                    actor=actor, contract_id=self.world.contract_id, amount=amount, text="Not needed.", at=self.now
                )
            )
        else:
            self.attempt(
                lambda: actions.return_carry(
                    actor=actor, contract_id=self.world.contract_id, amount=amount, at=self.now
                ),
                must=1 <= amount <= spare,
            )

    @when(*HELD)
    @rule(pick=picks, share=st.sampled_from([1, 400, 1_000, 1_001]))
    def ask_refund(self, pick: int, share: int) -> None:
        from freehold.work.contracts import actions

        m, actor = self.one(pick, *HELD), self.here("ada")
        amount = m.amount * share // 1000 + (share == 1)
        if actor:
            must = None if m.state in HELD and self.in_time(m) and 1 <= amount <= m.amount else False
            self.attempt(
                lambda: actions.ask_refund(actor=actor, milestone_id=m.pk, amount=amount, text="Plans.", at=self.now),
                must=must,
            )

    @when("asked")
    @rule(pick=picks, how=st.sampled_from(["agree", "part", "refuse", "withdraw"]))
    def answer_refund(self, pick: int, how: str) -> None:
        from freehold.work.contracts import actions

        request, actor = self.asked(pick), self.here("ada" if how == "withdraw" else "basil")
        if not (request and actor):
            return
        shared = {"actor": actor, "request_id": request.pk, "at": self.now}
        amount = request.amount if how == "agree" else max(request.amount // 3, 1)
        acts = {
            "agree": lambda: actions.agree_refund(amount=amount, **shared),
            "part": lambda: actions.agree_refund(amount=amount, **shared),
            "refuse": lambda: actions.refuse_refund(text="The work is done.", **shared),
            "withdraw": lambda: actions.withdraw_refund(**shared),
        }
        self.attempt(acts[how], must=request.state == "ASKED" and self.now < request.reply_due_at)

    @rule(days=st.sampled_from([0.04, 1, 1, 3, 6, 8, 15, 32]))
    def wait(self, days: float) -> None:
        self.sound = False
        self.pass_time(days)

    @late(4)
    @rule(by=st.sampled_from(["ada", "basil"]))
    def pause_or_go_on(self, by: str) -> None:
        from freehold.work.contracts import actions

        contract, actor = self.contract, self.here(by)
        if actor and contract.state == "PAUSED":
            self.attempt(lambda: actions.resume_contract(actor=actor, contract_id=contract.pk, at=self.now))
        elif actor:
            self.attempt(
                lambda: actions.pause_contract(actor=actor, contract_id=contract.pk, text="Holidays.", at=self.now),
                must=contract.state == "ACTIVE",
            )

    @late(10)
    @rule(share=st.sampled_from([0, 1, 600, 1_000]))
    def client_ends(self, share: int) -> None:
        from freehold.work.contracts import actions

        actor = self.here("ada")
        if actor:
            pays = {m.pk: m.amount * share // 1000 for m in self.milestones() if m.state in HELD}
            self.attempt(
                lambda: actions.end_as_client(
                    actor=actor, contract_id=self.world.contract_id, reason="COMPLETED", pays=pays,
                    carry_pays=self.carry() * share // 1000, at=self.now,
                ),
                must=self.contract.state != "ENDED",
            )  # fmt: skip

    @late(14)
    @rule(typed=st.booleans())
    def worker_ends(self, typed: bool) -> None:
        self.end_as_worker(typed)

    def end_as_worker(self, typed: bool) -> None:
        from freehold.work.contracts import actions

        actor, held = self.here("basil"), [m for m in self.milestones() if m.state in HELD]
        back = sum(m.amount for m in held) + self.carry() if typed else None
        if actor:
            open_now = self.contract.state != "ENDED"
            reviewed = any(m.state == "SUBMITTED" for m in held)
            self.attempt(
                lambda: actions.end_as_worker(
                    actor=actor, contract_id=self.world.contract_id, reason="OTHER", typed_amount=back, at=self.now
                ),
                must=open_now and (typed or not reviewed),
            )

    @late(8)
    @rule(by=st.sampled_from(["ada", "basil"]))
    def wind_down(self, by: str) -> None:
        from freehold.work.contracts import actions

        actor = self.here(by)
        if actor:
            self.attempt(
                lambda: actions.wind_down(actor=actor, contract_id=self.world.contract_id, at=self.now),
                must=self.contract.state != "ENDED",
            )

    @when("available")
    @rule(who=st.sampled_from(["basil", "basil", "ada"]), course=st.sampled_from(list(ACCOUNTS)),
          share=st.sampled_from([500, 1_000, 1_001]), drain=soon)  # fmt: skip
    def withdraw(self, who: str, course: str, share: int, drain: bool) -> None:
        from freehold.money.ledger import queries as books
        from freehold.money.payouts import actions

        actor, party_id = self.here(who), getattr(self.cast, who).party_id
        free = books.balance(f"wallet:{party_id}:available", "USD").amount
        if actor and free:
            amount = free * share // 1000 + (share > 1_000)
            self.attempt(
                lambda: actions.request_payout(
                    actor=actor, party_id=party_id, currency="USD", amount=amount, at=self.now,
                    method_id=self.world.accounts[who, course],
                ),
                must=None if amount <= free else False, drain=drain,
            )  # fmt: skip

    @when("payout")
    @rule(pick=picks)
    def call_payout_off(self, pick: int) -> None:
        from freehold.money.payouts import actions
        from freehold.money.payouts.models import Payout

        rows = list(Payout.objects.order_by("requested_at", "pk"))
        if rows:
            payout = rows[pick % len(rows)]
            who = "basil" if payout.party_id == self.cast.basil.party_id else "ada"
            if actor := self.here(who):
                self.attempt(
                    lambda: actions.cancel_payout(actor=actor, payout_id=payout.pk, at=self.now),
                    must=payout.state == "SCHEDULED" and self.now < payout.send_due_at,
                )

    @late(8)
    @rule(who=st.sampled_from(["ada", "basil"]))
    def leave(self, who: str) -> None:
        from freehold.trust.closure import actions

        actor = self.here(who)
        if actor:
            self.attempt(lambda: actions.leave(actor=actor, account_id=actor.account_id, at=self.now))

    @when("leaving")
    @rule(who=st.sampled_from(["ada", "basil"]))
    def stay(self, who: str) -> None:
        from freehold.trust.closure import actions, queries

        actor = self.here(who)
        closure = queries.open_closure(getattr(self.cast, who).account.pk)
        if actor and closure:
            self.attempt(lambda: actions.cancel_closure(actor=actor, closure_id=closure.pk, at=self.now))

    # --- laws ---

    @invariant()
    def everything_agrees(self) -> None:
        from freehold.money.ledger import queries as books

        self.counts["steps"] += 1
        broken = books.broken_laws()
        assert broken == [], broken
        balances = self.balances()
        self.check_money(balances)
        self.check_holds(balances)
        self.check_papers(balances)
        self.look_around(balances)
        self.sound = True

    def look_around(self, balances: dict[str, int]) -> None:
        """Note what there is to be done next, for the rules' conditions."""
        from freehold.money.payments.models import Charge
        from freehold.money.payouts.models import Payout
        from freehold.trust.closure.models import Closure
        from freehold.work.contracts.models import RefundRequest

        rows = {
            "carry": self.carry() > 0,
            "asked": RefundRequest.objects.filter(state="ASKED").exists(),
            "available": any(amount > 0 for name, amount in balances.items() if name.endswith(":available")),
            "payout": Payout.objects.exists(),
            "leaving": Closure.objects.exists(),
            "NEEDS_ACTION": Charge.objects.filter(state="NEEDS_ACTION").exists(),
            "ENDED": self.contract.state == "ENDED",
        }
        self.states = {m.state for m in self.milestones()} | {name for name, there in rows.items() if there}
        self.turn += 1

    def balances(self) -> dict[str, int]:
        from django.db import connection

        from freehold.money.ledger.queries import ACCOUNTS as REAL

        with connection.cursor() as cursor:
            cursor.execute(f"SELECT name, holds::bigint FROM ({REAL}) a WHERE currency = 'USD'")
            found = defaultdict(int, cursor.fetchall())
        assert sum(found.values()) == 0
        for name, amount in found.items():
            assert amount >= 0 or name.startswith("provider:"), f"{name} is below zero: {amount}"
        return found

    def check_money(self, balances: dict[str, int]) -> None:
        """The provider keeps what came in and did not go out; the wallets are what was earned and not paid out."""
        from freehold.money.escrow.models import Earning
        from freehold.money.payments.models import Refund
        from freehold.money.payouts.models import Payout

        assert -balances["provider:sandbox"] == self.bank.keeps, "our books and the bank's differ"
        earnings, payouts = list(Earning.objects.all()), list(Payout.objects.all())
        refunds = list(Refund.objects.all())
        for party in (self.cast.ada.party_id, self.cast.basil.party_id):
            earned = [e for e in earnings if e.party_id == party]
            mine = [p for p in payouts if p.party_id == party]
            gone = sum(p.amount for p in mine if p.state not in ("CANCELED", "FAILED"))
            back = sum(self.bank.returned.get(p.pk, 0) for p in mine if p.state == "RETURNED")
            rerouted = sum(r.rerouted for r in refunds if r.party_id == party)
            ripe = sum(e.amount for e in earned if e.matured_at)
            assert balances[f"wallet:{party}:pending"] == sum(e.amount for e in earned if not e.matured_at)
            assert balances[f"wallet:{party}:available"] == ripe + rerouted - gone + back
            for payout in mine:
                reserved = payout.amount if payout.state in ("SCHEDULED", "SENDING") else 0
                assert balances[f"payout:{payout.pk}"] == reserved
        for refund in refunds:
            assert balances[f"refund:{refund.pk}"] == (refund.amount if refund.state == "SENDING" else 0)

    def check_holds(self, balances: dict[str, int]) -> None:
        """What a milestone says and what its hold says is the same; a contract is settled when nothing is open."""
        from freehold.money.escrow.models import Hold
        from freehold.work.contracts.models import RefundRequest

        holds, contract, seen = {h.pk: h for h in Hold.objects.all()}, self.contract, set()
        asked = list(RefundRequest.objects.filter(contract=contract, state="ASKED"))
        for m in self.milestones():
            hold = holds.get(m.hold_id)
            seen.add(m.hold_id)
            if m.state in HELD:
                assert hold and (hold.state, hold.remaining) == ("HELD", m.amount)
            elif m.state == "FUNDING":
                assert hold and hold.state == "OPENING" and hold.amount == m.amount
                assert balances[f"hold:{hold.pk}"] == m.carry_part
            elif m.state in ("PAID", "REFUNDED"):
                assert hold and hold.state == "CLOSED"
                assert hold.released == m.released_amount and hold.refunded == m.refunded_amount
            else:
                assert m.hold_id is None and m.carry_part == 0
            if contract.state == "ENDED":
                assert m.state not in ("PROPOSED", "AGREED")
            clocks = (m.review_due_at, m.review_left_days, m.dormant_due_at, m.limit_due_at)
            if m.state not in HELD:
                assert not any(clocks), "a clock runs for money that is not held"
            if m.state == "SUBMITTED":
                waits = any(r.milestone_id == m.pk for r in asked)
                assert (m.review_due_at is None) == waits, "work in review has a clock, or a request that stops it"
        for request in asked:
            assert request.milestone is None or request.milestone.is_held
        seen.add(contract.carry_hold_id)
        for hold in holds.values():
            assert hold.pk in seen or hold.state == "CLOSED", "a hold nobody knows"
        carry = self.carry()
        busy = any(m.state in (*HELD, "FUNDING") for m in self.milestones())
        settled = not busy and not carry and not asked
        assert (contract.settled_at is not None) == (contract.state == "ENDED" and settled)
        assert not (contract.ends_when_settled and contract.state != "ENDED" and settled), "it should have ended"

    def check_papers(self, balances: dict[str, int]) -> None:
        """Each release has its papers and its fees, by a second arithmetic; papers never change."""
        from freehold.money.escrow.models import Hold
        from freehold.money.invoices.models import Document
        from freehold.money.ledger import queries as books
        from freehold.money.ledger.models import Entry

        papers = list(Document.objects.all())
        by_entry: dict[int, dict[str, int]] = defaultdict(dict)
        for paper in papers:
            by_entry[paper.entry_id][paper.kind] = paper.gross
            known = (paper.kind, paper.gross, paper.issuer, paper.receiver, paper.lines)
            assert self.papers.setdefault(paper.pk, known) == known
        assert set(self.papers) == {p.pk for p in papers}, "closing keeps invoices"

        for entry in Entry.objects.filter(kind="release", pk__gt=self.checked).order_by("pk"):
            parts: dict[str, int] = defaultdict(int)
            for leg in books.legs_of(entry.pk):
                kind = "moved" if leg.taker.startswith(("hold:", "advance:")) else leg.taker.split(":")[-1]
                parts[kind] += leg.amount.amount
            gross = parts["pending"] + parts["service"]
            assert parts["service"] == half_up(Fraction(gross * self.rates[0], 10_000))
            hold = Hold.objects.get(pk=entry.key.split(":")[1])
            if not hold.collects:
                assert abs(parts["client"] - Fraction(hold.advance * gross, hold.amount)) <= 1
            wanted = {"WORK": gross, "FEE_WORKER": parts["service"], "FEE_CLIENT": parts["client"]}
            assert by_entry[entry.pk] == {kind: amount for kind, amount in wanted.items() if amount}
            self.checked = entry.pk

        sums: dict[str, int] = defaultdict(int)
        for paper in papers:
            sums[paper.kind] += paper.gross
        holds = list(Hold.objects.all())
        assert sums["WORK"] == sum(h.released for h in holds)
        assert sums["FEE_WORKER"] == balances["house:fees:service"]
        assert sums["FEE_CLIENT"] == balances["house:fees:client"] == sum(h.advance_released for h in holds)

    def teardown(self) -> None:
        """However it went so far: once the contract ends nothing is left behind in it."""
        from django.db import connection, transaction

        try:
            if self.sound:
                self.end_well()
            connection.check_constraints()
        finally:
            transaction.set_rollback(True)
            self.around.__exit__(None, None, None)
            (self.bank.taken, self.bank.given, self.bank.paid, self.bank.returned) = self.before

    def end_well(self) -> None:
        if self.contract.state != "ENDED" and self.here("basil"):
            self.end_as_worker(typed=True)
        if self.contract.state == "ENDED" and self.contract.settled_at is None:
            self.pass_time(22)
        if self.contract.state == "ENDED" and self.contract.settled_at is None and self.here("basil"):
            self.return_the_rest()
        if self.contract.state == "ENDED":
            self.everything_agrees()
            assert self.contract.settled_at, "money is left behind in a contract that is over"
            left = {name: amount for name, amount in self.balances().items()
                    if amount and name.startswith(("hold:", "advance:"))}
            assert not left, left
            self.counts["settled"] += 1

    def return_the_rest(self) -> None:
        """What a refused request left in a contract that is over, its worker can still give back."""
        from freehold.work.contracts import actions

        actor, at = self.here("basil"), self.now
        for m in self.milestones():
            if m.state in HELD:
                act = lambda m=m: actions.return_milestone(actor=actor, milestone_id=m.pk, amount=m.amount, at=at)  # noqa: E731
                self.attempt(act, must=True)
        if spare := self.carry():
            contract_id = self.world.contract_id
            self.attempt(
                lambda: actions.return_carry(actor=actor, contract_id=contract_id, amount=spare, at=at), must=True
            )


def test_any_life_of_a_contract_agrees_to_the_last_unit(db: None, cast: Any, at: datetime, monkeypatch: Any) -> None:
    from freehold.kit import events

    if not DEEP:  # nobody is told: three quarters of the time would go into letters
        money = {fact: {name: act for name, act in acts.items() if ".notices." not in name}
                 for fact, acts in events.REACTIONS.items()}
        monkeypatch.setattr(events, "REACTIONS", money)
    bank = Bank()
    bank.watch(monkeypatch)
    world, counts = World(cast, at), defaultdict(int)
    run_state_machine_as_test(lambda: Life(world, bank, counts), settings=LIVES)
    print(dict(counts))  # noqa: T201 -- shown with -s
    assert counts["attempts"] > counts["refused"] > 0 and counts["settled"] > 0
