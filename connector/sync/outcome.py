"""How a try of a job ends, and the points at which it may be watched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

Probe = Callable[[str, str], None]
"""Called at the points where a process may die: before-intent, after-intent, after-answer, after-result, and around
what is learnt: before-learning, after-learning."""


def no_probe(_point: str, _step: str) -> None:
    """Production: nothing happens at the crash points."""


@dataclass
class Outcome:
    """How a try ended. `pause` asks for the whole lane to rest: the provider is down or wants a pause."""

    needs_balance: bool = False
    pause: timedelta | None = None
    reason: str = ""
    is_stopped: bool = False
    """The books refuse our key: the lane ends here."""
