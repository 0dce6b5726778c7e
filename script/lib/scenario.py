"""What a scenario is: something that happens between a shop and its books, and how it must end.

A scenario does only what a person or an outside system can: pages over HTTP, the sandbox's control address, signals to
processes. It imports nothing of the product, and the books it is judged by are the sandbox's.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar, TypeVar

from script.lib.books import Books, Held
from script.lib.control import Control
from script.lib.person import Person
from script.lib.shop import Order, Shop
from script.lib.stack import Stack

Found = TypeVar("Found")
LOOK_SECONDS = 0.2

CAPABILITIES: dict[str, frozenset[str]] = {
    "shoporama": frozenset({"orders", "webhooks", "poll", "discount", "gift card", "abroad", "shipment"}),
    "economic": frozenset({"invoice", "draft", "total lines", "payment", "products", "customers"}),
}
"""What the shops and financial systems declare; a scenario that needs something else is skipped there."""


class NeverHappened(Exception):
    """What a scenario waited for did not come in time; the message says what."""


@dataclass
class Stage:
    """What one scenario has: the running product, and for itself a person not signed in, a shop and an agreement."""

    stack: Stack
    control: Control
    person: Person
    shop: Shop
    books: Books
    deadline: float

    def wait(self, what: str, look: Callable[[], Found | None]) -> Found:
        """Look until `look` answers with something true, and return that. Raises NeverHappened at the deadline."""
        while time.monotonic() < self.deadline:
            found = look()
            if found:
                return found
            time.sleep(LOOK_SECONDS)
        raise NeverHappened(f"waited in vain for: {what}")

    def wait_booked(self, *orders: Order, balance: Decimal | None = Decimal(0)) -> Held:
        """Wait until each order has a booked document and together they have that `balance` (None: any)."""
        keys = [order.key for order in orders]

        def settled() -> Held | None:
            held = self.books.held(keys)
            done = len(held.booked) >= len(keys) and (balance is None or held.sum_of("remainder") == balance)
            return held if done else None

        return self.wait("a booked document with its balance", settled)


@dataclass(frozen=True)
class Played:
    """What came of a scenario: the orders that count, and what the pages said where the books cannot tell."""

    orders: Sequence[Order]
    seen: str | None = None
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

    alone: ClassVar[bool] = False
    """Whether it stops a process that the others use; then it is played after them."""

    seconds: ClassVar[float] = 120
    """How long it may take."""

    @abstractmethod
    def play(self, stage: Stage) -> Played:
        """Let it happen and wait for its end. Whatever it raises makes the scenario fail."""

    def lacking(self, shop: str, provider: str) -> frozenset[str]:
        """The needed capabilities that neither the shop nor the provider declares."""
        return self.needs - CAPABILITIES[shop] - CAPABILITIES[provider]
