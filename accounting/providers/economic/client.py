"""Speaks HTTP with both of e-conomic's hosts: reads lists and things, sends calls, says what an answer means."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple, NoReturn

from accounting.providers.economic import refusals
from connector.core.errors import NeedsSetup, OutcomeUnknown, Stop, Temporary
from connector.lib.http import READING, Answer, Http, Trace, Transport, raise_for_trouble

JSON = dict[str, Any]

JOURNALS = "/journalsapi/v15.0.0"
BOOKED_ENTRIES = "/bookedEntriesapi/v4.0.0"
YEARS = "/accountingyearsapi/v2.0.1"

PAGE = 1000
"""The largest page of both hosts; 1001 is answered with 400 E04810."""
MOST_PAGES = 1000
WINDOW_SECONDS = 60.0
"""What a 429 that says nothing asks for: the window in which calls are counted."""

ADDRESSES = {
    "POST": re.compile(
        r"/customers|/products|/invoices/drafts|/invoices/booked"
        rf"|{re.escape(JOURNALS)}/draft-entries|{re.escape(JOURNALS)}/journals/[1-9]\d*/bookdraftentries"
        rf"|{re.escape(BOOKED_ENTRIES)}/booked-entries/match"
    ),
    "PUT": re.compile(r"/invoices/drafts/[1-9]\d*"),
    "DELETE": re.compile(rf"/invoices/drafts/[1-9]\d*|{re.escape(JOURNALS)}/draft-entries/[1-9]\d*"),
}
"""Every address that is ever written to. DELETE /invoices/drafts without a number removes all drafts there are, and
/journals/{n}/book books what the owner has typed: neither can be sent."""

# "limit-2000-per-60-seconds: 1450/2000" and "token-limit-10000-per-60-seconds: 147/10000" have both been seen.
RATE = re.compile(r"(\d+)-per-(\d+)-seconds:\s*(\d+)/(\d+)")


class Spent(NamedTuple):
    """Tokens used of `limit` in a window of so many seconds."""

    used: int
    limit: int
    window: float


class Meter:
    """Reads X-RateLimiting.

    Sources disagree whether the first number is what is used or what is left. Two answers tell: it climbs or it
    falls. A jump by more than half is the window's turn and tells nothing; before it is known nothing is said,
    since a wrong reading would stop a lane with all its tokens left.
    """

    def __init__(self) -> None:
        self.spent: Spent | None = None
        self._shown: int | None = None
        self._falls: bool | None = None

    def read(self, headers: Mapping[str, str]) -> None:
        """Take in one answer's headers; what cannot be read is passed over."""
        match = RATE.search(headers.get("x-ratelimiting", ""))
        if not match:
            return
        _, window, shown, size = (int(digits) for digits in match.groups())
        if self._shown is not None and 0 < abs(shown - self._shown) <= size // 2:
            self._falls = shown < self._shown
        self._shown = shown
        if self._falls is not None:
            self.spent = Spent(size - shown if self._falls else shown, size, float(window))


class Client:
    """Both hosts under one pair of tokens."""

    def __init__(
        self, urls: Mapping[str, str], headers: Callable[[], Mapping[str, str]], transport: Transport, trace: Trace
    ) -> None:
        self.hosts = {name: Http(url, headers, transport, trace) for name, url in urls.items()}
        self.meter = Meter()

    def one(self, path: str, host: str = "rest") -> JSON | None:
        """One thing; None when there is none. Docs: https://restdocs.e-conomic.com/#http-status-codes"""
        answer = self._ask(host, "GET", path)
        if answer.status == 404:
            return None
        read = self._accepted(host, "GET", answer, {}, None)
        if not isinstance(read, dict) or not read:
            raise Temporary("provider-down", detail=f"{path} is no thing")
        return read

    def collection(self, path: str, condition: str = "") -> list[JSON]:
        """All rows of a legacy collection. Docs: https://restdocs.e-conomic.com/#pagination

        Raises Temporary when an answer is no collection: a failed look-up must never be read as an empty one.
        """
        rows: list[JSON] = []
        for page in range(MOST_PAGES):
            query = {"skippages": str(page), "pagesize": str(PAGE)} | ({"filter": condition} if condition else {})
            answer = self._list("rest", path, query, "collection")
            rows += answer["collection"]
            if not answer["collection"] or "nextPage" not in answer.get("pagination", {}):
                return rows
        raise Temporary("provider-down", detail="a list without an end")

    def items(self, path: str, condition: str = "") -> list[JSON]:
        """All rows of a collection of the newer host; it has a cursor as long as there is more."""
        rows: list[JSON] = []
        query = {"filter": condition} if condition else {}
        for _ in range(MOST_PAGES):
            answer = self._list("openapi", path, query, "items")
            rows += answer["items"]
            if not answer.get("cursor"):
                return rows
            query["cursor"] = str(answer["cursor"])
        raise Temporary("provider-down", detail="a list without an end")

    def write(self, host: str, method: str, path: str, body: bytes | None, key: str, about: Mapping[str, Any]) -> Any:
        """Send one write under its idempotency key; the answer's JSON, {} when it has no body.

        Docs: https://restdocs.e-conomic.com/#idempotency. Raises ValueError for an address that is never written to.
        """
        if not ADDRESSES[method].fullmatch(path):
            raise ValueError(f"{method} {path} is never sent")
        answer = self._ask(host, method, path, body=body, headers={"Idempotency-Key": key})
        return self._accepted(host, method, answer, about, body)

    def refuses_writing(self, key: str) -> NeedsSetup | None:
        """Whether this agreement may make invoices at all. The probe is a draft without any of its required fields:
        it is refused either way, with 403 on a plan or a right that is too small.
        """
        answer = self._ask("rest", "POST", "/invoices/drafts", body=b"{}", headers={"Idempotency-Key": key})
        return refusals.forbidden("rest", "POST") if answer.status == 403 else None

    def _list(self, host: str, path: str, query: Mapping[str, str], name: str) -> JSON:
        answer = self._accepted(host, "GET", self._ask(host, "GET", path, query=query), {}, None)
        if not isinstance(answer, dict) or not isinstance(answer.get(name), list):
            raise Temporary("provider-down", detail=f"{path} is no list")
        return answer

    def _ask(self, host: str, method: str, path: str, **more: Any) -> Answer:
        """The answer, once what means the same on every system has been sorted out."""
        answer = self.hosts[host].send(method, path, **more)
        self.meter.read(answer.headers)
        try:
            raise_for_trouble(method, answer)
        except Temporary as error:
            wait = WINDOW_SECONDS if answer.status == 429 and error.retry_after is None else error.retry_after
            raise _marked(Temporary(error.code, retry_after=wait, **error.facts), answer) from error
        except OutcomeUnknown as error:
            raise _marked(error, answer) from error
        if answer.status == 401:
            # A wrong, a removed and another app's token (E02250) all mean: connect again.
            raise _marked(NeedsSetup("connection-revoked"), answer)
        return answer

    def _accepted(self, host: str, method: str, answer: Answer, about: Mapping[str, Any], body: bytes | None) -> Any:
        """The JSON of a 2xx answer; anything else raises its reason."""
        if answer.status == 403:
            raise _marked(refusals.forbidden(host, method), answer)
        if not answer.ok:
            sent = json.loads(body) if body else None
            raise _marked(refusals.reason(answer.status, _read(answer.body), about, sent), answer)
        if not answer.body.strip():
            return {}
        read = _read(answer.body)
        return _lost(method) if read is None else read


def _read(body: bytes) -> Any:
    """JSON with every fraction as Decimal; None for what is none (a proxy's page, half an answer)."""
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _lost(method: str) -> NoReturn:
    if method in READING:
        raise Temporary("provider-down", detail="not JSON")
    raise OutcomeUnknown(detail="not JSON")


def _marked(error: Stop, answer: Answer) -> Stop:
    """`error`, with the fact `cached` when the answer is a replay: its key will bring nothing else for an hour.

    Whether failed answers are kept under a key is not known (fact sheet, 19.15), so either must be survived.
    """
    if answer.headers.get("x-resultfromcache", "").lower() == "true":
        error.facts = {**error.facts, "cached": "1"}
    return error
