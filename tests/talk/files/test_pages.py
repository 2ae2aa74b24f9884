"""Files by address: who gets them, and how they are served."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.storage import default_storage

from freehold.talk.files import actions
from freehold.talk.files.models import StoredFile
from freehold.talk.files.policies import READERS, readable
from freehold.talk.files.queries import href_of
from tests.talk.files.factories import phone_photo, picture, text, upload


@pytest.fixture
def circle(cast):
    """A subject Ada and Basil may see."""
    known = {cast.ada.account.pk, cast.basil.account.pk}

    @readable("circle", stays=False)
    def may(actor, subject_id):
        return actor.account_id in known

    yield ("circle", uuid.uuid4())
    READERS.pop("circle")


def fetch(client, path, **more):
    """Get a file and let go of it."""
    answer = client.get(path, **more)
    answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    for let_go in answer._resource_closers:
        let_go()
    return answer


def stored(cast, at, upload, purpose="work", subject=None):
    file = actions.store(actor=cast.basil.actor, upload=upload, purpose=purpose, at=at)
    if subject:
        actions.attach(actor=cast.basil.actor, file_ids=[file.pk], subject=subject, at=at)
    return file


class TestServing:
    def test_a_download_is_boxed_in(self, cast, at, client_for):
        file = stored(cast, at, text(name="über plan.txt"))
        answer = fetch(client_for(cast.basil.account), href_of(file))
        assert answer.body == b"Hello there.\n"
        assert answer["Content-Disposition"] == "attachment; filename*=utf-8''%C3%BCber%20plan.txt"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["Content-Type"] == "text/plain; charset=utf-8"

    @pytest.mark.parametrize(
        "content", [b"<!doctype html><script>alert(1)</script>", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"]
    )
    def test_markup_is_never_shown(self, cast, at, client_for, content):
        file = stored(cast, at, upload(content, "picture.png", "image/png"))
        answer = fetch(client_for(cast.basil.account), href_of(file))
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith("attachment")

    def test_pictures_are_shown(self, cast, at, client_for):
        file = stored(cast, at, picture())
        client = client_for(cast.basil.account)
        answer = fetch(client, href_of(file))
        assert (answer["Content-Type"], answer["Content-Disposition"]) == ("image/png", 'inline; filename="picture.png"')
        small = fetch(client, f"/files/{file.pk}/thumb")
        assert small["Content-Type"] == "image/webp"
        assert fetch(client, href_of(file), headers={"if-none-match": answer["ETag"]}).status_code == 304

    def test_without_a_small_version(self, cast, at, client_for):
        file = stored(cast, at, text())
        assert fetch(client_for(cast.basil.account), f"/files/{file.pk}/thumb").status_code == 404

    def test_lost_bytes_are_a_404(self, cast, at, client_for):
        file = stored(cast, at, text())
        default_storage.delete(file.storage_name)
        assert fetch(client_for(cast.basil.account), href_of(file)).status_code == 404


class TestAccess:
    def test_what_belongs_to_nothing_is_its_owners(self, cast, at, client_for):
        file = stored(cast, at, text())
        for somebody in (cast.ada, cast.chiara, cast.dora):
            assert fetch(client_for(somebody.account), href_of(file)).status_code == 404
        assert fetch(client_for(), href_of(file)).status_code == 404

    def test_the_subject_decides(self, cast, at, client_for, circle):
        file = stored(cast, at, text(), subject=circle)
        assert fetch(client_for(cast.ada.account), href_of(file)).status_code == 200
        assert fetch(client_for(cast.chiara.account), href_of(file)).status_code == 404

    def test_a_subject_nobody_answers_for_is_closed(self, cast, at, client_for):
        file = stored(cast, at, text(), subject=("nobodys", uuid.uuid4()))
        assert fetch(client_for(cast.ada.account), href_of(file)).status_code == 404

    def test_absent_and_forbidden_look_alike(self, cast, at, client_for):
        file = stored(cast, at, text())
        one = fetch(client_for(cast.ada.account), href_of(file))
        other = fetch(client_for(cast.ada.account), f"/files/{uuid.uuid4()}/note.txt")
        assert one.status_code == other.status_code == 404


class TestPhotoPage:
    def test_changes_the_picture(self, cast, at, client_for):
        client = client_for(cast.basil.account)
        assert client.get("/settings/photo").status_code == 200
        answer = client.post("/settings/photo", {"photo": phone_photo(), "next": "/settings"})
        assert (answer.status_code, answer["Location"]) == (302, "/settings")
        cast.basil.account.refresh_from_db()
        shown = fetch(client_for(), f"/files/{cast.basil.account.photo_id}/thumb")
        assert shown.status_code == 200
        client.post("/settings/photo/remove")
        cast.basil.account.refresh_from_db()
        assert cast.basil.account.photo_id is None

    @pytest.mark.parametrize(
        ("bad", "words"),
        [
            (lambda: text(), "PNG, JPEG or WebP"),
            (lambda: picture(100, 100), "too small"),
            (lambda: upload(b"\x89PNG\r\n\x1a\n" + b"no" * 99, "x.png"), "damaged"),
            (lambda: upload(b"", "x.png"), "empty"),
            (lambda: "", "Choose a picture"),
        ],
    )
    def test_says_what_is_wrong(self, cast, at, client_for, bad, words):
        answer = client_for(cast.basil.account).post("/settings/photo", {"photo": bad()})
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert not StoredFile.objects.exists()

    def test_sends_nobody_elsewhere(self, cast, at, client_for):
        answer = client_for(cast.basil.account).post(
            "/settings/photo", {"photo": picture(), "next": "https://evil.example"}
        )
        assert answer["Location"] == "/settings/photo"

    def test_visitors_sign_in_first(self, db, client_for):
        assert client_for().get("/settings/photo").status_code == 302
        assert client_for().post("/settings/photo/remove").status_code == 302
