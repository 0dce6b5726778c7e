"""Speaks HTTP with Dinero's API: reads lists and things, sends calls, renews the key, says what an answer means."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, NoReturn

from accounting.access import Keys
from accounting.providers.dinero import fields, refusals
from connector.core.errors import NeedsSetup, OutcomeUnknown, Temporary
from connector.lib.http import READING, Answer, Http, Trace, Transport, raise_for_trouble

JSON = dict[str, Any]

WINDOW_SECONDS = 60.0
"""What a 429 that says nothing asks for: the minute in which calls are counted (fact sheet, section 9)."""
PAGE = 1000
"""The largest page (fact sheet, section 2)."""
MOST_PAGES = 100
RENEW_BEFORE = timedelta(seconds=60)
"""A key is renewed when it has less left than this: no call of ours takes longer."""
BROWNOUT = 480
"""An old address that fails at random before it is removed: to be tried again (fact sheet, section 8)."""
ORGANIZATIONS = "/v1/organizations"
WITHOUT_PRO = "Name,Id,IsPro,VatNumber"
"""What the list of organisations is asked for; nothing else is answered without Pro (fact sheet, 1.3)."""

GUID, DOCUMENTS, NOTES = fields.GUID, "(?:invoices|sales/creditnotes)", "sales/creditnotes"
ADDRESSES = {
    "POST": re.compile(rf"/v1/\d+/(?:contacts|{DOCUMENTS}|{DOCUMENTS}/{GUID}/(?:book|payments)|accounts/deposit)"),
    "PUT": re.compile(rf"/v1\.2/\d+/{DOCUMENTS}/{GUID}"),
    "DELETE": re.compile(rf"/v1/\d+/(?:{DOCUMENTS}/{GUID}|{NOTES}/{GUID}/payments/{GUID})"),
}
"""Every address that is ever written to."""


class Found(NamedTuple):
    """What asking for one thing by its Guid brought: the thing, or that it was deleted; else it is not there."""

    row: JSON | None = None
    is_deleted: bool = False
    is_clear: bool = True
    """False where a refusal without a readable body leaves open what is the matter."""


class Client:
    """One organisation under its keys; `name` is what it is called, for reasons."""

    def __init__(self, url: str, keys: Keys, transport: Transport, trace: Trace, name: str = "") -> None:
        self._keys, self._used = keys, keys.current()
        self._renewed_at: float | None = None
        self.company = self._used.get("company", "")
        self.name = name
        self.http = Http(url, lambda: {"Authorization": f"Bearer {self._used['access']}"}, transport, trace)

    def path(self, rest: str, version: str = "v1") -> str:
        """An address of the organisation: each has a version of its own. Raises NeedsSetup while none is chosen."""
        if not self.company.isdigit():
            raise NeedsSetup("organisation-not-chosen")
        return f"/{version}/{int(self.company)}{rest}"

    # --- reading ------------------------------------------------------------------------------------------------
    def thing(self, path: str) -> Found:
        """One thing by its Guid. An invoice that is not there is answered with 400 and code 63, a contact with 404
        (fact sheet, section 8)."""
        answer = self._ask("GET", path)
        if answer.status == 404:
            return Found()
        if answer.status == 400:
            return _missing(answer)
        row = self._accepted("GET", answer, {}, None)
        if not isinstance(row, dict) or not row:
            raise Temporary("provider-down", detail=f"{path} is no thing")
        return Found(is_deleted=True) if fields.is_deleted(row) else Found(row)

    def rows(self, path: str, **query: str) -> list[JSON]:
        """All of what is answered as a plain array: accounts, VAT types, years, organisations."""
        return _rows(path, self._accepted("GET", self._ask("GET", path, query=query), {}, None))

    def page(self, path: str, **query: str) -> list[JSON]:
        """One page of a collection.

        Raises Temporary when an answer is no collection: a failed look-up must never be read as an empty one.
        """
        read = self._accepted("GET", self._ask("GET", path, query=query), {}, None)
        if not isinstance(read, dict) or not {"collection", "pagination"} <= read.keys():
            raise Temporary("provider-down", detail=f"{path} is no list")
        return _rows(path, read["collection"] or [])

    def collection(self, path: str, pages: int = MOST_PAGES, **query: str) -> list[JSON]:
        """All rows of a collection, at most `pages` pages of it. It tells no total: the last page is a short one."""
        rows: list[JSON] = []
        for number in range(pages):
            found = self.page(path, page=str(number), pageSize=str(PAGE), **query)
            rows += found
            if len(found) < PAGE:
                break
        return rows

    def organizations(self) -> list[JSON]:
        """The organisations that the user reaches. Answered without Pro too."""
        answer = self._ask("GET", ORGANIZATIONS, query={"fields": WITHOUT_PRO})
        if answer.status == 403:
            raise refusals.forbidden(fields.read(answer.body), self.name, writes=False)
        return _rows(ORGANIZATIONS, self._accepted("GET", answer, {}, None))

    # --- writing ------------------------------------------------------------------------------------------------
    def write(self, method: str, path: str, body: bytes | None, about: Mapping[str, Any]) -> Any:
        """Send one write; the answer's JSON, {} when it has no body.

        Raises ValueError for an address that is never written to.
        """
        if not ADDRESSES[method].fullmatch(path):
            raise ValueError(f"{method} {path} is never sent")
        return self._accepted(method, self._ask(method, path, body=body), about, body)

    # --- one call -----------------------------------------------------------------------------------------------
    def _ask(self, method: str, path: str, **more: Any) -> Answer:
        """The answer, once what means the same for every call has been sorted out."""
        self._renew_in_time()
        answer = self.http.send(method, path, **more)
        if answer.status == 401:
            # Nothing was read or written. Another worker may have fetched new keys meanwhile.
            self._renew()
            answer = self.http.send(method, path, **more)
        if answer.status == BROWNOUT:
            answer = self.http.send(method, path, **more)
        if answer.status == 401:
            raise NeedsSetup("connection-revoked")
        if answer.status == BROWNOUT:
            raise Temporary("provider-down", detail=str(BROWNOUT))
        try:
            raise_for_trouble(method, answer)
        except Temporary as error:
            wait = WINDOW_SECONDS if answer.status == 429 and error.retry_after is None else error.retry_after
            raise Temporary(error.code, retry_after=wait, **error.facts) from error
        return answer

    def _renew_in_time(self) -> None:
        """Renew a key that is about to expire; once a minute at most, however short the fresh one lasts."""
        expires = self._used.get("expires", "")
        is_fresh = self._renewed_at is not None and time.monotonic() - self._renewed_at < WINDOW_SECONDS
        if expires and not is_fresh and datetime.fromisoformat(expires) - RENEW_BEFORE <= datetime.now(UTC):
            self._renew()

    def _renew(self) -> None:
        self._used = self._keys.renewed(self._used)
        self._renewed_at = time.monotonic()

    def _accepted(self, method: str, answer: Answer, about: Mapping[str, Any], body: bytes | None) -> Any:
        """The JSON of a 2xx answer; anything else raises its reason."""
        told = fields.read(answer.body)
        if answer.status in (403, 404):
            raise self._forbidden(told, writes=method not in READING)
        if not answer.ok:
            raise refusals.reason(answer.status, told, about, json.loads(body) if body else None)
        if not answer.body.strip() and method not in READING:
            # 201 may come without a body (fact sheet, section 8).
            return {}
        return _lost(method) if told is None else told

    def _forbidden(self, told: Any, *, writes: bool) -> NeedsSetup:
        if told is None and self.company and self._has_no_pro():
            return NeedsSetup("dinero-pro-missing", org=self.name)
        return refusals.forbidden(told, self.name, writes=writes)

    def _has_no_pro(self) -> bool:
        """Whether a refusal without a body is for want of Pro: the list of organisations tells."""
        ours = [row for row in self.organizations() if fields.number_of(row, "id") == self.company]
        return any(row.get("ispro") is False for row in ours)


def _missing(answer: Answer) -> Found:
    """What a 400 says of a thing that was asked for. Raises Rejected where it says something else."""
    told = fields.read(answer.body)
    code = refusals.code_of(told)
    if code in refusals.GONE:
        return Found(is_deleted=code == refusals.DELETED)
    if told is None:
        return Found(is_clear=False)
    raise refusals.unexpected(400, told, {})


def _rows(path: str, read: Any) -> list[JSON]:
    if not isinstance(read, list) or not all(isinstance(row, dict) for row in read):
        raise Temporary("provider-down", detail=f"{path} is no list")
    return read


def _lost(method: str) -> NoReturn:
    if method in READING:
        raise Temporary("provider-down", detail="not JSON")
    raise OutcomeUnknown(detail="not JSON")
