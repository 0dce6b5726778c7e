"""Items: known, made, replaced by a default, or a reason to stop; and what a document shows of them."""

from __future__ import annotations

from typing import Any

import pytest

from connector.sync import acts
from connector.sync.models import Binding
from tests.sync.faults import Wire
from tests.sync.world import World, a_world, amount

pytestmark = pytest.mark.engine

NEW = {"own_id": "NY-1", "name": "Ny vare", "unit_price": "125.00", "amount": "2"}
KNOWN = {"own_id": "KOP-1", "name": "Kop", "unit_price": "100.00"}


def rests(world: World, order: Any) -> tuple[str, str]:
    job = world.job(order)
    return job.state, job.reason


def lines(world: World, order: Any) -> list[tuple[str, str, str]]:
    """Item, net and VAT rate of every line of the booked invoice."""
    [document] = world.booked(order)
    return [(line["product"], line["net"], line["vat_rate"]) for line in document["lines"]]


def require_settled(world: World, order: Any) -> None:
    [document] = world.booked(order)
    assert (document["gross"], document["remainder"]) == (str(order.sold), "0.00")
    assert rests(world, order) == ("done", "")


# --- unknown products -------------------------------------------------------------------------------------------------
def test_an_unknown_product_is_made_once_in_its_group(world: World) -> None:
    orders = [world.sold(products=[NEW, KNOWN]), world.sold(products=[NEW])]
    world.drain()
    made = world.agreement.books.products["NY-1"]
    assert (made.data["name"], made.data["productGroup"]) == ("Ny vare", 1)
    for order in orders:
        require_settled(world, order)


def test_many_unknown_products_are_all_made(world: World) -> None:
    order = world.sold(products=[{"own_id": f"NY-{n}", "name": f"Nr. {n}", "unit_price": "10.00"} for n in range(25)])
    world.drain()
    require_settled(world, order)
    assert len(lines(world, order)) == 25


def test_an_unknown_product_is_sold_as_the_default_item(db_clean: None, settings: Any) -> None:
    with a_world(settings, missing_product="default") as world:
        order = world.sold(products=[NEW, KNOWN])
        world.drain()
        assert [line[0] for line in lines(world, order)] == ["WEB", "KOP-1"]
        assert "NY-1" not in world.agreement.books.products
        require_settled(world, order)


def test_an_unknown_product_stops_until_it_is_there(db_clean: None, settings: Any) -> None:
    with a_world(settings, missing_product="stop") as world:
        order = world.sold(products=[NEW, KNOWN])
        world.drain()
        assert rests(world, order) == ("needs_you", "product-missing")
        assert (world.job(order).facts["sku"], world.job(order).facts["name"]) == ("NY-1", "Ny vare")
        assert world.agreement.ledger()["drafts"] == []
        world.save(missing_product="create")
        world.drain()
        require_settled(world, order)


def test_a_product_without_a_number_stops_or_is_the_default(db_clean: None, settings: Any) -> None:
    nameless = {"own_id": "", "name": "Gave", "unit_price": "50.00"}
    with a_world(settings) as world:
        order = world.sold(products=[nameless])
        world.drain()
        assert rests(world, order) == ("needs_you", "sku-missing")
        world.save(missing_product="default")
        world.drain()
        assert lines(world, order) == [("WEB", "40.00", "25.00")]


def test_a_barred_product_stops_before_anything_is_sent(world: World) -> None:
    world.agreement.bar_product("KOP-1")
    order = world.sold(products=[KNOWN], email="ny@example.dk")
    wire = Wire.of(world)
    world.drain()
    assert rests(world, order) == ("needs_you", "product-barred")
    assert [call for call in wire.calls if call.method != "GET"] == []


@pytest.mark.parametrize("at", ["booking", "draft"])
def test_a_product_that_is_barred_after_it_was_known_stops_until_the_bar_is_lifted(world: World, at: str) -> None:
    world.sold(products=[KNOWN])
    world.drain()
    world.switch(barred_product_at=at)
    world.agreement.bar_product("KOP-1")
    order = world.sold(products=[KNOWN])
    world.drain()
    assert rests(world, order) == ("needs_you", "product-barred")
    world.agreement.bar_product("KOP-1", barred=False)
    world.now.move(60)
    world.act(acts.transfer_now, order)
    world.drain()
    require_settled(world, order)


def test_a_product_that_was_deleted_since_it_was_known_is_made_again(world: World) -> None:
    world.sold(products=[NEW])
    world.drain()
    del world.agreement.books.products["NY-1"]
    order = world.sold(products=[NEW])
    world.settle()
    if rests(world, order)[0] != "done":
        assert rests(world, order) == ("needs_you", "product-missing")
        world.act(acts.transfer_now, order)
        world.settle()
    require_settled(world, order)
    assert "NY-1" in world.agreement.books.products


def test_what_the_books_have_is_asked_for_once(world: World) -> None:
    world.sold(products=[KNOWN])
    world.drain()
    with world.scope():
        assert Binding.objects.filter(kind="product", ours="KOP-1").exists()
    wire = Wire.of(world)
    world.sold(products=[KNOWN])
    world.drain()
    assert wire.sent("GET /rest/products") == []


# --- what the document shows ---------------------------------------------------------------------------------------
def test_total_lines_are_one_for_each_rate(db_clean: None, settings: Any) -> None:
    with a_world(settings, product_layout="total") as world:
        order = world.sold(
            products=[NEW, KNOWN, {"own_id": "FRI-0", "vat": "0", "unit_price": "100.00"}],
            shipping_price="39.00",
            fee="5.00",
        )
        world.drain()
        assert sorted(lines(world, order)) == [("TOTAL-0", "100.00", "0.00"), ("TOTAL-25", "315.20", "25.00")]
        require_settled(world, order)
        assert "NY-1" not in world.agreement.books.products


def test_shipping_fee_and_discount_have_their_own_items(db_clean: None, settings: Any) -> None:
    with a_world(settings) as world:
        order = world.sold(products=[KNOWN], shipping_price="39.00", fee="10.00", voucher_percent="10")
        world.drain()
        assert [line[0] for line in lines(world, order)] == ["KOP-1", "FRAGT", "GEBYR", "RABAT"]
        require_settled(world, order)


def test_a_fee_without_an_item_stops_and_is_never_left_out(db_clean: None, settings: Any) -> None:
    with a_world(settings, **{"fee@25": ""}) as world:
        order = world.sold(products=[KNOWN], fee="10.00")
        world.drain()
        assert rests(world, order) == ("needs_you", "fee-unknown")
        world.save(**{"fee@25": "GEBYR"})
        world.drain()
        require_settled(world, order)


@pytest.mark.parametrize("total", ["0.02", "10.02", "99.97", "33.33", "12345.67"])
def test_totals_that_no_net_price_reaches_are_met_to_the_ore(world: World, total: str) -> None:
    order = world.sold(products=[{**KNOWN, "unit_price": total}])
    world.drain()
    require_settled(world, order)
    rounding = [line for line in lines(world, order) if line[0] == "ØRE"]
    assert all(abs(amount(net)) <= amount("0.01") for _, net, _ in rounding)


# --- gift cards -------------------------------------------------------------------------------------------------------
def entries(world: World) -> dict[int, str]:
    """What was registered against the customer, by account."""
    rows = [
        row for row in world.agreement.ledger()["entries"] if row["text"].startswith("Ordre") and not row["customer"]
    ]
    return {row["account"]: row["amount"] for row in rows}


def test_a_gift_card_pays_from_its_own_account(world: World) -> None:
    order = world.sold(products=[NEW], gift_card="100.00")
    world.drain()
    require_settled(world, order)
    assert entries(world) == {6850: "100.00", 5825: "150.00"}


def test_a_gift_card_that_pays_all_is_the_only_payment(world: World) -> None:
    order = world.sold(products=[NEW], gift_card="250.00")
    world.drain()
    require_settled(world, order)
    assert entries(world) == {6850: "250.00"}


def test_a_gift_card_as_a_line_lowers_the_invoice(db_clean: None, settings: Any) -> None:
    with a_world(settings, gift_card="line", **{"gift_card@25": "GAVEKORT-25"}) as world:
        books = world.agreement.books
        like = books.products["RABAT"]
        books.products["GAVEKORT-25"] = type(like)(
            0.0, 0.0, number="GAVEKORT-25", data={**like.data, "productNumber": "GAVEKORT-25"}
        )
        order = world.sold(products=[NEW], gift_card="100.00")
        world.drain()
        [document] = world.booked(order)
        assert (document["gross"], document["vat"], document["remainder"]) == ("150.00", "30.00", "0.00")
        assert entries(world) == {5825: "150.00"}


def test_left_open_is_booked_and_nothing_is_registered(db_clean: None, settings: Any) -> None:
    with a_world(settings, settle="open", journal="", account="") as world:
        order = world.sold(products=[KNOWN])
        world.drain()
        assert (world.job(order).state, world.job(order).detail) == ("done", "booked")
        assert ([row["remainder"] for row in world.booked(order)], entries(world)) == (["100.00"], {})
