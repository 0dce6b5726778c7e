"""What was deleted in the books after we had seen it: asked for anew in the same try, or named where it was chosen."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connector.sync import acts
from connector.sync.models import Binding
from tests.sync.faults import Wire, says
from tests.sync.world import World, a_world, amount

pytestmark = pytest.mark.engine

NEW = {"own_id": "NY-1", "name": "Ny vare", "amount": 1, "unit_price": "125.00"}
CUP = {"own_id": "KOP-1", "name": "Kop", "amount": 1, "unit_price": "100.00"}
IDA, BO = "ida@example.dk", "bo@example.dk"
DRAFTS = "/rest/invoices/drafts"
NO_CUSTOMER = {
    "errorCode": "E04300",
    "errors": {"customer": {"errors": [{"propertyName": "customer", "errorCode": "E06000", "inputValue": 3}]}},
}


def sold(world: World, **wish: Any) -> Any:
    order = world.sold(**{"products": [CUP], **wish})
    world.settle()
    return order


def rests(world: World, order: Any) -> tuple[str, str]:
    job = world.job(order)
    return job.state, job.reason


def require_booked(world: World, order: Any) -> dict[str, Any]:
    assert rests(world, order) == ("done", ""), world.job(order).facts
    [document] = world.booked(order)
    assert (amount(document["gross"]), amount(document["remainder"])) == (order.sold, 0)
    return document


def drafts_sent(world: World) -> int:
    return world.sent.count(("POST", DRAFTS))


def links(world: World, kind: str) -> dict[str, str]:
    with world.scope():
        return dict(Binding.objects.filter(kind=kind).values_list("ours", "theirs"))


# --- the customer -----------------------------------------------------------------------------------------------------
def test_a_deleted_customer_is_made_anew_in_the_same_try(world: World) -> None:
    gone = require_booked(world, sold(world, email=IDA))["customer"]
    sold(world, email=BO)
    world.agreement.delete_customer_by_hand(gone)
    sent = drafts_sent(world)
    order = world.sold(products=[CUP], email=IDA)
    world.drain()
    document = require_booked(world, order)
    assert document["customer"] != gone
    assert links(world, "customer")[IDA] == str(document["customer"])
    assert drafts_sent(world) - sent == 2
    assert world.agreement.ledger()["drafts"] == []


def test_a_deleted_customer_that_the_owner_made_anew_is_found(world: World) -> None:
    gone = require_booked(world, sold(world, email=IDA))["customer"]
    sold(world, email=BO)
    like = dict(world.agreement.books.customers[gone].data)
    world.agreement.delete_customer_by_hand(gone)
    books = world.agreement.books
    kind, number = type(next(iter(books.customers.values()))), books.customer_numbers.take()
    books.put_customer(kind(0.0, 0.0, number=number, data=like))
    assert require_booked(world, sold(world, email=IDA))["customer"] == number
    assert len([row for row in world.agreement.ledger()["customers"] if row.get("email") == IDA]) == 1


def test_a_customer_that_is_shown_and_refused_stops_after_one_more_try(world: World) -> None:
    wire = Wire.of(world)
    wire.meets(f"POST {DRAFTS}", says(400, json.dumps(NO_CUSTOMER).encode()), times=2)
    order = sold(world, email=IDA)
    assert rests(world, order) == ("needs_you", "customer-gone")
    assert len(wire.sent(f"POST {DRAFTS}")) == 2
    world.act(acts.transfer_now, order)
    world.settle()
    require_booked(world, order)
    assert len([row for row in world.agreement.ledger()["customers"] if row.get("email") == IDA]) == 1


def test_a_deleted_collective_customer_is_for_the_owner_to_choose(db_clean: None, settings: Any) -> None:
    with a_world(settings, collective="1") as world:
        world.agreement.delete_customer_by_hand(1)
        order = sold(world, email="")
        assert rests(world, order) == ("needs_you", "choice-gone")
        assert (world.job(order).facts["field"], world.job(order).facts["name"]) == ("collective", "1")
        world.save(collective="2")
        world.settle()
        assert require_booked(world, order)["customer"] == 2


# --- items ------------------------------------------------------------------------------------------------------------
def test_a_deleted_item_is_made_anew_in_the_same_try(world: World) -> None:
    require_booked(world, sold(world, products=[NEW]))
    world.agreement.delete_product_by_hand("NY-1")
    order = world.sold(products=[NEW, CUP])
    world.drain()
    assert {line["product"] for line in require_booked(world, order)["lines"]} >= {"NY-1", "KOP-1"}
    assert world.agreement.books.products["NY-1"].data["name"] == "Ny vare"
    assert set(links(world, "product")) == {"NY-1", "KOP-1"}


def test_a_deleted_item_of_an_owner_who_makes_them_stops_until_it_is_there(db_clean: None, settings: Any) -> None:
    with a_world(settings, missing_product="stop") as world:
        require_booked(world, sold(world))
        kept = world.agreement.books.products["KOP-1"]
        world.agreement.delete_product_by_hand("KOP-1")
        order = sold(world)
        assert rests(world, order) == ("needs_you", "product-missing")
        assert (world.job(order).facts["sku"], world.job(order).facts["rate"]) == ("KOP-1", "25")
        world.agreement.books.products["KOP-1"] = kept
        world.act(acts.transfer_now, order)
        world.settle()
        require_booked(world, order)


def test_a_deleted_item_that_was_chosen_is_named_with_its_setting(world: World) -> None:
    world.agreement.delete_product_by_hand("FRAGT")
    order = sold(world, shipping_price="39.00")
    assert rests(world, order) == ("needs_you", "choice-gone")
    facts = world.job(order).facts
    assert (facts["field"], facts["rate"], facts["name"]) == ("shipping", "25", "FRAGT")
    world.save(**{"shipping@25": "WEB"})
    world.settle()
    require_booked(world, order)


def test_an_item_that_is_deleted_between_draft_and_correction_is_made_anew(world: World) -> None:
    """The draft holds it yet: it makes room for one with the item that is there."""
    require_booked(world, sold(world, products=[NEW]))
    world.switch(rounding_level="line")
    line = {**NEW, "amount": 2, "unit_price": "9.03"}

    kept = []

    def probe(where: str, name: str) -> None:
        if (where, name, kept) == ("after-result", "draft", []):
            kept.append(world.agreement.books.products.pop("NY-1"))

    order = world.sold(products=[line])
    world.drain(probe)
    world.settle()
    require_booked(world, order)
    assert kept
    assert world.agreement.ledger()["drafts"] == []
