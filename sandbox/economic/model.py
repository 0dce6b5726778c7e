"""What an agreement's books are made of. Amounts are integers of hundredths (øre), rates as in `totals`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from .totals import Totals
from .wirejson import Json

INVOICE, PAYMENT, FINANCE, MANUAL_INVOICE = 1, 2, 5, 10
"""Entry types as the newer host numbers them (fact sheet, section 15); MANUAL_INVOICE exists in journals only."""


@dataclass
class Account:
    """One account of the chart; `balance` is in base currency, debit positive."""

    number: int
    name: str
    kind: str = "profitAndLoss"
    side: str = "debit"
    vat_code: str | None = None
    balance: int = 0
    barred: bool = False
    blocked: bool = False

    @property
    def postable(self) -> bool:
        """Only profit-and-loss and status accounts can be posted to (section 8.2)."""
        return self.kind in ("profitAndLoss", "status")


@dataclass(frozen=True)
class VatCode:
    """A VAT code: its rate and the account its VAT is booked on."""

    code: str
    name: str
    rate: int
    account: int


@dataclass(frozen=True)
class VatZone:
    """A VAT zone."""

    number: int
    name: str
    for_customers: bool = True
    for_suppliers: bool = True


@dataclass(frozen=True)
class PaymentTerms:
    """Payment terms; `contra_account` is where a term that settles at booking puts the money (11.1)."""

    number: int
    name: str
    kind: str
    days: int = 0
    contra_account: int | None = None


@dataclass(frozen=True)
class ProductGroup:
    """A product group and its sales account per VAT zone."""

    number: int
    name: str
    sales_accounts: dict[int, int]
    inventory: bool = False


@dataclass(frozen=True)
class Named:
    """A numbered thing with a name: layout, unit, customer group."""

    number: int
    name: str
    account: int | None = None
    deleted: bool = False


@dataclass(frozen=True)
class Currency:
    """A currency; `rate` is the base price of 100 units, in millionths."""

    code: str
    number: str
    name: str
    rate: int


@dataclass(frozen=True)
class Journal:
    """A journal (kassekladde); `only` restricts it to one entry type."""

    number: int
    name: str
    first_voucher: int
    last_voucher: int = 999_999_999
    contra_account: int | None = None
    only: int | None = None


@dataclass
class AccountingYear:
    """An accounting year of twelve calendar months."""

    name: str
    start: date
    end: date
    closed: bool = False


@dataclass
class Record:
    """What changes in the books; the rendered form is kept until something changes."""

    created: float
    updated: float
    view: Json | None = field(default=None, repr=False, compare=False)

    def touch(self, now: float) -> None:
        """Something changed at `now`."""
        self.updated = now
        self.view = None


@dataclass
class Customer(Record):
    """A customer: its checked properties, references as bare numbers; `balance` in base currency."""

    number: int = 0
    data: Json = field(default_factory=dict)
    balance: int = 0


@dataclass
class Product(Record):
    """A product; `in_stock` in hundredths of a unit, counted only in a group with inventory."""

    number: str = ""
    data: Json = field(default_factory=dict)
    in_stock: int = 0


@dataclass(frozen=True)
class Line:
    """A document line: what was sent, and what follows from product and zone."""

    data: Json
    rate: int = 0
    sales_account: int | None = None
    vat_code: str | None = None
    net: int = 0


@dataclass
class Document(Record):
    """An invoice or credit note, draft until `booked_number` is set."""

    draft_number: int = 0
    data: Json = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    totals: Totals = field(default_factory=lambda: Totals(0, 0, 0, {}, ()))
    exchange_rate: int = 100_000_000
    booked_number: int | None = None
    remainder: int = 0

    @property
    def reference(self) -> str | None:
        """references.other, the only durable key of a document (section 7)."""
        return self.data.get("references", {}).get("other")  # type: ignore[no-any-return]


@dataclass
class DraftEntry(Record):
    """An entry in a journal, not booked yet; `exchange_rate` as in Document."""

    number: int = 0
    journal: int = 0
    kind: int = PAYMENT
    voucher: int = 0
    day: date = date.min
    amount: int = 0
    currency: str = "DKK"
    exchange_rate: int = 100_000_000
    account: int | None = None
    contra_account: int | None = None
    customer: int | None = None
    invoice: int | None = None
    text: str = ""
    due_date: date | None = None


@dataclass
class Entry:
    """A booked entry; only entries on a customer have a remainder. Debit is positive."""

    number: int
    kind: int
    account: int
    amount: int
    base_amount: int
    currency: str
    day: date
    voucher: int
    text: str
    created: float
    customer: int | None = None
    invoice: int | None = None
    remainder: int | None = None
    due_date: date | None = None
    vat_code: str | None = None
