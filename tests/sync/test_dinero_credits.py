"""Credit notes in Dinero through the whole engine, where its answers are other than those the file lets expect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from connector.core.credit import Wish
from connector.sync import note_acts
from connector.sync.models import SyncJob
from tests.sync.faults import Wire, lost_after
from tests.sync.world import ANNA, World, a_world

pytestmark = pytest.mark.engine

CUP = {"own_id": "KOP-7", "name": "Kop", "amount": 2, "unit_price": "199.00"}


@pytest.fixture
def world(db_clean: None, settings: Any) -> Iterator[World]:
    with a_world(settings, provider="dinero") as made:
        yield made


def sold(world: World, **wish: Any) -> Any:
    order = world.sold(**{"email": "ny@example.dk", "products": [CUP], **wish})
    world.settle()
    return order


def credited(world: World, order: Any) -> None:
    with world.scope():
        job = SyncJob.objects.select_related("shop", "integration__connection").get(order_id=str(order.order_id))
        note_acts.save(job, Wish(is_rest=True), ANNA)
    world.settle()


def require_nothing_left(world: World, order: Any) -> None:
    """One note of the whole, paid back once."""
    with world.scope():
        job = SyncJob.objects.get(kind="credit")
    assert (job.state, job.detail, job.balance) == ("done", "refund-not-seen", 0), (job.reason, job.facts)
    ledger = world.agreement.ledger()
    assert [row["gross"] for row in ledger["booked"]] == [str(order.sold), str(-order.sold)]
    assert [row["remainder"] for row in ledger["booked"]] == ["0.00", "0.00"]
    assert [entry["amount"] for entry in ledger["entries"]] == [str(order.sold), str(-order.sold)]
    assert ledger["drafts"] == []


@pytest.mark.parametrize("refund", ["negative", "positive_only"])
def test_a_note_is_booked_and_refunded_under_other_signs(world: World, refund: str) -> None:
    world.switch(credit_signs="negative", credit_payment=refund)
    order = sold(world)
    credited(world, order)
    require_nothing_left(world, order)


@pytest.mark.parametrize("name", ["POST /creditnotes", "POST /book", "POST /payments", "DELETE /payments"])
def test_a_note_whose_answers_are_lost_is_made_once(world: World, name: str) -> None:
    """Under the other sign, so that a refund is made, taken back and made again."""
    world.switch(credit_payment="negative")
    order = sold(world)
    wire = Wire.of(world)
    wire.meets(name, lost_after)
    credited(world, order)
    require_nothing_left(world, order)
    assert wire.rules[0].times == 0


def test_a_note_in_euros_has_its_own_days_rate_and_leaves_nothing_open(world: World) -> None:
    order = sold(world, currency="EUR", country="NO")
    world.agreement.set_rate("EUR", 7_500_000)
    credited(world, order)
    require_nothing_left(world, order)
