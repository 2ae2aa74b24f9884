"""Pages of contracts: the list, one contract, and its dates for a calendar."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from freehold.kit.doors import Request, signed_in
from freehold.kit.pages import page
from freehold.money.invoices import queries as invoices
from freehold.work.contracts import queries
from freehold.work.contracts.forms import ChangesForm, HandInForm
from freehold.work.contracts.queries import ContractView, MilestoneView
from freehold.work.offers import queries as offers

_TABS = ("running", "ended")


@require_safe
@signed_in
def mine(request: Request) -> HttpResponse:
    """Contracts of the party the person acts as: whose turn it is, until when, and what is held."""
    found = queries.cards(request.actor)
    tab = request.GET.get("show", "running")
    tab = tab if tab in _TABS else "running"
    running = [c for c in found if c.ended_at is None]
    ended = [c for c in found if c.ended_at is not None]
    waiting = [o for o in offers.cards(request.actor) if o.is_open]
    return page(
        request,
        "contracts/mine.html",
        cards=running if tab == "running" else ended,
        tab=tab,
        counts={"running": len(running), "ended": len(ended)},
        offers=waiting,
    )


@require_safe
@signed_in
def detail(request: Request, contract_id: UUID) -> HttpResponse:
    """One contract: its money, milestones, clocks and story."""
    contract = queries.detail(request.actor, contract_id, request.at)
    reviewed = _with(contract, "ask_changes")
    entries = [m.entry_id for m in contract.milestones if m.entry_id]
    papers = invoices.of_entries(contract.me.party_id, entries) if entries else {}
    shown = {
        entry: (f"/money/documents/{cards[0].document_id}", cards[0].number or _("Invoice"))
        for entry, cards in papers.items()
    }
    return page(
        request,
        "contracts/detail.html",
        contract=contract,
        clocks=queries.clocks(contract, request.at),
        timeline=queries.timeline(contract, request.at, shown),
        documents=shown,
        files=[f for m in contract.milestones for s in m.submissions for f in s.files],
        changes={one.milestone_id: ChangesForm(auto_id=f"changes-{one.position}-%s") for one in reviewed},
        hand_in={one.milestone_id: HandInForm(auto_id=f"hand-in-{one.position}-%s") for one in _to_hand_in(contract)},
    )


def _with(contract: ContractView, act: str) -> list[MilestoneView]:
    return [m for m in contract.milestones if act in m.acts]


def _to_hand_in(contract: ContractView) -> list[MilestoneView]:
    """The one milestone whose form stands open: what was sent back first, then in order."""
    return sorted(_with(contract, "submit"), key=lambda m: (not m.changes_asked, m.position))[:1]


@require_safe
@signed_in
def dates(request: Request, contract_id: UUID) -> HttpResponse:
    """What comes next in a contract, for a calendar program."""
    contract = queries.detail(request.actor, contract_id, request.at)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Freehold//Contract dates//EN"]
    for one in queries.clocks(contract, request.at).values():
        if one.due_at is not None:
            lines += _entry(f"{contract.number}-{one.key}", one.due_at, f"{contract.title}: {one.silence}", request.at)
    for milestone in contract.milestones:
        if milestone.due_on is not None and not milestone.is_closed:
            title = _("%(contract)s: %(milestone)s is due") % {"contract": contract.title, "milestone": milestone.title}
            lines += [
                "BEGIN:VEVENT", f"UID:{milestone.milestone_id}-due@freehold", f"DTSTAMP:{_utc(request.at)}",
                f"DTSTART;VALUE=DATE:{milestone.due_on:%Y%m%d}", f"SUMMARY:{_plain(title)}", "END:VEVENT",
            ]  # fmt: skip
    lines.append("END:VCALENDAR")
    answer = HttpResponse("\r\n".join(lines) + "\r\n", content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{contract.number}.ics"'
    return answer


def _entry(key: str, due_at: datetime, words: str, at: datetime) -> list[str]:
    return [
        "BEGIN:VEVENT", f"UID:{key}@freehold", f"DTSTAMP:{_utc(at)}", f"DTSTART:{_utc(due_at)}",
        f"SUMMARY:{_plain(words)}", "END:VEVENT",
    ]  # fmt: skip


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", " ").replace(",", "\\,").replace(";", "\\;")
