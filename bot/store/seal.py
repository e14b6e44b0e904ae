"""Encryption at rest: whatever is personal is sealed before it reaches the database."""

import hmac
import os
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12
"""Bytes of a nonce: what NIST SP 800-38D recommends for GCM."""
KEY_ID = 4
"""Bytes that name the key in front of each sealed value, so that keys can be rotated."""


class Unsealable(Exception):
    """A sealed value does not open: its key is missing, or it was changed or moved."""


class Sealer:
    """Seals with the newest of several secrets and opens with any of them."""

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets:
            raise ValueError("no secret to seal with")
        self._secrets = tuple(secrets)
        keys = [derive(secret, b"seal") for secret in secrets]
        self._ids = [sha256(key).digest()[:KEY_ID] for key in keys]
        self._ciphers = dict(zip(self._ids, (AESGCM(key) for key in keys), strict=True))

    def seal(self, plain: bytes, about: str) -> bytes:
        """Encrypt; `about` names the place (table and row), which opening must name again."""
        key_id, nonce = self._ids[0], os.urandom(NONCE)
        return key_id + nonce + self._ciphers[key_id].encrypt(nonce, plain, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """Decrypt what `seal` made for the same place."""
        cipher = self._ciphers.get(bytes(sealed[:KEY_ID]))
        if cipher is None:
            raise Unsealable(f"the key of {about} is not among those configured")
        nonce, rest = sealed[KEY_ID : KEY_ID + NONCE], sealed[KEY_ID + NONCE :]
        try:
            return cipher.decrypt(bytes(nonce), bytes(rest), about.encode())
        except (InvalidTag, ValueError) as error:
            raise Unsealable(f"{about} was changed or moved") from error

    def digests(self, purpose: bytes, content: bytes) -> tuple[bytes, ...]:
        """32-byte digests that only a holder of the secrets can make; that of the newest first."""
        keys = (derive(secret, purpose) for secret in self._secrets)
        return tuple(hmac.digest(key, content, "sha256") for key in keys)


@lru_cache(maxsize=64)
def derive(secret: str, purpose: bytes) -> bytes:
    """A 32-byte key for one purpose from a configured secret."""
    return HKDF(SHA256(), 32, None, b"talent-bot " + purpose).derive(secret.encode())
