"""The wallet: what is yours, when, and every movement, read like a bank statement."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from babel.dates import format_date
from babel.numbers import get_currency_name
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from freehold.kit import calendar
from freehold.kit.cards import card
from freehold.kit.doors import signed_in
from freehold.kit.money import Money, half_up, total, zero
from freehold.kit.pages import page
from freehold.kit.refusals import NotAllowed
from freehold.kit.settings import current
from freehold.money.escrow import queries as escrow
from freehold.money.invoices import queries as invoices
from freehold.money.ledger import queries as books
from freehold.money.ledger.queries import StatementRow, WalletCard
from freehold.money.payouts import policies, queries
from freehold.money.payouts.queries import PayoutCard

_SHOWN = 20


@card
class Row:
    """A line of the statement."""

    at: datetime
    words: str
    about: str
    href: str
    document: str
    document_href: str
    amount: Money
    balance: Money
    pending_until: datetime | None
    frozen: bool


@signed_in
def wallet(request: HttpRequest) -> HttpResponse:
    """A freelancer's money in one currency; companies have their billing page."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    at: datetime = request.at  # type: ignore[attr-defined]
    if any(c.current and c.kind == "COMPANY" for c in request.contexts):  # type: ignore[attr-defined]
        return HttpResponseRedirect(reverse("payments:billing"))
    if not policies.can_see(actor, actor.party_id):
        raise NotAllowed()
    party: UUID = actor.party_id
    wallets, held, ripening = books.wallets(party), escrow.held_for_payee(party), escrow.pending_of(party)
    currencies = sorted({*wallets, *held}) or [current().billing.base_currency]
    currency = request.GET.get("currency", "")
    if currency not in currencies:
        currency = max(currencies, key=lambda c: wallets[c].total.amount if c in wallets else -1)
    mine = wallets.get(currency) or WalletCard(pending=zero(currency), available=zero(currency), frozen=zero(currency))
    soon = [p for p in ripening if p.amount.currency == currency]
    rows = books.statement(party, currency, before=_number(request.GET.get("before", "")), limit=_SHOWN + 1)
    shown = rows[:_SHOWN]
    moving = queries.open_or_named(party, _payout_ids(shown))
    methods = queries.methods_of(party)
    usable = [m for m in methods if m.usable]
    months = _months(party, currency, at)
    name = str(get_currency_name(currency, count=2, locale=_locale()))
    return page(
        request,
        "payouts/wallet.html",
        currency=currency,
        currency_name=name,
        currency_title=name[:1].upper() + name[1:],
        tabs=[(c, f"{reverse('payouts:wallet')}?currency={c}", c == currency) for c in currencies],
        wallet=mine,
        held=held.get(currency, zero(currency)),
        escrow_label=current().escrow.label,
        next_due=soon[0] if soon else None,
        next_sum=total([p.amount for p in soon if p.due_at == soon[0].due_at], currency) if soon else zero(currency),
        later=len({p.due_at for p in soon}) > 1,
        method=usable[0] if usable else None,
        waiting=next((m for m in methods if m.waits), None),
        fee=policies.fee(usable[0].rail, currency) if usable else zero(currency),
        least=policies.minimum(currency),
        expected_on=queries.expected_on(at),
        may_pay_out=policies.can_request(actor, party),
        moving=[p for p in moving if p.moving and p.money.currency == currency],
        months=[(label, earned) for label, earned, _day in months] if any(m[1] for m in months) else [],
        point=_point(months),
        rows=_rows(party, shown, moving, {p.entry_id: p.due_at for p in ripening}),
        older=shown[-1].entry_id if len(rows) > _SHOWN else None,
        paged=bool(request.GET.get("before")),
    )


def _months(party: UUID, currency: str, at: datetime) -> list[tuple[str, Money, date]]:
    """Twelve months up to now: label, earned, first day."""
    last = calendar.day_of(at).replace(day=1)
    firsts = []
    for back in range(11, -1, -1):
        year, month = divmod(last.year * 12 + last.month - 1 - back, 12)
        firsts.append(date(year, month + 1, 1))
    earned = escrow.earned_by_month(party, currency, calendar.start_of(firsts[0]))
    return [(format_date(d, "MMM", locale=_locale()), earned.get(d, zero(currency)), d) for d in firsts]


def _point(months: list[tuple[str, Money, date]]) -> str:
    """The chart in one sentence; a month that is not over is not called worse than a whole one."""
    (_label, before, before_on), (_now_label, now, now_on) = months[-2:]
    places: dict[str, Any] = {"amount": now, "month": _month(now_on), "before": before, "last": _month(before_on)}
    if now > before and before:
        change = half_up(Fraction((now.amount - before.amount) * 100, before.amount))
        return _("Earnings rose %(percent)s %% to %(amount)s in %(month)s") % (places | {"percent": change})
    if now and before:
        return _("You earned %(amount)s so far in %(month)s, after %(before)s in %(last)s") % places
    if now:
        return _("You earned %(amount)s in %(month)s") % places
    best = max(months, key=lambda m: m[1].amount)
    places = {"amount": total([m[1] for m in months], now.currency), "month": _month(best[2])}
    return _("You earned %(amount)s in twelve months, most of it in %(month)s") % places


def _month(day: date) -> str:
    return str(format_date(day, "LLLL", locale=_locale()))


def _locale() -> str:
    return (get_language() or "en").replace("-", "_").split("_")[0]


def _rows(
    party: UUID, rows: list[StatementRow], payouts: list[PayoutCard], due: dict[int, datetime]
) -> list[Row]:
    """Entries in words; a release is two lines, what was paid and the fee taken of it."""
    ids = [row.entry_id for row in rows]
    papers = invoices.of_entries(party, ids)
    by_id = {str(p.payout_id): p for p in payouts}
    found: list[Row] = []
    for row in rows:
        if not row.amount:
            continue
        documents = papers.get(row.entry_id, [])
        until = due.get(row.entry_id)
        work = next((d for d in documents if d.ours), None)
        fee = next((d for d in documents if not d.ours), None)
        if work and row.amount.amount > 0:
            before_fee = row.balance
            if fee:
                found.append(_paper_row(row, fee, -fee.total, row.balance, until))
                before_fee = row.balance + fee.total
            found.append(_paper_row(row, work, work.total, before_fee, until))
            continue
        payout = by_id.get(row.key.split(":")[1]) if row.kind.startswith("payout") else None
        if payout:
            page_ = reverse("payouts:payout", kwargs={"payout_id": payout.payout_id})
            words = _PAYOUT_WORDS.get(row.kind, _PAYOUT_WORDS["payout_begin"])() % {"method": payout.aim}
            found.append(_row(row, words, "", page_, payout.number, row.amount, row.balance, None))
            continue
        paper = documents[0] if documents else None
        words = paper.words if paper else _words(row)
        about, href = (paper.subject_words, _paper(paper)) if paper else ("", "")
        found.append(_row(row, words, about, href, paper.number if paper else "", row.amount, row.balance, until))
    return found


def _paper_row(row: StatementRow, paper: Any, amount: Money, balance: Money, until: datetime | None) -> Row:
    return _row(row, paper.words, paper.subject_words, _paper(paper), paper.number, amount, balance, until)


def _row(
    row: StatementRow, words: str, about: str, href: str, document: str, amount: Money, balance: Money,
    until: datetime | None,
) -> Row:  # fmt: skip
    return Row(
        at=row.at,
        words=words,
        about=about,
        href=href,
        document=document,
        document_href=href,
        amount=amount,
        balance=balance,
        pending_until=until,
        frozen=row.bucket == "frozen",
    )


_PAYOUT_WORDS = {
    "payout_begin": lambda: _("Payout to %(method)s"),
    "payout_cancel": lambda: _("Payout to %(method)s called off"),
    "payout_fail": lambda: _("Payout to %(method)s did not arrive"),
    "payout_return": lambda: _("Payout to %(method)s sent back by the bank"),
}


def _words(row: StatementRow) -> str:
    words = {
        "release": _("Payment for work"),
        "refund": _("Refund to a client"),
        "refund_fail": _("Refund to your account balance"),
        "charge": _("Payment from your balance") if row.amount.amount < 0 else _("Payment"),
        "charge_late": _("Payment that came too late"),
        "freeze": _("Frozen"),
        "deposit": _("Deposit"),
        "referral": _("Referral reward"),
        "adjustment": _("Adjustment"),
    }
    return words.get(row.kind) or (_("Received") if row.amount.amount > 0 else _("Taken"))


def _paper(document: Any) -> str:
    return reverse("invoices:document", kwargs={"document_id": document.document_id})


def _payout_ids(rows: list[StatementRow]) -> list[UUID]:
    return [UUID(row.key.split(":")[1]) for row in rows if row.kind.startswith("payout")]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
