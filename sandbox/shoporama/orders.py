"""An order in a shop: its lines, its sums to the øre, its states."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox.routes import Refused
from sandbox.shoporama.places import Country, Delivery, Gateway

ZERO = Decimal("0.00")
ORE = Decimal("0.01")
HUNDRED = Decimal(100)


def rounded(amount: Decimal) -> Decimal:
    """`amount` to two decimals, halves away from zero, as a shop shows it."""
    return amount.quantize(ORE, ROUND_HALF_UP)


@dataclass(frozen=True)
class Line:
    """One line; the unit price includes VAT, the VAT rate is in per cent, the amount is the quantity."""

    line_id: int
    product_id: int
    own_id: str
    name: str
    amount: Decimal
    unit_price: Decimal
    vat: Decimal
    attributes: Sequence[tuple[str, str]] = ()

    @property
    def total(self) -> Decimal:
        """What the line costs, including VAT."""
        return rounded(self.amount * self.unit_price)


@dataclass(frozen=True)
class Address:
    """A buyer or a receiver; empty texts where the shop knows nothing."""

    country: Country
    name: str = ""
    company: str = ""
    address: str = ""
    zipcode: str = ""
    city: str = ""


@dataclass(frozen=True)
class Charges:
    """What comes on top of the lines, or off; all amounts include VAT and are positive on an ordinary order."""

    delivery: Delivery
    shipping: Decimal = ZERO
    shipping_vat: Decimal = Decimal(25)
    fee: Decimal = ZERO
    voucher_code: str = ""
    voucher_percent: Decimal = ZERO
    discount: Decimal = ZERO
    gift_card_code: str = ""
    gift_card: Decimal = ZERO


@dataclass
class Order:
    """One order of one shop. Times are seconds since the epoch, UTC."""

    order_id: int
    number: int
    placed_at: float
    modified_at: float
    currency: str
    lines: Sequence[Line]
    charges: Charges
    buyer: Address
    receiver: Address | None
    gateway: Gateway
    email: str = ""
    phone: str = ""
    ean: str = ""
    cvr: str = ""
    comments: str = ""
    extras: Mapping[str, Any] = field(default_factory=dict)
    status: str = "new"
    paid_at: float | None = None
    sent_at: float | None = None
    invoice_id: int | None = None
    tracking: str = ""
    credits: int | None = None
    is_linked: bool = True
    """A credit note tells which order it credits."""
    returned: int | None = None
    """The return that a credit note was made of."""
    raw: dict[str, Any] = field(default_factory=dict)
    drop: Sequence[str] = ()

    @property
    def goods(self) -> Decimal:
        """The lines' total, including VAT."""
        return sum((line.total for line in self.lines), ZERO)

    @property
    def sold(self) -> Decimal:
        """What the buyer owes, including VAT: goods, shipping and fee less the discount; the gift card pays of it."""
        return self.goods + self.charges.shipping + self.charges.fee - self.charges.discount

    @property
    def total(self) -> Decimal:
        """What is left to pay when the gift card has been used."""
        return self.sold - self.charges.gift_card

    def by_rate(self) -> dict[Decimal, Decimal]:
        """What is sold at each VAT rate, including VAT; the discount falls on the goods in proportion."""
        sums: dict[Decimal, Decimal] = defaultdict(lambda: ZERO)
        for line in self.lines:
            share = line.total / self.goods if self.goods else ZERO
            sums[line.vat] += line.total - self.charges.discount * share
        sums[self.charges.shipping_vat] += self.charges.shipping + self.charges.fee
        return dict(sums)

    @property
    def vat(self) -> Decimal:
        """The VAT contained in what is sold, to the øre."""
        return rounded(sum((gross * rate / (HUNDRED + rate) for rate, gross in self.by_rate().items()), ZERO))

    def pay(self, now: float) -> bool:
        """The money is there. False when it was paid already. Raises Refused 409 for a cancelled order."""
        if self.status == "cancelled":
            raise Refused(409, "a cancelled order cannot be paid")
        if self.paid_at is not None:
            return False
        self.paid_at = self.modified_at = now
        return True

    def ship(self, now: float) -> None:
        """new → sent. Raises Refused 409 from any other state."""
        self._leave_new("sent", now)
        self.sent_at = now

    def cancel(self, now: float) -> None:
        """new → cancelled. Raises Refused 409 from any other state."""
        self._leave_new("cancelled", now)

    def _leave_new(self, status: str, now: float) -> None:
        if self.status != "new":
            raise Refused(409, f"an order that is {self.status} cannot become {status}")
        self.status, self.modified_at = status, now
