"""The only module that talks to outside systems: one request, a total deadline, a cap on the answer, no retry.

What an exception says of the books is what matters: `Temporary` means that nothing was written,
`OutcomeUnknown` that a write may have been.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

import requests
from requests.exceptions import ConnectionError as ConnectionFailed
from requests.exceptions import ConnectTimeout, RequestException
from urllib3.exceptions import MaxRetryError, NewConnectionError

from connector.core.errors import OutcomeUnknown, Rejected, Temporary
from connector.lib.outbound import GuardedAdapter, Refused, deadline

CONNECT_SECONDS = 3.0
DEADLINE_SECONDS = 20.0
"""One call, from the first byte sent to the last byte read."""
LARGEST_ANSWER = 5 * 1024 * 1024
READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Answer:
    """What came back: any status, header names in lower case, the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON, fractions as Decimal: an amount never passes through a float. Raises ValueError."""
        return json.loads(self.body, parse_float=Decimal)


class Transport(Protocol):
    """What sends one request; replaced by the simulator, which has no network."""

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer: ...


@dataclass
class Trace:
    """The calls made, for the log: no query, no body, no header."""

    calls: list[dict[str, Any]] = field(default_factory=list)

    def add(self, method: str, path: str, status: int | str, started: float) -> None:
        spent = round((time.monotonic() - started) * 1000)
        self.calls.append({"method": method, "path": path.split("?")[0], "status": status, "ms": spent})


class Network:
    """The real transport. One per drain and thread: it keeps the connection open between calls."""

    def __init__(self, allowed: frozenset[tuple[str, int]] = frozenset(), deadline: float = DEADLINE_SECONDS) -> None:
        self.allowed, self.deadline = allowed, deadline
        self.session = requests.Session()
        # Proxies and .netrc of the machine are none of our business.
        self.session.trust_env = False
        for scheme in ("https://", "http://"):
            self.session.mount(scheme, GuardedAdapter(allowed))

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        try:
            with deadline(self.deadline):
                response = self.session.request(
                    method,
                    url,
                    data=body,
                    headers=dict(headers),
                    timeout=(CONNECT_SECONDS, self.deadline),
                    allow_redirects=False,
                    stream=True,
                )
                return Answer(response.status_code, _lower(response.headers), _read(response))
        except Refused as error:
            raise Rejected("unexpected", detail=str(error)) from error
        except RequestException as error:
            if isinstance(error, ValueError):
                # An address or a header that cannot be sent, and was not.
                raise Rejected("unexpected", detail=type(error).__name__) from error
            if _was_not_sent(error):
                raise Temporary("provider-down", host=urlsplit(url).hostname or "") from error
            raise _lost(method, error) from error


def within(transport: Transport, seconds: float) -> Transport:
    """The same way out with a deadline of its own. What is no network takes no time."""
    return Network(transport.allowed, seconds) if isinstance(transport, Network) else transport


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _read(response: requests.Response) -> bytes:
    """The whole body, up to the cap."""
    parts: list[bytes] = []
    size = 0
    with response:
        for part in response.iter_content(64 * 1024):
            size += len(part)
            if size > LARGEST_ANSWER:
                raise ConnectionFailed("the answer is too long")
            parts.append(part)
    return b"".join(parts)


def _was_not_sent(error: RequestException) -> bool:
    if isinstance(error, ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def _lost(method: str, error: Exception) -> Temporary | OutcomeUnknown:
    if method in READING:
        return Temporary("provider-down", detail=type(error).__name__)
    return OutcomeUnknown(detail=type(error).__name__)


class Http:
    """One host of an outside system, with the headers that open it."""

    def __init__(
        self, base: str, headers: Callable[[], Mapping[str, str]], transport: Transport, trace: Trace | None = None
    ) -> None:
        self.base = base.rstrip("/")
        self.headers = headers
        self.transport = transport
        self.trace = trace or Trace()

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request and return the answer, whatever its status.

        Raises Temporary when nothing can have been written, OutcomeUnknown when a write's answer was lost.
        """
        url = f"{self.base}{path}" + (f"?{urlencode(query)}" if query else "")
        sent = {"Accept": "application/json", **self.headers(), **(headers or {})}
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        started = time.monotonic()
        try:
            answer = self.transport(method, url, sent, body)
        except (Temporary, OutcomeUnknown, Rejected) as error:
            self.trace.add(method, path, error.code, started)
            raise
        self.trace.add(method, path, answer.status, started)
        return answer


def retry_after(answer: Answer) -> float | None:
    """Seconds that a 429 or 503 asks us to wait, at most an hour; None when it says nothing readable."""
    said = answer.headers.get("retry-after", "").strip()
    return min(float(said), 3600.0) if said.isascii() and said.isdigit() else None


def require_readable(method: str, answer: Answer) -> Any:
    """The JSON of a 2xx answer. A write that was answered with something else may have been made all the same."""
    try:
        return answer.json()
    except ValueError as error:
        raise _lost(method, error) from error


def raise_for_trouble(method: str, answer: Answer) -> None:
    """Raise for the statuses that mean the same everywhere: busy, broken, redirected. Others are the caller's."""
    if answer.status in (429, 503) and (answer.status == 429 or method in READING):
        raise Temporary("rate-limit" if answer.status == 429 else "provider-down", retry_after=retry_after(answer))
    if answer.status >= 500:
        raise _lost(method, RuntimeError(f"status {answer.status}"))
    if 300 <= answer.status < 400:
        raise Rejected("unexpected", detail=f"redirected with {answer.status}")
