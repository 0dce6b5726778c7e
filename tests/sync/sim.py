"""The deterministic simulator: one order from event to balance 0, a crash at any point, any fault at any write.

The production runner works on the real PostgreSQL against the sandbox's own books; only the wire and the clock are
the simulator's. The oracle reads the books, never our tables.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.core.errors import OutcomeUnknown
from connector.lib.http import READING, Answer, Transport
from sandbox.economic.ledger import of_reference
from tests.sync.world import World, amount

WRITES = ("customer", "product:", "draft", "book", "payment:1", "payment-book:1")
POINTS = ("before-intent", "after-intent", "after-send", "after-answer", "after-result")
FAULTS = ("none", "lost", "broken", "late", "stale")
"""At a write: nothing, answer lost, 5xx after the commit, committed late, answer lost and lists that lag.
Besides these "paused": the worker stands still at the crash point and goes on when another has finished."""
LATE_SECONDS = 35.0
STALE_SECONDS = 15
"""How long a list does not show a write: less than the provider's look-up lag."""


class Crash(BaseException):
    """kill -9: nothing of ours runs any more."""


@dataclass(frozen=True)
class Cell:
    """What goes wrong: a fault at the first sending of a write, a crash at a point of a write (empty: none).

    `with_keys`: whether the books honour idempotency keys; they are documented, not promised.
    """

    fault: str
    at: str
    point: str = ""
    crash_at: str = ""
    with_keys: bool = True

    def __str__(self) -> str:
        keys = "" if self.with_keys else ", keys ignored"
        return f"{self.fault} at {self.at}, crash {self.point or 'never'} {self.crash_at}{keys}"


def every_cell() -> Iterator[Cell]:
    """Every crash point of every write × every fault of that write, with and without idempotency keys."""
    for with_keys in (True, False):
        for write in WRITES:
            for fault in FAULTS:
                yield Cell(fault, write, with_keys=with_keys)
                for point in POINTS:
                    yield Cell(fault, write, point, write, with_keys)


def random_cells(seed: int, count: int) -> Iterator[Cell]:
    """Faults and crashes at different writes of one order."""
    chance = random.Random(seed)
    for _ in range(count):
        yield Cell(
            chance.choice(FAULTS),
            chance.choice(WRITES),
            chance.choice(POINTS),
            chance.choice(WRITES),
            chance.random() < 0.5,
        )


@dataclass
class Saboteur:
    """Stands between the product and the books: does the cell's fault once, and crashes where it says."""

    world: World
    inner: Transport
    cell: Cell
    current: str = ""
    has_failed: bool = False
    has_crashed: bool = False
    late: list[tuple[float, Any]] = field(default_factory=list)

    # --- crash points of the engine -----------------------------------------------------------------------------
    def probe(self, point: str, step: str) -> None:
        self.current = step
        if point == self.cell.point and step.startswith(self.cell.crash_at):
            if self.cell.fault == "paused":
                self._sleep(step)
            else:
                self._crash()

    def _crash(self) -> None:
        if not self.has_crashed:
            self.has_crashed = True
            raise Crash

    def _sleep(self, step: str) -> None:
        """This worker stands still while another takes its lane and works on, however long that takes."""
        if not self.has_crashed:
            self.has_crashed = True
            self.world.settle(probe=self.probe)
            self.current = step

    # --- the wire ---------------------------------------------------------------------------------------------------
    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        self.run_late()
        if not self.cell.with_keys:
            headers = {name: value for name, value in headers.items() if name.lower() != "idempotency-key"}
        if method in READING or "/REST" in url:
            return self.inner(method, url, headers, body)
        step = self.current
        request = (method, url, headers, body)
        if step.startswith(self.cell.at) and not self.has_failed:
            self.has_failed = True
            return self._fail(request, step)
        answer = self.inner(*request)
        self._after_send(step)
        return answer

    def _after_send(self, step: str) -> None:
        if self.cell.point == "after-send" and step.startswith(self.cell.crash_at):
            self._crash()

    def _fail(self, request: Any, step: str) -> Answer:
        fault = self.cell.fault
        if fault == "late":
            self.late.append((self.world.now.seconds() + LATE_SECONDS, request))
            self._after_send(step)
            raise OutcomeUnknown(detail="reset")
        answer = self.inner(*request)
        self._after_send(step)
        if fault in ("none", "paused"):
            return answer
        if fault == "broken":
            return Answer(502, {"content-type": "text/html"}, b"<html>Bad gateway</html>")
        if fault == "stale":
            self.world.switch(stale_list_seconds=STALE_SECONDS)
        raise OutcomeUnknown(detail="reset")

    def run_late(self) -> None:
        """Let requests arrive whose time has come, as a provider that was slow commits them."""
        now = self.world.now.seconds()
        due = [request for at, request in self.late if at <= now]
        self.late = [(at, request) for at, request in self.late if at > now]
        for request in due:
            self.inner(*request)


def simulate(world: World, cell: Cell, number: int, *, units: int = 3, price: str = "33.35") -> list[str]:
    """Play one cell with an order and a customer of its own. Returns what is wrong in the books."""
    world.switch(stale_list_seconds=0)
    inner = world.transport
    saboteur = Saboteur(world, inner, cell)
    world.transport = saboteur
    email, sku = f"kunde{number}@example.dk", f"VARE-{number}"
    try:
        line = {"own_id": sku, "name": f"Vare {number}", "amount": units, "unit_price": price}
        order = world.sold(products=[line], email=email, shipping_price="39.00")
        for _ in range(4):
            try:
                world.settle(probe=saboteur.probe)
                break
            except Crash:
                continue
        world.now.move(LATE_SECONDS)
        saboteur.run_late()
    finally:
        world.transport = inner
    found = [f"{cell}: {wrong}" for wrong in judge(world, order, email, sku)]
    return found if saboteur.has_failed else [*found, f"{cell}: nothing of the kind was ever sent"]


def judge(world: World, order: Any, email: str, sku: str) -> Iterator[str]:
    """What the books hold against what the shop charged."""
    key = f"invoice:shoporama:{world.stand_in.webshop_id}:{order.order_id}"
    held = of_reference(world.agreement, key)
    if len(held["booked"]) != 1:
        job = world.job(order)
        yield f"{len(held['booked'])} booked documents ({job.state} {job.reason} {job.facts})"
    if held["drafts"]:
        yield f"{len(held['drafts'])} drafts left"
    for document in held["booked"]:
        if amount(document["gross"]) != order.sold:
            yield f"total {document['gross']}, not {order.sold}"
        if amount(document["remainder"]) != 0:
            yield f"balance {document['remainder']}"
    if len(held["payments"]) != 1:
        yield f"{len(held['payments'])} payments"
    books = world.agreement.books
    if len([one for one in books.customers.values() if one.data.get("email") == email]) != 1:
        yield "not one customer"
    if sku not in books.products:
        yield "no product"
    if [entry for entry in books.draft_entries.values() if key in entry.text]:
        yield "entries left in the journal"
