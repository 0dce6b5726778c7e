"""Billy as an accounting provider."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Self

from accounting.base import (
    JSON,
    AccountingProvider,
    Budget,
    Call,
    Choices,
    Finding,
    Item,
    Keys,
    Receipt,
    SettingField,
    SignIn,
    Write,
)
from accounting.chosen import SOLD_BY_ACCOUNT
from accounting.providers.billy import answers, calendar, choices, payload, selfcheck
from accounting.providers.billy.client import Client
from accounting.providers.billy.lookup import Lookup
from accounting.providers.billy.sending import Sender
from accounting.writing import encode
from connector.core.capabilities import ProviderCapabilities
from connector.core.document import Customer, DocumentLine, InvoiceDocument
from connector.core.errors import Temporary, Unsupported
from connector.core.readings import DOCUMENT, GROSS, GROSS_READINGS, Reading
from connector.lib.http import Trace, Transport

TOKENS_ARE_MADE_AT = "https://mit.billy.dk/"
LONGEST_TOKEN = 500
NAMED = ("accounts", "revenue_accounts")
"""Lists whose labels stand in reasons, where ids say nothing."""


class Billy(AccountingProvider):
    """One company.

    `config` holds api_url; its keys are {"token"}, which never expires; `kept` is the JSON of `Choices`.
    """

    name = "billy"
    label = "Billy"
    capabilities = ProviderCapabilities(
        books_drafts=True,
        credit_notes=True,
        settles=True,
        foreign_currency=True,
        negative_lines=True,
        # No limit is documented; so many lines stay far below what one answer may hold.
        max_lines=500,
        max_item_number=64,
        max_description=payload.DESCRIPTION,
        max_name=payload.NAME,
    )
    key_seconds = 0.0
    # Two a second: no limit is documented (fact sheet, section 9).
    calls_a_minute = 120
    # How far lists lag behind writes was never measured, and a draft is found by a list alone.
    lookup_lag = 30.0
    settlement = (Write.PAYMENT,)
    # VAT is rounded once for the whole invoice (fact sheet, 6.1), if the server does as its specification says.
    readings = (Reading(DOCUMENT, "half-up", GROSS), *GROSS_READINGS)
    sells_by_account = True
    sells_by_product = True
    setting_fields: tuple[SettingField, ...] = SOLD_BY_ACCOUNT
    prerequisites = ("access-token",)
    company_word = "registration"
    pastes_token = True

    def __init__(self, config: Mapping[str, str], keys: Keys, kept: Mapping[str, Any], transport: Transport) -> None:
        self._lists: Mapping[str, Iterable[Mapping[str, str]]] = kept.get("lists") or {}
        self.trace = Trace()
        self.client = Client(config["api_url"], keys, transport, self.trace)
        self.lookup = Lookup(self.client)
        ours = next(iter(self._lists.get(choices.ORGANIZATION, ())), None)
        self.sender = Sender(self.client, self.lookup, ours["value"] if ours else "")
        self._names = {row["value"]: row["label"] for name in NAMED for row in self._lists.get(name, ())}
        self._currencies = {row["value"] for row in self._lists.get(choices.CURRENCIES, ())}

    # --- connecting ---------------------------------------------------------------------------------------------
    @classmethod
    def build(cls, config: Mapping[str, str], keys: Keys, kept: Mapping[str, Any], transport: Transport) -> Self:
        return cls(config, keys, kept, transport)

    @classmethod
    def connect_url(cls, config: Mapping[str, str], sign_in: SignIn) -> str:
        """Where the owner makes an access token (fact sheet, section 1)."""
        return TOKENS_ARE_MADE_AT

    @classmethod
    def granted(cls, config: Mapping[str, str], answer: Mapping[str, str], sign_in: SignIn) -> dict[str, str] | None:
        """The token that was pasted; None for what can be none."""
        token = answer.get("token", "").strip()
        usable = token.isascii() and token.isprintable() and " " not in token and 0 < len(token) <= LONGEST_TOKEN
        return {"token": token} if usable else None

    def choices(self) -> Choices:
        return choices.read(self.client)

    def check(self, settings: Mapping[str, str]) -> list[Finding]:
        return selfcheck.findings(self.client, settings, self._names)

    # --- reading ------------------------------------------------------------------------------------------------
    def find_customers(self, customer: Customer) -> list[Receipt]:
        """Without a key nobody matches."""
        return self.lookup.buyers(payload.identity(customer)) if customer.key else []

    def find_items(self, numbers: Iterable[str]) -> dict[str, Item]:
        """The service products among `numbers`, by id or by number."""
        return self.lookup.items(numbers)

    def look(self, call: Call) -> list[Receipt]:
        return self.lookup.made_by(call)

    def balances(self, invoices: Sequence[str]) -> dict[str, Decimal]:
        found = self.lookup.balances(invoices, self.sender.registered)
        return {identity: min(left, self.sender.told.get(identity, left)) for identity, left in found.items()}

    def open_credits(self, notes: Sequence[str]) -> dict[str, Decimal]:
        return self.balances(notes)

    def require(self, document: InvoiceDocument, base_currency: str) -> None:
        super().require(document, base_currency)
        self._require_currency(document)

    def seems_closed(self, day: date) -> bool:
        return calendar.seems_closed(self._lists.get(calendar.LOCKED, ()), day)

    def first_open_day(self, day: date) -> date:
        return calendar.first_open_day(self.client, day)

    # --- building a call --------------------------------------------------------------------------------------------
    def customer_call(self, customer: Customer, document: InvoiceDocument) -> Call:
        self._require_currency(document)
        body = payload.contact(customer, document)
        person = next(iter(body.get("contactPersons", ())), None)
        about = {**payload.identity(customer), "title": body["name"], **({"person": person} if person else {})}
        return _call(Write.CUSTOMER, "/contacts", {"contact": body}, document, about)

    def product_call(self, line: DocumentLine, document: InvoiceDocument) -> Call:
        raise Unsupported("product-missing", sku=line.item, name=line.description, order=document.number)

    def item_call(self, item: Item) -> Call:
        """The call that makes a service product of an account and a VAT ruleset: the item's group."""
        body = encode({"product": payload.product(item.number, item.name, item.group)})
        return Call(Write.PRODUCT, "POST", "api", "/products", body, {"number": item.number})

    def draft_call(self, document: InvoiceDocument, customer: str) -> Call:
        self._require_currency(document)
        body = {"invoice": payload.draft(document, customer)}
        made = _call(Write.DRAFT, "/invoices", body, document, self._about_lines(document, customer))
        return replace(made, under=document.rounding)

    def correct_call(self, document: InvoiceDocument, customer: str, draft: Receipt) -> Call:
        about = {**self._about_lines(document, customer), "draft": draft.id}
        body = {"invoice": payload.changeable(document)}
        made = _call(Write.CORRECT, f"/invoices/{draft.id}", body, document, about)
        return replace(made, method="PUT", under=document.rounding)

    def book_call(self, document: InvoiceDocument, draft: Receipt) -> Call:
        customer = (draft.figures.customer if draft.figures else None) or ""
        about = {**self._about_lines(document, customer), "draft": draft.id}
        made = _call(Write.BOOK, f"/invoices/{draft.id}", {"invoice": payload.APPROVAL}, document, about)
        return replace(made, method="PUT")

    def payment_call(self, document: InvoiceDocument, customer: str, booked: Receipt, number: int) -> Call:
        body = payload.payment(document, number, booked.id, str(booked.more.get("exchange", "")))
        account = body["cashAccountId"]
        about = {
            "invoice": booked.id,
            "account": account,
            "account_name": self._names.get(account, account),
            "amount": str(body["cashAmount"]),
            "settles": str(document.payments[number - 1].amount),
            "place": self._place(document, number),
            "currency": document.currency,
            "side": body["cashSide"],
            **({"left": str(booked.more.get("remainder", ""))} if document.is_credit else {}),
        }
        return _call(Write.PAYMENT, "/bankPayments", {"bankPayment": body}, document, about)

    def _place(self, document: InvoiceDocument, number: int) -> int:
        """How many of the payments before it are just like it: a payment has no mark of ours."""
        this = document.payments[number - 1]
        before = [(paid.amount, payload.account_of(document, paid)) for paid in document.payments[: number - 1]]
        return before.count((this.amount, payload.account_of(document, this)))

    def payment_book_call(self, document: InvoiceDocument, entry: Receipt) -> Call:
        raise Unsupported("settlement-stopped", order=document.number)

    def _about_lines(self, document: InvoiceDocument, customer: str) -> JSON:
        """What an invoice is compared with, and what its refusals are about."""
        sold_as = sorted({line.item for line in document.lines})
        return {
            "customer": customer,
            "buyer": document.customer.shown,
            "currency": document.currency,
            "gross": str(document.total.amount),
            "vat": str(document.vat),
            "sales": payload.sales_setting(document),
            "products": {item: self._names.get(item, item) for item in sold_as},
            **_about_credit(document),
        }

    def _require_currency(self, document: InvoiceDocument) -> None:
        if document.currency != payload.BASE_CURRENCY and document.currency not in self._currencies:
            raise Unsupported("currency-missing", currency=document.currency, order=document.number)

    # --- doing ------------------------------------------------------------------------------------------------------
    def send(self, call: Call, key: str) -> Receipt:
        return self.sender.send(call)

    def discard(self, draft: Receipt) -> None:
        """Delete one surplus draft of ours. The answer is 200 whatever became of it (fact sheet, section 2), so that it
        is looked at before and after."""
        if not self._is_ours(draft):
            return
        self.client.write("DELETE", f"/invoices/{draft.id}", None, {})
        if self._is_ours(draft):
            raise Temporary("provider-down", detail="the draft is still there")

    def _is_ours(self, draft: Receipt) -> bool:
        row = self.lookup.invoice(draft.id)
        return row is not None and answers.is_under(row, draft.more) and not answers.is_booked(row)

    @property
    def budget(self) -> Budget | None:
        """Billy tells none (fact sheet, section 9): calls are counted on the way out, by `calls_a_minute`."""
        return None

    @property
    def calls(self) -> list[JSON]:
        return self.trace.calls


def _about_credit(document: InvoiceDocument) -> JSON:
    """What is said of a credit note alone: its original, and whether that one's exchange rate is needed."""
    if document.credits is None:
        return {}
    original = document.credits.id
    is_foreign = document.currency != payload.BASE_CURRENCY
    return {"credit": True, "original": original, "rate_of": original if is_foreign else ""}


def _call(write: Write, path: str, body: JSON, document: InvoiceDocument, about: JSON) -> Call:
    known = {"order": document.number, "key": document.key, "date": document.date.isoformat()}
    return Call(write, "POST", "api", path, encode(body), {**known, **about})
