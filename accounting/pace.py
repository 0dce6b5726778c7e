"""At most so many calls a minute to one set of books, whoever of us makes them.

Some providers count the calls of an app and never say how many are left (Dinero fact sheet, section 9). Workers and
pages ask one row, so that together they stay below, and a call that would be one too many is never sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Now

from accounting.models import CallWindow
from connector.core.errors import Temporary
from connector.lib.http import Answer, Transport

WINDOW = timedelta(seconds=60)
SPARE = 20
"""One in so many calls is not made: those under way may arrive closer together than they were sent."""


class Paced:
    """A transport whose calls are counted: at most `limit` in any minute for one `account`.

    Never inside a transaction: the count would be held, and taken back with it. Raises Temporary (rate-limit) instead
    of sending one call too many.
    """

    def __init__(self, inner: Transport, account: str, limit: int) -> None:
        self.inner, self.account = inner, account
        self.limit = limit - limit // SPARE

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        if wait := self._taken():
            raise Temporary("rate-limit", retry_after=wait.total_seconds())
        return self.inner(method, url, headers, body)

    def _taken(self) -> timedelta | None:
        """Count a call; else how long to wait until half of the calls may be made again, so that nobody goes on call
        by call."""
        with transaction.atomic():
            CallWindow.objects.get_or_create(account=self.account)
            row = CallWindow.objects.select_for_update().annotate(now=Now()).get(account=self.account)
            known = [datetime.fromisoformat(moment) for moment in row.made]
            # Who had to wait for the row asked for the time before those that went first.
            now = max([row.now, *known[-1:]])
            made = [moment for moment in known if moment > now - WINDOW]
            if len(made) >= self.limit:
                return made[len(made) // 2] + WINDOW - now
            row.made = [moment.isoformat() for moment in [*made, now]]
            row.save(update_fields=["made"])
        return None
