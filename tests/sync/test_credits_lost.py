"""A credit note whose worker dies, or whose answers are lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest

from connector.core.credit import Wish
from connector.core.errors import NeedsSetup
from connector.sync import note_acts
from tests.sync.credits import CUP, booked, credit, credits_of, everything, invoice_of, notes, of, require_credited
from tests.sync.faults import Rule, Wire, lost_after, lost_before
from tests.sync.world import ANNA, World, a_world, amount

pytestmark = pytest.mark.engine


@pytest.fixture(params=["economic", "dinero", "billy"])
def world(db_clean: None, settings: Any, request: pytest.FixtureRequest) -> Iterator[World]:
    with a_world(settings, provider=request.param) as made:
        yield made


# --- answers that are lost -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("nth", range(4))
@pytest.mark.parametrize("lost", [lost_after, lost_before])
def test_an_answer_lost_at_any_write_makes_no_second_note(world: World, nth: int, lost: Any) -> None:
    order = booked(world)
    credit(world, order, of(world, order, Kop=1))
    wire = Wire.of(world)
    wire.rules.append(Rule("POST", "", lost, times=1, skip=nth))
    world.settle(hours=48)
    [job] = credits_of(world)
    assert (job.state, job.reason) == ("done", ""), job.facts
    [note] = notes(world)
    assert (amount(note["gross"]), amount(note["remainder"])) == (-199, 0)
    assert everything(world, "remainder") == 0
    assert world.agreement.ledger()["drafts"] == []


# --- a worker that dies -----------------------------------------------------------------------------------------------
class Killed(BaseException):
    """kill -9: nothing of ours runs any more."""


def killing(point: str, step: str) -> Callable[[str, str], None]:
    """A probe that kills once, at a point of a step."""
    left = [True]

    def probe(at: str, name: str) -> None:
        if left and (at, name.partition(":")[0]) == (point, step):
            left.clear()
            raise Killed

    return probe


@pytest.mark.parametrize("point", ["before-intent", "after-intent", "after-answer", "after-result"])
def test_a_worker_that_dies_at_any_step_leaves_one_note(world: World, point: str) -> None:
    order = booked(world, products=[{**CUP, "amount": 4}], shipping_price="0")
    for number, step in enumerate(["draft", "book", "payment", "payment-book"], 1):
        credit(world, order, of(world, order, Kop=1))
        with suppress(Killed):
            world.settle(probe=killing(point, step))
        world.now.move(60)
        world.settle(hours=48)
        assert [amount(note["gross"]) for note in notes(world)] == [-199] * number
    require_credited(world)


def test_a_whole_number_is_used_for_every_note_though_a_save_fails(world: World) -> None:
    order = booked(world, products=[CUP], shipping_price="0")
    credit(world, order, of(world, order, Kop=1))
    with pytest.raises(NeedsSetup), world.scope():
        note_acts.save(invoice_of(world, order), Wish({9: Decimal(1)}), ANNA)
    assert credit(world, order, Wish(is_rest=True)).number == 2


def test_what_was_credited_before_it_is_paid_is_not_paid(world: World) -> None:
    world.save(trigger="shipment")
    order = world.order(paid=False, products=[CUP], email="ny@example.dk", shipping_price="0")
    world.stand_in.move(order, "sent", tell=False)
    world.tell(order, "new_status")
    world.settle()
    credit(world, order, of(world, order, Kop=1))
    world.settle()
    world.now.move(60)
    world.stand_in.pay(order, tell=False)
    world.tell(order, "paid", "later")
    world.settle()
    job = invoice_of(world, order)
    assert (job.state, job.reason) == ("done", ""), job.facts
    assert everything(world, "remainder") in (0, -199)
