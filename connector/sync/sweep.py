"""The sweep: finds what is due, whatever became of the hints. A thread that every worker starts with itself.

Not beat: beat publishes through the broker, so it stands still exactly when it is needed. While the broker is away
the sweep does the work itself.
"""

from __future__ import annotations

import logging
import time

from django.conf import settings
from django.db import DatabaseError

from connector.sync import clock, lookups, poll, runner, tasks
from connector.sync.lookups import Due
from connector.sync.loop import Loop

log = logging.getLogger(__name__)

MOST = 200
BROKER_REST_SECONDS = 30.0
"""How long nothing is published after the broker failed: an attempt blocks for seconds."""


class Sweep(Loop):
    """Every few seconds: what is due, who does it."""

    def __init__(self) -> None:
        super().__init__("sweep")
        self.broker_back_at = 0.0

    @property
    def seconds(self) -> float:
        return float(settings.SWEEP_SECONDS)

    def once(self) -> None:
        """One look at what is due."""
        for due in lookups.due(clock.now(), MOST):
            if self._publish(due):
                continue
            try:
                work(due)
            except Exception as error:  # noqa: BLE001 - one lane that breaks must not keep the others from their work
                log.warning("sweep of %s %s: %s", due.what, due.id, type(error).__name__)

    def _publish(self, due: Due) -> bool:
        if time.monotonic() < self.broker_back_at:
            return False
        task = tasks.drain if due.what == "channel" else tasks.poll
        try:
            task.apply_async((due.tenant_id, due.id), retry=False)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the broker, the work goes on here
            log.info("broker away: %s", type(error).__name__)
            self.broker_back_at = time.monotonic() + BROKER_REST_SECONDS
            return False
        return True


def work(due: Due) -> None:
    """Do here what a task would do, and go on with the lanes that a poll woke."""
    if due.what == "channel":
        runner.drain(due.tenant_id, due.id)
        return
    for channel_id in poll.poll(due.tenant_id, due.id):
        runner.drain(due.tenant_id, channel_id)


def begin(name: str) -> Sweep:
    """Start sweeping as the worker of this name; the leases that its predecessor held are freed."""
    runner.holder_name = name
    try:
        log.info("freed %s leases of %s", lookups.free_leases(name), name)
    except DatabaseError as error:
        # The database may come later; leases run out by themselves.
        log.warning("leases not freed: %s", type(error).__name__)
    sweep = Sweep()
    sweep.start()
    return sweep
