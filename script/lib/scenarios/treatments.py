"""Where the goods go and in which currency: how they are taxed there, and currencies that the books have or lack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import ClassVar

from script.lib.books import Held
from script.lib.control import Json
from script.lib.scenario import Played, Scenario, Stage
from script.lib.scenarios.ordinary import CUP, Ordinary
from script.lib.shop import Order

VAT_FREE_CUP = CUP | {"unit_price": "80.00", "vat": 0}
VAT_NUMBER = "DE123456789"


def treatment_faults(stage: Stage, document: Json, treatment: str) -> Iterator[str]:
    """What is wrong where the document is not without VAT, and treated as the owner chose for `treatment`."""
    yield from stage.books.treatment_faults(stage.owner.settings(), document, treatment)
    if Decimal(document["vat"]):
        yield f"{document['reference']} has {document['vat']} VAT"


class EuBusiness(Ordinary):
    """A German company with a VAT number pays no VAT: that number is on the invoice, as the law wants."""

    words = "EU business with VAT number"
    needs = frozenset({"orders", "invoice", "payment", "abroad"})

    def happen(self, stage: Stage) -> Order:
        company = {"company": "Beispiel GmbH", "name": "Jan Vogt", "cvr": VAT_NUMBER, "email": "einkauf@example.de"}
        where = {"country": "DE", "zipcode": "10115", "city": "Berlin"}
        return stage.shop.place([VAT_FREE_CUP], shipping_price=79, paid=True, **company, **where)

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        yield from treatment_faults(stage, held.booked[0], "eu_business")
        if VAT_NUMBER not in str(held.booked[0]["notes"]):
            yield f"the buyer's VAT number is not on the invoice: {held.booked[0]['notes']}"


class Greenland(Scenario):
    """Greenland lies outside the EU's VAT area, whether the shop writes its code or Denmark's with its postcode."""

    words = "greenland"
    documents = 2
    needs = frozenset({"orders", "invoice", "payment", "abroad"})
    nuuk: ClassVar[Mapping[str, str]] = {"zipcode": "3900", "city": "Nuuk", "email": "kunde@example.gl"}

    def play(self, stage: Stage) -> Played:
        stage.business.set_up()
        first = self._sold_to(stage, "GL")
        stage.book(first)
        second = self._sold_to(stage, "DK")
        held = stage.wait_booked(first, second)
        stage.wait_state(second, "done")
        wrong = [fault for document in held.booked for fault in treatment_faults(stage, document, "abroad")]
        return Played([first, second], wrong=wrong)

    def _sold_to(self, stage: Stage, country: str) -> Order:
        return stage.shop.place([VAT_FREE_CUP], shipping_price=79, paid=True, country=country, **self.nuuk)


class Euro(Ordinary):
    """The agreement has the euro: the document is in it, and its payment comes to the same in kroner."""

    words = "order in EUR"
    needs = frozenset({"orders", "invoice", "payment", "currencies"})

    def happen(self, stage: Stage) -> Order:
        return stage.shop.place([CUP], shipping_price=5, currency="EUR", paid=True)

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        yield from stage.books.currency_faults(held.booked[0], "EUR")


class CurrencyMissing(Ordinary):
    """The agreement lacks the order's currency: it says what to switch on, and goes when that is done."""

    words = "currency missing"
    needs = frozenset({"orders", "invoice", "payment", "currency switch"})

    def happen(self, stage: Stage) -> Order:
        # The business is connected already: its books were read with the currency in them.
        stage.books.act("use_currency", currency="SEK", used=False)
        stage.owner.fetch_books()
        order = stage.shop.place([CUP], currency="SEK", paid=True)
        stage.wait_state(order, "needs_you", "currency-missing")
        self.is_said = "SEK" in stage.owner.page_of(order).text
        stage.books.act("use_currency", currency="SEK")
        stage.owner.fetch_books()
        return order

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        if not self.is_said:
            yield "the order's page does not say which currency to switch on"
        yield from stage.books.currency_faults(held.booked[0], "SEK")
