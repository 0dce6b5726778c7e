"""Random secrets of a run, made once and kept readable by its owner only."""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path


class Keys:
    """The secrets in one folder, in one file with mode 0600."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "keys.json"
        self._kept: dict[str, str] = json.loads(self._file.read_text()) if self._file.exists() else {}

    def password(self, name: str) -> str:
        """A password that may stand in an address as it is."""
        return self._get(name, lambda: secrets.token_hex(32))

    def encryption_key(self, name: str) -> str:
        """256 bits in base64, as ENCRYPTION_KEYS wants a key."""
        return self._get(name, lambda: base64.b64encode(secrets.token_bytes(32)).decode())

    def _get(self, name: str, make: Callable[[], str]) -> str:
        if name not in self._kept:
            self._kept[name] = make()
            self._save()
        return self._kept[name]

    def _save(self) -> None:
        """Replace the file in one step: half a file would lock its owner out of the data."""
        fresh = self._file.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(self._kept, file)
        fresh.replace(self._file)
