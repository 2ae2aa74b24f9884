"""What comes in as a file, and what does not."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from freehold.kit import deadlines
from freehold.kit.actors import Actor
from freehold.kit.models import Fact
from freehold.kit.refusals import IllegalMove, NotAllowed, NotFound
from freehold.kit.settings import overridden
from freehold.talk.files import actions, queries
from freehold.talk.files.actions import FileRefused, TooManyFiles
from freehold.talk.files.models import Attachment, StoredFile
from tests.talk.files.factories import archive, phone_photo, picture, text, upload


def read(name):
    with default_storage.open(name) as blob:
        return blob.read()


class TestStore:
    def test_keeps_the_file_under_a_random_name(self, cast, at):
        file = actions.store(actor=cast.basil.actor, upload=text("Words\n", "notes.txt"), purpose="work", at=at)
        assert (file.name, file.media_type, file.size) == ("notes.txt", "text/plain", 6)
        assert file.owner_id == cast.basil.account.pk
        assert file.unattached_due_at == at + timedelta(hours=24)
        assert "notes" not in file.storage_name
        assert read(file.storage_name) == b"Words\n"

    def test_refuses_a_stranger(self, db, at):
        with pytest.raises(NotAllowed):
            actions.store(actor=Actor.visitor(), upload=text(), purpose="work", at=at)
        assert not StoredFile.objects.exists()

    def test_refuses_those_who_did_not_confirm(self, cast, at):
        cast.basil.account.state = "NEW"
        cast.basil.account.save()
        with pytest.raises(NotAllowed):
            actions.store(actor=cast.basil.actor, upload=text(), purpose="work", at=at)

    def test_tells(self, cast, at):
        file = actions.store(actor=cast.basil.actor, upload=text(), purpose="work", at=at)
        fact = Fact.objects.get(name="talk.file.readied")
        assert fact.data == {"file_id": str(file.pk), "size": file.size}

    def test_twice_is_two_files(self, cast, at):
        one = actions.store(actor=cast.basil.actor, upload=text(), purpose="work", at=at)
        two = actions.store(actor=cast.basil.actor, upload=text(), purpose="work", at=at)
        assert one.pk != two.pk
        assert one.sha256 == two.sha256

    def test_stops_somebody_who_uploads_and_uploads(self, cast, at):
        with overridden(**{"files.unattached_max": 2}):
            for _ in range(2):
                actions.store(actor=cast.basil.actor, upload=text(), purpose="work", at=at)
            with pytest.raises(TooManyFiles):
                actions.store(actor=cast.basil.actor, upload=text(), purpose="work", at=at)

    def test_leaves_no_bytes_behind_when_it_refuses_late(self, cast, at):
        with overridden(**{"files.unattached_max": 0}):
            before = list(_walk())
            with pytest.raises(TooManyFiles):
                actions.store(actor=cast.basil.actor, upload=text(), purpose="work", at=at)
            assert list(_walk()) == before


def _walk():
    from django.conf import settings

    return sorted(str(p) for p in settings.MEDIA_ROOT.rglob("*") if p.is_file())


class TestTypeByContent:
    @pytest.mark.parametrize(
        ("name", "content", "media_type"),
        [
            ("paper.doc", b"%PDF-1.7\n%abc\n1 0 obj", "application/pdf"),
            ("list.csv", b"a,b\n1,2\n", "text/plain"),
            ("page.png", b"<!DOCTYPE html><html><script>alert(1)</script>", "text/html"),
            ("drawing.svg", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
            ("song.mp3", b"ID3\x03\x00\x00\x00\x00\x00\x21" + bytes(200), "audio/mpeg"),
            ("film.bin", b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00" + bytes(40), "video/mp4"),
        ],
    )
    def test_names_count_for_nothing(self, cast, at, name, content, media_type):
        file = actions.store(actor=cast.basil.actor, upload=upload(content, name), purpose="work", at=at)
        assert file.media_type == media_type

    def test_a_png_named_pdf_is_a_picture(self, cast, at):
        file = actions.store(actor=cast.basil.actor, upload=picture(name="plan.pdf"), purpose="work", at=at)
        assert (file.media_type, file.name, file.width, file.height) == ("image/png", "plan.pdf.png", 300, 260)

    def test_office_documents_are_known_inside_their_archive(self, cast, at):
        packed = archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}, "letter.docx")
        file = actions.store(actor=cast.basil.actor, upload=packed, purpose="work", at=at)
        assert file.media_type.endswith("wordprocessingml.document")

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("setup.exe", b"MZ\x90\x00" + bytes(300)),
            ("tool", b"\x7fELF\x02\x01\x01" + bytes(300)),
            ("run.sh", b"#!/bin/sh\nrm -rf /\n"),
            ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
            ("what.bin", bytes(range(256)) * 4),
            ("fake.png", b"\x89PNG\r\n\x1a\n" + b"not really a picture" * 20),
            ("broken.zip", b"PK\x03\x04" + bytes(100)),
            ("empty.txt", b""),
        ],
    )
    def test_refuses_what_it_does_not_take(self, cast, at, name, content):
        with pytest.raises(FileRefused) as refusal:
            actions.store(actor=cast.basil.actor, upload=upload(content, name), purpose="work", at=at)
        assert len(str(refusal.value)) > 30
        assert not StoredFile.objects.exists()

    def test_refuses_macros(self, cast, at):
        packed = archive({"[Content_Types].xml": b"x", "word/vbaProject.bin": b"x"}, "letter.docx")
        with pytest.raises(FileRefused, match="macros"):
            actions.store(actor=cast.basil.actor, upload=packed, purpose="work", at=at)

    def test_refuses_an_archive_that_swells(self, cast, at):
        bomb = archive({f"{n}.txt": bytes(30_000_000) for n in range(3)})
        assert bomb.size < 100_000
        with pytest.raises(FileRefused, match="unpacks"):
            actions.store(actor=cast.basil.actor, upload=bomb, purpose="work", at=at)

    def test_refuses_what_is_too_large(self, cast, at):
        with overridden(**{"files.upload_mb": 1}), pytest.raises(FileRefused, match="larger than 1 MB"):
            actions.store(actor=cast.basil.actor, upload=text("x" * 1_000_001), purpose="work", at=at)

    def test_post_files_have_their_own_limit(self, cast, at):
        with overridden(**{"job.attachment_mb": 1}), pytest.raises(FileRefused, match="larger than 1 MB"):
            actions.store(actor=cast.basil.actor, upload=text("x" * 1_000_001), purpose="post", at=at)


class TestPictures:
    def test_published_ones_lose_place_and_camera(self, cast, at):
        file = actions.store(actor=cast.basil.actor, upload=phone_photo(), purpose="portfolio", at=at)
        with Image.open(io.BytesIO(read(file.storage_name))) as kept:
            assert not kept.getexif()
        assert b"Cameramaker" not in read(file.storage_name)

    def test_work_files_stay_byte_for_byte(self, cast, at):
        photo = phone_photo()
        content = photo.read()
        photo.seek(0)
        file = actions.store(actor=cast.basil.actor, upload=photo, purpose="work", at=at)
        assert read(file.storage_name) == content
        assert b"Cameramaker" not in read(file.thumb_name)

    def test_thumbs_are_small_webp(self, cast, at):
        file = actions.store(actor=cast.basil.actor, upload=picture(2000, 900), purpose="portfolio", at=at)
        with Image.open(io.BytesIO(read(file.thumb_name))) as thumb:
            assert thumb.format == "WEBP"
            assert max(thumb.size) == 640

    def test_portraits_become_square(self, cast, at):
        file = actions.store(actor=cast.basil.actor, upload=picture(900, 400), purpose="photo", at=at)
        assert (file.width, file.height) == (400, 400)

    @pytest.mark.parametrize("size", [(249, 400), (400, 249)])
    def test_portraits_need_250_pixels(self, cast, at, size):
        with pytest.raises(FileRefused, match="250"):
            actions.store(actor=cast.basil.actor, upload=picture(*size), purpose="photo", at=at)

    def test_portraits_are_pictures(self, cast, at):
        svg = upload(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "me.svg", "image/svg+xml")
        with pytest.raises(FileRefused, match="PNG, JPEG or WebP"):
            actions.store(actor=cast.basil.actor, upload=svg, purpose="photo", at=at)

    def test_sixty_megapixels_are_too_many(self, cast, at):
        out = io.BytesIO()
        Image.new("1", (10_000, 6_000)).save(out, "PNG")
        with pytest.raises(FileRefused, match="million pixels"):
            actions.store(actor=cast.basil.actor, upload=upload(out.getvalue(), "big.png"), purpose="work", at=at)

    @pytest.mark.parametrize(("mode", "kind"), [("P", "PNG"), ("LA", "PNG"), ("CMYK", "JPEG"), ("1", "PNG"),
                                                ("I;16", "PNG"), ("P", "GIF"), ("RGBA", "WEBP"), ("L", "JPEG")])
    def test_every_kind_of_picture_can_be_drawn(self, cast, at, mode, kind):
        out = io.BytesIO()
        Image.new(mode, (400, 300)).save(out, kind)
        file = actions.store(actor=cast.basil.actor, upload=upload(out.getvalue(), "p"), purpose="portfolio", at=at)
        assert file.thumb_name


class TestNames:
    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\me\\plan.txt", "plan.txt"),
            ("a\x00b\u202egnp.txt", "abgnp.txt"),
            ("", "file"),
            ("...", "file"),
            ("x" * 400 + ".txt", "x" * 251 + ".txt"),
            ('we<b>"ird?.txt', "we_b__ird_.txt"),
        ],
    )
    def test_are_made_safe(self, given, kept):
        assert actions.safe_name(given, "text/plain") == kept

    def test_pictures_get_their_own_ending(self):
        assert actions.safe_name("photo.JPEG", "image/jpeg") == "photo.JPEG"
        assert actions.safe_name("photo.png", "image/jpeg") == "photo.jpg"
        assert actions.safe_name("photo", "image/webp") == "photo.webp"


class TestAttach:
    def test_belongs_to_the_subject_in_order(self, cast, at):
        files = [actions.store(actor=cast.basil.actor, upload=text(name=f"{n}.txt"), purpose="work", at=at)
                 for n in "cab"]
        subject = ("thing", uuid.uuid4())
        actions.attach(actor=cast.basil.actor, file_ids=[f.pk for f in files], subject=subject, at=at)
        assert [c.name for c in queries.of("thing", [subject[1]])[subject[1]]] == ["c.txt", "a.txt", "b.txt"]
        assert not StoredFile.objects.filter(unattached_due_at__isnull=False).exists()

    def test_refuses_a_stranger(self, cast, at):
        file = actions.store(actor=cast.basil.actor, upload=text(), purpose="work", at=at)
        with pytest.raises(NotFound):
            actions.attach(actor=cast.chiara.actor, file_ids=[file.pk], subject=("thing", uuid.uuid4()), at=at)
        assert not Attachment.objects.exists()

    def test_refuses_a_file_that_belongs_elsewhere(self, cast, at):
        file = actions.store(actor=cast.basil.actor, upload=text(), purpose="work", at=at)
        actions.attach(actor=cast.basil.actor, file_ids=[file.pk], subject=("thing", uuid.uuid4()), at=at)
        with pytest.raises(IllegalMove):
            actions.attach(actor=cast.basil.actor, file_ids=[file.pk], subject=("thing", uuid.uuid4()), at=at)

    def test_twice_is_once(self, cast, at):
        file = actions.store(actor=cast.basil.actor, upload=text(), purpose="work", at=at)
        subject = ("thing", uuid.uuid4())
        for _ in range(2):
            actions.attach(actor=cast.basil.actor, file_ids=[file.pk], subject=subject, at=at)
        assert Attachment.objects.count() == 1


class TestDetach:
    def test_the_file_goes_with_its_last_subject(self, cast, at, run_jobs):
        file = actions.store(actor=cast.basil.actor, upload=text(), purpose="work", at=at)
        subject = ("thing", uuid.uuid4())
        actions.attach(actor=cast.basil.actor, file_ids=[file.pk], subject=subject, at=at)
        actions.detach(actor=cast.basil.actor, file_id=file.pk, subject=subject, at=at)
        run_jobs()
        assert not StoredFile.objects.exists()
        assert not default_storage.exists(file.storage_name)

    def test_twice_is_once(self, cast, at):
        for _ in range(2):
            actions.detach(actor=cast.basil.actor, file_id=uuid.uuid4(), subject=("thing", uuid.uuid4()), at=at)

    def test_a_subject_that_goes_takes_its_files_along(self, cast, at):
        subject = ("thing", uuid.uuid4())
        for _ in range(2):
            file = actions.store(actor=cast.basil.actor, upload=text(), purpose="work", at=at)
            actions.attach(actor=cast.basil.actor, file_ids=[file.pk], subject=subject, at=at)
        assert actions.detach_all(actor=cast.basil.actor, subject=subject, at=at) == 2
        assert not StoredFile.objects.exists()


class TestStoreBytes:
    def test_keeps_what_we_made(self, cast, at):
        subject = ("document", uuid.uuid4())
        file = actions.store_bytes(
            actor=cast.system, name="INV-1.pdf", content=b"%PDF-1.7", media_type="application/pdf", purpose="document",
            subject=subject, at=at,
        )
        assert queries.of("document", [subject[1]])[subject[1]][0].note == "PDF, 8 bytes"
        assert file.owner_id is None

    def test_refuses_people(self, cast, at):
        with pytest.raises(NotAllowed):
            actions.store_bytes(actor=cast.basil.actor, name="a", content=b"x", media_type="text/plain", purpose="x",
                                subject=("x", uuid.uuid4()), at=at)


class TestSweep:
    def test_erases_what_nobody_attached(self, cast, at, run_jobs):
        file = actions.store(actor=cast.basil.actor, upload=picture(), purpose="portfolio", at=at)
        assert deadlines.run_due(at + timedelta(hours=23, minutes=59)) == 0
        assert deadlines.run_due(at + timedelta(hours=24)) == 1
        run_jobs()
        assert not StoredFile.objects.exists()
        assert not default_storage.exists(file.storage_name)
        assert not default_storage.exists(file.thumb_name)

    def test_leaves_what_belongs_to_something(self, cast, at):
        file = actions.store(actor=cast.basil.actor, upload=text(), purpose="work", at=at)
        actions.attach(actor=cast.basil.actor, file_ids=[file.pk], subject=("thing", uuid.uuid4()), at=at)
        with pytest.raises(IllegalMove):
            actions.sweep_file(actor=cast.system, file_id=file.pk, at=at + timedelta(days=9))

    def test_is_not_for_people(self, cast, at):
        file = actions.store(actor=cast.basil.actor, upload=text(), purpose="work", at=at)
        with pytest.raises(NotAllowed):
            actions.sweep_file(actor=cast.basil.actor, file_id=file.pk, at=at + timedelta(days=9))


class TestPhoto:
    def store(self, cast, at):
        return actions.store(actor=cast.basil.actor, upload=picture(), purpose="photo", at=at)

    def test_stands_beside_the_name(self, cast, at):
        file = self.store(cast, at)
        actions.change_photo(actor=cast.basil.actor, file_id=file.pk, at=at)
        cast.basil.account.refresh_from_db()
        assert cast.basil.account.photo_id == file.pk

    def test_the_one_before_goes(self, cast, at):
        for _ in range(2):
            actions.change_photo(actor=cast.basil.actor, file_id=self.store(cast, at).pk, at=at)
        assert StoredFile.objects.count() == 1

    def test_refuses_a_stranger(self, cast, at):
        with pytest.raises(NotFound):
            actions.change_photo(actor=cast.chiara.actor, file_id=self.store(cast, at).pk, at=at)

    def test_refuses_a_file_of_another_purpose(self, cast, at):
        file = actions.store(actor=cast.basil.actor, upload=picture(), purpose="portfolio", at=at)
        with pytest.raises(IllegalMove):
            actions.change_photo(actor=cast.basil.actor, file_id=file.pk, at=at)

    def test_can_be_taken_away(self, cast, at):
        actions.change_photo(actor=cast.basil.actor, file_id=self.store(cast, at).pk, at=at)
        for _ in range(2):
            actions.remove_photo(actor=cast.basil.actor, at=at)
        cast.basil.account.refresh_from_db()
        assert cast.basil.account.photo_id is None
        assert not StoredFile.objects.exists()
