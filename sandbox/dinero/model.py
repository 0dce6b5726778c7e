"""What an organisation's books are made of.

Amounts are integers of hundredths of their currency (øre), VAT rates hundredths of a percent, exchange rates the price
of 100 units in ten-thousandths of a krone. A Guid is written in lower case.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .totals import NOTHING, Totals

Json = dict[str, Any]

PAR = 1_000_000
"""The exchange rate of the krone itself."""


@dataclass
class EntryAccount:
    """An account of the chart that lines are sold on; its VAT code decides a line's VAT."""

    number: int
    name: str
    vat_code: str | None = None
    category: str = "Revenue"
    standard: int | None = None
    hidden: bool = False
    default: bool = False


@dataclass
class DepositAccount:
    """An account that payments are put on."""

    number: int
    name: str
    default: bool = False
    hidden: bool = False
    bank: Json = field(default_factory=dict)


@dataclass(frozen=True)
class VatType:
    """A VAT code and its rate."""

    code: str
    name: str
    rate: int


@dataclass
class AccountingYear:
    """An accounting year; nothing can be booked in one that is closed."""

    name: str
    start: date
    end: date
    closed: bool = False


@dataclass
class Record:
    """What has a Guid and a version; times are seconds since the epoch."""

    guid: str
    timestamp: str
    created: float
    updated: float
    deleted: float | None = None


@dataclass
class Contact(Record):
    """A contact: its checked properties in Dinero's own spelling."""

    data: Json = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """An invoice line: its checked properties, and what follows from its account."""

    data: Json
    account_name: str | None = None
    rate: int = 0
    net: int = 0
    gross: int = 0


@dataclass(frozen=True)
class Payment:
    """A payment; `amount` in the invoice's currency, `amount_dkk` in kroner. A fee is what was written off by one, an
    offset what an invoice and its credit note have settled between them, on no account."""

    guid: str
    account: int
    amount: int
    amount_dkk: int
    day: date
    description: str
    voucher: str
    reference: str | None = None
    fee: bool = False
    offset: bool = False

    @property
    def is_money(self) -> bool:
        """Whether it moved money."""
        return not (self.fee or self.offset)


@dataclass
class Invoice(Record):
    """An invoice, or a credit note: a draft until `number` is set, and unchangeable then.

    A credit note's lines, totals and payments (refunds) are above zero here for what is credited, whatever signs they
    were sent with and are shown with.
    """

    data: Json = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    totals: Totals = NOTHING
    rate: int = PAR
    number: int | None = None
    payments: list[Payment] = field(default_factory=list)
    mailed: bool = False
    is_credit: bool = False

    @property
    def reference(self) -> str | None:
        """ExternalReference, which need not be unique."""
        return self.data["ExternalReference"]  # type: ignore[no-any-return]

    @property
    def paid(self) -> int:
        """What is paid or written off, in the invoice's currency."""
        return sum(payment.amount for payment in self.payments)

    @property
    def remaining(self) -> int:
        """What is still owed, of a credit note what is still open; below zero when too much was paid."""
        return self.totals.incl - self.paid
