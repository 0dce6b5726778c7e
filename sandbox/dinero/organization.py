"""One customer's organisation: who they are, what they bought, their books, and what they do by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.wire import Clock

from . import ledger, posting, seed
from .bodies import CONTACT_UPDATE
from .books import Books
from .clock import danish_day
from .limits import Limit
from .model import Contact, Invoice, Json
from .rules import GUID

OWNER = "Owner"


@dataclass
class Organization:
    """An organisation. `switches` overrides the service's defaults for this one.

    `pro` is whether it has the subscription that opens the API; the methods are what the owner does in Dinero's own
    pages, beyond any API. They raise KeyError for what is not there.
    """

    number: int
    name: str
    books: Books
    defaults: Mapping[str, object]
    clock: Clock
    pro: bool = True
    cvr: str = "12345678"
    is_vat_free: bool = False
    email: str = "ejer@example.dk"
    switches: dict[str, object] = field(default_factory=dict)
    calls: int = 0
    limit: Limit = field(default_factory=Limit)
    mails: list[Json] = field(default_factory=list)

    def switch(self, name: str) -> Any:
        """The value of a switch here. Raises KeyError for an unknown name."""
        return self.switches[name] if name in self.switches else self.defaults[name]

    def ledger(self) -> Json:
        """All the books as JSON; amounts are strings with two decimals."""
        return ledger.of(self)

    def documents_with(self, reference: str) -> Json:
        """{"drafts", "booked", "payments"} of one ExternalReference."""
        return ledger.of_reference(self, reference)

    def invoice(self, which: str | int) -> Invoice:
        """An invoice or a credit note by its Guid, or a booked one by its number: an invoice, where both have it."""
        if isinstance(which, str) and GUID.fullmatch(which):
            return self.books.invoices[which.lower()]
        found = [invoice for invoice in self.books.invoices.values() if invoice.number == int(which)]
        return min(found, key=lambda one: one.is_credit) if found else self.books.invoices[str(which)]

    def _draft(self, which: str | int) -> Invoice:
        invoice = self.invoice(which)
        if invoice.number is not None or invoice.deleted is not None:
            raise ValueError(f"{which} is no draft")
        return invoice

    def book_by_hand(self, draft: str | int, number: int | None = None) -> int:
        """The owner books a draft; gives back its number."""
        invoice = self._draft(draft)
        if invoice.data["ContactGuid"] is None:
            raise ValueError(f"{draft} has no contact")
        posting.book(self, invoice, number, self.clock())
        return invoice.number or 0

    def delete_draft_by_hand(self, draft: str | int) -> None:
        """The owner deletes a draft."""
        invoice = self._draft(draft)
        invoice.deleted = self.clock()
        posting.touch(self, invoice, self.clock())

    def edit_draft_by_hand(self, draft: str | int, *, amount: int | None = None, comment: str | None = None) -> str:
        """The owner changes the price of a draft's first line (øre) or its comment; gives back the new Timestamp."""
        invoice = self._draft(draft)
        if amount is not None:
            rows = invoice.data["ProductLines"]
            sign = -1 if rows[0]["BaseAmountValue"] < 0 else 1
            rows[0] = rows[0] | {"BaseAmountValue": ledger.kroner(sign * amount)}
            posting.price(self, invoice)
        if comment is not None:
            invoice.data["Comment"] = comment
        posting.touch(self, invoice, self.clock())
        return invoice.timestamp

    def pay_by_hand(self, booked: str | int, account: int = seed.FIRST_DEPOSIT, amount: int | None = None) -> str:
        """The owner registers the payment (of a credit note: the refund) of what remains, or of `amount` øre; gives
        back its Guid."""
        invoice = self.invoice(booked)
        if invoice.number is None:
            raise ValueError(f"{booked} is not booked")
        now = self.clock()
        day = danish_day(now)
        paid = posting.pay(self, invoice, now, account=account, day=day, description="Betaling", amount=amount)
        return paid.guid

    def touch_by_hand(self, invoice: str | int) -> str:
        """Something about an invoice changes (it is mailed, say); gives back the new Timestamp."""
        found = self.invoice(invoice)
        posting.touch(self, found, self.clock())
        return found.timestamp

    def make_contact(self, name: str, **more: Any) -> str:
        """The owner types a contact in, with properties in Dinero's spelling; gives back its Guid."""
        blank = dict.fromkeys(CONTACT_UPDATE.properties) | {"CountryKey": "DK", "IsPerson": False}
        data = blank | {"IsMember": False, "UseCvr": False, "Name": name} | more
        if data.keys() != blank.keys():
            raise KeyError(", ".join(data.keys() - blank.keys()))
        now, guid = self.clock(), self.books.new_guid()
        self.books.put_contact(Contact(guid, self.books.version(), now, now), data)
        return guid

    def change_contact(self, guid: str, **more: Any) -> None:
        """The owner changes properties of a contact."""
        contact = self.books.contacts[guid.lower()]
        self.books.put_contact(contact, contact.data | more)
        posting.touch(self, contact, self.clock())

    def delete_contact_by_hand(self, guid: str) -> None:
        """The owner deletes a contact, in use or not."""
        contact = self.books.contacts[guid.lower()]
        contact.deleted = self.clock()
        posting.touch(self, contact, self.clock())

    def set_pro(self, pro: bool = True) -> None:
        """The subscription begins, or lapses."""
        self.pro = pro

    def close_year(self, year: str | int, closed: bool = True) -> None:
        """The owner closes an accounting year, or opens it again."""
        found = {one.name: one for one in self.books.years}[str(year)]
        found.closed = closed

    def delete_year(self, year: str | int) -> None:
        """An accounting year that has not been made yet."""
        found = {one.name: one for one in self.books.years}[str(year)]
        self.books.years.remove(found)

    def hide_account(self, number: int, hidden: bool = True) -> None:
        """The owner hides an account, of the chart or for payments, or shows it again."""
        self._account(number).hidden = hidden

    def rename_account(self, number: int, name: str) -> None:
        """The owner gives an account another name."""
        self._account(number).name = name

    def delete_account(self, number: int) -> None:
        """The owner deletes an account, in use or not."""
        self._account(number)
        self.books.entry_accounts.pop(number, None)
        self.books.deposit_accounts.pop(number, None)

    def set_vat_code(self, number: int, code: str | None) -> None:
        """The owner gives an account of the chart another VAT code."""
        if code is not None and code not in self.books.vat_types:
            raise KeyError(code)
        self.books.entry_accounts[number].vat_code = code

    def set_rate(self, currency: str, ten_thousandths: int) -> None:
        """The day's rate of a currency: the price of 100 units in ten-thousandths of a krone."""
        self.books.currencies[currency] = ten_thousandths

    def _account(self, number: int) -> Any:
        return self.books.entry_accounts.get(number) or self.books.deposit_accounts[number]
