"""What people are told, and the mail about it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.core import mail as django_mail
from jinja2 import DictLoader

from freehold.kit.actors import Actor
from freehold.kit.money import Money
from freehold.kit.notices import Notice
from freehold.kit.refusals import NotAllowed, NotFound
from freehold.talk.notifications import actions, notices, queries
from freehold.talk.notifications.models import Letter, Mail, Notification

TEMPLATE = (
    "{{ amount }} is protected for “{{ title }}”\n\nThe client set aside {{ amount|money }}.\n\n"
    "{% if due %}Until {{ due|moment }}.{% endif %}\n"
)


@pytest.fixture
def words(monkeypatch):
    """A notice's words without an app of their own."""
    plain = notices._plain_words()
    loader = DictLoader({"x/notices/funded.txt": TEMPLATE})
    from jinja2 import ChoiceLoader

    monkeypatch.setattr(plain, "loader", ChoiceLoader([loader, plain.loader]))
    return "x/notices/funded"


def a_notice(words: str, *to: UUID, **more) -> Notice:
    places = {"amount": Money(160000, "USD"), "title": "A <b>bold</b> & “good” guide", "due": None}
    return Notice(to=to, words=words, link="/contracts/1", places={**places, **more.pop("places", {})}, **more)


class TestCarrier:
    def test_puts_a_notice_into_the_list(self, cast, at, words):
        notices.carry(a_notice(words, cast.basil.account.pk), "x.y.z", 1, at)
        (card,) = queries.latest(cast.basil.actor)
        assert card.title == "$1,600.00 is protected for “A <b>bold</b> & “good” guide”"
        assert card.text == "The client set aside $1,600.00."
        assert (card.link, card.at, card.is_new) == ("/contracts/1", at, True)
        assert queries.unread_count(cast.basil.account.pk) == 1
        assert queries.unread_count(cast.ada.account.pk) == 0

    def test_sends_a_mail_with_both_parts(self, cast, at, words, run_jobs, mailbox):
        notices.carry(a_notice(words, cast.basil.account.pk), "x.y.z", 1, at)
        assert not mailbox.all()
        run_jobs()
        sent = mailbox.last(cast.basil.email)
        assert sent.subject == "$1,600.00 is protected for “A <b>bold</b> & “good” guide”"
        assert "http://127.0.0.1:8000/contracts/1" in sent.text
        assert 'href="http://127.0.0.1:8000/contracts/1"' in sent.html
        assert "A &lt;b&gt;bold&lt;/b&gt; &amp;" in sent.html
        assert sent.account_id == cast.basil.account.pk

    def test_mail_can_be_left_out(self, cast, at, words, run_jobs, mailbox):
        notices.carry(a_notice(words, cast.basil.account.pk, mail=False), "x.y.z", 1, at)
        run_jobs()
        assert not mailbox.all()
        assert queries.unread_count(cast.basil.account.pk) == 1

    def test_writes_to_people_without_an_account(self, cast, at, words, run_jobs, mailbox):
        notices.carry(a_notice(words, address="someone@example.org"), "x.y.z", 1, at)
        run_jobs()
        assert mailbox.last("someone@example.org").account_id is None
        assert not Notification.objects.exists()

    def test_twice_is_once(self, cast, at, words, run_jobs, mailbox):
        for _ in range(2):
            notices.carry(a_notice(words, cast.basil.account.pk), "x.y.z", 1, at)
        run_jobs()
        assert len(mailbox.all()) == Notification.objects.count() == 1

    def test_speaks_in_the_readers_time_zone(self, cast, at, words):
        cast.basil.account.time_zone = "Asia/Tokyo"
        cast.basil.account.save()
        notices.carry(a_notice(words, cast.basil.account.pk, places={"due": at}), "x.y.z", 1, at)
        assert "18:00 JST" in queries.latest(cast.basil.actor)[0].text

    def test_those_who_are_gone_are_told_nothing(self, cast, at, words, run_jobs, mailbox):
        _erase(cast.basil.account)
        notices.carry(a_notice(words, cast.basil.account.pk, always=True), "x.y.z", 1, at)
        run_jobs()
        assert not mailbox.all()
        assert not Notification.objects.exists()

    def test_those_who_are_closing_get_only_what_they_must(self, cast, at, words, run_jobs, mailbox):
        cast.basil.account.state = "CLOSED"
        cast.basil.account.save()
        notices.carry(a_notice(words, cast.basil.account.pk), "x.y.z", 1, at)
        notices.carry(a_notice(words, cast.basil.account.pk, always=True), "x.y.z", 2, at)
        run_jobs()
        assert len(mailbox.all()) == 1

    def test_header_injection_is_flattened(self, cast, at, words):
        notice = a_notice(words, cast.basil.account.pk, places={"title": "a\r\nBcc: x@example.com"})
        notices.carry(notice, "x.y.z", 1, at)
        assert "\n" not in Letter.objects.get().subject


def _erase(account) -> None:
    account.state, account.email, account.first_name, account.last_name = "ERASED", None, "", ""
    account.save()


class TestLetters:
    def test_queued_mail_for_erased_people_is_dropped(self, cast, at, words, run_jobs, mailbox):
        notices.carry(a_notice(words, cast.basil.account.pk), "x.y.z", 1, at)
        _erase(cast.basil.account)
        run_jobs()
        assert not mailbox.all()
        letter = Letter.objects.get()
        assert (letter.state, letter.to_address, letter.text) == ("SKIPPED", "", "")

    def test_what_left_is_not_kept(self, cast, at, words, run_jobs):
        notices.carry(a_notice(words, cast.basil.account.pk), "x.y.z", 1, at)
        run_jobs()
        letter = Letter.objects.get()
        assert (letter.state, letter.to_address, letter.subject, letter.text, letter.html) == ("SENT", "", "", "", "")

    def test_settling_twice_is_once(self, cast, at, words, run_jobs):
        notices.carry(a_notice(words, cast.basil.account.pk), "x.y.z", 1, at)
        run_jobs()
        letter = Letter.objects.get()
        actions.settle_letter(actor=cast.system, letter_id=letter.pk, at=at)
        assert actions.begin_sending(actor=cast.system, letter_id=letter.pk, at=at) is None

    def test_dropping_empties_the_queue(self, cast, at, words, run_jobs, mailbox):
        notices.carry(a_notice(words, cast.basil.account.pk), "x.y.z", 1, at)
        assert actions.drop_letters(actor=cast.system, account_id=cast.basil.account.pk, at=at) == 1
        run_jobs()
        assert not mailbox.all()

    def test_people_do_not_send(self, cast, at, words):
        notices.carry(a_notice(words, cast.basil.account.pk), "x.y.z", 1, at)
        letter = Letter.objects.get()
        for act in (actions.begin_sending, actions.settle_letter):
            with pytest.raises(NotAllowed):
                act(actor=cast.basil.actor, letter_id=letter.pk, at=at)
        with pytest.raises(NotAllowed):
            actions.drop_letters(actor=cast.basil.actor, account_id=cast.basil.account.pk, at=at)

    def test_other_mail_lands_in_the_mailbox_too(self, cast, at, mailbox):
        from freehold.talk.notifications.mailbox import Backend

        message = django_mail.EmailMessage("Hello", "World", to=["a@example.com", "b@example.com"])
        assert Backend().send_messages([message]) == 1
        assert [m.to_address for m in mailbox.all()] == ["a@example.com", "b@example.com"]
        assert Mail.objects.first().created_at == at


class TestReading:
    def test_one(self, cast, at, words):
        notices.carry(a_notice(words, cast.basil.account.pk), "x.y.z", 1, at)
        notice = Notification.objects.get()
        for _ in range(2):
            actions.read_notice(actor=cast.basil.actor, notice_id=notice.pk, at=at)
        assert queries.unread_count(cast.basil.account.pk) == 0

    def test_refuses_a_stranger(self, cast, at, words):
        notices.carry(a_notice(words, cast.basil.account.pk), "x.y.z", 1, at)
        with pytest.raises(NotFound):
            actions.read_notice(actor=cast.chiara.actor, notice_id=Notification.objects.get().pk, at=at)
        with pytest.raises(NotAllowed):
            actions.read_all(actor=Actor.visitor(), at=at)
        assert queries.unread_count(cast.basil.account.pk) == 1

    def test_all(self, cast, at, words):
        for fact in range(3):
            notices.carry(a_notice(words, cast.basil.account.pk), "x.y.z", fact, at)
        assert actions.read_all(actor=cast.basil.actor, at=at) == 3
        assert actions.read_all(actor=cast.basil.actor, at=at) == 0

    def test_a_page_at_a_time(self, cast, at, words):
        for fact in range(5):
            notices.carry(a_notice(words, cast.basil.account.pk), "x.y.z", fact, at + timedelta(hours=fact // 2))
        first = queries.latest(cast.basil.actor, limit=2)
        rest = queries.latest(cast.basil.actor, before=first[-1].notice_id, limit=10)
        assert len({n.notice_id for n in first + rest}) == 5
        assert [n.at for n in first + rest] == sorted((n.at for n in first + rest), reverse=True)


class TestForgetting:
    def test_old_notices_go(self, cast, at, words, run_jobs):
        notices.carry(a_notice(words, cast.basil.account.pk), "x.y.z", 1, at)
        run_jobs()
        assert actions.forget_old(actor=cast.system, at=at + timedelta(days=179)) == 0
        assert actions.forget_old(actor=cast.system, at=at + timedelta(days=181)) >= 1
        assert not Notification.objects.exists()

    def test_is_not_for_people(self, cast, at):
        with pytest.raises(NotAllowed):
            actions.forget_old(actor=cast.basil.actor, at=at)
