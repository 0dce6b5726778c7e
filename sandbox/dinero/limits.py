"""The calls that an organisation may make in a minute (fact sheet, section 9)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from typing import Any

WINDOW_SECONDS = 60.0


@dataclass
class Limit:
    """`used` calls of a bucket that empties evenly, and when the calls of the last minute were made; `refused` is how
    many were one too many."""

    used: float = 0.0
    since: float = 0.0
    made: deque[float] = field(default_factory=deque)
    refused: int = 0

    def take(self, now: float, switch: Callable[[str], Any]) -> bool:
        """Count a call; False when it is one too many, and then it is not counted."""
        most: int = switch("rate_limit")
        if not most:
            return True
        self._forget(now, most)
        taken = self.used if switch("rate_model") == "bucket" else len(self.made)
        if taken + 1 > most:
            self.refused += 1
            return False
        self.used += 1
        self.made.append(now)
        return True

    def seconds_left(self, now: float, switch: Callable[[str], Any]) -> int:
        """Until there is room for one more, at least 1: what Retry-After says."""
        most: int = switch("rate_limit")
        if switch("rate_model") == "bucket":
            return ceil(WINDOW_SECONDS / most)
        return max(1, ceil(self.made[0] + WINDOW_SECONDS - now)) if self.made else 1

    def _forget(self, now: float, most: int) -> None:
        self.used = max(0.0, self.used - (now - self.since) * most / WINDOW_SECONDS)
        self.since = now
        while self.made and self.made[0] <= now - WINDOW_SECONDS:
            self.made.popleft()
