"""The platform's signing key: made once, its private half encrypted with the installation's secret."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime
from typing import Any

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction

from freehold.kit.ids import readable
from freehold.trust.closure.models import SigningKey
from freehold.trust.closure.queries.receipts import b64


def _box() -> Fernet:
    secret = hashlib.sha256(b"freehold receipts " + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(secret))


def current_key(at: datetime) -> SigningKey:
    """The key in use; the first call makes it."""
    with transaction.atomic():
        row = SigningKey.objects.filter(retired_at__isnull=True).order_by("-made_at").first()
        if row is None:
            private = Ed25519PrivateKey.generate()
            row = SigningKey.objects.create(
                kid=readable(12),
                public=private.public_key().public_bytes_raw(),
                sealed=_box().encrypt(private.private_bytes_raw()),
                made_at=at,
            )
    return row


def sign(claims: dict[str, Any], at: datetime) -> tuple[str, str]:
    """
    Sign claims as a compact JWS.

    :returns: the text and the key's id
    """
    key = current_key(at)
    private = Ed25519PrivateKey.from_private_bytes(_box().decrypt(bytes(key.sealed)))
    head = b64(json.dumps({"alg": "EdDSA", "kid": key.kid, "typ": "JWT"}, separators=(",", ":")).encode())
    body = b64(json.dumps(claims, separators=(",", ":"), ensure_ascii=False).encode())
    return f"{head}.{body}.{b64(private.sign(f'{head}.{body}'.encode()))}", key.kid
