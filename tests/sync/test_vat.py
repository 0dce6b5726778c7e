"""VAT treatment from the order to the books: zones, and items whose group gives another rate than the shop charged."""

from __future__ import annotations

from typing import Any

import pytest

from connector.sync import acts
from connector.sync.models import Binding
from tests.sync.world import World, amount

pytestmark = pytest.mark.engine

FINLAND = {"country": "FI", "zipcode": "00100", "email": "aino@example.fi"}
OSS = {"oss_from": "2026-07-01", "zone_eu_consumer@FI": "5", "rates": "25,0,25.5", "shipping@25.5": "FRAGT"}
FREIGHT = "FRAGT-0"


def a_cup(price: str, vat: str) -> dict[str, Any]:
    return {"own_id": "KOP-1", "name": "Kop", "amount": 1, "unit_price": price, "vat": vat}


def in_zone(world: World, order: Any) -> str:
    """The zone of the order's only booked document, which holds what the shop charged and is settled."""
    job = world.job(order)
    assert (job.state, job.detail) == ("done", "booked"), (job.reason, job.facts)
    [document] = world.booked(order)
    assert amount(document["gross"]) == job.total
    assert amount(document["remainder"]) == 0
    return str(document["vat_zone"])


def stopped(world: World, order: Any) -> tuple[str, dict[str, str]]:
    """Why the order needs its owner; nothing of it is in the books."""
    job = world.job(order)
    assert job.state == "needs_you"
    assert world.booked(order) == []
    assert world.agreement.ledger()["drafts"] == []
    return job.reason, {name: value for name, value in job.facts.items() if name != "order"}


def reason_kept(world: World, order: Any) -> tuple[str, str]:
    document = world.job(order).document
    return document["vat_reason"], document["vat_country"]


@pytest.mark.parametrize(
    "where",
    [
        {"country": "GL", "zipcode": "3900"},
        {"country": "DK", "zipcode": "3900"},
        {"country": "DK", "zipcode": "FO-100"},
    ],
)
def test_greenland_and_the_faroes_are_abroad_by_country_and_by_postcode(world: World, where: dict[str, str]) -> None:
    order = world.sold(products=[a_cup("80.00", "0")], shipping_price="79.00", **where)
    world.drain()
    assert in_zone(world, order) == "3"
    assert reason_kept(world, order) == ("outside-eu", "")


def test_an_eu_business_pays_no_vat_and_its_number_is_on_the_invoice(world: World) -> None:
    order = world.sold(products=[a_cup("80.00", "0")], company="Oy Esimerkki", cvr="FI12345678", **FINLAND)
    world.drain()
    assert in_zone(world, order) == "2"
    assert reason_kept(world, order) == ("eu-business-not-checked", "")
    [row] = world.agreement.books.booked.values()
    assert row.data["notes"]["textLine1"].endswith("FI12345678")


def test_a_malformed_vat_number_stops_until_it_is_mended_in_the_shop(world: World) -> None:
    order = world.sold(products=[a_cup("80.00", "0")], company="Oy Esimerkki", cvr="FI123", **FINLAND)
    world.drain()
    assert stopped(world, order) == ("vat-number-unconfirmed", {"number": "FI123"})
    order.cvr = "FI12345678"
    world.tell(order, "updated")
    world.drain()
    assert in_zone(world, order) == "2"


def test_a_finnish_consumer_pays_finnish_vat_in_the_zone_of_the_country(world: World) -> None:
    world.save(**OSS)
    order = world.sold(products=[a_cup("125.50", "25.5")], shipping_price="25.10", shipping_vat="25.5", **FINLAND)
    world.drain()
    assert in_zone(world, order) == "5"
    assert reason_kept(world, order) == ("eu-consumer-oss", "FI")
    [document] = world.booked(order)
    assert list(document["vat_by_rate"]) == ["25.50"]


def test_a_country_without_a_zone_stops_and_goes_on_when_it_is_chosen(world: World) -> None:
    world.save(**OSS | {"zone_eu_consumer@FI": ""})
    order = world.sold(products=[a_cup("125.50", "25.5")], **FINLAND)
    world.drain()
    assert stopped(world, order) == ("vat-zone-missing", {"situation": "eu_consumer", "country": "FI"})
    world.save(**OSS)
    world.drain()
    assert in_zone(world, order) == "5"


def test_before_the_one_stop_shop_home_s_vat_is_domestic(world: World) -> None:
    world.save(oss_from="2026-12-01")
    order = world.sold(products=[a_cup("80.00", "25")], **FINLAND)
    world.drain()
    assert in_zone(world, order) == "1"
    assert reason_kept(world, order) == ("eu-consumer-home-vat", "")


def test_the_shop_s_old_rate_after_the_one_stop_shop_began_stops_with_both_rates(world: World) -> None:
    world.save(**OSS)
    order = world.sold(products=[a_cup("80.00", "25")], **FINLAND)
    world.drain()
    assert stopped(world, order) == ("vat-mismatch", {"country": "FI", "shop_rate": "25", "books_rate": "25.5"})


def test_goods_that_the_books_have_without_vat_may_be_sold_so_in_the_eu(world: World) -> None:
    move(world, "KOP-1", 2)
    order = world.sold(products=[a_cup("80.00", "0")], **FINLAND)
    world.drain()
    # The books were read before the product became free of VAT; the order's own look-up sees it.
    assert in_zone(world, order) == "1"
    assert reason_kept(world, order) == ("vat-free-at-home", "")


# --- items in the wrong group ----------------------------------------------------------------------------------------
def move(world: World, item: str, group: int) -> None:
    """The owner moves a product to another group in e-conomic."""
    product = world.agreement.books.products[item]
    product.data["productGroup"] = group
    product.touch(world.now.seconds())


def writes(world: World) -> list[str]:
    return [path for method, path in world.sent if method != "GET"]


def test_an_item_in_the_wrong_group_is_named_before_anything_is_sent(world: World) -> None:
    move(world, "KOP-1", 2)
    sent = len(writes(world))
    order = world.sold(products=[a_cup("80.00", "25")])
    world.drain()
    assert stopped(world, order) == (
        "vat-mismatch",
        {
            "name": "Kop",
            "item": "KOP-1",
            "group": "2 Varer uden moms",
            "shop_rate": "25",
            "books_rate": "0",
            "account": "",
        },
    )
    assert len(writes(world)) == sent
    move(world, "KOP-1", 1)
    world.act(acts.transfer_now, order)
    world.drain()
    assert in_zone(world, order) == "1"


def test_an_item_that_was_mended_in_the_books_is_not_held_by_what_was_read_before(world: World) -> None:
    """Bound since its first sale, and its group kept with the connection: neither is believed against the books."""
    first = world.sold(products=[a_cup("80.00", "25")])
    world.drain()
    assert in_zone(world, first) == "1"
    with world.scope():
        assert Binding.objects.filter(kind="product", ours="KOP-1").exists()
        lists = world.connection.choices["lists"]
        kept = [row | {"hint": "2"} if row["value"] == "KOP-1" else row for row in lists["items"]]
        world.connection.choices["lists"]["items"] = kept
        world.connection.save()
    order = world.sold(products=[a_cup("80.00", "25")])
    world.drain()
    assert in_zone(world, order) == "1"


def test_a_wrongly_chosen_item_for_shipping_stops_and_goes_on_when_it_is_chosen_right(world: World) -> None:
    world.save(**{"shipping@25": FREIGHT})
    order = world.sold(products=[a_cup("80.00", "25")], shipping_price="39.00")
    world.drain()
    reason, facts = stopped(world, order)
    assert (reason, facts["item"], facts["shop_rate"], facts["books_rate"]) == ("vat-mismatch", FREIGHT, "25", "0")
    world.save(**{"shipping@25": "FRAGT"})
    world.drain()
    assert in_zone(world, order) == "1"


def test_a_group_for_new_products_that_gives_another_rate_stops_before_the_product_is_made(world: World) -> None:
    world.save(**{"product_group@25": "2"})
    order = world.sold(products=[{"own_id": "NY-1", "name": "Ny", "amount": 1, "unit_price": "80.00"}])
    world.drain()
    reason, facts = stopped(world, order)
    assert (reason, facts["item"], facts["group"]) == ("vat-mismatch", "NY-1", "2 Varer uden moms")
    assert "NY-1" not in world.agreement.books.products


def test_books_that_do_not_tell_their_rates_are_left_to_the_comparison(world: World) -> None:
    with world.scope():
        world.connection.choices["rates"] = {}
        world.connection.save()
    move(world, "KOP-1", 2)
    order = world.sold(products=[a_cup("80.00", "25")])
    world.drain()
    job = world.job(order)
    assert (job.state, job.reason) == ("needs_you", "draft-differs")
    assert world.booked(order) == []
