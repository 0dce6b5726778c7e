"""A transport without a network: requests go straight to a stand-in's books, and a test can meddle with one of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from connector.core.errors import OutcomeUnknown, Temporary
from connector.lib.http import READING, Answer

HTML = b"<!DOCTYPE html><html><body><h1>Service unavailable</h1></body></html>"


@dataclass(frozen=True)
class Sent:
    """One request as it left; header names in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_write(self) -> bool:
        return self.method not in READING

    def json(self) -> Any:
        return json.loads(self.body)


Serve = Callable[[Sent], Answer]
Act = Callable[[Sent, Serve], Answer]
"""What happens to one request instead of being served."""


@dataclass
class Wire:
    """Calls `serve`, keeps what was sent, lets `acts` at the next requests; `check` sees every request first."""

    serve: Serve
    check: Callable[[Sent], None] = lambda sent: None
    sent: list[Sent] = field(default_factory=list)
    acts: list[tuple[str, Act]] = field(default_factory=list)

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        request = Sent(method, parts.path, query, {name.lower(): value for name, value in headers.items()}, body or b"")
        self.sent.append(request)
        self.check(request)
        kind = "write" if request.is_write else "read"
        for index, (wanted, act) in enumerate(self.acts):
            if wanted == kind:
                del self.acts[index]
                return act(request, self.serve)
        return self.serve(request)

    def next_write(self, act: Act) -> None:
        self.acts.append(("write", act))

    def next_read(self, act: Act) -> None:
        self.acts.append(("read", act))

    @property
    def writes(self) -> list[Sent]:
        return [request for request in self.sent if request.is_write]


def _lost(request: Sent) -> Exception:
    """What the network raises for a time-out or a reset in the middle of a call."""
    return OutcomeUnknown(detail="ReadTimeout") if request.is_write else Temporary("provider-down")


def lost_before(request: Sent, serve: Serve) -> Answer:
    """The request never got there, but nobody can know."""
    raise _lost(request)


def lost_after(request: Sent, serve: Serve) -> Answer:
    """It was done; the answer got lost."""
    serve(request)
    raise _lost(request)


def says(status: int, body: bytes = b"", /, **headers: str) -> Act:
    """Nothing is done; this is the answer."""
    return lambda request, serve: Answer(status, _named(headers), body)


def does_and_says(status: int, body: bytes = b"", /, **headers: str) -> Act:
    """It is done, but this is the answer."""

    def act(request: Sent, serve: Serve) -> Answer:
        serve(request)
        return Answer(status, _named(headers), body)

    return act


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-").lower(): value for name, value in headers.items()}
