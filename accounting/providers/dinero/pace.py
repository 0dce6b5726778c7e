"""At most so many calls a minute for one organisation (fact sheet, section 9), whoever of this process makes them."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import NamedTuple

from connector.core.errors import Temporary

WINDOW_SECONDS = 60.0
LIMIT = 100
"""Calls in any 60 seconds for one app and organisation; one more is answered with 429."""
OURS = 95
"""What this process lets through: others may use the same organisation through us."""


class Spent(NamedTuple):
    """Calls used of `limit`, and in how many seconds half of them are free again."""

    used: int
    limit: int
    window: float


class Pace:
    """The calls of the last minute for one organisation."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: deque[float] = deque()

    def take(self) -> None:
        """Count a call that is about to be made. Raises Temporary when it would be one too many."""
        now = time.monotonic()
        with self._lock:
            self._forget(now)
            if len(self._made) >= OURS:
                wait = self._made[len(self._made) - OURS] + WINDOW_SECONDS - now
                raise Temporary("rate-limit", retry_after=max(wait, 1.0))
            self._made.append(now)

    @property
    def spent(self) -> Spent:
        """What was used in the last minute."""
        now = time.monotonic()
        with self._lock:
            self._forget(now)
            half = self._made[len(self._made) // 2] if self._made else now - WINDOW_SECONDS
            return Spent(len(self._made), LIMIT, max(half + WINDOW_SECONDS - now, 1.0))

    def _forget(self, now: float) -> None:
        while self._made and self._made[0] <= now - WINDOW_SECONDS:
            self._made.popleft()


_PACES: dict[tuple[str, str], Pace] = {}
_GUARD = threading.Lock()


def pace_of(url: str, company: str) -> Pace:
    """The one pace of an organisation in this process; `url` tells the real Dinero from a stand-in."""
    with _GUARD:
        return _PACES.setdefault((url, company), Pace())
