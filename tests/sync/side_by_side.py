"""Things that happen at the same time: threads with a database connection of their own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextvars import copy_context
from typing import Any

from django.db import connection, connections

SECONDS = 10.0


class Aside(threading.Thread):
    """Does one thing beside the test, on the test's clock, and keeps what it gave or raised."""

    def __init__(self, what: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        around = copy_context()
        self.what = lambda: around.run(what)
        self.gave: Any = None
        self.raised: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            self.gave = self.what()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test wants to see it
            self.raised = error
        finally:
            connections.close_all()

    def end(self) -> Any:
        """What it gave; raises what it raised."""
        self.join(SECONDS)
        assert not self.is_alive(), "still running"
        if self.raised:
            raise self.raised
        return self.gave


def at_once(things: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all of them at the same moment; what each gave. Raises the first exception."""
    start = threading.Barrier(len(things))

    def waiting(what: Callable[[], Any]) -> Callable[[], Any]:
        def begin() -> Any:
            with connection.cursor() as cursor:
                # The connection is made before the start, or the starts would be far apart.
                cursor.execute("SELECT 1")
            start.wait(SECONDS)
            return what()

        return begin

    asides = [Aside(waiting(thing)) for thing in things]
    return [aside.end() for aside in asides]


def until_somebody_waits() -> None:
    """Return once another connection waits for a lock that this one holds."""
    ends = time.monotonic() + SECONDS
    moment = threading.Event()
    while not _waiting():
        assert time.monotonic() < ends, "nobody waits for a lock"
        moment.wait(0.005)


def _waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        count: int = cursor.fetchone()[0]
    return count


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    ends = time.monotonic() + SECONDS
    moment = threading.Event()
    while not holds():
        assert time.monotonic() < ends, "nothing happened"
        moment.wait(0.01)
