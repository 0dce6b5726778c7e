"""A key that cannot be renewed any more: the lane stops with that reason until somebody connects again."""

from __future__ import annotations

from typing import Any

import pytest

from accounting.models import Connection
from connector.core.errors import NeedsSetup
from connector.lib.http import Answer
from connector.sync import acts, holds
from connector.sync.models import Channel
from connector.tenancy.secrets import reveal, seal
from tests.sync.faults import Send, Wire
from tests.sync.test_pausing import reconnect
from tests.sync.world import ANNA, World

pytestmark = pytest.mark.engine


def expired(_: Send) -> Answer:
    """What the keys raise when the provider gives none any more; nothing was sent to the books."""
    raise NeedsSetup("connection-expired")


@pytest.mark.parametrize("after", [0, 1, 3])
def test_the_lane_stops_until_somebody_connects_again(world: World, after: int) -> None:
    wire = Wire.of(world)
    orders = [world.sold(), world.sold()]
    wire.meets("POST books.example", expired, skip=after)
    world.drain()
    sent = len(wire.calls)
    first, second = (world.job(order) for order in orders)
    assert (first.state, first.reason, second.state) == ("needs_you", "connection-expired", "waiting")
    with world.scope():
        row = Connection.objects.get()
        assert (row.status, row.trouble) == (Connection.Status.REVOKED, "connection-expired")
        assert Channel.objects.get().paused_until is not None
    world.now.move(7 * 24 * 3600)
    world.tell(orders[1], "new_status")
    world.drain()
    assert len(wire.calls) == sent
    reconnect(world)
    world.settle()
    assert [world.job(order).state for order in orders] == ["done", "done"]
    assert [len(world.booked(order)) for order in orders] == [1, 1]


def test_leaving_the_books_keeps_a_key_that_was_renewed_meanwhile(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(holds, "is_needed", lambda _: True)
    with world.scope():
        read_before = Connection.objects.get()
        renewed = Connection.objects.get()
        seal(renewed, "secret", {"grant": "renewed"})
        renewed.save(update_fields=["secret"])
        acts.disconnect(read_before, ANNA)
        row = Connection.objects.get()
    assert (row.status, reveal(row, "secret")) == (Connection.Status.CLOSING, {"grant": "renewed"})
