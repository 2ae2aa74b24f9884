"""The list of notices and the development mailbox."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from freehold.talk.notifications.models import Mail, Notification


def tell(player, at, n=1, **more):
    for fact in range(n):
        Notification.objects.create(
            account=player.account, event="x.y.z", words="x", fact_id=fact, title=f"Notice {fact}", text="Some text.",
            link="/settings", at=at - timedelta(hours=fact), **more,
        )


class TestList:
    def test_is_friendly_when_empty(self, cast, client_for):
        assert "No notices yet" in client_for(cast.basil.account).get("/notices").content.decode()

    def test_shows_ones_own(self, cast, at, client_for):
        tell(cast.basil, at, 40)
        client = client_for(cast.basil.account)
        page = client.get("/notices").content.decode()
        assert "Notice 0" in page
        assert "Notice 31" not in page
        older = client.get("/notices", {"before": Notification.objects.get(title="Notice 29").pk}).content.decode()
        assert "Notice 31" in older
        assert "Notice" not in client_for(cast.ada.account).get("/notices").content.decode().split("<main")[1].replace(
            "Notices", "").replace("No notices", "")  # fmt: skip

    def test_asks_little(self, cast, at, client_for):
        tell(cast.basil, at, 40)
        client = client_for(cast.basil.account)
        client.get("/notices")
        with CaptureQueriesContext(connection, ) as asked:
            client.get("/notices")
        assert len(asked) <= 12

    def test_all_can_be_marked(self, cast, at, client_for):
        tell(cast.basil, at, 2)
        client = client_for(cast.basil.account)
        assert client.post("/notices/read")["Location"] == "/notices"
        assert "No" in client.get("/notices?show=new").content.decode()
        assert not Notification.objects.unread().exists()

    def test_opening_marks_and_leads_on(self, cast, at, client_for):
        tell(cast.basil, at)
        notice = Notification.objects.get()
        assert client_for(cast.chiara.account).post(f"/notices/{notice.pk}").status_code == 404
        assert client_for(cast.basil.account).post(f"/notices/{notice.pk}")["Location"] == "/settings"
        notice.refresh_from_db()
        assert notice.read_at == at

    def test_visitors_sign_in_first(self, db, client_for):
        for path in ("/notices", f"/notices/{uuid.uuid4()}", "/notices/read"):
            assert client_for().post(path).status_code in (302, 405)


class TestMailbox:
    @pytest.fixture
    def mail(self, db, at):
        return Mail.objects.create(
            to_address="basil@example.com", subject="Confirm <your> address", html="<p>Hi</p>", created_at=at,
            text="Hello,\n\nopen http://127.0.0.1:8000/confirm/abc to go on.",
        )

    def test_lists_and_shows(self, mail, client_for):
        client = client_for()
        assert "Confirm &lt;your&gt; address" in client.get("/dev/mail?to=basil").content.decode()
        assert "No mail to this" in client.get("/dev/mail?to=nobody").content.decode()
        page = client.get(f"/dev/mail/{mail.pk}").content.decode()
        assert 'href="http://127.0.0.1:8000/confirm/abc"' in page
        answer = client.get(f"/dev/mail/{mail.pk}/html")
        assert answer.content == b"<p>Hi</p>"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert client.get("/dev/mail/999999").status_code == 404

    def test_is_not_there_in_production(self, mail, client_for, monkeypatch):
        from freehold.talk.notifications import policies

        monkeypatch.setattr(policies, "can_open_mailbox", lambda: False)
        for path in ("/dev/mail", f"/dev/mail/{mail.pk}", f"/dev/mail/{mail.pk}/html"):
            assert client_for().get(path).status_code == 404
