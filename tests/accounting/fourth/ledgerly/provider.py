"""Ledgerly as an accounting provider.

Every record is made by PUT at an address of ours, and PUT never changes what is there already. So a second try makes
nothing twice, and a look asks for the address of the call itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Self
from urllib.parse import quote

from accounting.base import (
    JSON,
    AccountingProvider,
    Budget,
    Call,
    Choices,
    Finding,
    Item,
    Keys,
    Option,
    Receipt,
    SettingField,
    SignIn,
    Write,
)
from accounting.providers.ledgerly import payload
from accounting.providers.ledgerly.client import Client
from accounting.writing import encode
from connector.core.capabilities import ProviderCapabilities
from connector.core.document import Customer, DocumentLine, Figures, InvoiceDocument
from connector.core.errors import Unsupported
from connector.core.readings import GROSS_READINGS
from connector.lib.http import Trace, Transport

ITEMS = ("shipping", "fee", "discount", "gift_card", "total", "default")
WHEN = {"gift_card": "gift_card_line", "total": "total", "default": "default"}


class Ledgerly(AccountingProvider):
    """One set of books. `config` holds api_url and pages_url; its keys are {"token"}, which never expires."""

    name = "ledgerly"
    label = "Ledgerly"
    capabilities = ProviderCapabilities(
        books_drafts=True,
        settles=True,
        creates_products=True,
        negative_lines=True,
        max_lines=500,
        max_item_number=payload.ITEM_NUMBER,
        max_description=payload.TEXT,
        max_name=payload.NAME,
    )
    key_seconds = 0.0
    calls_a_minute = 100
    lookup_lag = 5.0
    settlement = (Write.PAYMENT,)
    readings = GROSS_READINGS
    setting_fields = (
        SettingField("account", "accounts", required_when="settle"),
        SettingField("gift_card_account", "accounts", required_when="gift_card_payment"),
        SettingField("product_group", "groups", per_rate=True, required_when="create"),
        *(SettingField(name, "items", per_rate=True, required_when=WHEN.get(name, "never")) for name in ITEMS),
    )
    prerequisites = ("access-token",)
    company_word = "registration"
    pastes_token = True

    def __init__(self, config: Mapping[str, str], keys: Keys, kept: Mapping[str, Any], transport: Transport) -> None:
        self.trace = Trace()
        self.client = Client(config["api_url"], keys, transport, self.trace)

    # --- connecting ---------------------------------------------------------------------------------------------
    @classmethod
    def build(cls, config: Mapping[str, str], keys: Keys, kept: Mapping[str, Any], transport: Transport) -> Self:
        return cls(config, keys, kept, transport)

    @classmethod
    def connect_url(cls, config: Mapping[str, str], sign_in: SignIn) -> str:
        return f"{config['pages_url']}/tokens"

    @classmethod
    def granted(cls, config: Mapping[str, str], answer: Mapping[str, str], sign_in: SignIn) -> dict[str, str] | None:
        token = answer.get("token", "").strip()
        return {"token": token} if token.isascii() and token.isalnum() else None

    def choices(self) -> Choices:
        book = self.client.book()
        lists = {name: [Option(row["number"], row["name"]) for row in book[name]] for name in ("accounts", "groups")}
        items = [Option(row["ref"], f"{row['ref']} {row['name']}") for row in book["items"]]
        return Choices(book["name"], book["number"], payload.BASE_CURRENCY, {**lists, "items": items})

    def check(self, settings: Mapping[str, str]) -> list[Finding]:
        known = {row["number"] for row in self.client.book()["accounts"]}
        chosen = [settings.get(name, "") for name in payload.ACCOUNTS.values()]
        return [Finding("account-closed", {"account": one}) for one in chosen if one and one not in known]

    # --- reading ------------------------------------------------------------------------------------------------
    def find_customers(self, customer: Customer) -> list[Receipt]:
        ref = _customer(customer)
        row = self.client.record(f"/customers/{ref}", ref) if customer.key else None
        return [_receipt(row)] if row else []

    def find_items(self, numbers: Iterable[str]) -> dict[str, Item]:
        rows = {number: self.client.record(_item(number), number) for number in dict.fromkeys(numbers)}
        return {number: Item(number, row["name"], group=row["group"]) for number, row in rows.items() if row}

    def look(self, call: Call) -> list[Receipt]:
        row = self.client.record(call.path, call.about["ref"])
        return [_receipt(row)] if row else []

    def balances(self, invoices: Sequence[str]) -> dict[str, Decimal]:
        return self.client.balances(invoices)

    def first_open_day(self, day: date) -> date:
        closed = self.client.book()["closed_until"]
        return max(day, date.fromisoformat(closed) + timedelta(days=1)) if closed else day

    # --- building a call --------------------------------------------------------------------------------------------
    def customer_call(self, customer: Customer, document: InvoiceDocument) -> Call:
        self.require(document, payload.BASE_CURRENCY)
        ref = _customer(customer)
        return _call(Write.CUSTOMER, f"/customers/{ref}", payload.customer(customer, document.number), ref)

    def product_call(self, line: DocumentLine, document: InvoiceDocument) -> Call:
        return self.item_call(Item(line.item, line.description, group=line.group))

    def item_call(self, item: Item) -> Call:
        return _call(Write.PRODUCT, _item(item.number), payload.item(item.name, item.group), item.number)

    def draft_call(self, document: InvoiceDocument, customer: str) -> Call:
        self.require(document, payload.BASE_CURRENCY)
        ref = payload.ref(document.key)
        made = _call(Write.DRAFT, f"/invoices/{ref}", payload.invoice(document, customer), ref)
        return replace(made, under=document.rounding)

    def correct_call(self, document: InvoiceDocument, customer: str, draft: Receipt) -> Call:
        """A version of the draft, whose address follows from what it says."""
        made = self.draft_call(document, customer)
        path = f"/invoices/{draft.id}/versions/{payload.ref(made.body.decode())}"
        return replace(made, write=Write.CORRECT, path=path, about={"ref": draft.id})

    def book_call(self, document: InvoiceDocument, draft: Receipt) -> Call:
        return _call(Write.BOOK, f"/invoices/{draft.id}/booking", {}, draft.id)

    def payment_call(self, document: InvoiceDocument, customer: str, booked: Receipt, number: int) -> Call:
        ref = payload.ref(document.key, str(number))
        return _call(Write.PAYMENT, f"/payments/{ref}", payload.payment(document, number, booked.id), ref)

    def payment_book_call(self, document: InvoiceDocument, entry: Receipt) -> Call:
        raise Unsupported("settlement-stopped", order=document.number)

    # --- doing ------------------------------------------------------------------------------------------------------
    def send(self, call: Call, key: str) -> Receipt:
        return _receipt(self.client.write(call.method, call.path, call.body, call.about["ref"]))

    def discard(self, draft: Receipt) -> None:
        self.client.write("DELETE", f"/invoices/{draft.id}", None, draft.id)

    @property
    def budget(self) -> Budget | None:
        return None

    @property
    def calls(self) -> list[JSON]:
        return self.trace.calls


def _call(write: Write, path: str, body: JSON, ref: str) -> Call:
    return Call(write, "PUT", "api", path, encode(body), {"ref": ref})


def _customer(buyer: Customer) -> str:
    return payload.ref(buyer.by, buyer.key)


def _item(number: str) -> str:
    return f"/items/{quote(number, safe='')}"


def _receipt(row: JSON) -> Receipt:
    """A record as it stands: an invoice's figures and number, or what is known of a customer or an item."""
    ref = row["ref"]
    if "gross" in row:
        figures = Figures(Decimal(row["gross"]), Decimal(row["vat"]), row["currency"], row["customer"])
        return Receipt(ref, final=bool(row["number"]), figures=figures, more={"number": row["number"]})
    known: JSON = {name: row[name] for name in ("name", "group", "company_number") if name in row}
    return Receipt(ref, final="invoice" in row, more={**known, "barred": False})
