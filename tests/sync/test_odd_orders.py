"""Orders as shops really send them: odd, long, incomplete. Each is booked exactly or stops with a reason."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sync.world import World, build_world

pytestmark = pytest.mark.engine

CUP = {"own_id": "KOP-1", "name": "Kop", "unit_price": "99.95"}


def rests(world: World, order: Any) -> tuple[str, str]:
    job = world.job(order)
    return job.state, job.reason


def require_booked(world: World, order: Any) -> dict[str, Any]:
    assert rests(world, order) == ("done", ""), world.job(order).facts
    [document] = world.booked(order)
    assert (document["gross"], document["remainder"]) == (str(order.sold), "0.00")
    return document


def test_an_order_of_250_lines(world: World) -> None:
    order = world.sold(products=[{**CUP, "name": f"Kop nr. {n}", "unit_price": f"{n}.37"} for n in range(1, 251)])
    world.drain()
    document = require_booked(world, order)
    assert len([line for line in document["lines"] if line["product"] == "KOP-1"]) >= 250


@pytest.mark.parametrize(
    "switches",
    [
        {"numbers": "comma"},
        {"numbers": "point"},
        {"paid_form": "date"},
        {"paid_form": "text"},
        {"keys": "other"},
        {"unit_price_ex_vat": True},
        {"country_form": "code"},
        {"currency_on_order": False},
        {"names_escaped": True},
    ],
    ids=str,
)
def test_an_order_in_another_of_its_shapes(world: World, switches: dict[str, Any]) -> None:
    world.stand_in.switches.update(switches)
    order = world.sold(products=[{**CUP, "amount": "3"}], shipping_price="39.00", voucher_percent="10")
    world.drain()
    require_booked(world, order)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Krus &quot;Ægte&quot; &amp; ❤️", 'Krus "Ægte" & ❤️'),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("x" * 3000, "x" * 2500),
        ("\u202eesrever", "\u202eesrever"),
        ("a\r\nb\x00c", "a b c"),
    ],
)
def test_a_product_with_an_odd_name(world: World, name: str, shown: str) -> None:
    order = world.sold(products=[{**CUP, "name": name}])
    world.drain()
    assert require_booked(world, order)["lines"][0]["description"] == shown


@pytest.mark.parametrize("amount", ["0.5", "1.25", "1.234", "1000"])
def test_an_odd_quantity(world: World, amount: str) -> None:
    order = world.sold(products=[{**CUP, "amount": amount}])
    world.drain()
    require_booked(world, order)


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        ({"products": []}, "nothing-to-book"),
        ({"products": [{**CUP, "own_id": "X" * 26}]}, None),
        ({"products": [CUP], "currency": "USD"}, "currency-missing"),
        ({"products": [CUP], "raw": {"total_price": "1.00"}}, "total-off"),
        ({"products": [CUP], "raw": {"gebyr_x": "12.00"}}, "amount-unread"),
        ({"products": [{**CUP, "vat": "12"}]}, "vat-rate-missing"),
        ({"products": [CUP], "ean": "123"}, None),
    ],
)
def test_an_order_that_cannot_go_says_why(world: World, wish: dict[str, Any], reason: str | None) -> None:
    order, fine = world.sold(**wish), world.sold(products=[CUP])
    world.drain()
    state, said = rests(world, order)
    assert state in ("needs_you", "not_meant")
    assert said == reason if reason else said
    assert world.booked(order) == []
    require_booked(world, fine)


def test_a_sale_abroad_without_vat(world: World) -> None:
    order = world.sold(products=[{**CUP, "vat": "0"}], country="NO")
    world.drain()
    document = require_booked(world, order)
    assert (document["vat"], document["vat_zone"]) == ("0.00", 3)


def test_the_same_order_id_in_two_shops_is_two_documents(world: World) -> None:
    mine = world.sold(products=[CUP])
    world.drain()
    other = build_world(world.now, slug="andetsteds", number=100)
    theirs = other.sold(products=[CUP])
    other.drain()
    assert mine.order_id == theirs.order_id
    require_booked(world, mine)
    require_booked(other, theirs)
