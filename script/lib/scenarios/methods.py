"""Payment methods: new ones, and one that a payment term settles; and a fee without an item."""

from __future__ import annotations

from collections.abc import Iterator

from script.lib.books import Held, base
from script.lib.page import Page
from script.lib.scenario import PAGE_SECONDS, Played, Scenario, Stage
from script.lib.scenarios.ordinary import BOOK, CUP, Ordinary
from script.lib.scenarios.triggers import other_lines
from script.lib.shop import Order

SETTLING_TERM = "term:4"
"""The payment term "Kontant, webshop" of every new agreement, which settles an invoice by booking it."""
NEW = 60
"""The number of a method that the shop offers later than those it has from the start."""


def wait_listed(stage: Stage) -> None:
    """Wait until the product has asked the shop for its methods: what it offers later is new."""
    stage.wait("the shop's methods on the page", lambda: "EAN-faktura" in stage.owner.mapping().text, PAGE_SECONDS)


def has_id(page: Page, name: str) -> bool:
    """Whether something on the page has this id, to which links may lead."""
    tags = ("fieldset", "section", "div", "input", "select", "h2")
    return bool(name) and name in {node.get("id") for node in page.root.find(*tags)}


class NewMethod(Scenario):
    """The shop offers a method that the product has not seen: its orders wait, and all go when it is mapped once."""

    words = "new payment method mapped later, orders released"
    documents = 3
    needs = frozenset({"orders", "invoice", "payment", "payment methods"})

    def play(self, stage: Stage) -> Played:
        stage.business.set_up()
        usual = stage.shop.place([CUP], paid=True)
        stage.book(usual)
        wait_listed(stage)
        stage.shop.offer("Klarna", NEW)
        new = [stage.shop.place([goods], payment="Klarna", paid=True) for goods in (CUP, BOOK)]
        for order in new:
            stage.wait_state(order, "needs_you", "payment-method-unmapped")
        wrong = ["something was sent before the method was mapped"] if stage.held(new).documents else []
        bank = stage.books.bank
        stage.owner.mend(f"pay:{NEW}", bank)
        stage.wait_booked(usual, *new)
        if stage.books.entered(bank) != sum(order.total for order in new):
            wrong.append(f"{stage.books.entered(bank)} is entered on account {bank}")
        return Played([usual, *new], wrong=wrong)


class ByTerm(Ordinary):
    """The owner settles a method by a payment term: the booking itself settles, no payment is entered."""

    words = "payment term per method"
    needs = frozenset({"orders", "invoice", "payment methods", "settling terms"})

    def happen(self, stage: Stage) -> Order:
        wait_listed(stage)
        stage.owner.map(**{"pay:2": SETTLING_TERM})
        return stage.shop.place([CUP], payment="MobilePay", paid=True)

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        if held.booked[0]["payment_terms"] != int(SETTLING_TERM.partition(":")[2]):
            yield f"the invoice has payment term {held.booked[0]['payment_terms']}"
        if stage.books.writes()[base.PAYMENT]:
            yield "a payment was entered beside the term"


class UnknownFee(Ordinary):
    """The order has a fee for which no item is chosen: it says so, leads to the field, and goes when that is filled."""

    words = "unknown fee"
    needs = frozenset({"orders", "invoice", "fee", "items"})
    settings = {"fee@25": ""}

    def happen(self, stage: Stage) -> Order:
        order = stage.shop.place([CUP], fee="29.00", paid=True)
        stage.wait_state(order, "needs_you", "fee-unknown")
        link = stage.owner.page_of(order).link(to="/finance/mapping/#")
        page = stage.owner.person.open(link)
        self.leads_to_field = has_id(page, link.partition("#")[2])
        stage.owner.person.send(page.form(having="fee@25"), **{"fee@25": "GEBYR"})
        return order

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        if not self.leads_to_field:
            yield "the reason's link leads to no field"
        yield from other_lines(stage, held, "KOP-1", base.FEE)
