"""A customer's return, and the order with negative amounts that approving it makes (fact sheet, section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sandbox.routes import Refused
from sandbox.shoporama import assumed
from sandbox.shoporama.orders import ZERO, Charges, Line, Order, rounded


@dataclass
class Return:
    """What comes back from one order: quantities by line id, with or without the shipping."""

    return_id: int
    order_id: int
    amounts: Mapping[int, Decimal]
    shipping: bool
    status: str = "new"

    def document(self) -> dict[str, Any]:
        """The return as /order-return answers it."""
        line = assumed.key(assumed.LINE, "line_id"), assumed.key(assumed.LINE, "amount")
        rows = [dict(zip(line, (line_id, int(amount)), strict=True)) for line_id, amount in self.amounts.items()]
        values = {"id": self.return_id, "order": self.order_id, "status": self.status, "products": rows}
        return {assumed.key(assumed.RETURN, name): value for name, value in values.items()}


def credit(order: Order, returned: Return, *, order_id: int, number: int, now: float) -> Order:
    """The credit note of an approved return: the returned quantities negative, linked to the order.

    Raises Refused 400 when a line is unknown or more comes back than was sold.
    """
    lines = []
    for line_id, amount in returned.amounts.items():
        line = next((line for line in order.lines if line.line_id == line_id), None)
        if line is None or not 0 < amount <= line.amount:
            raise Refused(400, f"line {line_id} cannot be returned {amount} times")
        lines.append(replace(line, amount=-amount))
    return replace(
        order,
        order_id=order_id,
        number=number,
        placed_at=now,
        modified_at=now,
        lines=lines,
        charges=_charges(order, lines, with_shipping=returned.shipping),
        credits=order.order_id,
        raw={},
        invoice_id=None,
    )


def _charges(order: Order, lines: list[Line], *, with_shipping: bool) -> Charges:
    """The returned goods' share of the discount goes back with them; the gift card and the fee do not."""
    share = sum((line.total for line in lines), ZERO) / order.goods if order.goods else ZERO
    return Charges(
        order.charges.delivery,
        shipping=-order.charges.shipping if with_shipping else ZERO,
        shipping_vat=order.charges.shipping_vat,
        discount=rounded(order.charges.discount * share),
    )
