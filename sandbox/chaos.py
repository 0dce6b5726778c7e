"""Chaos: a seeded share of the answers to writes is cut after the commit, or the write is done late."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.faults import Plan
from sandbox.traffic import Call


@dataclass
class Chaos:
    """The shares in percent, the systems they concern, and what has happened so far.

    `latency_seconds` (from, to) makes every call of these systems take that long, half before and half after it is
    executed, so that a process can be killed inside a call.
    """

    drop_pct: float = 0
    late_pct: float = 0
    seed: str = "0"
    systems: Sequence[str] = ("economic", "dinero", "billy")
    late_seconds: Sequence[float] = (1, 40)
    latency_seconds: Sequence[float] = (0, 0)
    dropped: int = 0
    late: int = 0
    _random: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def plan(self, call: Call) -> Plan:
        """What happens to `call`; always two draws a call, so that one call's fate does not move the next one's."""
        if call.system not in self.systems:
            return Plan()
        share, length = self._random.random() * 100, self._random.random()
        half = _between(self.latency_seconds, length) / 2
        if call.is_write and share < self.drop_pct:
            self.dropped += 1
            return Plan(wait_before=half, wait_after=half, cut="reset" if self.dropped % 2 else "eof")
        if call.is_write and share < self.drop_pct + self.late_pct:
            self.late += 1
            return Plan(executes=False, late_seconds=_between(self.late_seconds, length), wait_before=half, cut="reset")
        return Plan(wait_before=half, wait_after=half)

    def report(self) -> dict[str, Any]:
        """The settings and the counters as JSON."""
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}


def _between(bounds: Sequence[float], share: float) -> float:
    low, high = bounds
    return low + (high - low) * share
