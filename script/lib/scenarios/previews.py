"""Earlier orders: seen before anything is sent, then fetched behind the live ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from script.lib import preview
from script.lib.owner import Owner
from script.lib.preview import Shown
from script.lib.scenario import PAGE_SECONDS, Played, Scenario, Stage
from script.lib.scenarios.amounts import VAT_FREE_GOODS
from script.lib.scenarios.ordinary import BOOK, CUP
from script.lib.scenarios.triggers import SHOP_TIME
from script.lib.shop import Order, Shop

DAYS = 30
POISONED = 12
"""How many days ago the order was placed of which nobody can make sense."""

ABROAD = {"country": "NO", "zipcode": "0150", "city": "Oslo", "email": "kunde@example.no"}
EARLIER: Sequence[tuple[int, Sequence[Mapping[str, object]], Mapping[str, object]]] = (
    (28, [CUP, BOOK], {"shipping_price": 39}),
    (24, [CUP | {"unit_price": "99.92"}], {}),
    (17, [CUP, VAT_FREE_GOODS | {"amount": 2}], {"shipping_price": 39}),
    (9, [CUP | {"unit_price": "80.00", "vat": 0}], {"shipping_price": 79, **ABROAD}),
    (3, [CUP | {"amount": 3, "unit_price": "99.95"}], {"voucher_percent": 17, "voucher_code": "EFTERÅR"}),
    (1, [{"own_id": "LYS-2", "amount": 3}], {}),
)
"""How many days ago which goods were sold: every VAT rate, a gap of an øre, a discount, a product that is new."""


def period() -> tuple[date, date]:
    """The last 30 days with today."""
    today = datetime.now(SHOP_TIME).date()
    return today - timedelta(days=DAYS - 1), today


def sold(shop: Shop, days: int, goods: Sequence[Mapping[str, object]], **wishes: Any) -> Order:
    """An order that was paid so many days ago, of which nobody was told, and which has not changed since."""
    placed = f"{datetime.now(SHOP_TIME) - timedelta(days=days):%Y-%m-%d %H:%M:%S}"
    raw = {"last_modified": placed, **wishes.pop("raw", {})}
    return shop.place(goods, time=placed, paid=True, webhooks=False, raw=raw, **wishes)


class DryRun(Scenario):
    """What the preview shows before anything is switched on is what is booked, and looking changes nothing."""

    words = "dry run equals booking"
    documents = len(EARLIER)
    needs = frozenset({"orders", "invoice", "payment", "discount", "abroad"})

    def play(self, stage: Stage) -> Played:
        stage.business.set_up(orders=False)
        orders = [sold(stage.shop, days, goods, **wishes) for days, goods, wishes in EARLIER]
        before = stage.books.writes()
        shown = preview.look(stage.owner, *period())
        asked = stage.books.writes() - before
        stage.owner.save(orders=True)
        again = preview.look(stage.owner, *period())
        preview.fetch(stage.owner, again)
        _check_first(stage, orders)
        booked = stage.wait_booked(*orders).booked
        wrong = [f"the preview made {count} × {call}" for call, count in asked.items()]
        wrong += [] if shown.sums == again.sums else [f"shown first: {shown.sums}, then: {again.sums}"]
        return Played(orders, wrong=wrong + list(_differences(shown, orders, booked)))


def _check_first(stage: Stage, orders: Sequence[Order]) -> None:
    """Whichever of the orders goes first waits for its check: say that it is right."""

    def asked() -> str | None:
        rows = stage.owner.orders()
        return next((row["order_id"] for row in rows if row["reason"] == "first-order-check"), None)

    number = stage.wait("the first order's check", asked, PAGE_SECONDS)
    stage.check_first(next(order for order in orders if str(order.number) == number))


def _differences(shown: Shown, orders: Sequence[Order], booked: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Where the books hold something else than the preview showed."""
    names = {order.key: order.name for order in orders}
    documents = {names[document["reference"]]: preview.parts_of(dict(document)) for document in booked}
    for name in documents.keys() | shown.documents.keys():
        if documents.get(name) != shown.documents.get(name):
            yield f"order {name} was shown as {shown.documents.get(name)} and booked as {documents.get(name)}"
    sums = preview.sums_of(dict(document) for document in booked)
    if sums != shown.sums:
        yield f"the sums were shown as {shown.sums} and booked as {sums}"
    count, amount = shown.counts[0]
    if (count, amount) != (len(orders), sum(order.total for order in orders)):
        yield f"{count} orders of {amount} were to become documents"


class BackFill(Scenario):
    """30 days are fetched: one order that nobody can read stops alone, and a live order goes before them all."""

    words = "back-fill of 30 days with one poison order"
    documents = DAYS
    needs = frozenset({"orders", "invoice", "payment"})
    seconds = 240

    def play(self, stage: Stage) -> Played:
        stage.business.set_up()
        first = stage.shop.place([CUP], paid=True)
        stage.book(first)
        earlier = {days: _earlier(stage.shop, days) for days in range(1, DAYS)}
        poison = earlier.pop(POISONED)
        shown = preview.look(stage.owner, *period())
        wrong = list(_miscounted(shown, list(earlier.values()), poison))
        live = _fetched_with_a_live_one(stage, shown, list(earlier.values()))
        booked = stage.wait_booked(first, live, *earlier.values())
        stage.wait_state(poison, "needs_you", "total-off")
        stage.wait("the end of the back-fill on the page", lambda: _is_over(stage.owner), PAGE_SECONDS)
        numbers = {document["reference"]: document["number"] for document in booked.booked}
        if stage.books.calls_too_many():
            wrong.append(f"{stage.books.calls_too_many()} calls were more than a minute has room for")
        if any(numbers[order.key] < numbers[live.key] for order in earlier.values()):
            wrong.append("the live order did not go before the earlier ones")
        return Played([first, live, *earlier.values()], wrong=wrong)


def _fetched_with_a_live_one(stage: Stage, shown: Shown, earlier: Sequence[Order]) -> Order:
    """Start the back-fill, and sell something before any of it is sent: in a pause, so that it is so for certain."""
    _press(stage.owner, "/pause/")
    preview.fetch(stage.owner, shown)
    live = stage.shop.place([BOOK], paid=True)
    # An order that is already being worked when the pause ends may go before the live one.
    held = [live, *earlier]
    stage.wait("all orders held by the pause", lambda: _are_paused(stage.owner, held), PAGE_SECONDS)
    _press(stage.owner, "/resume/")
    return live


def _are_paused(owner: Owner, orders: Sequence[Order]) -> bool:
    reasons = {row["order_id"]: row["reason"] for row in owner.orders()}
    return all(reasons.get(str(order.number)) == "paused" for order in orders)


def _earlier(shop: Shop, days: int) -> Order:
    wrong = {"raw": {"total_price": "1.00"}} if days == POISONED else {}
    return sold(shop, days, [CUP | {"unit_price": str(Decimal(100 + days))}], **wrong)


def _miscounted(shown: Shown, readable: Sequence[Order], poison: Order) -> Iterator[str]:
    """What the preview's page says wrong before anything is fetched."""
    becomes, stops = shown.counts[:2]
    if becomes != (len(readable), sum(order.total for order in readable)):
        yield f"{becomes} were to become documents"
    if stops[0] != 1 or poison.name not in shown.stops:
        yield f"{stops} were to stop: {shown.stops}"


def _is_over(owner: Owner) -> bool:
    done, of_all = preview.current(owner).progress
    return done == of_all == DAYS - 1


def _press(owner: Owner, form: str) -> None:
    """Send a form of the finance page that has nothing to fill in."""
    owner.person.send(owner.person.open(owner.address("finance/")).form(form))
