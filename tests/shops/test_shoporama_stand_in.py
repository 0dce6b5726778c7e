"""Every open point of an order's shape, on the stand-in: both answers give the same order (section 7)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connector.core.errors import NeedsSetup
from connector.core.order import Order
from tests.shops.orders import figures
from tests.shops.stand_in import World

pytestmark = pytest.mark.contract

SHAPES: dict[str, tuple[Any, ...]] = {
    "numbers": ("point", "comma"),
    "paid_form": ("bool", "date", "text"),
    "keys": ("other",),
    "names_escaped": (True,),
    "unit_price_ex_vat": (True,),
    "line_vat": ("missing",),
    "order_vat": ("missing",),
    "goods_price": ("goods", "with-shipping"),
    "shipping_form": ("object",),
    "discount_sign": ("negative",),
    "gift_card": ("payment",),
    "country_form": ("code",),
    "country_codes": (False,),
    "currency_on_order": (False,),
    "extra_dates": (True,),
    "credit_link": ("other", "none"),
}
CASES = [(name, value) for name, values in SHAPES.items() for value in values]
WISHES: dict[str, dict[str, Any]] = {
    "usual": {},
    "voucher": {"products": [{"own_id": "KOP-7", "amount": 3}], "voucher_percent": 20},
    "gift card": {"gift_card": 100, "fee": 5},
    "company": {
        "company": "Nørd & Søn ApS",
        "cvr": "12345678",
        "ean": "5798000001234",
        "delivery": {"name": "Ida", "address": "Vej 2", "zipcode": "0155", "city": "Oslo", "country": "NO"},
    },
    "abroad": {"products": [{"own_id": "BOG-1", "vat": 0}], "shipping_price": "31.20", "country": "NO"},
}


def placed(wish: dict[str, Any], **switches: Any) -> Order:
    world = World(**switches)
    (order,) = world.adapter().order(str(world.place(**wish).order_id)).readings
    return order


@pytest.mark.parametrize("name", WISHES)
@pytest.mark.parametrize(("switch", "value"), CASES, ids=lambda value: str(value))
def test_every_shape_gives_the_same_order(switch: str, value: Any, name: str):
    usual, other = placed(WISHES[name]), placed(WISHES[name], **{switch: value})
    assert figures(other) == figures(usual)
    assert (other.total, other.payments) == (usual.total, usual.payments)
    assert (other.buyer, other.delivery) == (usual.buyer, usual.delivery)
    assert [(line.name, line.quantity) for line in other.lines] == [(line.name, line.quantity) for line in usual.lines]
    assert (other.placed_at, other.paid_at) == (usual.placed_at, usual.paid_at)


def test_without_own_ids_lines_have_no_number():
    assert {line.sku for line in placed({}, own_id="missing").lines} == {""}


@pytest.mark.parametrize(
    ("switch", "value", "code"),
    [("total_off", "0.01", "total-off"), ("total_off", "-5", "total-off"), ("unknown_money", True, "amount-unread")],
)
def test_what_does_not_add_up_stops(switch: str, value: Any, code: str):
    with pytest.raises(NeedsSetup) as caught:
        placed({}, **{switch: value})
    assert caught.value.code == code


def test_two_hundred_and_fifty_lines():
    lines = [{"name": f"Vare {n} 👍", "unit_price": str(n + Decimal("0.95")), "amount": 1 + n % 3} for n in range(250)]
    order = placed({"products": lines, "fee": 5}, names_escaped=True, numbers="comma")
    assert len(order.lines) == 252
    assert order.lines[7].name == "Vare 7 👍"


def test_shipped_and_cancelled_orders():
    assert placed({"status": "sent"}).shipped_at
    assert placed({"status": "cancelled", "paid": False}).is_cancelled


def test_an_unpaid_order_has_received_nothing():
    order = placed({"paid": False})
    assert (order.paid_at, order.payments) == (None, ())
