"""The REST door: keys, the day's limit, lists, products and stock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sandbox.conftest import Caller, MovedClock

pytestmark = pytest.mark.tools


@pytest.mark.parametrize("form", ["Shoporama ", "Bearer ", ""])
def test_all_three_forms_of_the_key_are_let_in(call: Caller, form: str):
    call.form = form
    assert call("GET", "/product").status == 200


def test_a_form_that_is_switched_off_is_turned_away(call: Caller):
    call.shop.switches["auth_forms"] = "bearer"
    assert call("GET", "/product").status == 200
    call.form = "Shoporama "
    assert call("GET", "/product").status == 401
    call.form = ""
    assert call("GET", "/product").status == 401


def test_an_unknown_key_is_turned_away(call: Caller):
    call.token = "0" * 32
    assert call("GET", "/product").status == 401


def test_a_key_for_reading_may_not_write(call: Caller):
    call.token = call.shop.new_key("Connector", "read").token
    assert call("GET", "/product").status == 200
    assert call("PUT", f"/stock/{next(iter(call.shop.products))}", {"count": 1, "variant_name": "M"}).status == 403


def test_one_shops_key_does_not_open_another_shop(call: Caller):
    other = call.platform.new_shop("other.dk")
    order = other.place({})
    assert call("GET", f"/order/{order.order_id}").status == 404


def test_the_days_calls_end_and_begin_again_at_midnight_in_copenhagen(call: Caller, clock: MovedClock):
    call.shop.daily_limit = 3
    assert [call("GET", "/country").status for _ in range(4)] == [200, 200, 200, 429]
    clock.move(12 * 3600)
    assert call("GET", "/country").status == 200


@pytest.mark.parametrize(
    ("answer", "status", "waits"), [("429", 429, None), ("429-retry-after", 429, "60"), ("403", 403, None)]
)
def test_the_limits_answer_is_a_switch(call: Caller, answer: str, status: int, waits: str | None):
    call.shop.daily_limit = 0
    call.shop.switches["limit_answer"] = answer
    reply = call("GET", "/country")
    assert (reply.status, reply.headers.get("retry-after")) == (status, waits)


@pytest.mark.parametrize(
    ("shape", "body"), [("error", b'{"error": '), ("message", b'{"message": '), ("text", b"order 1 ")]
)
def test_an_errors_shape_is_a_switch(call: Caller, shape: str, body: bytes):
    call.shop.switches["error_shape"] = shape
    assert call("GET", "/order/1").body.startswith(body)


def test_lists_page_at_most_a_hundred_rows(call: Caller):
    for _ in range(130):
        call.shop.place({})
    first = call.get("/order", limit="500")
    assert first["paging"] == {"offset": 0, "limit": 100, "count": 100, "total": 130}
    rest = call.get("/order", limit="100", offset="100")
    numbers = [row["order_id"] for row in first["orders"] + rest["orders"]]
    assert len(set(numbers)) == 130


@pytest.mark.parametrize(
    ("switch", "product", "country"), [("documented", dict, list), ("bare", list, list), ("wrapped", dict, dict)]
)
def test_which_lists_are_wrapped_is_a_switch(call: Caller, switch: str, product: type, country: type):
    call.shop.switches["lists"] = switch
    assert isinstance(call.get("/product"), product)
    assert isinstance(call.get("/country"), country)


def test_a_payment_method_gets_a_new_number_and_keeps_its_name(call: Caller):
    before = call.get("/payment-gateway")
    call.shop.set_gateway("MobilePay", 60)
    call.shop.set_gateway("Klarna", 61)
    after = {row["name"]: row["payment_gateway_id"] for row in call.get("/payment-gateway")}
    assert after == {row["name"]: row["payment_gateway_id"] for row in before} | {"MobilePay": 60, "Klarna": 61}
    order = call.shop.place({"payment": "MobilePay"})
    assert call.get(f"/order/{order.order_id}")["payment_gateway_id"] == 60


def test_last_modified_filters_orders_only_where_the_switch_says_so(call: Caller, clock: MovedClock):
    old = call.shop.place({})
    clock.move(3600)
    new = call.shop.place({})
    since = call.get(f"/order/{new.order_id}")["last_modified"].replace(" ", "T")
    assert [row["order_id"] for row in call.get("/order", last_modified=since)["orders"]] == [new.order_id]
    call.shop.switches["orders_last_modified"] = False
    assert [row["order_id"] for row in call.get("/order", last_modified=since)["orders"]] == [
        old.order_id,
        new.order_id,
    ]


def test_a_paid_order_has_been_modified(call: Caller, clock: MovedClock):
    order = call.shop.place({})
    clock.move(60)
    call.shop.pay(order)
    row = call.get(f"/order/{order.order_id}")
    assert row["last_modified"] > row["time"]


def test_a_removed_product_is_gone(call: Caller):
    number = next(iter(call.shop.products))
    assert call("DELETE", f"/product/{number}").status == 200
    reply = call("GET", f"/product/{number}")
    assert (reply.status, reply.body) == (410, b"410 Gone")
    assert number not in [row["product_id"] for row in call.get("/product")["products"]]


def test_a_put_changes_only_what_it_names(call: Caller):
    number = next(iter(call.shop.products))
    before = call.get(f"/product/{number}")
    call("PUT", f"/product/{number}", {"price": "210,50"})
    assert call.get(f"/product/{number}") == before | {"price": 210.5}


def test_a_variants_stock_needs_its_name(call: Caller):
    number = next(iter(call.shop.products))
    refused = call("PUT", f"/stock/{number}", {"count": 7})
    assert refused.status == 400
    assert "L, M, S" in refused.json()["error"]
    call("PUT", f"/stock/{number}", {"count": 7, "variant_name": "M"})
    assert {"variant_name": "M", "count": 7} in call.get(f"/stock/{number}")
    assert call("PUT", "/stock/1", {"count": 7}).status == 404


@pytest.mark.parametrize("body", [b"{", b"[]", b"7", b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(call: Caller, body: bytes):
    from sandbox.wire import Request

    headers = {"authorization": call.token}
    assert call.platform.handle(Request("POST", "/webhook", {}, headers, body)).status == 400


def test_an_order_is_changed_by_put_as_its_state_allows(call: Caller):
    order = call.shop.place({})
    assert call("PUT", f"/order/{order.order_id}", {"status": "sent", "invoice_id": 77}).json()["invoice_id"] == 77
    assert call("PUT", f"/order/{order.order_id}", {"status": "cancelled"}).status == 409
    assert call("PUT", f"/order/{order.order_id}", {"total_price": 1}).status == 400
    assert call.get(f"/order/{order.order_id}")["status"] == "sent"


def test_unknown_addresses_and_methods(call: Caller):
    assert call("GET", "/nothing").status == 404
    assert call("DELETE", "/country").status == 405
