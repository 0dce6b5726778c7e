"""The scripts' shop against the sandbox's control address: what is credited, and in which figures it comes back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from sandbox import site
from sandbox.wire import Request
from sandbox.world import new_world
from script.lib.control import Control
from script.lib.shop import Order, Shop

pytestmark = pytest.mark.tools

BASKET = [{"own_id": "SKU-1-M", "amount": 2}, {"own_id": "FRI-0", "amount": 1}]


class Direct(Control):
    """The control address of a sandbox in this process."""

    def __init__(self) -> None:
        self.world = new_world("http://127.0.0.1:1")

    def post(self, path: str, body: Mapping[str, object]) -> Any:
        content = json.dumps(body, default=str).encode()
        reply = site.dispatch(self.world, Request("POST", f"/control{path}", {}, {}, content))
        assert reply.status < 300, reply.body
        return json.loads(reply.body, parse_float=Decimal)


@pytest.fixture
def control() -> Direct:
    return Direct()


@pytest.fixture
def shop(control: Direct) -> Shop:
    return Shop(control)


@pytest.fixture
def order(shop: Shop) -> Order:
    return shop.place(BASKET, shipping_price=39, paid=True)


def told(note: Order) -> tuple[str, dict[int, str], list[int]]:
    """What a note comes to: its total, what each rate has of it, its quantities."""
    by_rate = {int(rate): f"{gross:.2f}" for rate, gross in note.by_rate.items()}
    return f"{note.total:.2f}", by_rate, [int(quantity) for quantity in note.quantities]


def test_an_order_tells_the_quantities_that_can_be_credited(order: Order):
    assert (told(order), order.credits) == (("537.00", {25: "437.00", 0: "100.00"}, [2, 1]), 0)


def test_all_of_an_order_is_credited_where_nothing_is_chosen(shop: Shop, order: Order):
    note = shop.credit(order)
    assert told(note) == ("-537.00", {25: "-437.00", 0: "-100.00"}, [2, 1])
    assert (note.credits, note.key) == (order.number, "")
    assert note.number != order.number
    assert note.name != order.name


def test_a_part_is_credited_with_shipping_or_without(shop: Shop, order: Order):
    assert told(shop.credit(order, {0: 1})) == ("-199.00", {25: "-199.00"}, [1])
    assert told(shop.credit(order, {1: 1}, shipping=True)) == ("-139.00", {25: "-39.00", 0: "-100.00"}, [1])
    assert told(shop.credit(order, shipping=True)) == ("-39.00", {25: "-39.00"}, [])
    assert told(shop.credit(order, {0: 2}, prices={0: "150.00"})) == ("-300.00", {25: "-300.00"}, [2])
    assert told(shop.take_back(order, {0: 1, 1: 1}, shipping=True))[0] == "-338.00"


def test_a_credit_note_need_not_tell_whose_it_is(control: Direct, shop: Shop, order: Order):
    note = shop.credit(order, {0: 1}, link=False)
    assert note.credits == order.number
    assert not control.world.shop(shop.number).orders[note.number].is_linked
