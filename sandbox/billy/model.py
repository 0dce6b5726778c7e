"""What a company's books are made of.

Amounts are integers of øre (hundredths of their currency), VAT rates hundredths of a percent, exchange rates the price
of one unit in kroner. What has no arithmetic is kept as Billy spells it: a JSON object with its `id`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from .totals import NOTHING, Totals

Json = dict[str, Any]

DRAFT, APPROVED = "draft", "approved"
INVOICE, CREDIT_NOTE = "invoice", "creditNote"
DEBIT, CREDIT = "debit", "credit"


@dataclass(frozen=True)
class Line:
    """An invoice line: its checked properties, and what follows from its product and the contact."""

    id: str
    data: Json
    account: str
    tax_rate: str | None = None
    rate: int = 0
    amount: int = 0


@dataclass
class Modifier:
    """What a payment or a credit note does to the balance of an invoice; `made` is seconds since the epoch."""

    id: str
    by: str
    subject: str
    amount: int
    day: date
    made: float
    difference: int = 0
    voided: bool = False


@dataclass
class Invoice:
    """An invoice or a credit note: a draft until `approved` is set, and unchangeable then."""

    id: str
    created: float
    secret: str
    data: Json
    lines: tuple[Line, ...] = ()
    totals: Totals = NOTHING
    rate: Decimal = Decimal(1)
    number: str | None = None
    approved: float | None = None
    modifiers: list[Modifier] = field(default_factory=list)

    @property
    def reference(self) -> str | None:
        """orderNo, which need not be unique."""
        return self.data["orderNo"]  # type: ignore[no-any-return]

    @property
    def is_credit(self) -> bool:
        """Whether it is owed to the contact."""
        return bool(self.data["type"] == CREDIT_NOTE)

    @property
    def sign(self) -> int:
        """What its amounts count as among what contacts owe."""
        return -1 if self.is_credit else 1

    def balance(self, until: float | None = None) -> int:
        """What is outstanding, as it was at a time when one is given."""
        done = (row.amount for row in self.modifiers if not row.voided and (until is None or row.made <= until))
        return self.totals.gross - sum(done)


@dataclass
class Payment:
    """A payment: its checked properties, what it did to the invoices, and what it left for the contact (øre)."""

    id: str
    created: float
    data: Json
    modifiers: list[Modifier]
    base: int
    over: int = 0
    voided: bool = False

    @property
    def sign(self) -> int:
        """1 for money that came in, -1 for money that went out."""
        return 1 if self.data["cashSide"] == DEBIT else -1
