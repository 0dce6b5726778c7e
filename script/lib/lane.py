"""One business of a chaos run: what it sold, what of that was credited, and how both end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import requests

from script.lib import reckoning
from script.lib.asked import Note
from script.lib.business import Business
from script.lib.owner import Row
from script.lib.person import Unexpected
from script.lib.reckoning import Kept, Reckoning
from script.lib.returns import Returns
from script.lib.shop import Order
from script.lib.talk import say
from script.lib.verdict import strays


@dataclass
class Lane:
    """A business, its first order, which somebody checked before the run, and the orders that the run is about."""

    business: Business
    first: list[Order] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    calls_before: int = 0
    returns: Returns | None = None
    kept: Mapping[str, Kept] = field(default_factory=dict)
    """What the books held at the last look."""

    @property
    def notes(self) -> Sequence[Note]:
        """The credit notes that were asked for until now."""
        return list(self.returns.notes) if self.returns else []

    def begin_returns(self, deadline: float) -> Returns:
        """From now on orders can be credited."""
        self.returns = Returns(self.business, lambda: self.kept, deadline)
        self.returns.begin()
        return self.returns

    def final(self) -> int:
        """How many of its orders are in the books for good, with what was credited of them."""
        self.kept = reckoning.by_order(self.orders, self.business.books.all(), self.notes)
        return sum(self.kept[order.key].is_final for order in self.orders)

    def booked(self) -> int:
        """How many invoices are in the books for good, as of the last look."""
        return sum(one.is_booked for one in self.kept.values())

    def documents(self) -> tuple[int, int]:
        """How many invoices and credit notes are in the books for good, as of the last look, and how many there will
        be of what was ordered until now."""
        notes = sum(sum(map(one.has, one.notes)) for one in self.kept.values())
        return self.booked() + notes, len(self.orders) + (self.returns.planned if self.returns else 0)

    def states(self) -> dict[str, str]:
        """How the product shows each order and each credit note: key → state, empty where it does not show it."""
        shown = {name: row["state"] for row in self._rows() for name in _names(row)}
        orders = {order.key: shown.get(("invoice", str(order.number)), "") for order in self.orders}
        return orders | {note.key: shown.get(_name(note), "") for note in self.notes}

    def _rows(self) -> list[Row]:
        try:
            return self.business.owner.orders()
        except (requests.RequestException, Unexpected):
            # The pages may be on their way up again.
            return []

    def is_done(self) -> bool:
        """Whether nothing is left to credit, and the product holds all for done, too."""
        is_over = self.returns is None or not self.returns.waiting
        return is_over and all(state == "done" for state in self.states().values())

    def reckon(self) -> Reckoning:
        """What is wrong, as counts; in words on standard error."""
        book, states, notes = self.business.books.all(), self.states(), self.notes
        held = reckoning.by_order(self.orders, book, notes).values()
        credits = {document["reference"] for one in held for document in (*one.credits, *one.credit_drafts)}
        strange = strays(book, credits | {order.key for order in (*self.first, *self.orders)})
        undone = self.returns.undone if self.returns else []
        resting = [_standing(row) for row in self._rows() if row["state"] != "done"]
        for complaint in [*reckoning.complaints(self.orders, book, states, notes), *strange, *undone, *resting]:
            say(complaint)
        found = reckoning.reckon(self.orders, book, states, notes)
        return replace(found, doubled=found.doubled + len(strange), stuck=found.stuck + len(undone))


def _standing(row: Row) -> str:
    """How the product shows what is not done."""
    said = " ".join(row[name] for name in ("state", "detail", "reason") if row.get(name))
    return f"{row['kind']} {row['order_number']} of order {row['order_id']} is {said}"


Name = tuple[str, ...]


def _names(row: Row) -> list[Name]:
    """What a row of the product's API is known by: its kind and its order's id; a credit note that was made here has
    the id of the order that it credits, and its own number."""
    kind = row.get("kind", "invoice")
    return [(kind, row["order_id"]), (kind, row["order_id"], row["order_number"])]


def _name(note: Note) -> Name:
    """What a note's row is known by."""
    return ("credit", note.key) if note.is_shops else ("credit", *note.key.split(":")[-2:])
