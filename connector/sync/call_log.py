"""Which calls to the shop and to the books belong to one try, for the log that people read."""

from __future__ import annotations

from typing import Any

from accounting.base import AccountingProvider
from connector.sync import clock
from connector.sync.transitions import Tried
from shops.base import ShopAdapter


class CallLog:
    """The calls of one try, from where it begins."""

    def __init__(self, provider: AccountingProvider, adapter: ShopAdapter) -> None:
        self.provider, self.adapter = provider, adapter
        self.started = clock.now()
        self._aside: list[dict[str, Any]] = []
        self.go_on()

    def go_on(self) -> None:
        """What is asked from now on belongs to this try."""
        self._before = len(self.provider.calls), len(self.adapter.calls)

    def set_aside(self) -> None:
        """Until the balances of all are read the lane works on other jobs, whose calls are not this one's."""
        self._aside = self.calls
        self.go_on()

    @property
    def calls(self) -> list[dict[str, Any]]:
        """[{"system", "method", "path", "status", "ms"}], the oldest first."""
        ours, theirs = self._before
        shop = [{"system": "shop", **call} for call in self.adapter.calls[theirs:]]
        books = [{"system": "books", **call} for call in self.provider.calls[ours:]]
        return self._aside + shop + books

    def tried(self, *, has_sent: bool) -> Tried:
        """What is written down of the try."""
        return Tried(self.started, self.calls, has_sent)
