"""
The canary story: somebody with a mark of their own in every column leaves; afterwards the whole database is searched.

A mark may be found where a declaration says that something is kept, and nowhere else.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, models, transaction

from freehold.kit import clock, privacy
from freehold.kit.models import Fact
from freehold.kit.privacy import Fate, Subject
from freehold.money.invoices.models import Document
from freehold.money.ledger import queries as books
from freehold.people.accounts.models import Account
from freehold.people.teams.models import Party
from freehold.talk.files import actions as files
from freehold.talk.notifications.models import Notification
from freehold.trust.closure import actions, queries, tasks
from freehold.trust.closure.models import Closure, Receipt
from freehold.trust.feedback.models import Review
from tests.cast import PASSWORD
from tests.market.profiles.factories import a_profile
from tests.money.payouts.factories import a_method
from tests.trust.feedback.factories import submit
from tests.work.contracts.factories import an_ended_contract

MARK = "zq7"
ADDRESS = f"{MARK}mail@example.com"


def mark_columns(subject: Subject) -> dict[str, set[str]]:
    """Put a mark into every column with words of every declared row that takes one; returns table → columns marked."""
    marked: dict[str, set[str]] = {}
    number = 0
    for declared in privacy.DECLARED:
        meta = declared.model._meta
        if meta.label in ("accounts.Account", "account.EmailAddress"):
            continue
        for field in meta.concrete_fields:
            if field.name in declared.impersonal or field.choices or field.unique or field.primary_key:
                continue
            number += 1
            value: Any = f"{MARK}c{number}x"
            if isinstance(field, ArrayField):
                value = [value] if isinstance(field.base_field, models.CharField) else None
            elif isinstance(field, models.JSONField):
                value = {"mark": value}
            elif not isinstance(field, models.CharField | models.TextField):
                continue
            if value is None or (getattr(field, "max_length", None) or 99) < 9:
                continue
            keys = list(declared.rows(subject).order_by().values_list("pk", flat=True))
            try:
                with transaction.atomic():
                    changed = declared.model._default_manager.filter(pk__in=keys).update(**{field.name: value})
            except DatabaseError:
                continue  # a law of the database keeps such a value out
            if changed:
                marked.setdefault(meta.db_table, set()).add(field.column)
    return marked


def kept_columns() -> set[tuple[str, str]]:
    """Where something of a person who left may be found."""
    found = set()
    for declared in privacy.DECLARED:
        if declared.fate in (Fate.KEEP, Fate.PSEUDONYM):
            table = declared.model._meta.db_table
            found |= {(table, f.column) for f in declared.model._meta.concrete_fields if f.name not in declared.columns}
    return found


def found_in_database(value: str) -> set[tuple[str, str]]:
    return {(hit.table, hit.column) for hit in queries.search_everywhere(value)}


def found_in_files(value: str) -> list[str]:
    folder = Path(settings.FREEHOLD_DATA)
    return [p.name for p in folder.rglob("*") if p.is_file() and value.encode() in p.read_bytes()]


def of_ada(cast: Any) -> list[Any]:
    rows: list[Any] = [*Account.objects.filter(pk=cast.ada.account.pk).values()]
    rows += [*Party.objects.filter(pk=cast.ada.party_id).values()]
    rows += [*Review.objects.filter(author_id=cast.ada.party_id).values("stars", "comment", "overall", "state")]
    return rows


@pytest.fixture
def story(cast, at, client_for, run_jobs):
    """Basil worked, was paid, was reviewed, uploaded, signed in here and there; everything carries the mark."""
    clock.set_now(at, frozen=True)
    account = cast.basil.account
    a_profile(cast.basil, at)
    upload = SimpleUploadedFile("notes.txt", f"{MARK}file in a portfolio".encode(), "text/plain")
    files.store(actor=cast.basil.actor, upload=upload, purpose="portfolio", at=at)
    a_method(cast.basil, at)
    contract = an_ended_contract(cast, at)
    run_jobs()
    submit(cast.ada, contract, at, comment="Ada liked it", recommend=10)
    submit(cast.basil, contract, at, comment="Basil liked it")
    client = client_for()
    client.post("/sign-in", {"email": account.email, "password": PASSWORD}, headers={"user-agent": f"{MARK}agent"})
    run_jobs()

    Account.objects.filter(pk=account.pk).update(email=ADDRESS, first_name=f"{MARK}first", last_name=f"{MARK}last")
    from allauth.account.models import EmailAddress

    EmailAddress.objects.filter(user=account).update(email=ADDRESS)
    subject = queries.subject_of(account.pk)
    return contract, client, mark_columns(subject)


def leave_and_wait(cast: Any, run_jobs: Any) -> Closure:
    """Confirm, then let the clock run: money becomes available, is paid out, and the account closes by itself."""
    now = clock.now()
    closure = actions.leave(
        actor=cast.basil.actor, account_id=cast.basil.account.pk, options=["blank_reviews"], at=now
    )
    assert closure.state == "WAITING", "earnings are pending"
    clock.advance(timedelta(days=12))
    closure.refresh_from_db()
    return closure


def test_what_is_left_of_somebody_is_what_the_table_says(cast, at, story, run_jobs, mailbox):
    contract, client, marked = story
    before, papers = of_ada(cast), Document.objects.count()
    assert len(marked) >= 10, f"the story fills many tables: {sorted(marked)}"
    assert found_in_files(f"{MARK}file") and found_in_database(ADDRESS)

    closure = leave_and_wait(cast, run_jobs)
    assert closure.state == "GRACE", [m.sentence for m in queries.matters(cast.basil.account.pk, clock.now())]
    assert client.get("/settings").status_code == 302
    clock.advance(timedelta(days=32))
    closure.refresh_from_db()
    hits = [] if closure.state == "ERASED" else queries.residue(ADDRESS, queries.subject_of(cast.basil.account.pk))
    assert closure.state == "ERASED", hits or list(closure.steps.exclude(state="CONFIRMED").values_list("name"))

    left = found_in_database(MARK)
    assert left - kept_columns() == set()
    assert found_in_database(ADDRESS) <= kept_columns() and not found_in_database(f"{MARK}agent")
    assert found_in_files(f"{MARK}file") == []

    # The other side still has its record, under a pseudonym; ratings stay as they were.
    from freehold.people.teams import queries as teams

    face = teams.faces([cast.basil.party_id], cast.ada.actor)[cast.basil.party_id]
    assert face.name == closure.pseudonym and face.gone
    assert Review.objects.filter(contract=contract, state="PUBLISHED").count() == 2
    assert Review.objects.get(contract=contract, side="FREELANCER").comment == ""
    assert found_in_database(closure.pseudonym) >= {("closure_closure", "pseudonym"), ("accounts_account", "pseudonym")}

    assert of_ada(cast) == before, "the other person is untouched"

    # Not a cent and no paper is lost.
    assert books.broken_laws() == [] and Document.objects.count() >= papers
    assert not any(w.available.amount or w.pending.amount for w in books.wallets(cast.basil.party_id).values())

    # The receipt says what is kept, and verifies.
    receipt = queries.verify(mailbox.last(closure.pseudonym).text)
    assert receipt and receipt.known and receipt.retained
    assert Receipt.objects.get().text == ""

    # Past every term the laws' share is empty too; what belongs to the other side stays while it is here.
    tasks.purge_due(clock.now().replace(year=clock.now().year + 12))
    forever = {
        (d.model._meta.db_table, f.column)
        for d in privacy.DECLARED
        if d.fate in (Fate.KEEP, Fate.PSEUDONYM) and not d.keep_years
        for f in d.model._meta.concrete_fields
    }
    assert found_in_database(MARK) - forever == set()


def test_what_nobody_declared_is_found_and_stops_the_end(cast, at, story, run_jobs, monkeypatch):
    """Mutations: an undeclared copy of the address, and an eraser that is left out; both searches must notice."""
    Notification.objects.filter(account_id=cast.basil.account.pk).update(title=f"{MARK}title")
    monkeypatch.setattr(privacy, "DECLARED", [d for d in privacy.DECLARED if d.model is not Notification])
    Fact.objects.create(name="people.account.created", at=at, data={"oops": ADDRESS}, hash=b"")
    closure = leave_and_wait(cast, run_jobs)
    clock.advance(timedelta(days=32))
    closure.refresh_from_db()
    assert closure.state == "ERASING"
    assert Account.objects.get(pk=cast.basil.account.pk).email == ADDRESS, "nothing is forgotten before it is clean"
    assert ("kit_fact", "data") in found_in_database(ADDRESS)
    assert found_in_database(f"{MARK}title") == {("notifications_notification", "title")}
