"""Credit notes: recognised by their total, read in whatever form, linked only to the order that they surely credit."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from connector.core.errors import NeedsSetup, Stop, Temporary
from connector.core.order import Order
from connector.lib.http import Answer
from sandbox.shoporama.orders import Order as Placed
from sandbox.shoporama.returns import Credited
from shops.adapters.shoporama.adapter import Shoporama
from tests.shops.orders import GONE, USUAL, a_line, an_order, figures, read, read_all
from tests.shops.stand_in import HOOK, NOON, World, in_turn
from tests.shops.test_shoporama_stand_in import CASES, WISHES

pytestmark = pytest.mark.contract

BACK = [("product", "-398.00", "25"), ("shipping", "-39.00", "25")]
"""The usual order given back."""


def a_note(**changes: Any) -> dict[str, Any]:
    """The usual order given back, with a minus wherever one may stand."""
    usual = {"products": [a_line(amount=-2)], "shipping_price": -39, "vat": Decimal("-87.40"), "total_price": -437}
    return an_order(**usual | changes)


# --- figures ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"products": [a_line(amount=2, unit_price=-199)]},
        {"vat": Decimal("87.40")},
        {"vat": GONE},
        {"vat": GONE, "products": [a_line(amount=-2, vat=GONE)]},
        {"products": [a_line(amount="-2", unit_price="159,20")]},
        {"total_price": "−437,00", "shipping_price": "-39,00 kr."},
        {"paid": "2026-03-02 10:16:10", "gift_card_amount": -37, "total_price": -400},
        {"gift_card_amount": 437, "total_price": 0},
    ],
    ids=str,
)
def test_the_usual_order_given_back(changes: dict[str, Any]):
    note = read(a_note(**changes))
    assert figures(note) == BACK
    assert [line.quantity for line in note.lines] == [2, 1]
    assert (note.total.amount, note.is_credit, note.payments) == (Decimal("-437.00"), True, ())


def test_the_shipping_alone_may_go_back_to_a_gift_card():
    note = read(a_note(products=[], gift_card_amount=39, total_price=0, vat=Decimal("-7.80")))
    assert (figures(note), note.is_credit) == (BACK[1:], True)


@pytest.mark.parametrize("share", [{"voucher_discount": -10}, {"voucher_discount": 10}], ids=str)
def test_a_percentage_given_back_may_have_a_minus(share: dict[str, int]):
    note = read(a_note(total_price=Decimal("-397.20"), vat=Decimal("-79.44"), **share))
    assert figures(note) == [*BACK, ("discount", "39.80", "-1")]


def test_a_fee_for_the_return_lowers_what_is_given_back():
    kept = a_line(name="Returgebyr", amount=1, unit_price=50)
    note = read(a_note(products=[a_line(amount=-2), kept], total_price=-387, vat=Decimal("-77.40")))
    assert [(line.quantity, line.gross) for line in note.lines[:2]] == [(2, Decimal(-398)), (1, Decimal(50))]


@pytest.mark.parametrize(
    ("changes", "sums"),
    [
        ({"total_price": -436}, ("total", "-437.00", "-436.00", "1.00")),
        ({"vat": -80}, ("vat", "-79.60", "-80.00", "-0.40")),
        ({"vat": 80}, ("vat", "-79.60", "-80.00", "-0.40")),
    ],
    ids=str,
)
def test_what_does_not_add_up_is_told_as_the_shop_writes_it(changes: dict[str, Any], sums: tuple[str, ...]):
    with pytest.raises(NeedsSetup, match="total-off") as caught:
        read_all(a_note(**changes))
    facts = caught.value.facts
    assert (facts["what"], facts["lines"], facts["paid"], facts["difference"]) == sums


def test_money_that_was_not_read_stops_a_credit_note_too():
    with pytest.raises(NeedsSetup, match="amount-unread"):
        read_all(a_note(packaging_price=Decimal("-12.50")))


def test_a_cancelled_credit_note_is_no_reason_to_stop():
    note = read(a_note(status="cancelled", total_price=-1, original_order_id=912001))
    assert (note.is_cancelled, note.lines, note.total.amount, note.credits) == (True, (), Decimal(-1), "912001")


# --- the link ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "credited"),
    [
        ({}, ""),
        ({"original_order_id": 912001}, "912001"),
        ({"original_order_id": "912001"}, "912001"),
        ({"parent_order_id": 912001}, "912001"),
        ({"credited_order_id": 912001}, "912001"),
        ({"credit_for": 912001}, "912001"),
        ({"refers_to": {"order_id": "912001", "webshop_order_id": 10001}}, "912001"),
        ({"original_order": {"id": 912001}}, "912001"),
        ({"order_return": {"id": 501, "order_id": 912001}}, "912001"),
        ({"parent_order_id": 912002, "original_order_id": 912001}, "912001"),
        ({"original_order_id": 0, "parent_order_id": 912001}, "912001"),
        # Nowhere, or to itself.
        ({"original_order_id": None}, ""),
        ({"original_order_id": ""}, ""),
        ({"original_order_id": "10001-K"}, ""),
        ({"original_order_id": 912345}, ""),
        ({"original_order_id": 912345, "parent_order_id": 912001}, "912001"),
        ({"original_order": {"webshop_order_id": 10001}}, ""),
        ({"original_order": [912001]}, ""),
        # A return's own number is no order's.
        ({"order_return": {"id": 501}}, ""),
        ({"return": 501}, ""),
    ],
    ids=str,
)
def test_the_order_that_is_credited(fields: dict[str, Any], credited: str):
    assert read(a_note(**fields)).credits == credited


def test_an_order_that_is_linked_and_not_below_zero_is_a_sale():
    order = read(an_order(original_order_id=912001, credited_order_id=912002))
    assert (figures(order), order.is_credit, order.credits) == (USUAL, False, "")


# --- on the stand-in --------------------------------------------------------------------------------------------------
def credited(wish: dict[str, Any], of: dict[str, Any], **switches: Any) -> tuple[Order, Placed]:
    world = World(**switches)
    placed = world.place(**wish)
    note = world.credit(placed, **of)
    (order,) = world.adapter().order(str(note.order_id)).readings
    return order, placed


MORE_CASES = [("credit_form", "negative-price"), ("credit_vat", "positive")]


@pytest.mark.parametrize("name", WISHES)
@pytest.mark.parametrize(("switch", "value"), [*CASES, *MORE_CASES], ids=lambda value: str(value))
def test_every_shape_gives_the_same_credit_note(switch: str, value: Any, name: str):
    (usual, placed), (other, _) = credited(WISHES[name], {}), credited(WISHES[name], {}, **{switch: value})
    assert figures(other) == figures(usual)
    assert [(line.name, line.quantity) for line in other.lines] == [(line.name, line.quantity) for line in usual.lines]
    assert other.total == usual.total
    assert usual.total.amount == -placed.sold
    assert usual.credits == str(placed.order_id)
    assert other.credits == ("" if value == "none" else usual.credits)
    assert (other.payments, other.placed_at) == ((), usual.placed_at)


def test_a_part_of_an_order_with_its_share_of_the_discount():
    world = World()
    sold = world.place(products=[{"own_id": "KOP-7", "amount": 3}], voucher_percent=10)
    goods = Credited({sold.lines[0].line_id: Decimal(2)}, shipping=True)
    note = world.shop.approve(world.shop.give_back(sold, goods))
    (order,) = world.adapter().order(str(note.order_id)).readings
    assert figures(order) == [("product", "-259.90", "25"), ("shipping", "-39.00", "25"), ("discount", "25.99", "-1")]
    assert order.total.amount == order.lines_total == Decimal("-272.91")
    assert order.lines[0].quantity == 2


# --- a return tells ---------------------------------------------------------------------------------------------------
def returned(world: World, **approval: Any) -> tuple[Shoporama, Placed, Placed]:
    """An adapter, an order and the credit note of its return, with another return before it."""
    other, sold = (world.place() for _ in range(2))
    for placed in (other, sold):
        goods = Credited({placed.lines[0].line_id: Decimal(1)}, **approval)
        note = world.shop.approve(world.shop.give_back(placed, goods))
    return world.adapter(), sold, note


@pytest.mark.parametrize(
    ("link", "path"), [("on-return", "/order-return"), ("on-credit", "/order-return/502"), ("none", "/order-return")]
)
def test_a_return_tells_the_order_by_one_call_and_only_for_certain(link: str, path: str):
    world = World(credit_link="none", return_link=link)
    adapter, sold, note = returned(world)
    (order,) = adapter.order(str(note.order_id)).readings
    assert order.credits == ("" if link == "none" else str(sold.order_id))
    assert world.asked == [f"GET /order/{note.order_id}", f"GET {path}"]


def test_no_return_is_asked_for_where_the_note_tells_or_nothing_is_credited():
    world = World(return_link="on-return")
    adapter, sold, note = returned(world)
    assert adapter.order(str(note.order_id)).readings[0].credits == str(sold.order_id)
    assert adapter.order(str(sold.order_id)).readings[0].credits == ""
    assert len(adapter.calls) == 2


def a_return(order_id: object, **more: object) -> dict[str, object]:
    return {"id": 501, "order_id": order_id, "credit_order_id": 912345, **more}


UNLINKED = {"order_id": 912345, "time": "2026-03-02 10:15:00", "total_price": -10}
UNLINKED |= {"products": [{"amount": -1, "unit_price": 10, "vat": 25}]}


def answered(status: int, body: object, **more: object) -> list[Order]:
    """A credit note without a link, and what the returns answer."""
    said = ((200, UNLINKED | more), (status, body))
    answers = [Answer(code, {}, json.dumps(document).encode()) for code, document in said]
    return list(World().adapter(in_turn(*answers), auth_form="Bearer").order("912345").readings)


@pytest.mark.parametrize(
    ("status", "body", "credited"),
    [
        (200, [a_return(912001)], "912001"),
        (200, [a_return(912001), a_return("912001", id=502)], "912001"),
        (200, [a_return(912001), a_return(912002, id=502)], ""),
        (200, [a_return(912345)], ""),
        (200, [{"id": 501, "order": {"order_id": 912001}, "credit_order": {"id": 912345}}], "912001"),
        (200, [{"id": 501, "order_id": 912001, "credit_order_id": 912346}], ""),
        (200, [{"id": 501, "order_id": 912001, "email": "kunde@example.com", "total_price": 10}], ""),
        (200, [], ""),
        (200, {}, ""),
        (403, {"error": "no right"}, ""),
        (404, {}, ""),
    ],
    ids=str,
)
def test_what_the_returns_may_answer(status: int, body: object, credited: str):
    assert [order.credits for order in answered(status, body)] == [credited]


def test_a_return_that_made_another_note_tells_nothing_of_this_one():
    one = {"order_return_id": 501, "order_id": 912001}
    assert answered(200, one, order_return_id=501)[0].credits == "912001"
    assert answered(200, one | {"credit_order_id": 912346}, order_return_id=501)[0].credits == ""
    assert answered(200, one, order_return_id=502)[0].credits == ""


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [(503, Temporary, "provider-down"), (429, Temporary, "shop-budget-used"), (401, NeedsSetup, "shop-key-refused")],
)
def test_a_shop_that_does_not_answer_is_asked_again_rather_than_a_person(status: int, kind: type[Stop], code: str):
    with pytest.raises(kind, match=code):
        answered(status, {})


# --- how it is heard of -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("body", ["thin", "full"])
def test_a_return_and_its_credit_note_are_told_of(body: str):
    world = World(webhook_body=body)
    adapter = world.adapter()
    adapter.subscribe(HOOK)
    _, sold, note = returned(world)
    told = [adapter.read({}, delivery.body) for delivery in world.shop.deliveries[-2:]]
    assert [(event.topic, event.order_id) for event in told] == [
        ("new_return", str(sold.order_id)),
        ("order_created", str(note.order_id)),
    ]


def test_a_credit_note_that_nobody_tells_of_is_found_by_asking():
    world = World(credit_webhook=False)
    adapter = world.adapter()
    adapter.subscribe(HOOK)
    sold = world.place()
    told = len(world.shop.deliveries)
    world.now += 3600 * 6
    note = world.credit(sold)
    assert len(world.shop.deliveries) == told
    since = NOON.fromtimestamp(world.now - 60, NOON.tzinfo)
    assert [order_id for order_id, _ in adapter.changed_since(since)] == [str(note.order_id)]
    assert adapter.order(str(note.order_id)).readings[0].is_credit


def test_refunds_are_not_seen():
    assert not Shoporama.capabilities.sees_refunds
