"""A shop of the sandbox, as its owner and its customers move it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from script.lib.control import Control, Json


@dataclass(frozen=True)
class Order:
    """An order in the shop's exact figures; `key` is what its invoice carries in the books.

    A credit note is an order too: its figures are below zero, `credits` is the number of the order that it credits,
    and its key is empty, since the shop does not know what a credit note carries.
    `number` is its id over all shops, `name` the order number that people see. `total` is what the buyer owes including
    VAT, however it is paid (a gift card pays of it); `by_rate` is what is sold at each VAT rate in per cent, including
    VAT, with four decimals. `quantities` are those of its lines, as credited on a credit note.
    """

    number: int
    key: str
    currency: str
    total: Decimal
    vat: Decimal
    by_rate: Mapping[Decimal, Decimal] = field(default_factory=dict, hash=False)
    name: str = ""
    credits: int = 0
    quantities: tuple[Decimal, ...] = ()


class Shop:
    """One shop, newly opened unless `opened` is the control address's word about one that exists."""

    kind = "shoporama"

    def __init__(self, control: Control, opened: Json | None = None, **wishes: object) -> None:
        """Open a shop with the `wishes` that the sandbox's README names (name, currency, switches …)."""
        self._control = control
        self.opened = opened or control.post("/shops", wishes)
        self.number: int = self.opened["shop"]

    def place(self, products: Sequence[Mapping[str, object]] = (), **wishes: object) -> Order:
        """A customer orders; without `products` one of the shop's first product."""
        goods = {"products": list(products)} if products else {}
        return self._order(self._post("/orders", goods | wishes))

    def pay(self, order: Order, **wishes: object) -> None:
        """The order's payment arrives."""
        self._post(f"/orders/{order.number}/pay", wishes)

    def ship(self, order: Order, **wishes: object) -> None:
        """The owner sends the goods."""
        self._post(f"/orders/{order.number}/ship", wishes)

    def cancel(self, order: Order, **wishes: object) -> None:
        """The owner cancels the order."""
        self._post(f"/orders/{order.number}/cancel", wishes)

    def credit(
        self,
        order: Order,
        lines: Mapping[int, object] | None = None,
        *,
        shipping: bool = False,
        prices: Mapping[int, object] | None = None,
        **wishes: object,
    ) -> Order:
        """The owner makes a credit note on the order: all of it without `lines` and `shipping`, else quantities by
        line, counted from 0, with the shipping or not; `prices` gives a line another amount a piece.

        `link=False`: the shop does not tell whose note it is. `webhooks=False`: it tells nobody of it.
        """
        if lines is not None or shipping:
            wishes |= {"products": _parts(lines or {}, prices or {}), "shipping": shipping}
        return self._order(self._post(f"/orders/{order.number}/credit", wishes))

    def take_back(self, order: Order, lines: Mapping[int, object], *, shipping: bool = False) -> Order:
        """A customer returns so many of these lines and the owner approves it, which makes a credit note."""
        wishes = {"products": _parts(lines, {}), "shipping": shipping, "approve": True}
        return self._order(self._post(f"/orders/{order.number}/returns", wishes)["credit"])

    def change(self, order: Order, **wishes: object) -> Order:
        """From now on the shop says something else about the order (`raw`, `drop`)."""
        return self._order(self._post(f"/orders/{order.number}/change", wishes))

    def deliver(self, order: Order, times: int = 1, *, parallel: bool = False, event: str = "paid") -> None:
        """The shop sends a webhook about the order again."""
        wish = {"order": order.number, "times": times, "parallel": parallel, "event": event}
        self._post("/deliveries", wish)

    def answers(self) -> list[int | None]:
        """The statuses with which the shop's webhooks were answered; None where no answer came."""
        rows = self._control.get(f"/shops/{self.number}/deliveries")["deliveries"]
        return [entry["status"] for row in rows for entry in row["tries"]]

    def offer(self, method: str, number: int) -> None:
        """The owner offers a payment method under this number; one that has the name gets it as its new one."""
        self._post("/payment-methods", {"name": method, "number": number})

    def switch(self, name: str, value: object) -> None:
        """Set one of the shop's own switches."""
        self._control.post("/switch", {"name": f"shoporama.{name}", "value": value, "shop": self.number})

    def fault(self, path: str, kind: str, times: int = 1, **more: object) -> None:
        """Order a fault in what this shop answers."""
        wish = {"system": "shoporama", "path": path, "kind": kind, "times": times, "shop": self.number}
        self._control.post("/fault", wish | more)

    def calls(self) -> int:
        """How many requests the shop has received."""
        return calls(self._control, "shoporama", self.number)

    def _post(self, path: str, body: Mapping[str, object]) -> Json:
        return self._control.post(f"/shops/{self.number}{path}", body)

    def _order(self, row: Json) -> Order:
        credited = row["credits"] or 0
        return Order(
            number=row["order"],
            key="" if credited else f"invoice:{self.kind}:{self.number}:{row['order']}",
            currency=row["currency"],
            total=Decimal(row["sold"]),
            vat=Decimal(row["vat"]),
            by_rate={Decimal(rate): Decimal(gross) for rate, gross in row["gross_by_rate"].items()},
            name=str(row["number"]),
            credits=credited,
            quantities=tuple(abs(Decimal(line["amount"])) for line in row["lines"]),
        )


def _parts(lines: Mapping[int, object], prices: Mapping[int, object]) -> list[Json]:
    """Quantities by line as the control address takes them."""
    more = {line: {"unit_price": price} for line, price in prices.items()}
    return [{"line": line, "amount": amount} | more.get(line, {}) for line, amount in lines.items()]


def calls(control: Control, system: str, account: int) -> int:
    """How many requests a system has received for one account."""
    counted: dict[str, Any] = control.get("/counts")[system]
    return int(counted.get(str(account), {"calls": 0})["calls"])
