"""Secrets of second steps lie encrypted in the database: a copy of it makes no codes."""

from __future__ import annotations

import base64
from functools import cache

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.utils.crypto import salted_hmac


@cache
def _key(secret: str) -> Fernet:
    digest = salted_hmac("accounts.mfa", "key", secret=secret, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(digest))


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        return _key(settings.SECRET_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _key(settings.SECRET_KEY).decrypt(encrypted_text.encode()).decode()
