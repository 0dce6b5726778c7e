"""A customer's return, and the orders with negative amounts that credit an order (fact sheet, section 4).

A credit note is made by approving a return, or on an order in the admin: whole, or lines and quantities, with the
shipping or without.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sandbox.routes import Refused
from sandbox.shoporama import assumed
from sandbox.shoporama.orders import ZERO, Charges, Line, Order, rounded


@dataclass(frozen=True)
class Credited:
    """What a credit note gives back: quantities by line id, other unit prices where less is given for a piece."""

    amounts: Mapping[int, Decimal]
    shipping: bool = False
    fee: bool = False
    prices: Mapping[int, Decimal] = field(default_factory=dict)
    is_linked: bool = True


@dataclass
class Return:
    """What comes back from one order; `credit` is the id of the credit note that approving it made."""

    return_id: int
    order_id: int
    goods: Credited
    status: str = "new"
    credit: int | None = None

    def document(self, *, tells_credit: bool = False) -> dict[str, Any]:
        """The return as /order-return answers it."""
        line = assumed.key(assumed.LINE, "line_id"), assumed.key(assumed.LINE, "amount")
        rows = [dict(zip(line, (line_id, int(amount)), strict=True)) for line_id, amount in self.goods.amounts.items()]
        values = {"id": self.return_id, "order": self.order_id, "status": self.status, "products": rows}
        if tells_credit:
            values["credit"] = self.credit
        return {assumed.key(assumed.RETURN, name): value for name, value in values.items()}


@dataclass(frozen=True)
class Numbered:
    """The id, the number and the time of a new credit note."""

    order_id: int
    number: int
    now: float


def whole(order: Order) -> Credited:
    """Everything on the order; what a gift card paid is given back like the rest."""
    return Credited({line.line_id: line.amount for line in order.lines}, shipping=True, fee=True)


def check(order: Order, credited: Credited) -> None:
    """Raises Refused 400 when a line is unknown, or more of one is given back than was sold."""
    sold = {line.line_id: line.amount for line in order.lines}
    for line_id, amount in credited.amounts.items():
        most = sold.get(line_id, ZERO)
        if amount * most <= 0 or abs(amount) > abs(most):
            raise Refused(400, f"line {line_id} cannot be returned {amount} times")
    if credited.prices.keys() - credited.amounts.keys():
        raise Refused(400, "a price is given for a line that is not credited")


def credit(order: Order, credited: Credited, numbered: Numbered, earlier: Sequence[Order]) -> Order:
    """The credit note: what it gives back is negative. `earlier` are the order's credit notes so far. `check` first."""
    lines = [_line(line, credited) for line in order.lines if line.line_id in credited.amounts]
    return replace(
        order,
        order_id=numbered.order_id,
        number=numbered.number,
        placed_at=numbered.now,
        modified_at=numbered.now,
        lines=lines,
        charges=_charges(order, credited, discount=-_discount(order, lines, earlier)),
        credits=order.order_id,
        is_linked=credited.is_linked,
        raw={},
        invoice_id=None,
    )


def _line(line: Line, credited: Credited) -> Line:
    price = credited.prices.get(line.line_id, line.unit_price)
    return replace(line, amount=-credited.amounts[line.line_id], unit_price=price)


def _charges(order: Order, credited: Credited, *, discount: Decimal) -> Charges:
    return Charges(
        order.charges.delivery,
        shipping=-order.charges.shipping if credited.shipping else ZERO,
        shipping_vat=order.charges.shipping_vat,
        fee=-order.charges.fee if credited.fee else ZERO,
        voucher_code=order.charges.voucher_code if discount else "",
        discount=discount,
    )


def _discount(order: Order, lines: Iterable[Line], earlier: Sequence[Order]) -> Decimal:
    """The given goods' share of the discount: of all that was given so far less what earlier notes took back, so that
    the last note takes what is left."""
    if not order.goods:
        return ZERO
    given = -sum((line.total for line in lines), ZERO) - sum((note.goods for note in earlier), ZERO)
    taken_back = -sum((note.charges.discount for note in earlier), ZERO)
    return rounded(order.charges.discount * given / order.goods) - taken_back
