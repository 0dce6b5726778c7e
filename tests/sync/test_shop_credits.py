"""Credits of the shop's: linked, alone, in parts, above what is left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from connector.sync import note_acts
from connector.sync.models import CreditNote
from tests.sync.credits import CUP, booked, credits_of, invoice_of, notes, require_credited, returned
from tests.sync.world import ANNA, World, a_world, amount

pytestmark = pytest.mark.engine


@pytest.fixture(params=["economic", "dinero", "billy"])
def world(db_clean: None, settings: Any, request: pytest.FixtureRequest) -> Iterator[World]:
    with a_world(settings, provider=request.param) as made:
        yield made


# --- from the shop ---------------------------------------------------------------------------------------------------
def test_a_return_of_the_shop_becomes_a_note(world: World) -> None:
    order = booked(world)
    made = returned(world, order)
    world.settle()
    [note] = require_credited(world)
    [job] = credits_of(world)
    assert job.order_id == str(made.order_id)
    assert note["reference"].endswith(f":{order.order_id}:1")


def test_parts_of_a_return_come_to_what_the_shop_says(world: World) -> None:
    order = booked(world, voucher_code="TI", voucher_percent=10)
    for quantities in ([1, 0], [1, 1], [0, 2]):
        made = returned(world, order, quantities, shipping=quantities == [0, 2])
        world.settle()
        assert amount(notes(world)[-1]["gross"]) == made.sold
    assert len(require_credited(world)) == 3


def test_a_credit_above_what_is_left_is_parked(world: World) -> None:
    order = booked(world, products=[CUP], shipping_price="0")
    returned(world, order, [2])
    world.settle()
    returned(world, order, [1])
    world.settle()
    job = credits_of(world)[-1]
    assert (job.state, job.reason, job.facts["remainder"]) == ("needs_you", "credit-above-remainder", "0.00 DKK")
    assert len(notes(world)) == 1
    with world.scope():
        assert list(CreditNote.objects.values_list("number", flat=True)) == [1]


def test_a_credit_whose_original_is_not_told_asks_for_it(world: World) -> None:
    order = booked(world)
    returned(world, order, [1], is_linked=False)
    world.settle()
    [job] = credits_of(world)
    assert (job.state, job.reason) == ("needs_you", "credit-original-unknown")
    with world.scope():
        note_acts.choose_original(job, invoice_of(world, order), ANNA)
    world.settle()
    [job] = credits_of(world)
    assert (job.state, job.reason) == ("done", "")
    assert amount(notes(world)[0]["gross"]) == -199


def test_a_credit_may_stand_alone(world: World) -> None:
    order = booked(world)
    made = returned(world, order, [1], is_linked=False)
    world.settle()
    [job] = credits_of(world)
    with world.scope():
        note_acts.stand_alone(job, ANNA)
    world.settle()
    [job] = credits_of(world)
    assert (job.state, job.reason) == ("done", ""), job.facts
    [note] = notes(world)
    assert (amount(note["gross"]), note["reference"]) == (
        -199,
        f"credit:shoporama:1:{made.order_id}:1".replace(":1:", f":{world.stand_in.webshop_id}:", 1),
    )


def test_a_credit_that_comes_before_its_order_finds_it(world: World) -> None:
    order = world.order(email="ny@example.dk", products=[CUP], shipping_price="0")
    returned(world, order, [1])
    world.drain()
    assert credits_of(world)[0].reason == "credit-original-unknown"
    world.tell(order)
    world.settle()
    assert [amount(note["gross"]) for note in notes(world)] == [-199]
