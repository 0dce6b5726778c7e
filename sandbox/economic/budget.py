"""The token budget that both hosts share, and its two headers (fact sheet, section 5; 19.1, 19.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

WINDOW_SECONDS = 60

Switches = Callable[[str], Any]


def cost(method: str, segments: list[str]) -> int:
    """Tokens of a call: 13 for a PDF or one booked invoice, 1 for another single GET, 3 for the rest."""
    if segments[-1:] == ["pdf"] or (method == "GET" and segments[:2] == ["invoices", "booked"] and len(segments) == 3):
        return 13
    return 1 if method == "GET" and segments[-1:] and segments[-1].isdigit() else 3


@dataclass
class Budget:
    """Tokens used by one agreement since `since`."""

    used: float = 0.0
    since: float = 0.0

    def spend(self, tokens: int, now: float, switches: Switches) -> bool:
        """Charge a call; False when it goes over the limit, and then it is not charged."""
        size: int = switches("budget_size")
        if switches("budget_model") == "bucket":
            self.used = max(0.0, self.used - (now - self.since) * size / WINDOW_SECONDS)
            self.since = now
        elif now - self.since >= WINDOW_SECONDS:
            self.used, self.since = 0.0, now - now % WINDOW_SECONDS
        if size and self.used + tokens > size:
            return False
        self.used += tokens
        return True

    def headers(self, tokens: int, now: float, switches: Switches) -> dict[str, str]:
        """X-CallCost and X-RateLimiting as this agreement's server writes them."""
        if not switches("budget_headers"):
            return {}
        size: int = switches("budget_size") or 10_000
        shown = self.used if switches("budget_counts") == "used" else size - self.used
        value = f"{switches('budget_prefix')}-{size}-per-{WINDOW_SECONDS}-seconds: {int(shown)}/{size}"
        return {"x-callcost": "L" if switches("call_cost") == "letter" else str(tokens), "x-ratelimiting": value}

    def seconds_left(self, now: float) -> int:
        """Until the window ends, at least 1: what Retry-After says."""
        return max(1, int(self.since + WINDOW_SECONDS - now))
