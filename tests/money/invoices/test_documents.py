"""Papers: written with the money, numbered without gaps, never changed."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from uuid import uuid4

import pytest
from pypdf import PdfReader

from freehold.kit import deadlines
from freehold.kit.actors import Actor
from freehold.kit.models import Fact
from freehold.kit.money import Money
from freehold.kit.refusals import NotFound
from freehold.money.invoices import actions, queries
from freehold.money.invoices.models import Document, Series
from freehold.money.invoices.states import Kind
from tests.money.invoices.factories import a_release


@pytest.fixture
def papers(cast, at, run_jobs):
    _release, papers = a_release(cast.basil, cast.ada, at)
    run_jobs()
    for paper in papers:
        paper.refresh_from_db()
    return papers


class TestIssueForRelease:
    def test_writes_three_papers(self, cast, papers):
        work, fee_worker, fee_client = papers
        assert [p.kind for p in papers] == [Kind.WORK, Kind.FEE_WORKER, Kind.FEE_CLIENT]
        assert [p.gross for p in papers] == [60_000, 6_000, 1_800]
        assert (work.issuer_party_id, work.receiver_party_id) == (cast.basil.party_id, cast.ada.party_id)
        assert (fee_worker.issuer_party_id, fee_worker.receiver_party_id) == (None, cast.basil.party_id)
        assert fee_client.receiver_party_id == cast.ada.party_id
        assert fee_worker.lines[0]["note"] == "10 % of $600.00"
        assert fee_client.lines[0]["note"] == "3 % of $600.00"

    def test_names_both_sides_as_they_were_that_day(self, cast, papers):
        cast.basil.account.first_name = "Somebody"
        cast.basil.account.last_name = "Else"
        cast.basil.account.save()
        work = Document.objects.get(pk=papers[0].pk)
        assert work.issuer["name"] == "Basil Thorne"
        assert work.receiver["name"] == "Analytical Engines"

    def test_no_paper_for_a_fee_of_nothing(self, cast, at):
        from types import SimpleNamespace

        release = SimpleNamespace(
            entry_id=1, gross=Money(500, "USD"), service_fee=Money(0, "USD"), client_fee=Money(0, "USD")
        )
        written = actions.issue_for_release(
            release=release, worker_id=cast.basil.party_id, client_id=cast.ada.party_id, words="x",
            subject=("test", uuid4()), at=at,
        )
        assert len(written) == 1

    def test_tells_the_receiver(self, papers):
        facts = Fact.objects.filter(name="money.document.issued")
        assert facts.count() == 3


class TestNumbers:
    def test_are_given_a_moment_later_by_the_series(self, cast, at, run_jobs):
        _release, papers = a_release(cast.basil, cast.ada, at)
        assert all(p.number is None for p in papers)
        run_jobs()
        numbers = [Document.objects.get(pk=p.pk).number for p in papers]
        letters = Series.objects.get(party_id=cast.basil.party_id, credit=False).letters
        assert len(letters) == 5
        assert numbers == [f"{letters}-2026-00001", "H-2026-00001", "H-2026-00002"]

    def test_run_on_without_gaps_in_the_order_of_writing(self, cast, at, run_jobs):
        written = [a_release(cast.basil, cast.ada, at)[1][0] for _n in range(4)]
        run_jobs()
        ordinals = [Document.objects.get(pk=p.pk).ordinal for p in written]
        assert ordinals == [1, 2, 3, 4]

    def test_begin_anew_each_year_of_the_billing_clock(self, cast, run_jobs):
        late = a_release(cast.basil, cast.ada, datetime(2026, 12, 31, 23, 59, tzinfo=UTC))[1][0]
        early = a_release(cast.basil, cast.ada, datetime(2027, 1, 1, 0, 0, tzinfo=UTC))[1][0]
        run_jobs()
        assert Document.objects.get(pk=late.pk).number.endswith("-2026-00001")
        assert Document.objects.get(pk=early.pk).number.endswith("-2027-00001")

    def test_come_by_the_clock_when_the_job_never_ran(self, cast, at):
        papers = a_release(cast.basil, cast.ada, at)[1]
        deadlines.run_due(at)
        assert Document.objects.filter(pk__in=[p.pk for p in papers], number__isnull=True).count() == 0

    def test_twice_is_once(self, papers, at):
        before = [p.number for p in papers]
        for paper in papers:
            assert actions.number_series(series_id=paper.series_id, at=at) == 0
            assert actions.number_document(document_id=paper.pk, at=at) == 0
        assert [Document.objects.get(pk=p.pk).number for p in papers] == before

    def test_each_seller_counts_alone(self, cast, at, run_jobs):
        one = a_release(cast.basil, cast.ada, at)[1][0]
        other = a_release(cast.chiara, cast.ada, at)[1][0]
        run_jobs()
        numbers = {Document.objects.get(pk=p.pk).number for p in (one, other)}
        assert len(numbers) == 2
        assert all(n.endswith("-2026-00001") for n in numbers)


class TestIssueCreditNote:
    def test_takes_back_a_part_and_names_what_it_corrects(self, papers, at, run_jobs):
        work = papers[0]
        note = actions.issue_credit_note(
            document_id=work.pk, amount=Money(10_000, "USD"), words="Refund", entry_id=None, at=at
        )
        run_jobs()
        note.refresh_from_db()
        assert note.corrects_id == work.pk
        assert note.number == work.number.replace("-2026-", "-C-2026-")
        assert actions.left_of(work) == 50_000

    def test_never_more_than_is_left(self, papers, at):
        work = papers[0]
        for expected in (40_000, 20_000, None):
            note = actions.issue_credit_note(
                document_id=work.pk, amount=Money(40_000, "USD"), words="Refund", entry_id=None, at=at
            )
            assert (note.gross if note else None) == expected

    @pytest.mark.parametrize("amount", [Money(0, "USD"), Money(-5, "USD"), Money(5, "EUR")])
    def test_refuses_amounts_that_are_none(self, papers, at, amount):
        with pytest.raises(ValueError):
            actions.issue_credit_note(document_id=papers[0].pk, amount=amount, words="x", entry_id=None, at=at)

    def test_a_refund_credits_all_three_streams(self, papers, at):
        subject = (papers[0].subject_kind, papers[0].subject_id)
        notes = actions.issue_for_refund(
            subject=subject, gross=Money(30_000, "USD"), service_fee=Money(3_000, "USD"),
            client_fee=Money(900, "USD"), entry_id=1, at=at,
        )
        assert [(n.corrects_id, n.gross) for n in notes] == [
            (papers[0].pk, 30_000), (papers[1].pk, 3_000), (papers[2].pk, 900),
        ]


class TestReading:
    def test_only_its_two_sides_may(self, cast, papers):
        work, fee_worker, fee_client = papers
        assert queries.visible(cast.basil.actor, work.pk).number == work.number
        assert queries.visible(cast.ada.actor, work.pk).number == work.number
        for actor, paper in (
            (cast.chiara.actor, work), (cast.edna.actor, work), (cast.dora.actor, work), (Actor.visitor(), work),
            (cast.ada.actor, fee_worker), (cast.basil.actor, fee_client),
        ):
            for ask in (queries.visible, queries.pdf):
                with pytest.raises(NotFound):
                    ask(actor, paper.pk)

    def test_a_page_and_its_pdf_say_the_same(self, cast, papers):
        name, content = queries.pdf(cast.ada.actor, papers[0].pk)
        assert name == f"{papers[0].number}.pdf"
        text = " ".join(PdfReader(BytesIO(content)).pages[0].extract_text().split())
        for words in (papers[0].number, "Basil Thorne", "Analytical Engines", "$600.00", "Milestone 1: Research"):
            assert words in text

    def test_the_pdf_is_set_again_to_the_same_bytes(self, cast, papers, settings_media):
        _name, first = queries.pdf(cast.ada.actor, papers[0].pk)
        for kept in (settings_media / "documents").iterdir():
            kept.unlink()
        _name, again = queries.pdf(cast.basil.actor, papers[0].pk)
        assert first == again

    def test_without_a_number_there_is_no_pdf(self, cast, at):
        papers = a_release(cast.basil, cast.ada, at)[1]
        with pytest.raises(queries.NotNumbered):
            queries.pdf(cast.ada.actor, papers[0].pk)

    def test_lists_are_one_partys_own(self, cast, papers):
        assert len(queries.documents_of(cast.basil.party_id)) == 2
        assert len(queries.documents_of(cast.ada.party_id)) == 2
        assert queries.documents_of(cast.chiara.party_id) == []
        assert [d.kind for d in queries.documents_of(cast.ada.party_id, kind="FEES")] == ["FEE_CLIENT"]
        assert queries.documents_of(cast.ada.party_id, year=2025) == []


@pytest.fixture
def settings_media():
    from pathlib import Path

    from django.conf import settings

    return Path(settings.MEDIA_ROOT)
