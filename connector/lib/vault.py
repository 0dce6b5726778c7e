"""Secrets at rest: AES-256-GCM under a ring of keys, bound to the row they belong to.

A blob is `<key id>.<nonce and ciphertext, base64>`. The key id and the place (table, column, row) are
authenticated with it, so that a ciphertext moved to another row does not open.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class CannotOpen(Exception):
    """The blob was made for another place, with an unknown key, or was changed."""


def parse_keys(listed: str) -> dict[str, bytes]:
    """Read `id:base64key,id:base64key`; the first writes. Raises ValueError for a malformed, short or repeated key."""
    keys: dict[str, bytes] = {}
    for entry in filter(None, (part.strip() for part in listed.split(","))):
        name, colon, value = entry.partition(":")
        key = base64.b64decode(value, validate=True) if colon else b""
        if not name or "." in name or name in keys or len(key) != 32:
            raise ValueError("ENCRYPTION_KEYS wants id:base64 of 32 bytes")
        keys[name] = key
    if not keys:
        raise ValueError("ENCRYPTION_KEYS holds no key")
    return keys


class Vault:
    """Seals and opens secrets. `keys` maps id → 32 bytes; the first one writes, all of them read."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self.keys = dict(keys)
        self.writes_with = next(iter(self.keys))

    def seal(self, secret: str, place: str) -> str:
        """Encrypt `secret` for `place`, e.g. `accounting_connection:secret:17`."""
        nonce = os.urandom(NONCE_BYTES)
        key = AESGCM(self.keys[self.writes_with])
        sealed = key.encrypt(nonce, secret.encode(), _bound(self.writes_with, place))
        return f"{self.writes_with}.{base64.b64encode(nonce + sealed).decode()}"

    def open(self, blob: str, place: str) -> str:
        """Decrypt what `seal` made for the same place. Raises CannotOpen."""
        name, _, value = blob.partition(".")
        if name not in self.keys:
            # Not quoted: what was never sealed would stand in the log.
            raise CannotOpen("sealed with a key that is not in the ring")
        try:
            raw = base64.b64decode(value)
            return AESGCM(self.keys[name]).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound(name, place)).decode()
        except (InvalidTag, ValueError) as error:
            raise CannotOpen("the secret does not belong here") from error

    def is_current(self, blob: str) -> bool:
        """Whether the key that writes today sealed it; rotation seals the others anew."""
        return blob.startswith(f"{self.writes_with}.")


def _bound(key_id: str, place: str) -> bytes:
    return f"{key_id}|{place}".encode()
