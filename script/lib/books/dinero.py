"""An organisation of Dinero's stand-in, and the person who owns it at Visma Connect's."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import quote

from script.lib.books import base
from script.lib.books.base import SettledOnTheInvoice
from script.lib.control import Control, Json
from script.lib.page import Page
from script.lib.person import Person

SALES, VAT_FREE, EU, ABROAD, SHIPPED = "1000", "1010", "1050", "1100", "1350"
"""The accounts to sell on that every new organisation has."""

CLEARING = {"with_clearing": True}
TOKENS = "POST /connect/token"


class Dinero(SettledOnTheInvoice):
    """One organisation. `user` is its owner's e-mail address, who may own others, too."""

    provider, account, plural = "dinero", "organization", "organizations"
    capabilities = frozenset({"invoice", "draft", "total lines", "payment", "customers", "currencies"}) | {
        *("sales accounts", "subscription", "organisations", "expiring keys", "timestamps", "form_post"),
        *("rate limit by the minute", "credit notes"),
    }
    # Booking and paying are called alike on invoices and on credit notes.
    calls_made = {
        base.CUSTOMER: "POST /v*/contacts",
        base.DRAFT: "POST /v*/invoices",
        base.CORRECTION: "PUT /v*/invoices/*",
        base.BOOKING: "POST /v*/book",
        base.PAYMENT: "POST /v*/payments",
    }
    ordinary = {
        "sales_domestic@25": SALES,
        "sales_domestic@0": VAT_FREE,
        "sales_eu_business": EU,
        "sales_abroad": ABROAD,
        "account": "55020",
        "gift_card_account": "55010",
    }
    bank = "55000"
    longest_name = 250
    lost_reason = "connection-expired"

    def __init__(self, control: Control, made: Json | None = None, **wishes: object) -> None:
        owner = {"user": f"ejer-{secrets.token_hex(4)}@example.dk"}
        super().__init__(control, made, **(CLEARING | owner | wishes))
        self.user: str = self.made.get("user") or self.made["users"][0]
        self.comes_back_by = "query"
        """How the browser brings the answer back: by the address, or by a form (`form_post`)."""

    # --- at the system's own pages ------------------------------------------------------------------------------------
    def approve(self, person: Person) -> Page:
        if self.comes_back_by == "form_post":
            person.open(person.page.url.replace("response_mode=query", "") + "&response_mode=form_post")
        page = person.send(person.page.form(having="user"), "approve", user=self.user)
        return _sent_on(person, page) if self.comes_back_by == "form_post" else page

    def choose(self, person: Person) -> Page:
        if "organization" not in {name for form in person.page.forms() for name in form.names}:
            return person.page
        return person.send(person.page.form(having="organization"), "edit", organization=self.number)

    def revoke(self) -> None:
        """Nobody's tokens of this owner are taken any more."""
        self._of_the_user("revoke")

    def expire(self) -> None:
        """The access tokens end now; they can be renewed."""
        self._of_the_user("expire")

    def _of_the_user(self, act: str) -> None:
        self._control.post(f"/users/{quote(self.user)}/{act}", {})

    def asked_for_keys(self) -> dict[str, int]:
        """How often tokens were exchanged for a code, renewed, refused: `exchanges`, `refreshes`, `refused`."""
        told = self._control.get(f"/users/{quote(self.user)}")
        return {name: int(told[name]) for name in ("exchanges", "refreshes", "refused")}

    def keys_are(self, name: str, value: object) -> None:
        """Set a switch of Visma Connect for this owner."""
        self._control.post("/switch", {"name": f"visma.{name}", "value": value, "user": self.user})

    def lose_keys(self, times: int = 1) -> None:
        """New tokens are given and never arrive."""
        wish = {"system": "visma", "path": TOKENS, "kind": "drop_after", "times": times, "user": self.user}
        self._control.post("/fault", wish)

    def book_by_hand(self, draft: Json) -> None:
        self.act("book_by_hand", draft=draft["guid"])

    def delete_by_hand(self, draft: Json) -> None:
        self.act("delete_draft_by_hand", draft=draft["guid"])

    def make_customer(self, name: str, email: str) -> str:
        return str(self.act("make_contact", name=name, Email=email)["result"])

    def collective(self) -> str:
        return self.customer("Kontantkunde", "kontant@example.dk")

    # --- what they hold -----------------------------------------------------------------------------------------------
    def customers_with(self, email: str) -> list[str]:
        rows = [row for row in self.all()["customers"] if not row["deleted"]]
        return [row["number"] for row in rows if (row["Email"] or "").casefold() == email.casefold()]

    def entered(self, account: str) -> Decimal:
        entries = self.all()["entries"]
        return sum((Decimal(row["amount"]) for row in entries if str(row["account"]) == account), Decimal("0.00"))

    def sold_as(self, document: Json) -> list[str]:
        return [str(line["sales_account"]) for line in document["lines"]]

    def lines_of(self, *goods: str) -> list[str]:
        """A line names the account that it is sold on."""
        return [SHIPPED if name == base.SHIPPING else SALES for name in goods]

    def taxed_otherwise(self) -> tuple[Mapping[str, object], Mapping[str, object]]:
        """What is sold at home with VAT is entered on an account without."""
        return {"sales_domestic@25": VAT_FREE}, {"own_id": "KOP-1", "name": "Kop", "unit_price": "100.00"}

    def treatment_faults(self, settings: Mapping[str, str], document: Json, treatment: str) -> list[str]:
        """The accounts of the lines say how they are taxed."""
        accounts, chosen = set(self.sold_as(document)), settings[f"sales_{treatment}"]
        return [] if accounts == {chosen} else [f"{document['reference']} is sold on {sorted(accounts)}, not {chosen}"]


def _sent_on(person: Person, page: Page) -> Page:
    """Press the button of the page whose form goes back to the product, as a browser without scripts does."""
    [form] = page.forms()
    return person.send_across(form)
