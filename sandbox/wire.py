"""What every stand-in speaks: a request in, a reply out, and a clock that tests can move."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Clock = Callable[[], float]
"""Seconds since the epoch, UTC. The server passes `time.time`; the simulator passes its own."""


@dataclass(frozen=True)
class Request:
    """One HTTP request; header names in lower case, the path without the system's prefix."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        """The body as JSON. Raises ValueError when it is not."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """One HTTP answer, body already encoded."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, status: int, document: object, content_type: str = "application/json", **headers: str) -> Reply:
        """An answer whose body is `document` as JSON."""
        body = json.dumps(document, ensure_ascii=False).encode()
        return cls(status, body, {"content-type": content_type, **headers})

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


real_clock: Clock = time.time
