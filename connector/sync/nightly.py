"""The night's work: what is over is forgotten, and books are read, so that what changed there is said before an order
stops. A thread that every worker starts with itself; what a night missed is done as soon as somebody is there.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, time, timedelta

from connector.core.plan import COPENHAGEN
from connector.lib.http import Transport
from connector.sync import books_look, clock, lookups, retention
from connector.sync.loop import Loop

log = logging.getLogger(__name__)

BEGINS, LASTS = time(1), timedelta(hours=4)
"""In Copenhagen: after the shops' call budgets begin anew, before the morning's orders."""
STRIDE = 7919
"""Prime to the night's seconds, so that neighbours' moments lie far apart and a night holds 14,400 different ones."""
LOOKS_EVERY_SECONDS = 60.0
MOST_DUE = 200
MOST_READ = 10
"""Books that one worker reads at one look: after a downtime they do not all come at once."""


class Nightly(Loop):
    """Every minute: whether something of the night is due."""

    def __init__(self, transport: Transport | None = None) -> None:
        super().__init__("nightly")
        self.transport = transport

    @property
    def seconds(self) -> float:
        return LOOKS_EVERY_SECONDS

    def once(self) -> None:
        """One look at what is due."""
        now = clock.now()
        retention.forget(following(now, 0))
        read = 0
        for tenant_id, connection_id in lookups.books_due(now, MOST_DUE):
            if read == MOST_READ or self.ending.is_set():
                return
            try:
                read += books_look.look(tenant_id, connection_id, following(now, connection_id), self.transport)
            except Exception as error:  # noqa: BLE001 - one set of books that breaks must not keep the others unread
                log.warning("books %s: %s", connection_id, type(error).__name__)


def following(now: datetime, number: int) -> datetime:
    """The next moment of a night that belongs to the row of this number."""
    into = timedelta(seconds=number * STRIDE % LASTS.total_seconds())
    today = now.astimezone(COPENHAGEN).date()
    nights = (datetime.combine(today + timedelta(days=ahead), BEGINS, COPENHAGEN) + into for ahead in range(2))
    return next(moment for night in nights if (moment := night.astimezone(UTC)) > now)


def begin() -> Nightly:
    """Start the night's work beside a worker."""
    work = Nightly()
    work.start()
    return work
