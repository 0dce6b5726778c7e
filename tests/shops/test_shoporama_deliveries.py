"""What a delivery says, in whatever shape (section 5); what it cannot say is left to the poll."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shops.adapters.shoporama.deliveries import LARGEST_BODY, read
from shops.base import Event
from tests.shops.stand_in import HOOK, World

pytestmark = pytest.mark.contract


@pytest.mark.parametrize(
    ("document", "topic", "order_id"),
    [
        ({"event": "paid", "webshop_id": 4001, "order_id": 912345}, "paid", "912345"),
        ({"event": "paid", "order": {"order_id": 912345, "total_price": 1.5}}, "paid", "912345"),
        ({"topic": "new_status", "data": {"order_id": "912345"}}, "new_status", "912345"),
        ({"type": "paid", "data": {"order": {"id": 912345}}}, "paid", "912345"),
        ({"event": "paid", "id": 912345}, "paid", "912345"),
        ({"id": "912345"}, "", "912345"),
        ({"order_id": 912345, "id": 5}, "", "912345"),
        ([{"event": "paid", "order_id": 912345}], "paid", "912345"),
        (912345, "", "912345"),
        ("912345", "", "912345"),
        # An id of something else is no order's.
        ({"event": "product", "id": 3042680}, "product", ""),
        ({"event": "stock", "product": {"id": 5}}, "stock", ""),
        ({"event": "new_return", "id": 501, "order_id": 912345}, "new_return", "912345"),
        ({"event": "new_return", "order_return_id": 501, "id": 501}, "new_return", ""),
        # Nothing usable.
        ({}, "", ""),
        ([], "", ""),
        ([[1]], "", ""),
        (None, "", ""),
        (True, "", ""),
        ({"event": "paid", "order_id": True}, "paid", ""),
        ({"event": "paid", "order_id": 0}, "paid", ""),
        ({"event": "paid", "order_id": -5}, "paid", ""),
        ({"event": "paid", "order_id": 12.5}, "paid", ""),
        ({"event": "paid", "order_id": "12; drop"}, "paid", ""),
        ({"event": "paid", "order_id": "٣"}, "paid", ""),
        ({"event": "paid", "order_id": "9" * 13}, "paid", ""),
        ({"event": "paid", "order_id": None}, "paid", ""),
        ({"event": {"name": "paid"}, "order": "x", "data": []}, "", ""),
        ({"event": "nul\x00 " + "x" * 100, "order_id": 1}, ("nul " + "x" * 100)[:60], "1"),
    ],
    ids=str,
)
def test_bodies(document: Any, topic: str, order_id: str):
    assert read({}, json.dumps(document).encode()) == Event(topic=topic, order_id=order_id)


@pytest.mark.parametrize(
    ("headers", "event"),
    [
        ({"x-shoporama-event": "paid", "x-shoporama-delivery": "17"}, Event("paid", "1", "17")),
        ({"x-event": "paid", "x-delivery-id": "17"}, Event("paid", "1", "17")),
        ({"x-webhook-topic": "paid"}, Event("paid", "1")),
        ({"event": "paid", "user-agent": "x"}, Event("", "1")),
        ({"x-shoporama-webhook-id": "71", "x-request-id": "8"}, Event("", "1")),
    ],
    ids=str,
)
def test_headers(headers: dict[str, str], event: Event):
    assert read(headers, b'{"order_id": 1}') == event


def test_the_body_may_name_the_delivery():
    assert read({}, b'{"order_id": 1, "delivery_id": "abc"}').delivery_id == "abc"


@pytest.mark.parametrize("body", [b"", b"  \n"])
def test_an_empty_body_is_a_hint_all_the_same(body: bytes):
    assert read({"x-shoporama-event": "paid"}, body) == Event("paid")


def test_the_longest_body_is_read_and_one_longer_is_not():
    body = b'{"order_id": 1, "x": "' + b"y" * (LARGEST_BODY - 24) + b'"}'
    assert len(body) == LARGEST_BODY
    assert read({}, body).order_id == "1"
    with pytest.raises(ValueError, match="too long"):
        read({}, body + b" ")


@pytest.mark.parametrize("form", ["thin", "full", "empty"])
@pytest.mark.parametrize("named", [True, False])
def test_the_stand_ins_deliveries(form: str, named: bool):
    world = World(webhook_body=form, webhook_event_header=named, webhook_delivery_header=named)
    adapter = world.adapter()
    adapter.subscribe(HOOK)
    headers, body = world.deliver()
    event = adapter.read(headers, body)
    assert event.order_id == ("" if form == "empty" else str(max(world.shop.orders)))
    assert event.topic == ("paid" if named or form != "empty" else "")
    assert bool(event.delivery_id) is named
