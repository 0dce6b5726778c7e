"""Whom an invoice is for where that is not plain: two customers with one e-mail, buyers without one."""

from __future__ import annotations

from collections.abc import Sequence

from script.lib.scenario import Played, Scenario, Stage
from script.lib.scenarios.ordinary import BOOK, CUP
from script.lib.shop import Order

SHARED = "ida@example.dk"
COUNTER_SALE = {"name": "Ida Holm", "zipcode": "8000", "city": "Aarhus C", "phone": "22 33 44 55", "email": ""}


def customers_of(stage: Stage, orders: Sequence[Order]) -> list[str]:
    """The customer of each order's booked document, in the orders' sequence."""
    return [str(document["customer"]) for order in orders for document in stage.held([order]).booked]


class TwoWithOneEmail(Scenario):
    """The books have two customers with the buyer's address: the owner is asked once, and it is remembered."""

    words = "two customers with one e-mail"
    documents = 2
    needs = frozenset({"orders", "invoice", "customers"})

    def play(self, stage: Stage) -> Played:
        names = ("Ida Holm", "Ida Holm, Foreningen")
        numbers = [stage.books.make_customer(name, SHARED) for name in names]
        stage.business.set_up()
        first = stage.shop.place([CUP], email=SHARED, name="Ida Holm", paid=True)
        stage.wait_state(first, "needs_you", "customer-ambiguous")
        stage.owner.mend("customer", numbers[1])
        stage.book(first)
        second = stage.shop.place([BOOK], email=SHARED.upper(), name="Ida Holm", paid=True)
        stage.wait_booked(first, second)
        chosen = customers_of(stage, [first, second])
        wrong = [] if chosen == [numbers[1]] * 2 else [f"the invoices are for {chosen}, not for {numbers[1]}"]
        return Played([first, second], wrong=wrong)


class KeyWithoutEmail(Scenario):
    """The owner wants a customer for everybody: who has no e-mail is known by name, postcode and phone."""

    words = "key without e-mail"
    documents = 3
    needs = frozenset({"orders", "invoice", "customers"})

    def play(self, stage: Stage) -> Played:
        stage.business.set_up(no_email="key")
        before = len(stage.books.all()["customers"])
        first = stage.shop.place([CUP], paid=True, **COUNTER_SALE)
        stage.book(first)
        same = COUNTER_SALE | {"name": "IDA  holm", "phone": "+45 22334455"}
        again = stage.shop.place([BOOK], paid=True, **same)
        other = stage.shop.place([CUP], paid=True, **COUNTER_SALE | {"zipcode": "9000"})
        orders = [first, again, other]
        stage.wait_booked(*orders)
        ida, still_ida, somebody = customers_of(stage, orders)
        made = len(stage.books.all()["customers"]) - before
        wrong = [] if ida == still_ida != somebody else [f"the invoices are for {ida}, {still_ida} and {somebody}"]
        if made != 2:
            wrong.append(f"{made} customers were made for two people")
        return Played(orders, wrong=wrong)
