"""One organisation's books: what they hold, and what finds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from uuid import UUID

from .model import AccountingYear, Contact, DepositAccount, EntryAccount, Invoice, Json, VatType

FIRST_VERSION = 0x9DF2A000
GUIDS, GUID_SERIAL_BITS = 0xD1E20000_0000_4000_8000_000000000000, 24


class Index:
    """Guids of things by a text property, without letter case."""

    def __init__(self) -> None:
        self._guids: dict[str, dict[str, None]] = {}

    def add(self, text: str | None, guid: str) -> None:
        """`guid` has the property value `text`."""
        self._guids.setdefault((text or "").casefold(), {})[guid] = None

    def remove(self, text: str | None, guid: str) -> None:
        """`guid` has it no more."""
        self._guids.get((text or "").casefold(), {}).pop(guid, None)

    def find(self, text: str) -> list[str]:
        """The Guids whose property value is `text`."""
        return list(self._guids.get(text.casefold(), ()))


INDEXED = ("Email", "ExternalReference", "VatNumber")


@dataclass
class Books:
    """The books. Invoices, and credit notes among them, are found by ExternalReference, contacts by the INDEXED
    properties. `numbers` are those of the invoices, and of the credit notes unless these have a series of their own."""

    owner: int
    entry_accounts: dict[int, EntryAccount]
    deposit_accounts: dict[int, DepositAccount]
    vat_types: dict[str, VatType]
    years: list[AccountingYear]
    currencies: dict[str, int]
    contacts: dict[str, Contact] = field(default_factory=dict)
    invoices: dict[str, Invoice] = field(default_factory=dict)
    references: Index = field(default_factory=Index)
    contact_index: dict[str, Index] = field(default_factory=lambda: {name: Index() for name in INDEXED})
    numbers: set[int] = field(default_factory=set)
    credit_numbers: set[int] = field(default_factory=set)
    versions: Iterator[int] = field(default_factory=lambda: count(FIRST_VERSION))
    serials: Iterator[int] = field(default_factory=lambda: count(1))

    def version(self) -> str:
        """The next rowversion: every write takes one."""
        return f"{next(self.versions):016X}"

    def new_guid(self) -> str:
        """A Guid of the books' own choice."""
        return str(UUID(int=GUIDS + (self.owner << GUID_SERIAL_BITS) + next(self.serials)))

    def credits_of(self, guid: str) -> list[Invoice]:
        """The booked credit notes of an invoice."""
        notes = (one for one in self.invoices.values() if one.is_credit and one.number is not None)
        return [note for note in notes if note.data["CreditNoteFor"] == guid]

    def put_invoice(self, invoice: Invoice) -> None:
        """Keep a new or changed invoice, found by its reference."""
        self.forget_invoice(invoice.guid)
        self.invoices[invoice.guid] = invoice
        self.references.add(invoice.reference, invoice.guid)

    def forget_invoice(self, guid: str) -> None:
        """Drop an invoice as if it had never been there."""
        known = self.invoices.pop(guid, None)
        if known:
            self.references.remove(known.reference, guid)

    def with_reference(self, reference: str) -> list[Invoice]:
        """The invoices of one ExternalReference, whatever its letters' case, deleted ones too."""
        return [self.invoices[guid] for guid in self.references.find(reference)]

    def put_contact(self, contact: Contact, data: Json) -> None:
        """Keep a new contact, or a known one with other properties, found by the INDEXED ones."""
        known = self.contacts.setdefault(contact.guid, contact)
        for name, index in self.contact_index.items():
            index.remove(known.data.get(name), contact.guid)
            index.add(data[name], contact.guid)
        contact.data = data

    def year_of(self, day: date) -> AccountingYear | None:
        """The accounting year that `day` lies in."""
        return next((year for year in self.years if year.start <= day <= year.end), None)

    def rate_of(self, account: EntryAccount) -> int:
        """The VAT rate of what is sold on an account."""
        vat_type = self.vat_types.get(account.vat_code or "none")
        return vat_type.rate if vat_type else 0
