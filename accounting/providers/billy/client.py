"""Speaks HTTP with Billy's API: reads lists and records, sends calls, says what an answer means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NoReturn

from accounting.access import Keys
from accounting.providers.billy import fields, refusals
from connector.core.errors import NeedsSetup, OutcomeUnknown, Temporary
from connector.lib.http import READING, Answer, Http, Trace, Transport, raise_for_trouble

JSON = dict[str, Any]

PAGE = 1000
"""The largest page (fact sheet, section 2)."""
MOST_PAGES = 50
WINDOW_SECONDS = 60.0
"""What a 429 that says nothing asks for; no limit is documented (fact sheet, section 9)."""
REFUSED = "billy-key-refused"
LANGUAGE = "en_US"
"""Of messages and system names: one for good, so that nothing depends on the company's own (fact sheet, 1)."""

ID = "[0-9A-Za-z_-]{1,64}"
ADDRESSES = {
    "POST": re.compile(r"/(?:contacts|contactPersons|products|invoices|bankPayments)"),
    "PUT": re.compile(rf"/invoices/{ID}"),
    "DELETE": re.compile(rf"/invoices/{ID}"),
}
"""Every address that is ever written to."""


class Client:
    """One company under its access token."""

    def __init__(self, url: str, keys: Keys, transport: Transport, trace: Trace) -> None:
        secrets = keys.current()
        headers = {"X-Access-Token": secrets.get("token", ""), "Accept-Language": LANGUAGE}
        # A closure, so that the token is in nobody's attributes.
        self.http = Http(url, lambda: headers, transport, trace)

    # --- reading ------------------------------------------------------------------------------------------------
    def organization(self) -> JSON:
        """The company that the token is for. Raises NeedsSetup when Billy does not take the token."""
        found = fields.records(self._read("/organization"), "organizations")
        if not found or not fields.text(found[0], "id"):
            raise Temporary("provider-down", detail="/organization is no company")
        return found[0]

    def record(self, resource: str, identity: str, **query: str) -> JSON | None:
        """One record by its id; None when it is not there. Raises Temporary when the answer is another one."""
        path = f"/{resource}/{_plain(identity)}"
        answer = self._ask("GET", path, query=query)
        told = fields.read(answer.body)
        if answer.status == 404 and refusals.code_of(told) == refusals.NOT_FOUND:
            return None
        found = fields.with_id(fields.records(self._accepted("GET", answer, {}), resource), identity)
        if found is None:
            raise Temporary("provider-down", detail=f"{path} is no record")
        return found

    def listed(self, resource: str, query: Mapping[str, str] | None = None, *, pages: int = MOST_PAGES) -> list[JSON]:
        """All records of a list, each once. What a filter gives may be more than it was asked for.

        Raises Temporary when an answer is no list: a failed look-up must never be read as an empty one.
        """
        rows: dict[str, JSON] = {}
        for number in range(1, pages + 1):
            answer = self._read(f"/{resource}", **{"page": str(number), "pageSize": str(PAGE), **(query or {})})
            found = answer.get(resource) if isinstance(answer, dict) else None
            if not isinstance(found, list):
                raise Temporary("provider-down", detail=f"/{resource} is no list")
            new = {fields.text(row, "id"): row for row in found if isinstance(row, dict)}
            # A server that passes over `page` gives the first one for ever.
            is_last = len(found) < PAGE or new.keys() <= rows.keys()
            rows |= new
            if is_last:
                break
        return [row for identity, row in rows.items() if identity]

    def _read(self, path: str, **query: str) -> Any:
        return self._accepted("GET", self._ask("GET", path, query=query), {})

    # --- writing ------------------------------------------------------------------------------------------------
    def write(self, method: str, path: str, body: bytes | None, about: Mapping[str, Any]) -> JSON:
        """The answer of a write. Raises OutcomeUnknown for one that says nothing of what was made."""
        allowed = ADDRESSES.get(method)
        if allowed is None or not allowed.fullmatch(path):
            raise ValueError(f"never written to: {method} {path}")
        told = self._accepted(method, self._ask(method, path, body=body), about)
        if not isinstance(told, dict):
            raise OutcomeUnknown(detail="an answer of another kind")
        return told

    # --- one call -----------------------------------------------------------------------------------------------
    def _ask(self, method: str, path: str, **more: Any) -> Answer:
        """The answer, once what means the same for every call has been sorted out."""
        answer = self.http.send(method, path, **more)
        if answer.status == 401:
            raise NeedsSetup(REFUSED)
        try:
            raise_for_trouble(method, answer)
        except Temporary as error:
            wait = WINDOW_SECONDS if answer.status == 429 and error.retry_after is None else error.retry_after
            raise Temporary(error.code, retry_after=wait, **error.facts) from error
        return answer

    def _accepted(self, method: str, answer: Answer, about: Mapping[str, Any]) -> Any:
        """The JSON of a 2xx answer; anything else raises its reason."""
        told = fields.read(answer.body)
        if not answer.ok:
            raise refusals.reason(answer.status, told, about, writes=method not in READING)
        return _lost(method) if told is None else told


def _plain(identity: str) -> str:
    """An id as a part of an address. Raises ValueError for what is none."""
    if not re.fullmatch(ID, identity):
        raise ValueError("not an id")
    return identity


def _lost(method: str) -> NoReturn:
    """Text that is no JSON may stand for a call that was made (fact sheet, section 3)."""
    if method in READING:
        raise Temporary("provider-down", detail="not JSON")
    raise OutcomeUnknown(detail="not JSON")
