"""One agreement's books: what they hold, and the indexes that find it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .model import (
    Account,
    Currency,
    Customer,
    Document,
    DraftEntry,
    Entry,
    Journal,
    Named,
    PaymentTerms,
    Product,
    ProductGroup,
    VatCode,
    VatZone,
)
from .years import Calendar


class Series:
    """Numbers one greater than all that are in use, so that a freed highest number is used again (4.4)."""

    def __init__(self, first: int = 1) -> None:
        self.first = first
        self.top = first - 1

    def take(self, wanted: int | None = None) -> int:
        """The next number, or `wanted`, noted as used."""
        number = self.top + 1 if wanted is None else wanted
        self.top = max(self.top, number)
        return number

    def free(self, number: int, in_use: Iterable[int]) -> None:
        """`number` is not used any more."""
        if number == self.top:
            self.top = max(in_use, default=self.first - 1)


class Index:
    """Keys of things by a text property, without letter case."""

    def __init__(self) -> None:
        self._keys: dict[str, dict[int, None]] = {}

    def add(self, text: str | None, key: int) -> None:
        """`key` has the property value `text`."""
        if text is not None:
            self._keys.setdefault(text.casefold(), {})[key] = None

    def remove(self, text: str | None, key: int) -> None:
        """`key` has it no more."""
        if text is not None:
            self._keys.get(text.casefold(), {}).pop(key, None)

    def find(self, *texts: str) -> list[int]:
        """The keys whose property value is one of `texts`."""
        return sorted({key for text in texts for key in self._keys.get(text.casefold(), ())})

    def texts(self) -> list[str]:
        """All values in use, folded."""
        return [text for text, keys in self._keys.items() if keys]


@dataclass
class Master:
    """What the owner sets up in e-conomic and a client only reads."""

    accounts: dict[int, Account]
    vat_codes: dict[str, VatCode]
    vat_zones: dict[int, VatZone]
    terms: dict[int, PaymentTerms]
    product_groups: dict[int, ProductGroup]
    customer_groups: dict[int, Named]
    layouts: dict[int, Named]
    units: dict[int, Named]
    currencies: dict[str, Currency]
    journals: dict[int, Journal]
    calendar: Calendar


@dataclass
class Books:
    """Everything an agreement's books hold."""

    master: Master
    customers: dict[int, Customer] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    drafts: dict[int, Document] = field(default_factory=dict)
    booked: dict[int, Document] = field(default_factory=dict)
    draft_entries: dict[int, DraftEntry] = field(default_factory=dict)
    entries: dict[int, Entry] = field(default_factory=dict)
    matches: list[tuple[int, int]] = field(default_factory=list)

    customer_numbers: Series = field(default_factory=Series)
    draft_numbers: Series = field(default_factory=Series)
    booked_numbers: Series = field(default_factory=lambda: Series(1001))
    credit_numbers: Series = field(default_factory=lambda: Series(900_001))
    entry_numbers: Series = field(default_factory=Series)
    draft_entry_numbers: Series = field(default_factory=Series)
    vouchers: dict[int, Series] = field(default_factory=dict)

    customer_emails: Index = field(default_factory=Index)
    draft_references: Index = field(default_factory=Index)
    booked_references: Index = field(default_factory=Index)
    entries_of_invoice: dict[int, list[int]] = field(default_factory=dict)
    entries_of_customer: dict[int, list[int]] = field(default_factory=dict)
    used_by_document: set[tuple[str, object]] = field(default_factory=set)

    def put_customer(self, customer: Customer) -> None:
        """Add a customer, or put it in place of the one with its number."""
        old = self.customers.get(customer.number)
        if old is not None:
            self.customer_emails.remove(old.data.get("email"), old.number)
        self.customers[customer.number] = customer
        self.customer_emails.add(customer.data.get("email"), customer.number)

    def drop_customer(self, number: int) -> None:
        """Take a customer out; its number may be given again."""
        customer = self.customers.pop(number)
        self.customer_emails.remove(customer.data.get("email"), number)
        self.customer_numbers.free(number, self.customers)

    def put_draft(self, draft: Document) -> None:
        """Add a draft, or put it in place of the one with its number."""
        old = self.drafts.get(draft.draft_number)
        if old is not None:
            self.draft_references.remove(old.reference, old.draft_number)
        self.drafts[draft.draft_number] = draft
        self.draft_references.add(draft.reference, draft.draft_number)

    def drop_draft(self, number: int) -> Document:
        """Delete a draft; the highest number may be given again, but never one that became an order number."""
        draft = self.drafts.pop(number)
        self.draft_references.remove(draft.reference, number)
        if number == self.draft_numbers.top:
            booked = (document.draft_number for document in self.booked.values())
            self.draft_numbers.free(number, [*self.drafts, *booked])
        return draft

    def move_to_booked(self, draft: Document, number: int) -> None:
        """The draft is gone and a booked document is there."""
        self.drafts.pop(draft.draft_number)
        self.draft_references.remove(draft.reference, draft.draft_number)
        draft.booked_number = number
        self.booked[number] = draft
        self.booked_references.add(draft.reference, number)
        self.used_by_document.add(("customer", draft.data["customer"]))
        for line in draft.lines:
            if "product" in line.data:
                self.used_by_document.add(("product", line.data["product"]))

    def add_entry(self, entry: Entry) -> None:
        """Book an entry: accounts and the customer's balance follow."""
        self.entries[entry.number] = entry
        self.master.accounts[entry.account].balance += entry.base_amount
        if entry.invoice is not None:
            self.entries_of_invoice.setdefault(entry.invoice, []).append(entry.number)
        if entry.customer is not None:
            self.entries_of_customer.setdefault(entry.customer, []).append(entry.number)

    def invoice_entry(self, booked_number: int) -> Entry | None:
        """The customer entry that a booked document made."""
        entries = (self.entries[number] for number in self.entries_of_invoice.get(booked_number, ()))
        return next((entry for entry in entries if entry.kind == 1 and entry.customer is not None), None)

    def next_voucher(self, journal: Journal) -> int:
        """The next free voucher number of a journal."""
        return self.vouchers.setdefault(journal.number, Series(journal.first_voucher)).take()

    def is_used(self, kind: str, key: object) -> bool:
        """Whether any document, draft or booked, uses the customer or product `key`."""
        if (kind, key) in self.used_by_document:
            return True
        if kind == "customer":
            return any(draft.data["customer"] == key for draft in self.drafts.values())
        lines = (line for draft in self.drafts.values() for line in draft.lines)
        return any(line.data.get("product") == key for line in lines)
