"""Hints: "this lane has work". A request puts the lane's id into a queue of its own process and goes on.

One daemon thread per process publishes them: publishing blocks for seconds while the broker is away, and no request
may wait for that. A lost hint costs at most one sweep.
"""

from __future__ import annotations

import logging
import queue
import threading

from connector.sync import tasks

log = logging.getLogger(__name__)

LONGEST_QUEUE = 1000
_waiting: queue.Queue[tuple[int, int]] = queue.Queue(LONGEST_QUEUE)
_start = threading.Lock()
_publisher: threading.Thread | None = None


def give(tenant_id: int, channel_id: int | None) -> None:
    """Say that a lane has work. Never blocks, never fails."""
    if channel_id is None:
        return
    _ensure_publisher()
    try:
        _waiting.put_nowait((tenant_id, channel_id))
    except queue.Full:
        log.debug("hint dropped: the queue is full")


def _ensure_publisher() -> None:
    global _publisher
    with _start:
        if _publisher is None or not _publisher.is_alive():
            _publisher = threading.Thread(target=_publish, name="hints", daemon=True)
            _publisher.start()


def _publish() -> None:
    while True:
        batch = {_waiting.get()}
        # Many deliveries of one shop in a moment are one hint.
        while not _waiting.empty():
            batch.add(_waiting.get_nowait())
        for tenant_id, channel_id in batch:
            try:
                tasks.drain.apply_async((tenant_id, channel_id), retry=False)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with the broker, the sweep does its work
                log.info("hint not published: %s", type(error).__name__)
                break
