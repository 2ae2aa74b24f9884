"""A member's own copy: complete, checkable, readable offline, and nobody else's."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from freehold.kit.actors import Actor
from freehold.kit.refusals import NotAllowed
from freehold.people.teams.models import Party
from freehold.talk.files import actions as files
from freehold.trust.closure import actions, queries


def unpack(content: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content))


def test_every_checksum_matches_and_the_list_is_signed(cast, at):
    upload = SimpleUploadedFile("notes.txt", b"my own notes", "text/plain")
    files.store(actor=cast.basil.actor, upload=upload, purpose="portfolio", at=at)
    archive = unpack(actions.build_export(actor=cast.basil.actor, account_id=cast.basil.account.pk, at=at))
    manifest = json.loads(archive.read("manifest.json"))
    assert manifest["schema"] == "freehold-export/1"
    for part in manifest["files"]:
        content = archive.read(part["path"])
        assert hashlib.sha256(content).hexdigest() == part["sha256"] and len(content) == part["bytes"]
    assert {p["path"] for p in manifest["files"]} | {"manifest.json", "manifest.json.sig"} == set(archive.namelist())
    body = archive.read("manifest.json.sig").decode().split(".")[1]
    from freehold.trust.closure.queries.receipts import unb64

    assert json.loads(unb64(body))["manifest_sha256"] == hashlib.sha256(archive.read("manifest.json")).hexdigest()
    assert any(archive.read(name) == b"my own notes" for name in archive.namelist())


def test_it_holds_what_is_mine_and_nothing_else(cast, at):
    Party.objects.filter(pk=cast.ada.party_id).update(description="a secret of Ada")
    archive = unpack(actions.build_export(actor=cast.basil.actor, account_id=cast.basil.account.pk, at=at))
    everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    account = json.loads(archive.read("data/accounts.account.json"))[0]
    assert account["email"] == cast.basil.email and "password" not in account
    assert "secret of Ada" not in everything and cast.ada.email not in everything


def test_the_page_asks_nobody_for_anything(cast, at):
    Party.objects.filter(pk=cast.basil.party_id).update(description="<script>alert(1)</script>")
    archive = unpack(actions.build_export(actor=cast.basil.actor, account_id=cast.basil.account.pk, at=at))
    page = archive.read("index.html").decode()
    assert "<script" not in page and "http" not in page and "&lt;script&gt;" in page


def test_it_refuses_strangers_and_tokens(cast, at):
    for actor in (cast.ada.actor, cast.dora.actor, Actor(account_id=cast.basil.account.pk, scopes=frozenset())):
        with pytest.raises(NotAllowed):
            actions.build_export(actor=actor, account_id=cast.basil.account.pk, at=at)


def test_the_page_hands_it_over(cast, client_for):
    client = client_for(cast.basil.account)
    assert client.get("/settings/account/export").status_code == 200
    answer = client.post("/settings/account/export")
    assert answer["Content-Type"] == "application/zip" and unpack(answer.content).testzip() is None
    stale = client_for(cast.basil.account, fresh=False)
    assert stale.post("/settings/account/export").headers["Location"].startswith("/recheck")
    assert queries.public_keys()
