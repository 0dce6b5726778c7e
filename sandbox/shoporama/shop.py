"""One shop: its keys, products, orders and webhooks, and what a person does in it."""

from __future__ import annotations

import secrets
from collections import ChainMap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sandbox.routes import Refused
from sandbox.shoporama import placing, returns, webhooks
from sandbox.shoporama.orders import Order
from sandbox.shoporama.places import GATEWAYS, Gateway, local
from sandbox.shoporama.products import Product
from sandbox.shoporama.render import Writer
from sandbox.shoporama.returns import Credited, Numbered, Return
from sandbox.shoporama.webhooks import Delivery, Webhook
from sandbox.wire import Clock


@dataclass(frozen=True)
class Key:
    """An API key: its access level (read, write or all) and who it was made for."""

    token: str
    name: str
    access: str
    created_at: float


@dataclass
class Usage:
    """Calls of one key on one Copenhagen day."""

    day: str = ""
    calls: int = 0

    def take(self, day: str) -> int:
        """Count one call; returns how many the day has now."""
        self.calls = self.calls + 1 if day == self.day else 1
        self.day = day
        return self.calls


@dataclass
class Numbers:
    """The counters of the whole platform: ids are unique over all shops."""

    webshop: int = 4000
    order: int = 912344
    product: int = 3042679
    webhook: int = 70
    delivery: int = 0
    returned: int = 500

    def next(self, what: str) -> int:
        """The next id of that kind."""
        number: int = getattr(self, what) + 1
        setattr(self, what, number)
        return number


@dataclass
class Platform:
    """What all shops share: the clock, the address, the counters; `send` takes each delivery."""

    clock: Clock
    public_url: str
    send: Callable[[Delivery], None] | None = None
    numbers: Numbers = field(default_factory=Numbers)


@dataclass
class Shop:
    """One shop; `switches` holds its own settings above the platform's."""

    webshop_id: int
    name: str
    platform: Platform
    currency: str
    daily_limit: int
    switches: ChainMap[str, Any]
    calls: int = 0
    keys: dict[str, Key] = field(default_factory=dict)
    usage: dict[str, Usage] = field(default_factory=dict)
    products: dict[int, Product] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    returns: dict[int, Return] = field(default_factory=dict)
    hooks: dict[int, Webhook] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    gateways: list[Gateway] = field(default_factory=lambda: list(GATEWAYS))

    @property
    def url(self) -> str:
        """The address of its pages for a person."""
        return f"{self.platform.public_url}/shop/{self.webshop_id}"

    def clock(self) -> float:
        """Now, in seconds since the epoch."""
        return self.platform.clock()

    def writer(self) -> Writer:
        """Writes this shop's answers in the shape of its switches."""
        return Writer(self.switches)

    def new_key(self, name: str, access: str = "all") -> Key:
        """Make an API key. Raises Refused 400 for an unknown access level."""
        if access not in ("read", "write", "all"):
            raise Refused(400, "access is read, write or all")
        key = Key(secrets.token_hex(16), name, access, self.clock())
        self.keys[key.token] = key
        self.usage[key.token] = Usage()
        return key

    def set_gateway(self, name: str, number: int) -> None:
        """Offer a payment method under this number; one that has the name already gets it as its new one."""
        self.gateways = [row for row in self.gateways if row.name != name] + [Gateway(number, name)]

    def add_product(self, own_id: str, name: str, price: Decimal, **more: Any) -> Product:
        """Put a product on sale; price including VAT. `vat`, `stock` {variant: count}, `variant_skus`, `fields`."""
        now = self.clock()
        number = self.platform.numbers.next("product")
        product = Product(number, own_id, name, price, more.pop("vat", None), now, now, **more)
        self.products[number] = product
        return product

    def place(self, wish: Mapping[str, Any], *, tell: bool = True) -> Order:
        """Place an order (fields of `wish`: sandbox/README.md); paid and shipped at once when it says so."""
        ids = placing.Ids(
            order_id=self.platform.numbers.next("order"),
            number=10001 + len(self.orders),
            currency=self.currency,
            now=self.clock(),
        )
        order = placing.build(wish, self.products, ids, self.gateways)
        self.orders[order.order_id] = order
        self.tell("order_created", order, tell=tell)
        if wish.get("paid"):
            self.pay(order, tell=tell)
        if wish.get("status") in ("sent", "cancelled"):
            self.move(order, wish["status"], tell=tell)
        return order

    def pay(self, order: Order, *, tell: bool = True) -> None:
        """The gateway says the money is there; paying twice tells nobody twice."""
        if order.pay(self.clock()):
            self.tell("paid", order, tell=tell)

    def move(self, order: Order, status: str, *, tell: bool = True) -> None:
        """Set the status. Raises Refused 409 for a move that the order's state does not allow, 400 for another word."""
        moves = {"sent": order.ship, "cancelled": order.cancel}
        if status not in moves:
            raise Refused(400, "status is sent or cancelled")
        moves[status](self.clock())
        self.tell("new_status", order, tell=tell)

    def give_back(self, order: Order, goods: Credited, *, tell: bool = True) -> Return:
        """The customer sends something back; nothing is credited yet. Raises Refused 400 for what was not sold."""
        returns.check(order, goods)
        made = Return(self.platform.numbers.next("returned"), order.order_id, goods)
        self.returns[made.return_id] = made
        self.tell("new_return", order, tell=tell)
        return made

    def approve(self, returned: Return, credited: Credited | None = None, *, tell: bool = True) -> Order:
        """Approve a return, perhaps for other amounts: a credit note is made. Raises Refused 409 when that is done."""
        if returned.status != "new":
            raise Refused(409, "the return is completed")
        made = self._credit(self.orders[returned.order_id], credited or returned.goods)
        made.returned, returned.credit, returned.status = returned.return_id, made.order_id, "completed"
        self.tell("order_created", made, tell=tell and self.switches["credit_webhook"])
        return made

    def credit(self, order: Order, credited: Credited, *, tell: bool = True) -> Order:
        """Make a credit note on the order: an order with negative amounts. Raises Refused 400 or 409."""
        made = self._credit(order, credited)
        self.tell("order_created", made, tell=tell and self.switches["credit_webhook"])
        return made

    def _credit(self, order: Order, credited: Credited) -> Order:
        if order.credits is not None:
            raise Refused(409, f"order {order.number} is a credit note")
        earlier = [note for note in self.orders.values() if note.credits == order.order_id]
        returns.check(order, credited)
        number = self.platform.numbers.next("order")
        made = returns.credit(order, credited, Numbered(number, 10001 + len(self.orders), self.clock()), earlier)
        self.orders[number] = made
        return made

    def order(self, number: int) -> Order:
        """The order with that id, or with that number in this shop. Raises Refused 404."""
        for order in (self.orders.get(number), *self.orders.values()):
            if order is not None and number in (order.order_id, order.number):
                return order
        raise Refused(404, f"no order {number}")

    def add_hook(self, url: str, event: str) -> Webhook:
        """Register an address for an event. Raises Refused 400 for an unknown event or an address that is none."""
        if event not in webhooks.EVENTS:
            raise Refused(400, f"unknown event {event!r}")
        if not url.startswith(("http://", "https://")):
            raise Refused(400, "url must be an http address")
        hook = Webhook(self.platform.numbers.next("webhook"), url, event, secrets.token_hex(20), self.clock())
        self.hooks[hook.webhook_id] = hook
        return hook

    def tell(self, event: str, order: Order, *, tell: bool = True) -> None:
        """Deliver `event` to the webhooks that asked for it, with the faults that the switches order."""
        if not tell or self.switches["webhooks_missing"]:
            return
        for hook in self.hooks_for(event):
            for _ in range(int(self.switches["webhook_copies"])):
                self._send(self.delivery(hook, order))

    def hooks_for(self, event: str) -> list[Webhook]:
        """The webhooks registered for `event`."""
        return [hook for hook in self.hooks.values() if hook.event == event]

    def delivery(self, hook: Webhook, order: Order) -> Delivery:
        """A delivery about `order` for `hook`, in the shop's log but not sent."""
        number = self.platform.numbers.next("delivery")
        document = self.writer().order(order)
        content = webhooks.body(hook.event, self.webshop_id, document, order.order_id, self.switches["webhook_body"])
        self.deliveries.append(
            Delivery(
                number,
                self.webshop_id,
                hook.webhook_id,
                hook.url,
                hook.event,
                order.order_id,
                content,
                webhooks.headers(hook, content, number, self.switches),
                wait=self._wait(),
                tries=int(self.switches["webhook_tries"]),
                retry_seconds=self.switches["webhook_retry_seconds"],
            )
        )
        return self.deliveries[-1]

    def _send(self, delivery: Delivery) -> None:
        """Hand a delivery to the server; without one it stays in the log."""
        if self.platform.send:
            self.platform.send(delivery)

    def _wait(self) -> float:
        """Seconds before the next delivery goes: reordering holds back every second one."""
        held = 0.7 if self.switches["webhooks_reordered"] and len(self.deliveries) % 2 == 0 else 0
        return float(self.switches["webhook_delay_seconds"]) + held

    def empty(self) -> None:
        """Forget the orders, the returns, the deliveries, the used calls and own switches; keys and webhooks stay."""
        self.orders.clear()
        self.returns.clear()
        self.deliveries.clear()
        self.switches.maps[0].clear()
        self.usage = {token: Usage() for token in self.keys}
        self.calls = 0

    def used_today(self, token: str) -> int:
        """Count one call with that key; returns the day's sum."""
        return self.usage[token].take(local(self.clock())[:10])
