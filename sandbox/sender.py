"""Sends webhook deliveries: in threads, so that a slow receiver never holds up the sandbox's one loop."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any
from urllib.parse import urlsplit

from sandbox.shoporama import Delivery

TIMEOUT = 10
WORKERS = 8


class Sender:
    """A few daemon threads (a receiver that hangs must not hold up the end); tries and waits are timers of the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._work: SimpleQueue[Callable[[], None]] = SimpleQueue()
        for number in range(WORKERS):
            threading.Thread(target=self._run, name=f"webhook-{number}", daemon=True).start()

    def send(self, delivery: Delivery) -> None:
        """Send `delivery` after its wait; called in the loop's thread."""
        self._loop.call_later(delivery.wait, self._put, delivery, False)

    def repeat(self, delivery: Delivery, *, times: int, parallel: bool) -> None:
        """Send the same bytes `times` times: all at once, or each after the one before has been answered."""
        if parallel:
            for _ in range(times):
                self._put(delivery, True)
            return
        self._work.put(lambda: self._one_by_one(delivery, times))

    def _one_by_one(self, delivery: Delivery, times: int) -> None:
        for _ in range(times):
            self._try(delivery, True)

    def _put(self, delivery: Delivery, last: bool) -> None:
        self._work.put(lambda: self._try(delivery, last))

    def _run(self) -> None:
        while True:
            self._work.get()()

    def _try(self, delivery: Delivery, last: bool) -> None:
        entry = attempt(delivery)
        with contextlib.suppress(RuntimeError):  # the loop has ended, nobody reads the log any more
            self._loop.call_soon_threadsafe(self._note, delivery, entry, last)

    def _note(self, delivery: Delivery, entry: dict[str, Any], last: bool) -> None:
        """Keep the try's result, and try again later when it failed and tries are left."""
        delivery.log.append(entry)
        answered = 200 <= (entry["status"] or 0) < 300
        if not (answered or last) and len(delivery.log) < delivery.tries:
            pause = delivery.retry_seconds * 2 ** (len(delivery.log) - 1)
            self._loop.call_later(pause, self._put, delivery, False)


def attempt(delivery: Delivery) -> dict[str, Any]:
    """One try: its time, the status (None when there was no answer), the duration in seconds, the error."""
    started = time.time()
    status, error = None, ""
    try:
        status = post(delivery)
    except (OSError, http.client.HTTPException) as problem:
        error = type(problem).__name__
    return {"at": started, "status": status, "seconds": round(time.time() - started, 3), "error": error}


def post(delivery: Delivery) -> int:
    """Deliver once; returns the HTTP status. Raises OSError or HTTPException when no answer came."""
    address = urlsplit(delivery.url)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.netloc, timeout=TIMEOUT)
    try:
        path = address.path + (f"?{address.query}" if address.query else "")
        connection.request("POST", path or "/", delivery.body, dict(delivery.headers))
        answer = connection.getresponse()
        answer.read(65536)
        return answer.status
    finally:
        connection.close()
