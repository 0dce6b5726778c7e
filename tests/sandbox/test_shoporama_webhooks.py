"""Webhooks: who is told what, signed how, and the faults of delivery."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

from sandbox.shoporama.returns import Credited, whole
from sandbox.shoporama.webhooks import SIGNED_STYLES, Delivery, sign

if TYPE_CHECKING:
    from tests.sandbox.conftest import Caller

pytestmark = pytest.mark.tools
URL = "http://127.0.0.1:9/hook"


def register(call: Caller, *events: str) -> list[dict[str, object]]:
    return [call("POST", "/webhook", {"url": URL, "event": event}).json() for event in events]


def told(call: Caller) -> list[str]:
    return [delivery.event for delivery in call.sent]


def test_each_event_tells_those_who_asked_for_it(call: Caller):
    register(call, "order_created", "paid", "new_status", "new_return")
    order = call.shop.place({})
    call.shop.pay(order)
    call.shop.pay(order)
    call.shop.move(order, "sent")
    call.shop.give_back(order, Credited({order.lines[0].line_id: order.lines[0].amount}))
    assert told(call) == ["order_created", "paid", "new_status", "new_return"]


@pytest.mark.parametrize("is_told", [True, False])
def test_a_credit_note_is_told_like_an_order_or_not_at_all(call: Caller, is_told: bool):
    register(call, "order_created")
    call.shop.switches["credit_webhook"] = is_told
    order = call.shop.place({}, tell=False)
    note = call.shop.credit(order, whole(order))
    returned = call.shop.approve(call.shop.give_back(order, Credited({order.lines[0].line_id: order.lines[0].amount})))
    notes = [note.order_id, returned.order_id] if is_told else []
    assert [json.loads(delivery.body)["order_id"] for delivery in call.sent] == notes


def test_an_order_placed_quietly_tells_nobody(call: Caller):
    register(call, "order_created", "paid")
    call.shop.place({"paid": True}, tell=False)
    assert told(call) == []


@pytest.mark.parametrize(
    ("form", "keys"), [("thin", {"event", "webshop_id", "order_id"}), ("full", {"event", "webshop_id", "order"})]
)
def test_the_bodys_form_is_a_switch(call: Caller, form: str, keys: set[str]):
    register(call, "paid")
    call.shop.switches["webhook_body"] = form
    call.shop.place({"paid": True})
    assert json.loads(call.sent[0].body).keys() == keys


def test_a_body_can_be_empty(call: Caller):
    register(call, "paid")
    call.shop.switches["webhook_body"] = "empty"
    call.shop.place({"paid": True})
    assert call.sent[0].body == b""


def test_every_webhook_signs_with_its_own_secret(call: Caller):
    first, second = register(call, "paid", "paid")
    call.shop.place({"paid": True})
    expected = [
        hmac.new(str(row["secret"]).encode(), call.sent[0].body, hashlib.sha256).hexdigest() for row in (first, second)
    ]
    assert [delivery.headers["X-Shoporama-Signature"] for delivery in call.sent] == expected
    assert expected[0] != expected[1]


@pytest.mark.parametrize("style", SIGNED_STYLES)
def test_signature_styles(style: str):
    digest = hmac.new(b"key", b"body", style.partition("-")[0])
    forms = {"hex": digest.hexdigest(), "base64": b64encode(digest.digest()).decode()}
    forms["prefixed"] = f"{digest.name.removeprefix('hmac-')}={digest.hexdigest()}"
    assert sign("key", b"body", style) == forms[style.partition("-")[2]]


def test_unsigned_and_otherwise_named_headers(call: Caller):
    register(call, "paid")
    call.shop.switches |= {
        "signature_header": "X-Signature",
        "webhook_event_header": True,
        "webhook_delivery_header": True,
    }
    call.shop.place({"paid": True})
    headers = call.sent[0].headers
    assert {"X-Signature", "X-Shoporama-Event", "X-Shoporama-Delivery"} <= headers.keys()
    call.shop.switches["signature"] = "none"
    call.shop.place({"paid": True})
    assert "X-Signature" not in call.sent[1].headers


def test_deliveries_go_missing_come_twice_and_late(call: Caller):
    register(call, "paid")
    call.shop.switches["webhooks_missing"] = True
    call.shop.place({"paid": True})
    assert told(call) == []
    call.shop.switches |= {"webhooks_missing": False, "webhook_copies": 3, "webhook_delay_seconds": 1.5}
    call.shop.place({"paid": True})
    assert [delivery.wait for delivery in call.sent] == [1.5, 1.5, 1.5]


def test_reordering_holds_back_every_second_delivery(call: Caller):
    register(call, "order_created", "paid")
    call.shop.switches["webhooks_reordered"] = True
    call.shop.place({"paid": True})
    created, paid = call.sent
    assert created.wait > paid.wait == 0


@pytest.mark.parametrize(
    ("setting", "at_once", "later"), [("create", True, False), ("always", True, True), ("never", False, False)]
)
def test_where_the_secret_is_shown_is_a_switch(call: Caller, setting: str, at_once: bool, later: bool):
    call.shop.switches["webhook_secret"] = setting
    made = register(call, "paid")[0]
    listed = call.get("/webhook")[0]
    assert ("secret" in made, "secret" in listed) == (at_once, later)


def test_which_field_names_the_events_is_a_switch(call: Caller):
    many = {"url": URL, "events": ["paid", "new_status"]}
    assert len(call("POST", "/webhook", many).json()) == 2
    call.shop.switches["webhook_fields"] = "event"
    assert call("POST", "/webhook", many).status == 400
    call.shop.switches["webhook_fields"] = "events"
    assert call("POST", "/webhook", {"url": URL, "event": "paid"}).status == 400


@pytest.mark.parametrize(
    "body", [{"url": URL, "event": "nothing"}, {"url": "mailto:x", "event": "paid"}, {"event": "paid"}]
)
def test_a_webhook_that_makes_no_sense_is_refused(call: Caller, body: dict[str, str]):
    assert call("POST", "/webhook", body).status == 400


def test_a_deleted_webhook_is_told_nothing(call: Caller):
    made = register(call, "paid")[0]
    assert call("DELETE", f"/webhook/{made['webhook_id']}").status == 200
    assert call("DELETE", f"/webhook/{made['webhook_id']}").status == 404
    call.shop.place({"paid": True})
    assert told(call) == []


def test_a_delivery_reports_its_tries():
    delivery = Delivery(1, 4001, 71, URL, "paid", 912345, b"", {})
    assert delivery.report()["answered"] is False
    delivery.log.append({"at": 0.0, "status": 202, "seconds": 0.1, "error": ""})
    assert delivery.report()["answered"] is True
