"""Credit notes: what is given back, in which form the shop says so, and what it leaves open."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from sandbox import site
from sandbox.routes import Refused
from sandbox.shoporama.returns import Credited, whole
from sandbox.wire import Request
from tests.sandbox.test_shoporama_orders import BASKET, a_basket

if TYPE_CHECKING:
    from sandbox.shoporama.orders import Order
    from sandbox.world import World
    from tests.sandbox.conftest import Caller

pytestmark = pytest.mark.tools


def part(order: Order, amount: int = 1, **more: Any) -> Credited:
    """So many of the order's first line."""
    return Credited({order.lines[0].line_id: Decimal(amount)}, **more)


def said(call: Caller, note: Order) -> Any:
    return call.get(f"/order/{note.order_id}")


def test_a_return_becomes_an_order_with_negative_amounts(call: Caller):
    order = call.shop.place(BASKET | {"voucher_percent": 10})
    made = call.shop.give_back(order, part(order, shipping=True))
    assert call.get("/order-return")[0]["status"] == "new"
    row = said(call, call.shop.approve(made))
    # one of two shirts: -199, its share of the discount back: +19.90, the shipping: -39
    assert (row["total_price"], row["original_order_id"]) == (-218.1, order.order_id)
    assert call.get(f"/order-return/{made.return_id}")["status"] == "completed"
    with pytest.raises(Refused, match="completed"):
        call.shop.approve(made)


def test_more_than_was_sold_and_what_is_a_credit_note_are_refused(call: Caller):
    order = call.shop.place(BASKET)
    note = call.shop.credit(order, whole(order))
    for goods in (part(order, 3), part(order, -1), part(order, 0), Credited({7: Decimal(1)})):
        with pytest.raises(Refused, match="cannot be returned"):
            call.shop.give_back(order, goods)
    with pytest.raises(Refused, match="not credited"):
        call.shop.credit(order, Credited({}, shipping=True, prices={order.lines[0].line_id: Decimal(1)}))
    with pytest.raises(Refused, match="is a credit note"):
        call.shop.credit(note, part(order))
    assert len(call.shop.orders) == 2


def test_all_of_an_order_is_its_mirror_but_for_the_gift_card(call: Caller):
    order = call.shop.place(BASKET | {"fee": "5,50", "voucher_percent": 10, "gift_card": 100, "paid": True})
    note = call.shop.credit(order, whole(order))
    row = said(call, note)
    assert (row["total_price"], row["vat"], row["payment_fee"]) == (-492.7, -80.54, -5.5)
    assert (note.sold, note.number) == (-order.sold, order.number + 1)
    assert "gift_card_amount" not in row


def test_the_shipping_alone_and_a_line_for_another_amount(call: Caller):
    order = call.shop.place(BASKET)
    assert said(call, call.shop.credit(order, Credited({}, shipping=True)))["total_price"] == -39
    line = order.lines[0].line_id
    returned = call.shop.give_back(order, part(order, 2))
    note = call.shop.approve(returned, Credited({line: Decimal(2)}, prices={line: Decimal("150.00")}))
    assert said(call, note)["total_price"] == -300


def test_the_notes_of_an_order_sum_to_it_however_it_is_cut(call: Caller):
    dice = random.Random("pieces")
    for _ in range(100):
        order = call.shop.place(a_basket(dice), tell=False)
        notes = [
            call.shop.credit(order, Credited({line.line_id: Decimal(1)}))
            for line in order.lines
            for _ in range(int(line.amount))
        ]
        rest = call.shop.credit(order, Credited({}, shipping=True, fee=True))
        assert sum(note.sold for note in [*notes, rest]) == -order.sold


@pytest.mark.parametrize(
    ("form", "line"), [("negative-quantity", (-1, 199)), ("negative-price", (1, -199))], ids=lambda value: str(value)
)
def test_where_the_minus_stands_is_a_switch(call: Caller, form: str, line: tuple[int, int]):
    call.shop.switches["credit_form"] = form
    order = call.shop.place(BASKET)
    row = said(call, call.shop.credit(order, part(order)))
    assert (row["products"][0]["amount"], row["products"][0]["unit_price"]) == line
    assert row["total_price"] == -199
    assert said(call, order)["products"][0]["unit_price"] == 199


@pytest.mark.parametrize(("sign", "vat"), [("negative", -39.8), ("positive", 39.8)])
def test_the_sign_of_the_vat_is_a_switch(call: Caller, sign: str, vat: float):
    call.shop.switches["credit_vat"] = sign
    order = call.shop.place(BASKET)
    assert said(call, call.shop.credit(order, part(order)))["vat"] == vat
    assert said(call, order)["vat"] == 87.4


@pytest.mark.parametrize(
    ("switch", "key"), [("original", "original_order_id"), ("other", "parent_order_id"), ("none", None)]
)
def test_a_credit_notes_link_is_a_switch(call: Caller, switch: str, key: str | None):
    call.shop.switches["credit_link"] = switch
    order = call.shop.place({})
    row = said(call, call.shop.credit(order, part(order)))
    links = {name: row[name] for name in ("original_order_id", "parent_order_id") if name in row}
    assert links == ({key: order.order_id} if key else {})


def test_one_note_may_tell_nobody_whose_it_is(call: Caller):
    order = call.shop.place({})
    note = call.shop.credit(order, part(order, is_linked=False))
    assert not said(call, note).keys() & {"original_order_id", "parent_order_id"}
    assert note.credits == order.order_id


@pytest.mark.parametrize(("switch", "named"), [("none", set()), ("on-return", {"row"}), ("on-credit", {"note"})])
def test_which_of_return_and_credit_note_names_the_other_is_a_switch(call: Caller, switch: str, named: set[str]):
    call.shop.switches["return_link"] = switch
    order = call.shop.place({})
    made = call.shop.give_back(order, part(order))
    note = call.shop.approve(made)
    row = call.get(f"/order-return/{made.return_id}")
    found = {"row"} if row.get("credit_order_id") == note.order_id else set()
    found |= {"note"} if said(call, note).get("order_return_id") == made.return_id else set()
    assert found == named
    assert call("GET", "/order-return/9").status == 404


# --- by control, by hand ----------------------------------------------------------------------------------------------
def control(world: World, path: str, body: Any, status: int = 201) -> Any:
    reply = site.dispatch(world, Request("POST", f"/control/shops/4001{path}", {}, {}, json.dumps(body).encode()))
    assert reply.status == status, reply.body
    return reply.json()


def test_credits_and_returns_by_control(world: World):
    order = control(world, "/orders", BASKET | {"fee": 5})
    base = f"/orders/{order['order']}"
    assert control(world, f"{base}/credit", {})["total"] == "-542.00"
    piece = {"products": [{"line": 1, "amount": 1, "unit_price": "80,00"}], "link": False, "webhooks": False}
    note = control(world, f"{base}/credit", piece)
    assert (note["total"], note["credits"]) == ("-80.00", order["order"])
    assert "original_order_id" not in note["document"]
    assert control(world, f"{base}/credit", {"shipping": True})["gross_by_rate"] == {"25": "-39.0000"}

    made = control(world, f"{base}/returns", {"products": [{"line": 0, "amount": 2}]})
    adjusted = {"products": [{"line": 0, "unit_price": 100}]}
    credit = control(world, f"/returns/{made['order_return_id']}/approve", adjusted)
    assert (credit["total"], credit["document"]["original_order_id"]) == ("-200.00", order["order"])
    at_once = control(world, f"{base}/returns", {"products": [{"line": 1}], "approve": True})
    assert at_once["credit"]["total"] == "-100.00"


@pytest.mark.parametrize(
    "wish", [{"products": [{"line": 2}]}, {"products": [{"line": 0, "amount": 9}]}, {"products": [{"amount": 1}]}]
)
def test_a_credit_that_makes_no_sense_is_refused(world: World, wish: dict[str, Any]):
    order = control(world, "/orders", BASKET)
    control(world, f"/orders/{order['order']}/credit", wish, status=400)
    assert len(world.shop(4001).orders) == 1


def test_an_order_is_credited_by_the_page_once(world: World):
    def page(path: str) -> str:
        return site.dispatch(world, Request("GET", path, {}, {"accept": "text/html"})).body.decode()

    order = world.shop(4001).place({"paid": True})
    base = f"/shop/4001/orders/{order.order_id}"
    assert f"{base}/credit" in page("/shop/4001")
    sent = site.dispatch(world, Request("POST", f"{base}/credit", {}, {"accept": "text/html"}, urlencode({}).encode()))
    note = world.shop(4001).order(order.order_id + 1)
    assert (sent.status, sent.headers["location"]) == (303, f"/shop/4001/orders/{note.order_id}")
    assert note.sold == -order.sold
    assert "/credit" not in page("/shop/4001")
    assert f'Kreditnota til ordre <a href="{base}">' in page(f"/shop/4001/orders/{note.order_id}")
