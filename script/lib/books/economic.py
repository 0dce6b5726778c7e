"""An agreement of e-conomic's stand-in."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from script.lib.books import base
from script.lib.books.base import Books
from script.lib.control import Json
from script.lib.page import Page
from script.lib.person import Person

MATCH = "match"
"""A credit note is set off against its invoice by a call of its own."""

ITEMS = {base.SHIPPING: "FRAGT", base.FEE: "GEBYR", base.TOTAL: "TOTAL-25"}
"""The items that every new agreement has for what is no product of the shop."""


class Economic(Books):
    """One agreement."""

    provider, account, plural = "economic", "agreement", "agreements"
    capabilities = frozenset({"invoice", "draft", "total lines", "payment", "customers", "currencies"}) | {
        *("items", "products", "zones", "net prices", "settling terms", "payment sign", "half-even rounding"),
        *("barred periods", "currency switch", "credit notes", "matching"),
    }
    calls_made = {
        base.CUSTOMER: "POST /customers",
        base.PRODUCT: "POST /products",
        base.DRAFT: "POST /invoices/drafts",
        base.CORRECTION: "PUT /invoices/drafts/*",
        base.BOOKING: "POST /invoices/booked",
        base.PAYMENT: "POST */draft-entries",
        base.PAYMENT_UNDONE: "DELETE */draft-entries/*",
        MATCH: "POST */booked-entries/match",
    }
    ordinary = {"missing_product": "create"}
    bank = "5820"
    longest_name = 250

    def approve(self, person: Person) -> Page:
        return person.send(person.page.form(having="agreement"), "approve", agreement=self.number)

    def book_by_hand(self, draft: Json) -> None:
        self.act("book_by_hand", draft=draft["draft_number"])

    def delete_by_hand(self, draft: Json) -> None:
        self.act("delete_draft_by_hand", draft=draft["draft_number"])

    def make_customer(self, name: str, email: str) -> str:
        return str(self.act("make_customer", name=name, email=email)["result"])

    def collective(self) -> str:
        """Every new agreement has them."""
        return "1"

    def payments(self, book: Json) -> list[Json]:
        entries: list[Json] = book["entries"]
        return [row for row in entries if row["type"] == base.CUSTOMER_PAYMENT and row["customer"] is not None]

    def traces(self) -> list[str]:
        book = self.all()
        return [kind for kind in ("drafts", "booked", "entries", "draft_entries") if book[kind]]

    def customers_with(self, email: str) -> list[str]:
        rows = self.all()["customers"]
        return [str(row["number"]) for row in rows if row.get("email", "").casefold() == email.casefold()]

    def entered(self, account: str) -> Decimal:
        entries = self.all()["entries"]
        return sum((Decimal(row["amount"]) for row in entries if str(row["account"]) == account), Decimal("0.00"))

    def sold_as(self, document: Json) -> list[str]:
        return [line["product"] for line in document["lines"]]

    def lines_of(self, *goods: str) -> list[str]:
        """A line names its item."""
        return [ITEMS.get(name, name) for name in goods]

    def currency_faults(self, document: Json, currency: str) -> list[str]:
        rows = self.all()["entries"]
        claims = [row for row in rows if row["invoice"] == document["number"] and row["customer"]]
        used = {document["currency"]} | {row["currency"] for row in claims}
        faults = [] if used == {currency} else [f"the document and its payment are in {sorted(used)}"]
        if sum(Decimal(row["base_amount"]) for row in claims):
            faults.append(f"invoice and payment differ in kroner: {[row['base_amount'] for row in claims]}")
        return faults

    def taxed_otherwise(self) -> tuple[Mapping[str, object], Mapping[str, object]]:
        """The item's group is without VAT."""
        return {}, {"own_id": "FRI-0", "name": "Fri", "unit_price": "100.00", "vat": 25}

    def treatment_faults(self, settings: Mapping[str, str], document: Json, treatment: str) -> list[str]:
        """The document's VAT zone says how it is taxed."""
        zone, chosen = str(document["vat_zone"]), settings[f"zone_{treatment}"]
        return [] if zone == chosen else [f"{document['reference']} is in VAT zone {zone}, not {chosen}"]
