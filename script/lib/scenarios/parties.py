"""Customers and products that the books know, do not know, or know in other letters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from script.lib.books import Books, Held
from script.lib.scenario import Stage
from script.lib.scenarios.ordinary import CUP, Ordinary
from script.lib.shop import Order

NEW_SKU = "LYS-2"
KNOWN = "Birgit.Holm@example.dk"
"""The address of a customer whom every new agreement of e-conomic's stand-in has."""


class UnknownProduct(Ordinary):
    """The shop sells what the books have not got: it is made there, once."""

    words = "unknown product created"
    needs = frozenset({"orders", "invoice", "products"})

    def happen(self, stage: Stage) -> Order:
        return stage.shop.place([{"own_id": NEW_SKU, "amount": 3}], paid=True)

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        numbers = [product["number"] for product in stage.books.all()["products"]]
        if numbers.count(NEW_SKU) != 1:
            yield f"the books have {NEW_SKU} {numbers.count(NEW_SKU)} times"
        if stage.books.sold_as(held.booked[0]) != stage.books.lines_of(NEW_SKU):
            yield f"the invoice is not of {NEW_SKU}"


class KnownCustomer(Ordinary):
    """A customer of the books orders, and writes the e-mail address in other letters: nobody new is made."""

    words = "known customer, other letter case"
    needs = frozenset({"orders", "invoice", "customers"})

    def happen(self, stage: Stage) -> Order:
        stage.books.customer("Birgit Holm", KNOWN)
        return stage.shop.place([CUP], email=f" {KNOWN.upper()}", name="Birgit Holm", paid=True)

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        known = stage.books.customers_with(KNOWN)
        if known != [str(held.booked[0]["customer"])]:
            yield f"the invoice is for customer {held.booked[0]['customer']}, and the address has {known}"


class NoEmail(Ordinary):
    """An order from the counter has no e-mail address: it is for the collective customer."""

    words = "order without e-mail"
    needs = frozenset({"orders", "invoice", "customers"})

    def chosen(self, books: Books) -> Mapping[str, object]:
        return {"collective": books.collective()}

    def happen(self, stage: Stage) -> Order:
        return stage.shop.place([CUP], email="", paid=True)

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        if str(held.booked[0]["customer"]) != stage.books.collective():
            yield f"the invoice is for customer {held.booked[0]['customer']}, not the collective one"
