"""What would stop the next order, for the pages: said while nothing has stopped yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connector.sync import ahead
from connector.sync.ahead import Coming
from connector.web.frame.reasons import Explanation
from connector.web.orders.causes import Cause
from connector.web.pages import Door
from connector.web.setup.books import integration_of
from connector.web.setup.finance import Books, books_of
from connector.web.setup.findings import told


@dataclass(frozen=True)
class Ahead:
    """The methods to look at, and what the settings cannot use any more."""

    coming: Sequence[Coming] = ()
    findings: Sequence[Explanation] = ()

    @property
    def count(self) -> int:
        return len(self.coming) + len(self.findings)


def ahead_of(door: Door, books: Books | None, causes: Sequence[Cause]) -> Ahead:
    """What is ahead of a shop under its saved settings; nothing before there are any. What `causes` say already is
    left out: an order has stopped for it."""
    if books is None:
        return Ahead()
    stopped = {str(cause.jobs[-1].facts.get("method_key", "")) for cause in causes}
    said = {cause.reason for cause in causes}
    coming = ahead.coming(door.shop, books.saved, books.provider, books.choices, stopped)
    return Ahead(coming, [each for each in told(books.connection, door.shop) if each.code not in said])


def saved_books(door: Door) -> Books | None:
    """The shop's books under its saved settings; None before these are saved."""
    integration = integration_of(door)
    return books_of(integration) if integration and integration.settings else None
