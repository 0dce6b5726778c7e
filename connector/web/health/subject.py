"""What the page is about: the shop, its books and settings, and what the books answered just now."""

from __future__ import annotations

from dataclasses import dataclass

from accounting.models import Connection
from connector.sync.models import Channel
from connector.web.context import address
from connector.web.frame.reasons import Explanation, explain_code
from connector.web.health.line import Link
from connector.web.health.live import Answer
from connector.web.pages import Door
from connector.web.setup.finance import Books
from shops.models import Shop


@dataclass(frozen=True)
class Subject:
    """`books` is None before a financial system is chosen."""

    door: Door
    books: Books | None
    lane: Channel | None
    answer: Answer

    @property
    def shop(self) -> Shop:
        return self.door.shop

    @property
    def is_connected(self) -> bool:
        return self.books is not None and self.books.connection.status == Connection.Status.CONNECTED

    def told(self, code: str, **facts: str) -> Explanation:
        """A reason about this shop."""
        provider = self.books.connection.provider if self.books else ""
        return explain_code(code, shop=self.shop, provider=provider, facts=facts)

    def link(self, words: str, name: str, *, query: str = "", anchor: str = "", changes: bool = True) -> Link:
        """A link to a page of the shop."""
        return Link(words, f"{address(name, self.shop.slug)}{query}{anchor}", changes)
