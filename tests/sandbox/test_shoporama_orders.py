"""Orders: the sums hold to the øre, the states move as documented, the shapes are what the switches say."""

from __future__ import annotations

import math
import random
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.routes import Refused
from sandbox.shoporama import assumed, switches

if TYPE_CHECKING:
    from tests.sandbox.conftest import Caller

pytestmark = pytest.mark.tools

BASKET = {
    "products": [
        {"own_id": "SKU-1-M", "amount": 2, "attributes": {"Størrelse": "M"}},
        {"own_id": "FRI-0", "amount": 1},
    ],
    "shipping_price": "39,00",
}


def exact(value: Any) -> Decimal:
    return Decimal(str(value).replace(",", "."))


def test_the_fact_sheets_order_has_its_figures(call: Caller):
    order = call.shop.place({"products": BASKET["products"][:1], "shipping_price": 39, "paid": True})
    row = call.get(f"/order/{order.order_id}")
    assert (row["total_price"], row["vat"], row["paid"], row["status"]) == (437, 87.4, 1, "new")
    assert row["products"][0]["amount"] == 2
    assert row["products"][0]["unit_price"] == 199
    assert row["products"][0]["attributes"] == [{"name": "Størrelse", "val": "M"}]


def test_mixed_rates_shipping_fee_voucher_and_gift_card(call: Caller):
    wish = BASKET | {"fee": "5,50", "voucher_percent": 10, "gift_card": 100}
    row = call.get(f"/order/{call.shop.place(wish).order_id}")
    # goods 398 + 100 = 498; less 10 % = 49.80; + 39 + 5.50 = 492.70 sold; 100 of it by gift card
    assert row["voucher_discount_amount"] == 49.8
    assert row["total_price"] == 392.7
    # taxed at 25 %: 398 less 39.80, + 39 + 5.50 = 402.70, a fifth of which is VAT
    assert row["vat"] == 80.54
    assert (row["payment_fee"], row["gift_card_amount"]) == (5.5, 100)


def test_a_thousand_random_orders_add_up(call: Caller):
    dice = random.Random("baskets")
    for _ in range(1000):
        order = call.shop.place(a_basket(dice), tell=False)
        row = call.shop.writer().order(order)
        goods = sum((exact(line["amount"]) * exact(line["unit_price"]) for line in row["products"]), Decimal(0))
        goods = goods.quantize(Decimal("0.01"), ROUND_HALF_UP)
        charges = exact(row["shipping_price"]) + exact(row.get("payment_fee", 0))
        taken = exact(row["voucher_discount_amount"]) + exact(row.get("gift_card_amount", 0))
        assert exact(row["total_price"]) == goods + charges - taken
        assert exact(row["vat"]) == vat_by_fractions(row, charges)


def vat_by_fractions(row: dict[str, Any], charges: Decimal) -> Decimal:
    """The contained VAT by another way: a fifth of everything taxed at 25 %, in fractions, rounded once."""
    gross = [
        (Fraction(str(line["amount"])) * Fraction(str(line["unit_price"])), line["vat"]) for line in row["products"]
    ]
    goods = sum(amount for amount, _ in gross)
    taxed = sum(amount for amount, rate in gross if rate == 25)
    taxed -= Fraction(str(row["voucher_discount_amount"])) * taxed / goods
    if any(rate == 25 for _, rate in gross):
        taxed += Fraction(charges)
    ore = math.floor(taxed / 5 * 100 + Fraction(1, 2))
    return Decimal(ore) / 100


def a_basket(dice: random.Random) -> dict[str, Any]:
    lines = [
        {"name": "x", "amount": dice.randint(1, 9), "unit_price": str(Decimal(dice.randint(1, 99999)) / 100)}
        for _ in range(dice.randint(1, 6))
    ]
    lines[0]["vat"] = dice.choice([0, 25])
    return {
        "products": lines,
        "shipping_price": dice.choice(["0", "39", "49.95"]),
        "fee": dice.choice(["0", "5.50"]),
        "voucher_percent": dice.choice([0, 10, "12.5"]),
        "gift_card": dice.choice(["0", "0.50"]),
    }


def test_goods_sold_abroad_without_vat_are_sent_without_vat(call: Caller):
    wish = {"products": [{"name": "Lys", "unit_price": 80, "vat": 0}], "country": "NO", "shipping_price": 99}
    row = call.get(f"/order/{call.shop.place(wish).order_id}")
    assert (row["vat"], row["order_country"], row["total_price"]) == (0, "Norge", 179)


def test_the_states_of_an_order(call: Caller):
    order = call.shop.place({})
    call.shop.move(order, "sent")
    call.shop.pay(order)
    assert (order.status, order.paid_at) == ("sent", call.shop.clock())
    for status in ("sent", "cancelled"):
        with pytest.raises(Refused, match="cannot become"):
            call.shop.move(order, status)
    cancelled = call.shop.place({"status": "cancelled"})
    with pytest.raises(Refused, match="cannot be paid"):
        call.shop.pay(cancelled)


def shape(call: Caller, wish: Any = None, **own: Any) -> dict[str, Any]:
    for name, value in own.items():
        call.shop.switches[name] = switches.check(name, value)
    order = call.shop.place({"paid": True} | (wish or BASKET))
    row: dict[str, Any] = call.get(f"/order/{order.order_id}")
    return row


@pytest.mark.parametrize(
    ("own", "key", "value"),
    [
        ({"numbers": "point"}, "total_price", "537.00"),
        ({"numbers": "comma"}, "total_price", "537,00"),
        ({"paid_form": "bool"}, "paid", True),
        ({"paid_form": "text"}, "paid", "1"),
        ({"paid_form": "date"}, "paid", "2026-11-18 12:06:40"),
        ({"total_off": "0.50"}, "total_price", 537.5),
        ({"goods_price": "goods"}, "price", 498),
        ({"goods_price": "with-shipping"}, "price", 537),
        ({"shipping_form": "object"}, "shipping", {"name": "GLS", "price": 39}),
        ({"country_form": "code"}, "order_country_id", "DK"),
        ({"unknown_money": True}, "packaging_price", 12.5),
        ({"extra_dates": True}, "paid_at", "2026-11-18 12:06:40"),
        ({"keys": "other"}, "created", "2026-11-18 12:06:40"),
    ],
)
def test_each_shape_switch(call: Caller, own: dict[str, Any], key: str, value: Any):
    assert repr(shape(call).get(key)) != repr(value)
    assert repr(shape(call, **own)[key]) == repr(value)


@pytest.mark.parametrize(
    ("own", "absent"),
    [({"order_vat": "missing"}, "vat"), ({"currency_on_order": False}, "currency"), ({"keys": "other"}, "time")],
)
def test_fields_that_can_be_missing(call: Caller, own: dict[str, Any], absent: str):
    assert absent in shape(call)
    assert absent not in shape(call, **own)


def test_lines_in_their_other_shapes(call: Caller):
    row = shape(call, own_id="missing", line_vat="missing", unit_price_ex_vat=True, names_escaped=True)
    line = row["products"][0]
    assert "own_id" not in line
    assert "vat" not in line
    assert line["unit_price"] == 159.2
    assert line["attributes"] == [{"name": "St&#248;rrelse", "val": "M"}]
    assert shape(call, keys="other")["products"][0]["quantity"] == 2


def test_signs_and_the_gift_cards_two_readings(call: Caller):
    wish = BASKET | {"voucher_amount": 50, "gift_card": 100}
    assert shape(call, wish)["total_price"] == 387
    row = shape(call, wish, gift_card="payment", discount_sign="negative")
    assert (row["total_price"], row["voucher_discount_amount"], row["gift_card_amount"]) == (487, -50, 100)


def test_an_order_list_can_come_without_lines_and_the_newest_first(call: Caller):
    first, last = call.shop.place({}), call.shop.place({})
    call.shop.switches |= {"thin_order_lists": True, "order_lists": "newest-first"}
    rows = call.get("/order")["orders"]
    assert [row["order_id"] for row in rows] == [last.order_id, first.order_id]
    assert all("products" not in row for row in rows)


def test_raw_fields_override_and_drop(call: Caller):
    row = shape(call, {"raw": {"total_price": "1", "new": None}, "drop": ["cvr"]})
    assert (row["total_price"], row["new"]) == ("1", None)
    assert "cvr" not in row


def test_every_name_in_an_order_is_listed_as_assumed(call: Caller):
    wish = BASKET | {"fee": 1, "gift_card": 1, "delivery": {"name": "Bo"}}
    for own in ({}, {"keys": "other"}, {"shipping_form": "object"}, {"extra_dates": True, "goods_price": "goods"}):
        row = shape(call, wish, **own)
        assert row.keys() <= names(assumed.ORDER)
        assert row["products"][0].keys() <= names(assumed.LINE)


def names(table: dict[str, assumed.Assumed]) -> set[str]:
    return {word for field in table.values() for word in (field.key, field.other) if word}


@pytest.mark.parametrize(
    "wish",
    [
        {"products": [{"amount": "many", "unit_price": 1}]},
        {"products": [{"name": "x", "unit_price": None}]},
        {"country": "Atlantis"},
        {"payment": "Sølvmønter"},
        {"time": "yesterday"},
    ],
)
def test_an_order_that_makes_no_sense_is_refused(call: Caller, wish: dict[str, Any]):
    with pytest.raises(Refused):
        call.shop.place(wish)
    assert not call.shop.orders


def test_an_order_without_lines_or_email_and_one_of_250_lines_can_be_placed(call: Caller):
    assert shape(call, {"products": []})["total_price"] == 0
    assert shape(call, {"email": ""})["email"] == ""
    assert len(shape(call, {"products": [{"own_id": "KOP-7"}] * 250})["products"]) == 250
