"""A company of Billy's stand-in."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from script.lib.books import base
from script.lib.books.base import SettledOnTheInvoice
from script.lib.control import Control, Json
from script.lib.page import Page
from script.lib.person import Person

GOODS, VAT_FREE, EU, ABROAD = "Vare", "Vare uden moms", "Vare, EU", "Vare, udland"
"""The products to sell as that a company can be opened with, by name."""

BANK, OWNER, CLEARING = "5710", "7130", "5720"
READY = {"with_clearing": True, "with_products": True}
COLLECTIVE = "Kontantkunde"
"""Who stands for all buyers: the only contact here without an e-mail."""


class Billy(SettledOnTheInvoice):
    """One company. What the settings choose is known by its id, which every company has its own of."""

    provider, account, plural = "billy", "company", "companies"
    capabilities = frozenset({"invoice", "draft", "total lines", "payment", "customers", "currencies"}) | {
        *("sales accounts", "pasted key", "service products", "ignored filters", "barred periods", "credit notes"),
    }
    # A correction goes to the address at which a draft is approved, and is counted as that.
    calls_made = {
        base.CUSTOMER: "POST /v2/contacts",
        base.DRAFT: "POST /v2/invoices",
        base.BOOKING: "PUT /v2/invoices/*",
        base.PAYMENT: "POST /v2/bankPayments",
    }
    longest_name = 250
    approved_elsewhere = False
    lost_reason = "billy-key-refused"

    def __init__(self, control: Control, made: Json | None = None, **wishes: object) -> None:
        super().__init__(control, made, **(READY | wishes))
        self.products: Mapping[str, str] = self.made["products"]
        self.accounts: Mapping[str, str] = self.made["accounts"]
        self.bank = self.accounts[BANK]
        self.ordinary = {
            "sales_domestic@25": self.products.get(GOODS, ""),
            "sales_domestic@0": self.products.get(VAT_FREE, ""),
            "sales_eu_business": self.products.get(EU, ""),
            "sales_abroad": self.products.get(ABROAD, ""),
            "account": self.accounts.get(CLEARING, ""),
            "gift_card_account": self.accounts[OWNER],
        }
        if made is None:
            # The product offers the contacts that were there when it read the books.
            self.collective()

    # --- at the product's own page ------------------------------------------------------------------------------------
    def approve(self, person: Person) -> Page:
        """Paste a new access token into the product's page."""
        return person.send(person.page.form(having="token"), token=self.new_token())

    def new_token(self) -> str:
        """Another access token, as the owner makes one in Billy; the older ones go on working."""
        return str(self.act("token")["token"])

    def ignore_filters(self) -> None:
        """From now on every list holds everything, whatever it is asked for."""
        for switch in self._control.get("/switch")["switches"]:
            name = switch["name"].removeprefix("billy.")
            if name.startswith("filter_"):
                self.switch(name, "ignored")

    def book_by_hand(self, draft: Json) -> None:
        self.act("book_by_hand", draft=draft["id"])

    def delete_by_hand(self, draft: Json) -> None:
        self.act("delete_draft_by_hand", draft=draft["id"])

    def make_customer(self, name: str, email: str) -> str:
        return str(self.act("make_contact", name=name, email=email)["result"])

    def collective(self) -> str:
        named = [row["number"] for row in self.all()["customers"] if row["name"] == COLLECTIVE]
        return str(named[0]) if named else self.make_customer(COLLECTIVE, "")

    # --- what they hold -----------------------------------------------------------------------------------------------
    def customers_with(self, email: str) -> list[str]:
        wanted, rows = email.casefold(), self.all()["customers"]
        return [row["number"] for row in rows if wanted in {known.casefold() for known in row["emails"]}]

    def entered(self, account: str) -> Decimal:
        book = self.all()
        number = next(row["number"] for row in book["accounts"] if row["id"] == account)
        entered = (Decimal(row["amount"]) for row in book["entries"] if row["account"] == number)
        return sum(entered, Decimal("0.00"))

    def sold_as(self, document: Json) -> list[str]:
        return [str(line["product"]) for line in document["lines"]]

    def lines_of(self, *goods: str) -> list[str]:
        """A line names the service product that it is sold as."""
        return [self.products[GOODS] for _ in goods]

    def taxed_otherwise(self) -> tuple[Mapping[str, object], Mapping[str, object]]:
        """What is sold at home with VAT is sold as a product without."""
        goods = {"own_id": "KOP-1", "name": "Kop", "unit_price": "100.00"}
        return {"sales_domestic@25": self.products[VAT_FREE]}, goods

    def treatment_faults(self, settings: Mapping[str, str], document: Json, treatment: str) -> list[str]:
        """The products of the lines say how they are taxed."""
        products, chosen = set(self.sold_as(document)), settings[f"sales_{treatment}"]
        return [] if products == {chosen} else [f"{document['reference']} is sold as {sorted(products)}, not {chosen}"]
