"""Dinero as an accounting provider."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self
from zoneinfo import ZoneInfo

from accounting.base import (
    JSON,
    AccountingProvider,
    Budget,
    Call,
    Choices,
    Company,
    Finding,
    Item,
    Keys,
    Receipt,
    SettingField,
    SignIn,
    Write,
)
from accounting.chosen import SOLD_BY_ACCOUNT
from accounting.providers.dinero import answers, calendar, choices, fields, payload, selfcheck, signing_in, signs
from accounting.providers.dinero.client import Client
from accounting.providers.dinero.lookup import Lookup, place_of
from accounting.providers.dinero.sending import Sender
from accounting.writing import encode
from connector.core.capabilities import ProviderCapabilities
from connector.core.document import Customer, DocumentLine, InvoiceDocument
from connector.core.errors import NeedsSetup, Rejected, Temporary, Unsupported
from connector.core.readings import GROSS_READINGS
from connector.lib.http import Trace, Transport

BOOKS_ARE_IN = ZoneInfo("Europe/Copenhagen")
QUOTED = "AUD BRL CAD CHF CNY CZK EUR GBP HKD HUF IDR ILS INR ISK JPY KRW MXN MYR NOK NZD PHP PLN RON SEK SGD THB TRY"
CURRENCIES = frozenset([payload.BASE_CURRENCY, *QUOTED.split(), "USD", "ZAR"])
"""Kroner and what Danmarks Nationalbank quotes daily: Dinero takes the day's rate itself, and lists no currencies."""
DISCARDS = 2
"""How often the Timestamp of a draft that is deleted may be out of date."""


class Dinero(AccountingProvider):
    """One organisation.

    `config` holds api_url, connect_url, client_id and client_secret, and may hold response_mode; its keys are
    {"access", "refresh", "expires", "company"}; `kept` is the JSON of `Choices`.
    """

    name = "dinero"
    label = "Dinero"
    capabilities = ProviderCapabilities(
        books_drafts=True,
        settles=True,
        foreign_currency=True,
        credit_notes=True,
        # No limit is documented; so many lines stay far below what one answer may hold.
        max_lines=500,
        max_item_number=payload.ACCOUNT_NUMBER,
        max_description=payload.DESCRIPTION,
        max_name=payload.NAME,
    )
    # A Guid of ours is remembered for good; what has none carries a Timestamp that serves once.
    key_seconds = 0.0
    # For one app and organisation (fact sheet, section 9).
    calls_a_minute = 100
    # How far lists lag behind writes was never measured; what has a Guid of ours is not looked for in lists.
    lookup_lag = 20.0
    settlement = (Write.PAYMENT,)
    readings = GROSS_READINGS
    sells_by_account = True
    setting_fields: tuple[SettingField, ...] = SOLD_BY_ACCOUNT
    prerequisites = ("pro-plan", "owner-sign-in")
    company_word = "organisation"
    return_is_fixed = True
    proposed_account = str(choices.FIRST_CLEARING)

    def __init__(self, config: Mapping[str, str], keys: Keys, kept: Mapping[str, Any], transport: Transport) -> None:
        name = str(kept.get("company_name") or keys.current().get("company", ""))
        self.trace = Trace()
        self.client = Client(config["api_url"], keys, transport, self.trace, name)
        self.lookup = Lookup(self.client)
        self.sender = Sender(self.client, self.lookup)
        listed: Mapping[str, Iterable[Mapping[str, str]]] = kept.get("lists") or {}
        self._years = list(listed.get("years", ()))
        self.proposed_account = choices.free_number(option["value"] for option in listed.get("accounts", ()))

    # --- connecting ---------------------------------------------------------------------------------------------
    @classmethod
    def build(cls, config: Mapping[str, str], keys: Keys, kept: Mapping[str, Any], transport: Transport) -> Self:
        return cls(config, keys, kept, transport)

    @classmethod
    def connect_url(cls, config: Mapping[str, str], sign_in: SignIn) -> str:
        """Docs: https://docs.connect.visma.com/. Uses connect_url and client_id of `config`."""
        return signing_in.authorize_url(config, sign_in)

    @classmethod
    def granted(cls, config: Mapping[str, str], answer: Mapping[str, str], sign_in: SignIn) -> dict[str, str] | None:
        return signing_in.granted(config, answer, sign_in)

    @classmethod
    def redeem(cls, config: Mapping[str, str], granted: Mapping[str, str], transport: Transport) -> dict[str, str]:
        return signing_in.redeem(config, granted, transport)

    @classmethod
    def renew(cls, config: Mapping[str, str], secrets: Mapping[str, str], transport: Transport) -> dict[str, str]:
        return signing_in.renew(config, secrets, transport)

    def companies(self) -> Sequence[Company]:
        found = [_company(row) for row in self.client.organizations()]
        usable = [company for company in found if company.number]
        if not usable:
            raise NeedsSetup("organisation-none")
        return usable

    def choices(self) -> Choices:
        return choices.read(self.client)

    def check(self, settings: Mapping[str, str], today: date | None = None) -> list[Finding]:
        """`today` is the day in Copenhagen unless given."""
        return selfcheck.findings(self.client, settings, today or datetime.now(BOOKS_ARE_IN).date())

    # --- reading ------------------------------------------------------------------------------------------------
    def find_customers(self, customer: Customer) -> list[Receipt]:
        """Without a key nobody matches."""
        return self.lookup.buyers(payload.identity(customer)) if customer.key else []

    def find_items(self, numbers: Iterable[str]) -> dict[str, Item]:
        """The accounts among `numbers`: a line names one in place of an item."""
        return self.lookup.items(numbers)

    def look(self, call: Call) -> list[Receipt]:
        return self.lookup.made_by(call)

    def balances(self, invoices: Sequence[str]) -> dict[str, Decimal]:
        return self.lookup.balances(invoices)

    def open_credits(self, notes: Sequence[str]) -> dict[str, Decimal]:
        return self.lookup.open_credits(notes)

    def require(self, document: InvoiceDocument, base_currency: str) -> None:
        super().require(document, base_currency)
        _require_currency(document)

    def seems_closed(self, day: date) -> bool:
        return calendar.seems_closed(self._years, day)

    def first_open_day(self, day: date) -> date:
        return calendar.first_open_day(self.client, day)

    # --- building a call --------------------------------------------------------------------------------------------
    def customer_call(self, customer: Customer, document: InvoiceDocument) -> Call:
        _require_currency(document)
        name = f"{customer.key} {document.key}"
        guid = payload.guid(self.client.company, name, 0)
        about = {"made_as": name, "guid": guid, "title": customer.party.title, **payload.identity(customer)}
        return self._call(Write.CUSTOMER, "/contacts", payload.contact(customer, document, guid), document, about)

    def product_call(self, line: DocumentLine, document: InvoiceDocument) -> Call:
        raise Unsupported("product-missing", sku=line.item, name=line.description, order=document.number)

    def item_call(self, item: Item) -> Call:
        raise Unsupported("product-missing", sku=item.number, name=item.name)

    def draft_call(self, document: InvoiceDocument, customer: str) -> Call:
        _require_currency(document)
        guid = payload.guid(self.client.company, document.key, 0)
        about = {**_about_lines(document, customer), "guid": guid}
        made = self._call(Write.DRAFT, _place(document), payload.draft(document, customer, guid), document, about)
        return replace(made, under=document.rounding)

    def correct_call(self, document: InvoiceDocument, customer: str, draft: Receipt) -> Call:
        timestamp = str(draft.more.get("timestamp", ""))
        path = self.client.path(f"{_place(document)}/{draft.id}", "v1.2")
        about = {**_about_lines(document, customer), "draft": draft.id, "timestamp": timestamp}
        made = self._call(Write.CORRECT, "", payload.correction(document, customer, timestamp), document, about)
        return replace(made, method="PUT", path=path, under=document.rounding)

    def book_call(self, document: InvoiceDocument, draft: Receipt) -> Call:
        timestamp = str(draft.more.get("timestamp", ""))
        customer = (draft.figures.customer if draft.figures else None) or ""
        about = {**_about_lines(document, customer), "draft": draft.id, "timestamp": timestamp}
        path = f"{_place(document)}/{draft.id}/book"
        return self._call(Write.BOOK, path, payload.booking(timestamp), document, about)

    def payment_call(self, document: InvoiceDocument, customer: str, booked: Receipt, number: int) -> Call:
        timestamp = self.sender.timestamps.get(booked.id) or str(booked.more.get("timestamp", ""))
        in_dkk = booked.more.get("in_dkk")
        kroner = Decimal(in_dkk) if in_dkk else None
        body = payload.payment(document, number, timestamp, kroner)
        about: JSON = {
            "invoice": booked.id,
            "timestamp": timestamp,
            "mark": payload.payment_mark(document, number),
            "account": str(body["DepositAccountNumber"]),
            "amounts": [str(body["Amount"]), str(document.payments[number - 1].amount)],
            "currency": document.currency,
        }
        if document.is_credit:
            later = range(number + 1, len(document.payments) + 1)
            left = signs.together([body, *(payload.payment(document, one, timestamp, kroner) for one in later)])
            about["left"] = str(left)
        return self._call(Write.PAYMENT, f"{_place(document)}/{booked.id}/payments", body, document, about)

    def payment_book_call(self, document: InvoiceDocument, entry: Receipt) -> Call:
        raise Unsupported("settlement-stopped", order=document.number)

    def account_call(self, number: str, name: str) -> Call:
        body = encode(payload.deposit_account(number, name))
        path = self.client.path("/accounts/deposit")
        return Call(Write.ACCOUNT, "POST", "api", path, body, {"account": number, "title": name})

    def _call(self, write: Write, rest: str, body: JSON, document: InvoiceDocument, about: JSON) -> Call:
        known: JSON = {"order": document.number, "key": document.key, "date": document.date.isoformat()}
        known |= {"credit": True} if document.is_credit else {}
        path = self.client.path(rest)
        return Call(write, "POST", "api", path, encode(body), {"made_as": document.key, **known, **about})

    # --- doing ------------------------------------------------------------------------------------------------------
    def send(self, call: Call, key: str) -> Receipt:
        return self.sender.send(call)

    def discard(self, draft: Receipt) -> None:
        """Delete one surplus draft of ours, by its Guid and with its Timestamp: never one that was booked meanwhile."""
        place = place_of(draft.more)
        path = self.client.path(f"{place}/{draft.id}")
        for _ in range(DISCARDS):
            row = self.lookup.document(draft.id, place)
            if row is None or fields.text(row, "externalreference") != draft.more["key"] or answers.is_booked(row):
                return
            body = encode(payload.booking(fields.text(row, "timestamp")))
            try:
                self.client.write("DELETE", path, body, {})
            except Rejected:
                continue
            return
        raise Temporary("provider-down", detail="the draft is being changed")

    @property
    def budget(self) -> Budget | None:
        """Dinero tells none (fact sheet, section 9): calls are counted on the way out, by `calls_a_minute`."""
        return None

    @property
    def calls(self) -> list[JSON]:
        return self.trace.calls


def _place(document: InvoiceDocument) -> str:
    return place_of({"credit": document.is_credit})


def _about_lines(document: InvoiceDocument, customer: str) -> JSON:
    """What an invoice is compared with, and what its refusals are about."""
    return {
        "customer": customer,
        "buyer": document.customer.shown,
        "currency": document.currency,
        "gross": str(document.total.amount),
        "vat": str(document.vat),
        "sales": payload.sales_setting(document),
        "accounts": sorted({line.item for line in document.lines}),
    }


def _company(row: Mapping[str, Any]) -> Company:
    number, name = fields.number_of(row, "id"), fields.text(row, "name")
    trouble = "dinero-pro-missing" if row.get("ispro") is False else ""
    return Company(number, name, fields.text(row, "vatnumber"), trouble)


def _require_currency(document: InvoiceDocument) -> None:
    if document.currency not in CURRENCIES:
        raise Unsupported("currency-missing", currency=document.currency, order=document.number)
