"""Reasons about one order: its sums, its customer, its draft, its invoice; and what is not meant to go."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from connector.core import mapping
from connector.core.states import Detail, State
from connector.sync import clock, transitions
from connector.sync.models import SyncJob
from connector.web.orders.listing import ANYWAY
from tests.sync.faults import lost_after, says
from tests.sync.reasons.stage import CUP, Case, Stage
from tests.sync.test_gone import DRAFTS, NO_CUSTOMER
from tests.sync.test_vat import FINLAND, a_cup

IDA = "ida@example.dk"
BY_HAND = ("done", "by-hand")


def sells(**wish: Any) -> Callable[[Stage], Any]:
    """An order of this kind."""
    return lambda stage: stage.sold(**wish)


def corrects(**values: Any) -> Callable[[Stage, Any], None]:
    """The shop's owner corrects the order there; it is fetched again by itself."""
    return lambda stage, order: stage.changed(order, **values)


def transfer(stage: Stage, order: Any) -> None:
    stage.transfer(order)


def anyway(stage: Stage, order: Any) -> None:
    stage.transfer(order, ANYWAY)


def by_hand(stage: Stage, order: Any) -> None:
    stage.browser.send(f"{stage.address(order)}by-hand/", note="Ordnet i regnskabet")


# --- the sums --------------------------------------------------------------------------------------------------------
def _free_of_raw(stage: Stage, order: Any) -> None:
    stage.changed(order, raw={})


def _in_two_ways(stage: Stage) -> Any:
    line = {"product_id": 1, "own_id": "KOP-1", "name": "Kop", "amount": 1, "unit_price": 100}
    return stage.sold(country="SE", zipcode="11122", raw={"products": [line]}, drop=("vat",))


def _draft_of_another_rate(stage: Stage) -> Any:
    """The books do not tell their rates, so that only the draft shows which one the item's group has."""
    with stage.world.scope():
        connection = stage.world.connection
        connection.choices = {**connection.choices, "rates": {}}
        connection.save(update_fields=["choices"])
    stage.world.agreement.books.products["KOP-1"].data["productGroup"] = 2
    return stage.sold()


def _right_group(stage: Stage, order: Any) -> None:
    stage.world.agreement.books.products["KOP-1"].data["productGroup"] = 1
    stage.transfer(order)


# --- the customer ----------------------------------------------------------------------------------------------------
def _two_with_one_email(stage: Stage) -> Any:
    for name in ("Ida Holm", "Ida Holm, privat"):
        stage.world.agreement.make_customer(name, IDA)
    return stage.sold(email=IDA)


def _two_with_one_number(stage: Stage) -> Any:
    for name in ("Nordlys ApS", "Nordlys, gammel"):
        stage.world.agreement.make_customer(name, "", "12345678")
    return stage.sold(email=IDA, company="Nordlys ApS", cvr="12345678")


def _the_second(stage: Stage, _order: Any) -> None:
    stage.choose(customer=str(max(stage.world.agreement.books.customers)))


def _customer_refused(stage: Stage) -> Any:
    stage.refused(f"POST {DRAFTS}", says(400, json.dumps(NO_CUSTOMER).encode()), times=2)
    return stage.sold(email=IDA)


def _barred(stage: Stage) -> Any:
    number = stage.world.agreement.make_customer("Ida Holm", IDA)
    stage.world.agreement.bar_customer(number)
    return stage.sold(email=IDA)


def _not_barred(stage: Stage, order: Any) -> None:
    for number in stage.world.agreement.books.customers:
        stage.world.agreement.bar_customer(number, barred=False)
    stage.transfer(order)


# --- the draft and the invoice ---------------------------------------------------------------------------------------
def _dearer(stage: Stage) -> Any:
    order = stage.sold()
    order.charges = replace(order.charges, shipping=order.charges.shipping + Decimal("10.00"))
    stage.world.tell(order, "new_status")
    stage.world.drain()
    return order


def _two_booked(stage: Stage) -> Any:
    world = stage.world
    stage.refused("POST /rest/invoices/booked", lost_after)
    order = stage.sold()
    draft = stage.wire.sent(f"POST {DRAFTS}")[0]
    copy = stage.wire.inner("POST", draft.url, {**draft.headers, "Idempotency-Key": "by-hand"}, draft.body)
    world.agreement.book_by_hand(int(copy.json()["draftInvoiceNumber"]))
    world.settle()
    return order


def _breaks(stage: Stage) -> Any:
    def breaks(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError

    with stage.patch.context() as patch:
        patch.setattr(mapping, "order_to_invoice", breaks)
        return stage.sold()


def _draft_deleted(stage: Stage) -> Any:
    order = stage.sold()
    [draft] = stage.world.agreement.books.drafts
    stage.world.agreement.delete_draft_by_hand(draft)
    stage.world.settle(hours=8)
    return order


def _first(stage: Stage, order: Any) -> None:
    first = min(stage.world.stand_in.orders.values(), key=lambda one: one.order_id)
    assert stage.browser.send(f"{stage.address(first)}confirm/").status_code == 302
    assert order


def _second(stage: Stage) -> Any:
    stage.sold()
    return stage.sold()


def _open_balance(stage: Stage) -> Any:
    stage.world.switch(paid_in_cash_settles=False)
    return stage.sold(payment="MobilePay")


def _matched(stage: Stage, order: Any) -> None:
    [number] = stage.world.agreement.books.booked
    stage.world.agreement.pay_by_hand(number)
    stage.transfer(order)


# --- the shop --------------------------------------------------------------------------------------------------------
def _gone_from_shop(stage: Stage) -> Any:
    order = stage.world.sold(products=[CUP])
    del stage.world.stand_in.orders[order.order_id]
    stage.world.drain()
    return order


def _restored(stage: Stage, order: Any) -> None:
    stage.world.stand_in.orders[order.order_id] = order
    stage.transfer(order)


def _unreadable(stage: Stage) -> Any:
    stage.refused("GET shop.example/REST/order/", says(200, b"[1]"))
    return stage.sold()


# --- not meant to go -------------------------------------------------------------------------------------------------
def _unshipped(stage: Stage, order: Any) -> None:
    stage.world.stand_in.move(order, "sent", tell=False)
    stage.world.tell(order, "new_status")


def _cancelled_fetch(stage: Stage) -> Any:
    order = stage.world.sold(products=[CUP])
    with stage.world.scope():
        rows = SyncJob.objects.filter(order_id=order.order_id)
        number = str(order.number)
        rests = State.NOT_MEANT, Detail.NONE, "backfill-cancelled"
        transitions.lay_to_rest(rows, clock.now(), *rests, order_number=number)
    return order


def _cancelled(stage: Stage) -> Any:
    order = stage.world.order(products=[CUP])
    stage.world.stand_in.move(order, "cancelled", tell=False)
    stage.world.tell(order)
    stage.world.drain()
    return order


def _cancelled_late(stage: Stage) -> Any:
    order = stage.sold()
    stage.changed(order, status="cancelled")
    stage.world.drain()
    return order


def _credit(stage: Stage, order: Any) -> None:
    """Press the button under the note that is shown."""
    assert stage.browser.send(f"{stage.address(order)}again/").status_code == 302


CASES = (
    Case(
        "vat-number-unconfirmed",
        sells(products=[a_cup("80.00", "0")], company="Oy Esimerkki", cvr="FI123", **FINLAND),
        corrects(cvr="FI12345678"),
    ),
    Case("total-off", sells(raw={"total_price": "1.00"}), _free_of_raw),
    Case("vat-off", sells(raw={"vat": "1.00"}), _free_of_raw, code="total-off"),
    Case("draft-differs", _draft_of_another_rate, _right_group),
    Case("customer-ambiguous", _two_with_one_email, _the_second),
    Case("customer-ambiguous-buyer", _two_with_one_number, _the_second, code="customer-ambiguous"),
    Case("customer-gone", _customer_refused, transfer),
    Case("customer-barred", _barred, _not_barred),
    Case("email-missing", sells(email=""), lambda stage, _order: stage.save(collective="1"), code="fact-missing"),
    Case("fact-missing", sells(company="Firma ApS", cvr="1" * 60), corrects(cvr="12345678")),
    Case("order-changed", _dearer, by_hand, ends=BY_HAND),
    Case("order-cancelled", _cancelled_late, _credit, code="order-changed"),
    Case("two-found", _two_booked, state="needs_us", ends=("needs_us", "")),
    Case("unexpected", _breaks, transfer, state="needs_us"),
    Case("not-triggered", sells(), _unshipped, state="not_meant", values={"trigger": "shipment"}),
    Case("before-start", sells(time="2026-10-02T10:00:00"), anyway, state="not_meant"),
    Case("backfill-cancelled", _cancelled_fetch, anyway, state="not_meant"),
    Case("nothing-to-book", _cancelled, state="not_meant", ends=("not_meant", "")),
    Case("first-order-check", sells(), _first, checked=False),
    Case("first-order", _second, _first, state="waiting", checked=False),
    Case("readings-differ", _in_two_ways, by_hand, ends=BY_HAND),
    Case("amount-unread", sells(raw={"gebyr_x": "12.00"}), _free_of_raw),
    Case("draft-deleted", _draft_deleted, transfer, ends=("done", "draft"), values={"booking": "off"}),
    Case("order-gone", _gone_from_shop, _restored),
    Case("order-unreadable", _unreadable, corrects()),
    Case("balance-open", _open_balance, _matched, values={"pay:2": "term:4"}),
)
