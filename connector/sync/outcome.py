"""What a try means for its lane."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass
class Outcome:
    """How a try ended. `pause` asks for the whole lane to rest: the provider is down or wants a pause."""

    needs_balance: bool = False
    pause: timedelta | None = None
    reason: str = ""
    is_stopped: bool = False
    """The books refuse our key: the lane ends here."""
