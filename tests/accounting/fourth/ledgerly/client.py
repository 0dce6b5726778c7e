"""Speaks HTTP with Ledgerly's API: every record has an address of our own choosing, its `ref` the last part of it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NoReturn

from accounting.access import Keys
from connector.core.errors import NeedsSetup, OutcomeUnknown, Rejected, Temporary
from connector.lib.http import READING, Answer, Http, Trace, Transport, raise_for_trouble, require_readable

JSON = dict[str, Any]

WINDOW_SECONDS = 60.0
"""What a 429 that says nothing asks for."""
BOOK = "book"
NOTHING = "nothing-here"
"""How Ledgerly says that there is no such record; any other 404 is somebody else's."""


class Client:
    """One set of books under its access token."""

    def __init__(self, url: str, keys: Keys, transport: Transport, trace: Trace) -> None:
        headers = {"Authorization": f"Bearer {keys.current().get('token', '')}"}
        # A closure, so that the token is in nobody's attributes.
        self.http = Http(url, lambda: headers, transport, trace)

    def book(self) -> JSON:
        """The set of books itself. Raises NeedsSetup for a token that is refused."""
        return _record("GET", self._ask("GET", f"/{BOOK}"), BOOK)

    def record(self, path: str, ref: str) -> JSON | None:
        """The record at an address; None when Ledgerly says that there is none. Raises Temporary for other answers."""
        answer = self._ask("GET", path)
        return None if answer.status == 404 and _says_nothing(answer) else _record("GET", answer, ref)

    def balances(self, refs: Sequence[str]) -> dict[str, Decimal]:
        """What is open on booked invoices; those that are gone are left out."""
        told = _record("GET", self._ask("GET", "/balances", query={"invoices": ",".join(refs)}), "balances")
        return {ref: Decimal(amount) for ref, amount in told["open"].items()}

    def write(self, method: str, path: str, body: bytes | None, ref: str) -> JSON:
        """The record that a write answers with. Raises OutcomeUnknown for an answer that is none."""
        return _record(method, self._ask(method, path, body=body), ref)

    def _ask(self, method: str, path: str, **more: Any) -> Answer:
        answer = self.http.send(method, path, **more)
        try:
            raise_for_trouble(method, answer)
        except Temporary as error:
            wait = WINDOW_SECONDS if answer.status == 429 and error.retry_after is None else error.retry_after
            raise Temporary(error.code, retry_after=wait, **error.facts) from error
        return answer


def _record(method: str, answer: Answer, ref: str) -> JSON:
    """The record called `ref` in an answer."""
    if answer.status == 401:
        raise NeedsSetup("connection-revoked")
    if answer.status == 403:
        raise NeedsSetup("right-missing", action="read" if method in READING else "write")
    if not answer.ok:
        raise Rejected("unexpected", detail=str(answer.status))
    row = require_readable(method, answer)
    return row if isinstance(row, dict) and row.get("ref") == ref else _lost(method)


def _says_nothing(answer: Answer) -> bool:
    try:
        told = answer.json()
    except ValueError:
        return False
    return isinstance(told, dict) and told.get("error") == NOTHING


def _lost(method: str) -> NoReturn:
    """An answer about something else says nothing of what was asked, or made."""
    raise Temporary("provider-down", detail="another record") if method in READING else OutcomeUnknown()
