"""What the books would refuse stops with its reason, and goes on when it is mended there."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from connector.sync import acts
from tests.sync.test_pausing import CUP
from tests.sync.world import World, a_world, amount

pytestmark = pytest.mark.engine


@pytest.fixture
def here(db_clean: None, settings: Any) -> Iterator[World]:
    with a_world(settings) as world:
        yield world


def stopped(world: World, order: Any, reason: str) -> dict[str, Any]:
    """The facts of an order that waits for its owner, of which nothing is booked."""
    world.settle()
    job = world.job(order)
    assert (job.state, job.reason) == ("needs_you", reason)
    assert world.booked(order) == []
    facts: dict[str, Any] = job.facts
    return facts


def goes_on(world: World, order: Any) -> None:
    world.act(acts.transfer_now, order)
    world.settle()
    [document] = world.booked(order)
    assert amount(document["gross"]) == order.sold
    assert amount(document["remainder"]) == 0
    assert world.agreement.ledger()["drafts"] == []


def test_a_barred_product(here: World) -> None:
    here.agreement.bar_product("KOP-1")
    order = here.sold(products=[CUP])
    assert stopped(here, order, "product-barred")["sku"] == "KOP-1"
    assert here.agreement.ledger()["drafts"] == []
    here.agreement.bar_product("KOP-1", barred=False)
    goes_on(here, order)


@pytest.mark.parametrize("moment", ["booking", "draft"])
def test_a_product_that_is_barred_after_it_was_first_sold(here: World, moment: str) -> None:
    """It is known to be there, so nobody looks again: the books refuse it, early or late."""
    here.switch(barred_product_at=moment)
    here.sold(products=[CUP])
    here.settle()
    here.agreement.bar_product("KOP-1")
    order = here.sold(products=[CUP])
    assert stopped(here, order, "product-barred")["sku"] == "KOP-1"
    here.agreement.bar_product("KOP-1", barred=False)
    goes_on(here, order)


def test_an_item_whose_group_has_another_rate_than_the_shop(here: World) -> None:
    """The shop charges 25 %, the item's group none: the draft tells, nothing is booked, and a mended group goes on."""
    here.agreement.books.products["KOP-1"].data["productGroup"] = 2
    order = here.sold(products=[CUP])
    facts = stopped(here, order, "draft-differs")
    assert facts["order"] == str(order.number)
    here.agreement.books.products["KOP-1"].data["productGroup"] = 1
    goes_on(here, order)


def test_250_lines(here: World) -> None:
    lines = [CUP | {"name": f"Kop {n}", "unit_price": f"{n + 1}.37"} for n in range(250)]
    order = here.sold(products=lines)
    here.settle()
    [document] = here.booked(order)
    assert amount(document["gross"]) == order.sold
    assert len([line for line in document["lines"] if line["product"] == "KOP-1"]) >= 250
    assert amount(document["remainder"]) == 0


def test_a_customers_name_that_is_too_long_is_cut_and_books(here: World) -> None:
    order = here.sold(products=[CUP], name="Navn " * 80, email="lang@example.dk")
    here.settle()
    [document] = here.booked(order)
    assert document["recipient"] == ("Navn " * 80)[:250].strip()
    assert amount(document["remainder"]) == 0


def test_a_business_number_that_is_too_long_stops_since_cut_it_would_name_another(here: World) -> None:
    order = here.sold(products=[CUP], company="Firma ApS", cvr="1" * 60, email="firma@example.dk")
    assert stopped(here, order, "fact-missing")["fact"] == "vat_number"


def test_a_name_of_a_product_that_is_too_long_is_cut_and_the_amount_stays(here: World) -> None:
    line = {"own_id": "LANG-1", "name": "Et meget langt navn " * 200, "amount": 2, "unit_price": "49.95"}
    order = here.sold(products=[line])
    here.settle()
    [document] = here.booked(order)
    assert amount(document["gross"]) == order.sold == Decimal("99.90")
