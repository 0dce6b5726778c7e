"""Whatever dies or gets lost while the books' ways are learnt, they end as if nothing had happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest

from accounting.models import Connection
from connector.core.errors import OutcomeUnknown
from connector.lib.http import Answer, Transport
from tests.sync.sim import FAULTS, POINTS, Cell, simulate
from tests.sync.world import World, a_world

pytestmark = pytest.mark.engine

LEARNING = ("before-learning", "after-learning")
# With the shipping of the simulator's order: 39.53, which half to even has no net.
UNITS, PRICE = 1, "0.53"
WRITES = ("correct", "payment-undo:1")


def cells(write: str, fault: str) -> Iterator[Cell]:
    """Every crash point of the write under the fault, with and without idempotency keys."""
    for with_keys in (True, False):
        yield Cell(fault, write, with_keys=with_keys)
        for point in POINTS:
            yield Cell(fault, write, point, write, with_keys)


def play(settings: Any, played: Iterable[Cell]) -> list[str]:
    """Each cell in books of which nothing is known yet, that round half to even and take receipts for positive."""
    with a_world(settings) as world:
        world.switch(rounding_mode="half-even", payment_sign="positive")
        return [wrong for number, cell in enumerate(played) for wrong in forgetful(world, cell, number)]


def forgetful(world: World, cell: Cell, number: int) -> Iterator[str]:
    with world.scope():
        Connection.objects.update(learnt={})
    yield from simulate(world, cell, number, units=UNITS, price=PRICE)
    with world.scope():
        learnt = Connection.objects.get(pk=world.connection.pk).learnt
    known = learnt.get("rounding", {}).get("mode"), learnt.get("payment_sign", {}).get("sign")
    if known != ("half-even", "positive"):
        yield f"{cell}: learnt {known}"


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_crash_at_any_point_of_a_write_under_a_fault(db_clean: None, settings: Any, write: str, fault: str) -> None:
    assert play(settings, cells(write, fault)) == []


@pytest.mark.parametrize("fault", ["lost", "late"])
def test_a_crash_at_any_point_of_a_payment_that_tells(db_clean: None, settings: Any, fault: str) -> None:
    assert play(settings, cells("payment:1", fault)) == []


@pytest.mark.parametrize("write", [*WRITES, "payment:1"])
def test_a_worker_that_was_paused_stops_at_the_fence(db_clean: None, settings: Any, write: str) -> None:
    points = ("before-intent", "after-intent", "after-answer", "after-result")
    paused = [Cell("paused", write, point, write, with_keys) for point in points for with_keys in (True, False)]
    assert play(settings, paused) == []


@pytest.mark.parametrize(("at", "crash"), [("draft", "draft"), ("payment:1", "payment:1")])
@pytest.mark.parametrize("fault", [*FAULTS, "paused"])
def test_a_crash_around_what_is_learnt(db_clean: None, settings: Any, at: str, crash: str, fault: str) -> None:
    assert play(settings, [Cell(fault, at, point, crash) for point in LEARNING]) == []


def late_with_the_next(inner: Transport) -> Transport:
    """The first entry's answer is lost, and it reaches the books together with the next entry that is sent."""
    held: list[Any] = []

    def send(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        if method != "POST" or not url.endswith("/draft-entries"):
            return inner(method, url, headers, body)
        held.append((method, url, headers, body))
        if len(held) == 1:
            raise OutcomeUnknown(detail="reset")
        if len(held) == 2:
            inner(*held[0])
        return inner(method, url, headers, body)

    return send


def test_while_a_payment_is_in_doubt_no_other_is_tested(db_clean: None, settings: Any) -> None:
    with a_world(settings) as world:
        orders = [
            world.sold(products=[{"own_id": sku, "name": sku, "amount": 1, "unit_price": price}])
            for sku, price in (("A", "100.00"), ("B", "60.00"))
        ]
        world.transport = late_with_the_next(world.transport)
        world.settle()
        assert [world.job(order).reason for order in orders] == ["", ""]
        assert [document["remainder"] for order in orders for document in world.booked(order)] == ["0.00", "0.00"]
        assert world.agreement.ledger()["draft_entries"] == []
