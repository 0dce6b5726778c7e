"""Answers kept under an Idempotency-Key for an hour (fact sheet, section 7; 19.15)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.wire import Reply, Request

from .errors import Refusal

KEPT_SECONDS = 3600
MOST_KEPT = 20_000
"""Answers kept per agreement; a run that writes more within the hour loses the oldest, not the machine's memory."""


@dataclass(frozen=True)
class Kept:
    """One answer and the request it answered."""

    address: str
    digest: bytes
    reply: Reply
    at: float


@dataclass
class Memory:
    """The keys of one agreement, oldest first."""

    kept: dict[str, Kept] = field(default_factory=dict)

    def recall(self, request: Request, now: float) -> Reply | None:
        """The kept answer to a repeated request, marked as such.

        Raises Refusal 400 URLChanged or PayloadChanged when the key came with another request.
        """
        self._forget(now)
        kept = self.kept.get(request.headers.get("idempotency-key", ""))
        if kept is None or request.method == "GET":
            return None
        if kept.address != _address(request):
            raise Refusal(400, "The URL has changed for this idempotency key.", "URLChanged")
        if kept.digest != _digest(request):
            raise Refusal(400, "The payload has changed for this idempotency key.", "PayloadChanged")
        return replace(kept.reply, headers={**kept.reply.headers, "x-resultfromcache": "true"})

    def keep(self, request: Request, reply: Reply, now: float, switches: Callable[[str], Any]) -> None:
        """Remember an answer; refused and failed ones only where the switches say so."""
        key = request.headers.get("idempotency-key")
        if not key or request.method == "GET":
            return
        if reply.status >= 500 and not switches("cache_5xx"):
            return
        if 400 <= reply.status < 500 and not switches("cache_4xx"):
            return
        self.kept[key] = Kept(_address(request), _digest(request), reply, now)
        if len(self.kept) > MOST_KEPT:
            del self.kept[next(iter(self.kept))]

    def _forget(self, now: float) -> None:
        while self.kept:
            key = next(iter(self.kept))
            if now - self.kept[key].at < KEPT_SECONDS:
                return
            del self.kept[key]


def _digest(request: Request) -> bytes:
    return hashlib.sha256(request.body).digest()


def _address(request: Request) -> str:
    query = "&".join(f"{name}={value}" for name, value in sorted(request.query.items()))
    return f"{request.method} {request.path}?{query}"
