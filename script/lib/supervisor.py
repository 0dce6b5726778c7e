"""Starts again what died."""

from __future__ import annotations

import time
from collections import defaultdict, deque

from script.lib.processes import Process
from script.lib.run import Run
from script.lib.talk import say

MOST_DEATHS, WITHIN_SECONDS = 5, 60.0


class GaveUp(Exception):
    """A process dies as often as it is started."""


class Supervisor:
    """Watches the processes of a run."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._deaths: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=MOST_DEATHS))

    def tend(self) -> list[Process]:
        """Start again whatever has died since the last time; answers those. Raises GaveUp when it is no use."""
        dead = [process for process in self._run.processes if not process.is_alive()]
        for process in dead:
            self._note(process)
            process.restart()
        return dead

    def _note(self, process: Process) -> None:
        name, now = process.command.name, time.monotonic()
        deaths = self._deaths[name]
        deaths.append(now)
        if len(deaths) == MOST_DEATHS and now - deaths[0] < WITHIN_SECONDS:
            say(process.last_words())
            raise GaveUp(f"The {name} process died {MOST_DEATHS} times within a minute; its last words are above.")
