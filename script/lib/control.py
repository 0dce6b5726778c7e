"""The sandbox's control address and ledger: what a script may do to the outside systems and read from their books."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import requests

Json = dict[str, Any]
SECONDS = 30


class Control:
    """HTTP to the sandbox, JSON in and out. Raises requests.HTTPError, with the sandbox's words, when it refuses."""

    def __init__(self, sandbox: Mapping[str, Any]) -> None:
        """`sandbox` is the object that the sandbox printed."""
        self._base, self._ledger = sandbox["control"], sandbox["ledger"]
        self._session = requests.Session()
        # Proxies of the machine are not for 127.0.0.1.
        self._session.trust_env = False
        # A connection that is kept open may be closed by the other side in the moment in which it is used again.
        self._session.headers["Connection"] = "close"

    def get(self, path: str, **query: object) -> Json:
        """Read from the control address."""
        read: Json = self._send("GET", self._base + path, params=_texts(query))
        return read

    def get_list(self, path: str, **query: object) -> list[Json]:
        """Read an address that answers with a list."""
        read: list[Json] = self._send("GET", self._base + path, params=_texts(query))
        return read

    def post(self, path: str, body: Mapping[str, object]) -> Json:
        """Do something at the control address."""
        read: Json = self._send("POST", self._base + path, data=json.dumps(body, default=str))
        return read

    def delete(self, path: str, **query: object) -> Json:
        """Take something back at the control address."""
        read: Json = self._send("DELETE", self._base + path, params=_texts(query))
        return read

    def ledger(self, **query: object) -> Json:
        """What the books hold, of all, of one `agreement` or of one `key`."""
        read: Json = self._send("GET", self._ledger, params=_texts(query))
        return read

    def _send(self, method: str, url: str, **how: Any) -> Any:
        answer = self._session.request(method, url, timeout=SECONDS, **how)
        if not answer.ok:
            raise requests.HTTPError(f"{method} {url}: {answer.status_code} {answer.text[:300]}", response=answer)
        return json.loads(answer.text, parse_float=Decimal)


def _texts(query: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in query.items()}
