"""Receipts: the keys they are signed with, and whether one is genuine."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.utils.dateparse import parse_datetime

from freehold.kit.cards import card
from freehold.trust.closure.models import Closure, Receipt, SigningKey
from freehold.trust.closure.queries.plan import ordered


@card
class Verified:
    """What a pasted receipt says, once its signature holds."""

    number: str
    erased_at: datetime | None
    platform: str
    kid: str
    known: bool
    sha256: str
    rows: tuple[tuple[str, str, int], ...]
    retained: tuple[tuple[str, int, str], ...]


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def public_keys() -> list[dict[str, str]]:
    """Every key that ever signed, as JSON Web Keys; retired ones stay."""
    rows = SigningKey.objects.order_by("made_at")
    return [{"kty": "OKP", "crv": "Ed25519", "kid": k.kid, "use": "sig", "x": b64(bytes(k.public))} for k in rows]


def verify(text: str) -> Verified | None:
    """
    Read a receipt and check its signature; nothing of it is stored.

    :returns: None when it is no receipt of this market or a letter of it was changed
    """
    found = [part for part in text.split() if part.count(".") == 2 and part.startswith("eyJ")]
    compact = found[0] if found else "".join(text.split())
    try:
        head, body, signature = compact.split(".")
        header: dict[str, Any] = json.loads(unb64(head))
        claims: dict[str, Any] = json.loads(unb64(body))
        key = SigningKey.objects.filter(kid=str(header.get("kid"))).first()
        if key is None or header.get("alg") != "EdDSA":
            return None
        Ed25519PublicKey.from_public_bytes(bytes(key.public)).verify(unb64(signature), f"{head}.{body}".encode())
        return _read(claims, header, compact)
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error, InvalidSignature, UnicodeDecodeError):
        return None


def _read(claims: dict[str, Any], header: dict[str, Any], compact: str) -> Verified:
    digest = hashlib.sha256(compact.encode()).hexdigest()
    return Verified(
        number=str(claims["number"]),
        erased_at=parse_datetime(str(claims["erased_at"])),
        platform=str(claims["platform"]),
        kid=str(header["kid"]),
        known=Receipt.objects.filter(number=claims["number"], sha256=digest).exists(),
        sha256=digest,
        rows=tuple((str(r["kind"]), str(r["done"]), int(r["count"])) for r in claims["erased"]),
        retained=tuple((str(r["kind"]), int(r["count"]), str(r["until"])) for r in claims["retained"]),
    )


def retained_table(closure: Closure) -> list[dict[str, Any]]:
    """What a closure keeps: per kind and basis the count and the last day."""
    from freehold.trust.closure.queries.plan import key_of

    labels = {key_of(d): str(d.label) for d in ordered()}
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for kind, basis, until in closure.items.order_by("kind", "keep_until").values_list("kind", "basis", "keep_until"):
        line = found.setdefault(
            (kind, basis), {"kind": labels.get(kind, kind), "basis": basis, "count": 0, "until": ""}
        )
        line["count"] += 1
        line["until"] = until.isoformat()
    return list(found.values())
