"""A copy of everything a member may take along: one archive, readable offline, made from the declarations."""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
import re
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from freehold.kit import privacy
from freehold.kit.actions import action, require
from freehold.kit.actors import Actor
from freehold.kit.privacy import Subject
from freehold.kit.settings import current
from freehold.talk.files.models import StoredFile
from freehold.trust.closure import policies, queries
from freehold.trust.closure.actions.keys import sign

SCHEMA = "freehold-export/1"
_TYPES = {"json": "application/json", "html": "text/html", "sig": "application/jose"}
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}"
    "table{border-collapse:collapse;margin:.5rem 0 2rem;display:block;overflow:auto}"
    "td,th{border:1px solid #bbb;padding:.3rem .6rem;text-align:start;vertical-align:top;max-width:40rem}"
)


class _Encoder(DjangoJSONEncoder):
    def default(self, value: Any) -> Any:
        if isinstance(value, bytes | memoryview):
            return base64.b64encode(bytes(value)).decode()
        return super().default(value)


@action
def build_export(*, actor: Actor, account_id: UUID, at: datetime) -> bytes:
    """
    Pack a member's data: one file per kind, their uploads, a page to read it offline, and a signed list of all.

    :returns: a ZIP archive
    :raises NotAllowed: unless it is the actor's own account and no token acts
    """
    require(policies.can_request(actor, account_id))
    subject = queries.subject_of(account_id)
    packed, parts = io.BytesIO(), []
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        sections = list(_sections(subject))
        for path, label, rows in sections:
            parts.append(_add(archive, path, _json(rows), rows=len(rows), words=label))
        for path, content, name in _uploads(account_id):
            parts.append(_add(archive, path, content, rows=1, words=name))
        parts.append(_add(archive, "index.html", _page(sections, at), rows=0, words=_("Everything, to read offline")))
        manifest = _json({
            "schema": SCHEMA,
            "platform": current().market.name,
            "created_at": at,
            "files": parts,
        })  # fmt: skip
        archive.writestr("manifest.json", manifest)
        seal = {"schema": SCHEMA, "manifest_sha256": hashlib.sha256(manifest).hexdigest(), "created_at": at.isoformat()}
        archive.writestr("manifest.json.sig", sign(seal, at)[0])
    return packed.getvalue()


def _sections(subject: Subject) -> Iterable[tuple[str, str, list[dict[str, Any]]]]:
    for declared in privacy.DECLARED:
        if not declared.export:
            continue
        rows = list(declared.rows(subject).order_by("pk").values(*declared.export))
        if rows:
            name = queries.key_of(declared).lower().replace("#", "-")
            yield f"data/{name}.json", str(declared.label), rows


def _uploads(account_id: UUID) -> Iterable[tuple[str, bytes, str]]:
    for file in StoredFile.objects.filter(owner_id=account_id).order_by("created_at", "pk"):
        name = re.sub(r"[^\w.-]+", "_", file.name)[-80:] or "file"
        try:
            with default_storage.open(file.storage_name) as blob:
                yield f"files/{str(file.pk)[-12:]}-{name}", blob.read(), file.name
        except FileNotFoundError:
            continue


def _add(archive: zipfile.ZipFile, path: str, content: bytes, *, rows: int, words: str) -> dict[str, Any]:
    archive.writestr(path, content)
    return {
        "path": path,
        "media_type": _TYPES.get(path.rpartition(".")[2], "application/octet-stream"),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "rows": rows,
        "description": words,
    }


def _json(value: Any) -> bytes:
    return json.dumps(value, cls=_Encoder, ensure_ascii=False, indent=1).encode()


def _page(sections: list[tuple[str, str, list[dict[str, Any]]]], at: datetime) -> bytes:
    """A page without script that asks nobody for anything."""
    title = _("Your data from %(market)s") % {"market": current().market.name}
    made = _("Made on %(day)s.") % {"day": at.date().isoformat()}
    parts = [
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>',
        f"<style>{_STYLE}</style><h1>{html.escape(title)}</h1><p>{html.escape(made)}</p><ul>",
        *(f'<li><a href="#{n}">{html.escape(label)}</a></li>' for n, (_p, label, _r) in enumerate(sections)),
        "</ul>",
    ]
    for number, (path, label, rows) in enumerate(sections):
        heads = "".join(f'<th scope="col">{html.escape(key)}</th>' for key in rows[0])
        parts.append(f'<h2 id="{number}">{html.escape(label)}</h2><p><a href="{path}">{path}</a></p>')
        parts.append(f"<table><tr>{heads}</tr>")
        parts += ["<tr>" + "".join(f"<td>{_cell(v)}</td>" for v in row.values()) + "</tr>" for row in rows]
        parts.append("</table>")
    return "".join([*parts, "</html>"]).encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, cls=_Encoder, ensure_ascii=False).strip('"')
    return html.escape(text).replace("\n", "<br>")
