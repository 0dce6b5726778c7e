"""When an order goes to the books: paid, shipped, before the start, and how far it goes there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from script.lib.books import Held, base
from script.lib.scenario import Played, Scenario, Stage
from script.lib.scenarios.ordinary import BOOK, CUP, Ordinary
from script.lib.shop import Order

SHOP_TIME = ZoneInfo("Europe/Copenhagen")


def other_lines(stage: Stage, held: Held, *goods: str) -> Iterator[str]:
    """Where the booked document's lines are of something else than these goods."""
    lines, wanted = stage.books.sold_as(held.booked[0]), stage.books.lines_of(*goods)
    if lines != wanted:
        yield f"the lines are of {lines}, not {wanted}"


class SingleProducts(Ordinary):
    """An order with two products and shipping is paid: a line for each."""

    words = "paid order, single products"
    needs = frozenset({"orders", "invoice", "payment"})

    def happen(self, stage: Stage) -> Order:
        order = stage.shop.place([CUP | {"amount": 2}, BOOK], shipping_price=39)
        stage.shop.pay(order)
        return order

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        yield from other_lines(stage, held, "KOP-1", "BOG-1", base.SHIPPING)


class TotalLines(Ordinary):
    """The same with one line for each VAT rate."""

    words = "paid order, total lines"
    needs = frozenset({"orders", "invoice", "payment", "total lines"})
    settings = {"product_layout": "total"}

    def happen(self, stage: Stage) -> Order:
        return stage.shop.place([CUP | {"amount": 2}, BOOK], shipping_price=39, paid=True)

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        yield from other_lines(stage, held, base.TOTAL)


class Shipped(Ordinary):
    """The owner has chosen shipment: a paid order waits until it is sent."""

    words = "shipped trigger"
    needs = frozenset({"orders", "invoice", "payment", "shipment"})
    settings = {"trigger": "shipment"}

    def happen(self, stage: Stage) -> Order:
        order = stage.shop.place([CUP], paid=True)
        stage.wait_state(order, "not_meant", "not-triggered")
        stage.shop.ship(order)
        return order


class ShippedBeforePaid(Ordinary):
    """The invoice is booked at shipment and stays open; the payment that comes later settles it."""

    words = "shipped before paid"
    needs = frozenset({"orders", "invoice", "payment", "shipment"})
    settings = {"trigger": "shipment"}

    def happen(self, stage: Stage) -> Order:
        order = stage.shop.place([CUP])
        stage.shop.ship(order)
        return order

    def end(self, stage: Stage, order: Order) -> Held:
        stage.book(order, balance=order.total)
        stage.wait_state(order, "done")
        stage.shop.pay(order)
        return stage.wait_booked(order)


class BeforeStart(Scenario):
    """An order that was placed before the start date is paid after it: it is not meant to go."""

    words = "order before the start date"
    outcome = "not_meant"

    def play(self, stage: Stage) -> Played:
        stage.business.set_up()
        yesterday = datetime.now(SHOP_TIME) - timedelta(days=1)
        order = stage.shop.place([CUP], time=f"{yesterday:%Y-%m-%d %H:%M:%S}", paid=True)
        row = stage.wait_state(order, "not_meant", "before-start")
        return Played([order], seen=row["state"])


class BookingOff(Ordinary):
    """The owner books by hand: the order becomes a draft and stays one."""

    words = "booking off, draft made"
    outcome = "draft"
    needs = frozenset({"orders", "draft"})
    settings = {"booking": False}

    def happen(self, stage: Stage) -> Order:
        return stage.shop.place([CUP], paid=True)

    def end(self, stage: Stage, order: Order) -> Held:
        stage.check_first(order)
        stage.wait_state(order, "done")
        return stage.held([order])

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        if len(held.drafts) != 1:
            yield f"{len(held.drafts)} drafts, not 1"
        if stage.books.writes()[base.PAYMENT]:
            yield "a payment was entered for a draft"
