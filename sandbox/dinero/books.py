"""One organisation's books: what they hold, and what finds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from uuid import UUID

from .model import AccountingYear, Contact, DepositAccount, EntryAccount, Invoice, VatType

FIRST_VERSION = 0x9DF2A000
FIRST_INVOICE = 1001
GUIDS, GUID_SERIAL_BITS = 0xD1E20000_0000_4000_8000_000000000000, 24


@dataclass
class Books:
    """The books. `references` leads from an ExternalReference in small letters to the invoices that carry it."""

    owner: int
    entry_accounts: dict[int, EntryAccount]
    deposit_accounts: dict[int, DepositAccount]
    vat_types: dict[str, VatType]
    years: list[AccountingYear]
    currencies: dict[str, int]
    contacts: dict[str, Contact] = field(default_factory=dict)
    invoices: dict[str, Invoice] = field(default_factory=dict)
    references: dict[str, dict[str, None]] = field(default_factory=dict)
    numbers: set[int] = field(default_factory=set)
    versions: Iterator[int] = field(default_factory=lambda: count(FIRST_VERSION))
    serials: Iterator[int] = field(default_factory=lambda: count(1))

    def version(self) -> str:
        """The next rowversion: every write takes one."""
        return f"{next(self.versions):016X}"

    def new_guid(self) -> str:
        """A Guid of the books' own choice."""
        return str(UUID(int=GUIDS + (self.owner << GUID_SERIAL_BITS) + next(self.serials)))

    def next_number(self) -> int:
        """The number of the next invoice that is booked."""
        return max(self.numbers, default=FIRST_INVOICE - 1) + 1

    def put_invoice(self, invoice: Invoice) -> None:
        """Keep a new or changed invoice, found by its reference."""
        self.forget_invoice(invoice.guid)
        self.invoices[invoice.guid] = invoice
        self.references.setdefault((invoice.reference or "").casefold(), {})[invoice.guid] = None

    def forget_invoice(self, guid: str) -> None:
        """Drop an invoice as if it had never been there."""
        known = self.invoices.pop(guid, None)
        if known:
            self.references[(known.reference or "").casefold()].pop(guid, None)

    def with_reference(self, reference: str) -> list[Invoice]:
        """The invoices of one ExternalReference, whatever its letters' case, deleted ones too."""
        return [self.invoices[guid] for guid in self.references.get(reference.casefold(), ())]

    def year_of(self, day: date) -> AccountingYear | None:
        """The accounting year that `day` lies in."""
        return next((year for year in self.years if year.start <= day <= year.end), None)

    def rate_of(self, account: EntryAccount) -> int:
        """The VAT rate of what is sold on an account."""
        vat_type = self.vat_types.get(account.vat_code or "none")
        return vat_type.rate if vat_type else 0
