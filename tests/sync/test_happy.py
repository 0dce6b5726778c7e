"""An order becomes a booked invoice with balance 0."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sync.world import a_world, amount

pytestmark = pytest.mark.engine


def test_a_paid_order_is_booked_and_settled(db_clean: None, settings: Any) -> None:
    with a_world(settings) as world:
        order = world.sold(products=[{"own_id": "KOP-7", "name": "Kop", "amount": 2, "unit_price": "199.00"}])
        world.drain()
        job = world.job(order)
        assert (job.state, job.detail, job.reason) == ("done", "booked", ""), job.facts
        [document] = world.booked(order)
        assert amount(document["gross"]) == job.total == job.document_total
        assert amount(document["remainder"]) == 0
        assert job.balance == 0


def test_an_order_whose_sums_do_not_hold_is_parked_under_its_own_number(db_clean: None, settings: Any) -> None:
    with a_world(settings) as world:
        line = {"own_id": "KOP-7", "name": "Kop", "amount": 1, "unit_price": "129.95"}
        order = world.sold(products=[line], raw={"total_price": "150.00"})
        world.drain()
        job = world.job(order)
        assert (job.state, job.reason) == ("needs_you", "total-off")
        assert (job.order_number, job.total, job.currency) == (str(order.number), amount("150.00"), "DKK")
        assert world.booked() == []
