"""What happened in a shop, in our own words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from connector.core.money import Money, require_decimal, total

SPREAD = Decimal(-1)
"""The VAT rate of a discount whose shop does not say which rates it lowers: it is spread over those of the goods."""


class LineKind(StrEnum):
    """What a line of an order is about; it decides which item of the books carries it."""

    PRODUCT = "product"
    SHIPPING = "shipping"
    FEE = "fee"
    DISCOUNT = "discount"


class PaymentKind(StrEnum):
    """How an order, or a part of it, was paid."""

    CARD = "card"
    GIFT_CARD = "gift_card"
    NONE = "none"


@dataclass(frozen=True)
class Party:
    """A person, company or public body: a buyer, or where the goods went.

    `country` is ISO 3166 alpha-2 in capitals, empty when the shop does not say. `email` is as the shop
    wrote it; `email_key` is what customers are found by.
    """

    name: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    vat_number: str = ""
    ean: str = ""
    contact: str = ""

    @property
    def title(self) -> str:
        """The name that a document is addressed to."""
        return self.company or self.name

    @property
    def email_key(self) -> str:
        """The e-mail without case and surrounding blanks; empty when there is none."""
        return self.email.strip().casefold()


@dataclass(frozen=True)
class OrderLine:
    """One line as charged.

    `gross` is the whole line's amount incl. VAT in the order's currency (two decimals, negative for a discount),
    after every discount of the line itself; `vat_rate` is in percent (25, 25.5, 0). On an order that is a credit note
    every gross has the other sign (goods below zero, a discount above) and `quantity` is positive as on a sale.
    """

    kind: LineKind
    name: str
    gross: Decimal
    vat_rate: Decimal
    quantity: Decimal = Decimal(1)
    sku: str = ""

    def __post_init__(self) -> None:
        for value in (self.gross, self.vat_rate, self.quantity):
            require_decimal(value)


@dataclass(frozen=True)
class Method:
    """A way to pay, or to send, as the shop offers it. Either part may be unknown."""

    id: str = ""
    name: str = ""

    @property
    def key(self) -> str:
        """What the settings know it by: the platform's id, else the name in plain signs; empty for an unknown one."""
        return re.sub(r"[^\w-]+", "-", (self.id or self.name).casefold()).strip("-")[:60]


@dataclass(frozen=True)
class Payment:
    """A part of the order that was paid in one way. `amount` is positive, in the order's currency.

    `account` is where the settings register this method; empty for the usual account of its kind.
    """

    kind: PaymentKind
    amount: Decimal
    method: str = ""
    method_id: str = ""
    account: str = ""

    def __post_init__(self) -> None:
        require_decimal(self.amount)

    @property
    def method_key(self) -> str:
        """What the settings know its method by."""
        return Method(self.method_id, self.method).key


@dataclass(frozen=True)
class Order:
    """An order, read in exactly one way.

    `total` is what the shop charged, and what the document must equal; how it was paid only steers settlement.
    `reading` names the way in which the shop's figures were read. Times are aware. `method` is how it is to be paid,
    also while it is not; `carrier` how it is sent; `status` the platform's own word, which it has since `status_at`
    at the latest. `credits` is the platform's id of the order that a credit note credits; empty when the shop does not
    say, and for an order that is none.
    """

    shop_kind: str
    shop_id: str
    id: str
    number: str
    total: Money
    lines: tuple[OrderLine, ...]
    buyer: Party
    placed_at: datetime
    paid_at: datetime | None = None
    shipped_at: datetime | None = None
    is_cancelled: bool = False
    payments: tuple[Payment, ...] = ()
    delivery: Party | None = None
    reading: str = ""
    method: Method = Method()
    carrier: Method = Method()
    status: str = ""
    status_at: datetime | None = None
    credits: str = ""

    @property
    def is_credit(self) -> bool:
        """Whether it is a credit note. The total tells and never a link: one may lead to the note as well as from it,
        and an order that follows another (an exchange, a subscription) is linked and a sale."""
        return self.total.amount < 0

    @property
    def lines_total(self) -> Decimal:
        """What the lines add up to, incl. VAT."""
        return total(line.gross for line in self.lines)

    @property
    def destination(self) -> Party:
        """Where the goods went; the buyer's own address where no other was given."""
        return self.delivery or self.buyer

    def key(self, kind: str) -> str:
        """The document key: the same for every attempt, searchable at the provider; `[a-z0-9:-]`, at most 64."""
        return document_key(kind, self.shop_kind, self.shop_id, self.id)


def document_key(kind: str, shop_kind: str, shop_id: str, order_id: str) -> str:
    """The key of an order's document; raises ValueError for an id that cannot be part of one."""
    key = f"{kind}:{shop_kind}:{shop_id}:{order_id}".lower()
    if len(key) > 64 or not all(sign.isascii() and (sign.isalnum() or sign in ":-") for sign in key):
        raise ValueError(f"not a document key: {key!r}")
    return key
