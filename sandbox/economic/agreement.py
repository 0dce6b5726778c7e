"""One customer's agreement: who they are, what they bought, their books, and what they do by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from typing import Any

from . import ledger, posting, seed
from .books import Books
from .budget import Budget
from .idempotency import Memory
from .model import FINANCE, PAYMENT, Customer, DraftEntry, Journal
from .wirejson import Json

INVENTORY, PROJECTS, DIMENSIONS = 15, 4, 14
MODULE_NAMES = {INVENTORY: "Lager", PROJECTS: "Projekter", DIMENSIONS: "Dimension", 3: "Scanning"}
PLANS = ("Basis", "Plus", "Smart", "Komplet")
ROLES = ("SuperUser", "Bookkeeping", "Sales")


@dataclass
class InsideFailure:
    """A failure ordered to happen inside the system, where the idempotency memory sees it."""

    path: str
    times: int
    status: int
    after: bool

    def fits(self, method: str, path: str) -> bool:
        """Whether it strikes this call; `path` may hold wildcards and begin with a method."""
        return self.times > 0 and (fnmatchcase(path, self.path) or fnmatchcase(f"{method} {path}", self.path))


@dataclass
class Agreement:
    """An agreement. `switches` overrides the service's defaults for this one customer."""

    number: int
    name: str
    books: Books
    defaults: Mapping[str, object]
    clock: Any
    cvr: str = "12345678"
    plan: str = "Plus"
    role: str = "SuperUser"
    modules: tuple[int, ...] = ()
    base_currency: str = "DKK"
    language: str = "da"
    can_send_electronic_invoice: bool = True
    app_public: str = ""
    switches: dict[str, object] = field(default_factory=dict)
    calls: int = 0
    budget: Budget = field(default_factory=Budget)
    memory: Memory = field(default_factory=Memory)
    failures: list[InsideFailure] = field(default_factory=list)

    def switch(self, name: str) -> Any:
        """The value of a switch here. Raises KeyError for an unknown name."""
        return self.switches[name] if name in self.switches else self.defaults[name]

    def ledger(self) -> Json:
        """All the books as JSON; amounts are strings with two decimals."""
        return ledger.of(self)

    def documents_with(self, reference: str) -> Json:
        """{"drafts", "booked", "payments"} of one references.other, found by index."""
        return ledger.of_reference(self, reference)

    def fail_inside(self, path: str, *, times: int = 1, status: int = 500, after: bool = False) -> None:
        """Answer the next `times` calls that fit `path` with `status`, before or after doing the work."""
        self.failures.append(InsideFailure(path, times, status, after))

    # What the owner does in e-conomic's own pages, beyond any API.

    def book_by_hand(self, draft_number: int) -> int:
        """The owner books a draft; gives back the booked number."""
        draft = self.books.drafts[draft_number]
        own_series = self.switch("credit_note_series") == "own"
        number = posting.next_number(self.books, draft, own_series=own_series)
        posting.book_document(
            self.books, draft, number, self.clock(), settles_at_once=self.switch("paid_in_cash_settles")
        )
        return number

    def delete_draft_by_hand(self, draft_number: int) -> None:
        """The owner deletes a draft."""
        self.books.drop_draft(draft_number)

    def pay_by_hand(self, booked_number: int, account: int = 5820) -> None:
        """The owner books the receipt of what is open on an invoice."""
        invoice = self.books.booked[booked_number]
        journal = next(iter(self.books.master.journals.values()))
        entry = self._draft_entry(
            journal,
            kind=PAYMENT,
            day=date.fromisoformat(invoice.data["date"]),
            amount=-invoice.remainder,
            currency=invoice.data["currency"],
            exchange_rate=invoice.exchange_rate,
            contra_account=account,
            customer=invoice.data["customer"],
            invoice=booked_number,
            text=f"Betaling af faktura {booked_number}",
        )
        posting.book_entry(self.books, entry, self.clock(), sign="negative", match=True)

    def draft_entry_by_hand(self, journal: int, amount: int, account: int = 3600, contra_account: int = 5820) -> int:
        """The owner types a finance entry (øre) and leaves it unbooked; gives back its number."""
        entry = self._draft_entry(
            self.books.master.journals[journal],
            kind=FINANCE,
            day=datetime.fromtimestamp(self.clock(), UTC).date(),
            amount=amount,
            currency=self.base_currency,
            account=account,
            contra_account=contra_account,
            text="Skrevet i hånden",
        )
        return entry.number

    def _draft_entry(self, journal: Journal, **more: Any) -> DraftEntry:
        entry = DraftEntry(
            self.clock(),
            self.clock(),
            number=self.books.draft_entry_numbers.take(),
            journal=journal.number,
            voucher=self.books.next_voucher(journal),
            **more,
        )
        self.books.draft_entries[entry.number] = entry
        return entry

    def bar_product(self, number: str, barred: bool = True) -> None:
        """The owner bars a product, or lifts it."""
        product = self.books.products[number]
        product.data["barred"] = barred
        product.touch(self.clock())

    def make_customer(self, name: str, email: str = "", cvr: str = "") -> int:
        """The owner types a new customer in, who may share an e-mail with others; gives back the number."""
        number = self.books.customer_numbers.take()
        terms, zone = next(iter(self.books.master.terms)), next(iter(self.books.master.vat_zones))
        data: Json = {"name": name, "currency": self.base_currency, "country": "Danmark"}
        data |= {"customerGroup": 1, "paymentTerms": terms, "vatZone": zone}
        data |= {key: text for key, text in (("email", email), ("corporateIdentificationNumber", cvr)) if text}
        self.books.put_customer(Customer(self.clock(), self.clock(), number=number, data=data))
        return number

    def bar_customer(self, number: int, barred: bool = True) -> None:
        """The owner bars a customer, or lifts it."""
        customer = self.books.customers[number]
        customer.data["barred"] = barred
        customer.touch(self.clock())

    def use_currency(self, code: str, used: bool = True) -> None:
        """The owner switches one of the seeded currencies on, or off."""
        known = seed.currencies(self.base_currency)[code]
        if code == self.base_currency:
            raise ValueError(f"{code} is the books' own currency")
        if used:
            self.books.master.currencies[code] = known
        else:
            self.books.master.currencies.pop(code, None)

    def delete_customer_by_hand(self, number: int) -> None:
        """The owner deletes a customer, whatever the API says of one that is in use; the number may be given again."""
        self.books.drop_customer(number)

    def delete_product_by_hand(self, number: str) -> None:
        """The owner deletes a product, whatever the API says of one that is in use."""
        del self.books.products[number]

    def close_year(self, year: str | int, closed: bool = True) -> None:
        """The owner closes an accounting year, or opens it again."""
        self.books.master.calendar.years[str(year)].closed = closed

    def bar_period(self, start: date | str, end: date | str) -> None:
        """The owner bars a stretch of days for posting."""
        first, last = (day if isinstance(day, date) else date.fromisoformat(day) for day in (start, end))
        self.books.master.calendar.barred.append((first, last))

    def set_balance(self, account: int, balance: int) -> None:
        """An account's balance (øre, debit positive) as if entries from before had made it."""
        self.books.master.accounts[account].balance = balance

    def set_stock(self, product: str, hundredths: int) -> None:
        """The owner counts a product's stock."""
        self.books.products[product].in_stock = hundredths
        self.books.products[product].touch(self.clock())
