"""What the books refuse: it stops or is moved, and goes on when it is mended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from script.lib.books import Held
from script.lib.scenario import Played, Scenario, Stage
from script.lib.scenarios.ordinary import CUP, Ordinary
from script.lib.scenarios.triggers import SHOP_TIME
from script.lib.shop import Order

LINES = 250


class ClosedPeriod(Ordinary):
    """This month is closed: the invoice is dated on the first open day, and its text says the true date."""

    words = "closed period"
    needs = frozenset({"orders", "invoice", "payment", "barred periods"})

    def words_for(self, provider: str) -> str:
        return "locked period" if provider == "billy" else self.words

    def happen(self, stage: Stage) -> Order:
        today = datetime.now(SHOP_TIME).date()
        self.first, self.last = today.replace(day=1), _end_of_month(today)
        stage.books.act("bar_period", **{"from": self.first.isoformat(), "to": self.last.isoformat()})
        return stage.shop.place([CUP], paid=True)

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        document = held.booked[0]
        if date.fromisoformat(document["date"]) != self.last + timedelta(days=1):
            yield f"the invoice is dated {document['date']}, not on the first open day"
        if "Dato for salget" not in str(document["notes"]):
            yield f"its text does not say the true date: {document['notes']}"


def _end_of_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


class ProductBarred(Ordinary):
    """A product is barred in the books: the order waits, and goes when the bar is lifted."""

    words = "product barred"
    needs = frozenset({"orders", "invoice", "products"})

    def happen(self, stage: Stage) -> Order:
        stage.books.act("bar_product", product="KOP-1")
        order = stage.shop.place([CUP], paid=True)
        stage.wait_state(order, "needs_you", "product-barred")
        stage.books.act("bar_product", product="KOP-1", barred=False)
        stage.owner.transfer(order)
        return order


class WrongGroup(Scenario):
    """The shop charges VAT where the books, by the item's group or the account, know none: nothing is booked."""

    words = "item's VAT group wrong"
    outcome = "needs_you"

    def words_for(self, provider: str) -> str:
        others = {"dinero": "sales account's VAT rate wrong", "billy": "ruleset gives another rate"}
        return others.get(provider, self.words)

    def play(self, stage: Stage) -> Played:
        settings, goods = stage.books.taxed_otherwise()
        stage.business.set_up(**settings)
        order = stage.shop.place([goods], paid=True)
        row = stage.wait_state(order, "needs_you")
        # An account's rate is known beforehand; an item's group may show it in the draft only.
        known = "sales accounts" in stage.books.capabilities
        wrong = [f"the books hold {kind}" for kind in stage.books.traces()] if known else []
        return Played([order], seen=row["state"], wrong=wrong)


class ManyLines(Ordinary):
    """An order of 250 lines is one invoice, exact to the øre."""

    words = "250 lines"
    needs = frozenset({"orders", "invoice", "payment"})

    def happen(self, stage: Stage) -> Order:
        cups = [CUP | {"name": f"Kop {n}", "unit_price": str(Decimal(n) + Decimal("1.37"))} for n in range(LINES)]
        return stage.shop.place(cups, paid=True)

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        if len(held.booked[0]["lines"]) < LINES:
            yield f"the invoice has {len(held.booked[0]['lines'])} lines"


class LongName(Ordinary):
    """A buyer's name that is longer than the books take is cut, and nothing else is lost."""

    words = "name too long"
    needs = frozenset({"orders", "invoice", "customers"})

    def happen(self, stage: Stage) -> Order:
        return stage.shop.place([CUP], name="Navn " * 80, email="lang@example.dk", paid=True)

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        if held.booked[0]["recipient"] != ("Navn " * 80)[: stage.books.longest_name].strip():
            yield f"the invoice is for {held.booked[0]['recipient']}"


class Ean(Ordinary):
    """A public body is invoiced by its EAN number when the goods are sent; nobody has paid in advance."""

    words = "EAN order on shipment"
    balance = None
    needs = frozenset({"orders", "invoice", "shipment"})
    settings = {"trigger": "shipment"}

    def happen(self, stage: Stage) -> Order:
        buyer = {"ean": "5798000000001", "company": "Aarhus Kommune", "name": "Karen Lind", "email": "ean@example.dk"}
        order = stage.shop.place([CUP], **buyer)
        stage.wait_state(order, "not_meant", "not-triggered")
        stage.shop.ship(order)
        return order

    def end(self, stage: Stage, order: Order) -> Held:
        return stage.book(order, balance=order.total)
