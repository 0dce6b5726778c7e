"""What a scenario is: something that happens between a shop and its books, and how it must end.

A scenario does only what a person or an outside system can: pages over HTTP, the sandbox's control address, signals to
processes. It imports nothing of the product, and the books it is judged by are the sandbox's.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar, TypeVar

from script.lib.books import KINDS, Books, Held
from script.lib.business import Business
from script.lib.control import Control
from script.lib.owner import Owner, Row
from script.lib.shop import Order, Shop
from script.lib.stack import Stack

Found = TypeVar("Found")
LOOK_SECONDS = 0.2
PAGE_SECONDS = 0.5
"""How often a page is looked at, which costs the product more than the ledger costs the sandbox."""

CAPABILITIES: dict[str, frozenset[str]] = {
    "shoporama": frozenset({"orders", "webhooks", "poll", "discount", "gift card", "abroad", "shipment"})
    | {"fee", "payment methods"},
    **{name: kind.capabilities for name, kind in KINDS.items()},
}
"""What the shops and financial systems declare; a scenario that needs something else is skipped there."""


class NeverHappened(Exception):
    """What a scenario waited for did not come in time; the message says what."""


@dataclass
class Stage:
    """What one scenario has: the running product and businesses of its own, of which nothing is connected yet."""

    stack: Stack
    control: Control
    businesses: Sequence[Business]
    deadline: float

    @property
    def business(self) -> Business:
        """The first business; most scenarios have no other."""
        return self.businesses[0]

    @property
    def owner(self) -> Owner:
        """The first business's owner."""
        return self.business.owner

    @property
    def shop(self) -> Shop:
        """The first business's shop."""
        return self.business.shop

    @property
    def books(self) -> Books:
        """The first business's books."""
        return self.business.books

    def held(self, orders: Iterable[Order]) -> Held:
        """What the books of all businesses together hold of these orders."""
        keys = [order.key for order in orders]
        return sum((books.held(keys) for books in self._all_books()), Held([], [], []))

    def calls(self) -> dict[str, int]:
        """How many requests the providers and the shops have received."""
        return {
            "provider": sum(books.calls() for books in self._all_books()),
            "shop": sum(business.shop.calls() for business in self.businesses),
        }

    def _all_books(self) -> list[Books]:
        return [books for business in self.businesses for books in business.all_books]

    def wait(self, what: str, look: Callable[[], Found | None], every: float = LOOK_SECONDS) -> Found:
        """Look until `look` answers with something true, and return that. Raises NeverHappened at the deadline."""
        while time.monotonic() < self.deadline:
            found = look()
            if found:
                return found
            time.sleep(every)
        raise NeverHappened(f"waited in vain for: {what}")

    def wait_booked(self, *orders: Order, balance: Decimal | None = Decimal(0)) -> Held:
        """Wait until each order has a booked document and together they have that `balance` (None: any)."""

        def settled() -> Held | None:
            held = self.held(orders)
            done = len(held.booked) >= len(orders) and (balance is None or held.sum_of("remainder") == balance)
            return held if done else None

        try:
            return self.wait("a booked document with its balance", settled)
        except NeverHappened as vain:
            rows = [business.owner.order(order) for business in self.businesses for order in orders]
            raise NeverHappened(f"{vain}, but it is {', '.join(_standing(row) for row in rows if row)}") from None

    def wait_state(self, order: Order, state: str, reason: str | None = None, owner: Owner | None = None) -> Row:
        """Wait until the product shows the order in `state`, for that `reason` if one is given; answers its row."""
        seen: Row = {}

        def look() -> Row | None:
            seen.update((owner or self.owner).order(order))
            fits = seen.get("state") == state and reason in (None, seen.get("reason"))
            return seen if fits else None

        try:
            return self.wait(f"the order as {state} {reason or ''}".rstrip(), look, PAGE_SECONDS)
        except NeverHappened as vain:
            raise NeverHappened(f"{vain}, but it is {_standing(seen)}") from None

    def check_first(self, order: Order, business: Business | None = None) -> None:
        """Wait until the shop's first order waits as a draft for its check, look at it, and say that it is right."""
        business = business or self.business
        keys = [order.key]
        self.wait("a draft of the first order", lambda: business.books.held(keys).drafts)
        self.wait_state(order, "needs_you", "first-order-check", business.owner)
        business.owner.confirm(order)

    def book(self, order: Order, balance: Decimal | None = Decimal(0)) -> Held:
        """Take the first order of the first business through its check into the books."""
        self.check_first(order)
        return self.wait_booked(order, balance=balance)


def _standing(row: Row) -> str:
    """How the product shows an order."""
    return " ".join(row[name] for name in ("state", "detail", "reason") if row.get(name)) or "unknown"


@dataclass(frozen=True)
class Played:
    """What came of a scenario: the orders that count, and what the pages said where the books cannot tell."""

    orders: Sequence[Order]
    seen: str | None = None
    vat: Decimal | None = None
    """The documents' VAT where the books take it out of each line, and not of the total as the shop does."""

    wrong: Sequence[str] = field(default_factory=tuple)


class Scenario(ABC):
    """Subclasses give it its words, say how it must end, and play it. One instance per shop × provider."""

    words: ClassVar[str]
    """Its name, lower-case, in the issue's own words; unique."""

    outcome: ClassVar[str] = "booked"
    """booked, draft, credited, needs_you, needs_us or not_meant."""

    documents: ClassVar[int] = 1
    """How many booked documents there must be in the end."""

    balance: ClassVar[Decimal | None] = Decimal("0.00")
    """What the booked documents must still have open; None where it does not matter."""

    difference: ClassVar[Decimal | None] = None
    """By how much the documents' total differs from the orders', where it may."""

    needs: ClassVar[frozenset[str]] = frozenset({"orders", "invoice"})
    """The capabilities without which it cannot be played."""

    stops: ClassVar[str] = ""
    """The process that it stops, by its name; where a run did not start that itself, it is skipped."""

    tenants: ClassVar[int] = 1
    """How many businesses it is about."""

    seconds: ClassVar[float] = 120
    """How long it may take."""

    @abstractmethod
    def play(self, stage: Stage) -> Played:
        """Let it happen and wait for its end. Whatever it raises makes the scenario fail."""

    def words_for(self, provider: str) -> str:
        """What it is called with this financial system, where an issue has other words for it."""
        return self.words

    @property
    def alone(self) -> bool:
        """Whether it stops a process that the others use; then it is played after them."""
        return bool(self.stops)

    def lacking(self, shop: str, provider: str) -> frozenset[str]:
        """The needed capabilities that neither the shop nor the provider declares."""
        return self.needs - CAPABILITIES[shop] - CAPABILITIES[provider]
