"""The control address of shops: open one, sell, pay, ship, cancel, return, credit, deliver a webhook again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.routes import Refused, Router, document, plain, whole
from sandbox.shoporama import Shop, returns
from sandbox.shoporama.orders import Order
from sandbox.shoporama.placing import amount
from sandbox.shoporama.returns import Credited
from sandbox.wire import Reply, Request
from sandbox.world import World

MOVES = {"ship": "sent", "cancel": "cancelled"}


def add_to(router: Router[World]) -> None:
    """Register the addresses below /control."""
    router.on("GET", "/shops")(shops)
    router.on("POST", "/shops")(open_shop)
    router.on("GET", "/shops/<shop>")(one_shop)
    router.on("POST", "/shops/<shop>/keys")(new_key)
    router.on("DELETE", "/shops/<shop>/keys/<token>")(remove_key)
    router.on("POST", "/shops/<shop>/products")(add_product)
    router.on("POST", "/shops/<shop>/payment-methods")(set_gateway)
    router.on("GET", "/shops/<shop>/orders")(orders)
    router.on("POST", "/shops/<shop>/orders")(place)
    router.on("GET", "/shops/<shop>/orders/<order>")(one_order)
    router.on("POST", "/shops/<shop>/orders/<order>/returns")(give_back)
    router.on("POST", "/shops/<shop>/orders/<order>/credit")(credit)
    router.on("POST", "/shops/<shop>/orders/<order>/change")(change)
    router.on("POST", "/shops/<shop>/orders/<order>/<act>")(act)
    router.on("POST", "/shops/<shop>/returns/<number>/approve")(approve)
    router.on("GET", "/shops/<shop>/deliveries")(deliveries)
    router.on("POST", "/shops/<shop>/deliveries")(deliver_again)


def shop_row(shop: Shop) -> dict[str, Any]:
    """What the control address says about a shop."""
    return {
        "shop": shop.webshop_id,
        "name": shop.name,
        "url": shop.url,
        "currency": shop.currency,
        "daily_limit": shop.daily_limit,
        "calls": shop.calls,
        "keys": [{"key": key.token, "name": key.name, "access": key.access} for key in shop.keys.values()],
        "webhooks": [hook.document(show_secret=True) for hook in shop.hooks.values()],
        "products": [
            {"product_id": row.product_id, "own_id": row.own_id, "name": row.name} for row in shop.products.values()
        ],
        "switches": dict(shop.switches.maps[0]),
    }


def order_row(shop: Shop, order: Order) -> dict[str, Any]:
    """An order in exact figures (texts with two decimals), whatever the shop's switches do to the REST answer."""
    return {
        "order": order.order_id,
        "number": order.number,
        "status": order.status,
        "paid": order.paid_at is not None,
        "currency": order.currency,
        "total": f"{order.total:.2f}",
        "sold": f"{order.sold:.2f}",
        "vat": f"{order.vat:.2f}",
        "gift_card": f"{order.charges.gift_card:.2f}",
        "gross_by_rate": {str(rate): f"{gross:.4f}" for rate, gross in order.by_rate().items() if gross},
        "lines": [
            {"order_product_id": line.line_id, "amount": str(line.amount), "total": f"{line.total:.2f}"}
            for line in order.lines
        ],
        "credits": order.credits,
        "document": shop.writer().order(order),
    }


def shops(world: World, request: Request) -> Reply:
    """All shops."""
    return Reply.of(200, {"shops": [shop_row(shop) for shop in world.shoporama.shops.values()]})


def open_shop(world: World, request: Request) -> Reply:
    """Open a shop with one key; answers with the number, the key and the address of its pages."""
    wish = document(request)
    shop = world.shoporama.new_shop(
        str(wish.get("name", "nordlys.dk")),
        currency=str(wish.get("currency", "DKK")),
        daily_limit=whole(wish.get("daily_limit", 1000), "daily_limit"),
        products=bool(wish.get("products", True)),
        own_switches=wish.get("switches"),
    )
    key = shop.new_key("Connector", str(wish.get("access", "all")))
    return Reply.of(201, {"key": key.token} | shop_row(shop))


def one_shop(world: World, request: Request, shop: str) -> Reply:
    """One shop."""
    return Reply.of(200, shop_row(_shop(world, shop)))


def new_key(world: World, request: Request, shop: str) -> Reply:
    """Make another key, with the access level and name given."""
    wish = document(request)
    key = _shop(world, shop).new_key(str(wish.get("name", "Connector")), str(wish.get("access", "all")))
    return Reply.of(201, {"key": key.token, "access": key.access})


def remove_key(world: World, request: Request, shop: str, token: str) -> Reply:
    """The owner deletes a key: later calls with it answer 401."""
    if _shop(world, shop).keys.pop(token, None) is None:
        raise Refused(404, "no such key")
    return Reply.of(200, {})


def add_product(world: World, request: Request, shop: str) -> Reply:
    """Put a product on sale."""
    wish = document(request)
    more = {name: wish[name] for name in ("stock", "variant_skus") if name in wish}
    vat = None if wish.get("vat") is None else amount(wish["vat"], "vat")
    price = amount(wish.get("price", 100), "price")
    made = _shop(world, shop).add_product(
        str(wish.get("own_id", "")), str(wish.get("name", "Vare")), price, vat=vat, **more
    )
    return Reply.of(201, {"product_id": made.product_id, "own_id": made.own_id})


def set_gateway(world: World, request: Request, shop: str) -> Reply:
    """Offer a payment method, or give one a new number."""
    wish = document(request)
    name, number = str(wish.get("name", "")), whole(wish.get("number"), "number")
    _shop(world, shop).set_gateway(name, number)
    return Reply.of(201, {"number": number, "name": name})


def orders(world: World, request: Request, shop: str) -> Reply:
    """All orders of a shop, in exact figures."""
    found = _shop(world, shop)
    return Reply.of(200, {"orders": [order_row(found, order) for order in found.orders.values()]})


def place(world: World, request: Request, shop: str) -> Reply:
    """Place an order; `webhooks: false` tells nobody."""
    wish, found = document(request), _shop(world, shop)
    return Reply.of(201, order_row(found, found.place(wish, tell=bool(wish.get("webhooks", True)))))


def one_order(world: World, request: Request, shop: str, order: str) -> Reply:
    """One order by its id or its number."""
    found = _shop(world, shop)
    return Reply.of(200, order_row(found, found.order(whole(order, "order"))))


def act(world: World, request: Request, shop: str, order: str, act: str) -> Reply:
    """pay, ship, cancel, or delete (the order is gone from the shop); `webhooks: false` tells nobody."""
    found = _shop(world, shop)
    row, tell = found.order(whole(order, "order")), bool(document(request).get("webhooks", True))
    if act == "pay":
        found.pay(row, tell=tell)
    elif act in MOVES:
        found.move(row, MOVES[act], tell=tell)
    elif act == "delete":
        del found.orders[row.order_id]
    else:
        raise Refused(404, "known: pay, ship, cancel, delete, returns, credit, change")
    return Reply.of(200, order_row(found, row))


def change(world: World, request: Request, shop: str, order: str) -> Reply:
    """Override or drop fields of the order's REST answer from now on; `{}` and `[]` take that back."""
    wish, found = document(request), _shop(world, shop)
    row = found.order(whole(order, "order"))
    row.raw = plain(wish.get("raw", row.raw))
    row.drop = tuple(wish.get("drop", row.drop))
    row.modified_at = found.clock()
    return Reply.of(200, order_row(found, row))


def give_back(world: World, request: Request, shop: str, order: str) -> Reply:
    """The customer returns lines: `products: [{order_product_id, amount}]`, `shipping`; `approve` makes the note."""
    wish, found = document(request), _shop(world, shop)
    row, tell = found.order(whole(order, "order")), bool(wish.get("webhooks", True))
    made = found.give_back(row, _credited(row, wish | {"products": wish.get("products", [])}), tell=tell)
    note = order_row(found, found.approve(made, tell=tell)) if wish.get("approve") else None
    return Reply.of(201, made.document() | {"credit": note})


def approve(world: World, request: Request, shop: str, number: str) -> Reply:
    """Approve a return; answers with the credit note, an order with negative amounts."""
    wish, found = document(request), _shop(world, shop)
    made = found.returns.get(whole(number, "return"))
    if made is None:
        raise Refused(404, f"no return {number}")
    goods = _approved(found.orders[made.order_id], made.goods, wish)
    return Reply.of(201, order_row(found, found.approve(made, goods, tell=bool(wish.get("webhooks", True)))))


def _approved(order: Order, goods: Credited, wish: Mapping[str, Any]) -> Credited:
    """What is given back: as much as was returned, each line perhaps for another amount a piece."""
    prices = {_line_id(order, part): amount(part.get("unit_price"), "unit_price") for part in wish.get("products", [])}
    return replace(goods, prices=prices, is_linked=bool(wish.get("link", True)))


def credit(world: World, request: Request, shop: str, order: str) -> Reply:
    """Make a credit note on the order: all of it, or `products: [{order_product_id or line, amount, unit_price}]` and
    `shipping`; with `link: false` the note does not tell whose it is."""
    wish, found = document(request), _shop(world, shop)
    row = found.order(whole(order, "order"))
    made = found.credit(row, _credited(row, wish), tell=bool(wish.get("webhooks", True)))
    return Reply.of(201, order_row(found, made))


def _credited(order: Order, wish: Mapping[str, Any]) -> Credited:
    is_linked = bool(wish.get("link", True))
    if "products" not in wish and "shipping" not in wish:
        return replace(returns.whole(order), is_linked=is_linked)
    parts = [(_line_id(order, part), part) for part in wish.get("products", [])]
    return Credited(
        amounts={line_id: amount(part.get("amount", 1), "amount") for line_id, part in parts},
        shipping=bool(wish.get("shipping")),
        prices={line_id: amount(part["unit_price"], "unit_price") for line_id, part in parts if "unit_price" in part},
        is_linked=is_linked,
    )


def _line_id(order: Order, part: Mapping[str, Any]) -> int:
    """The line by its id, or by its place on the order counted from 0. Raises Refused 400 for a place that is none."""
    if "line" not in part:
        return whole(part.get("order_product_id"), "order_product_id")
    place = whole(part["line"], "line")
    if place >= len(order.lines):
        raise Refused(400, f"order {order.number} has no line {place}")
    return order.lines[place].line_id


def deliveries(world: World, request: Request, shop: str) -> Reply:
    """The delivery log."""
    return Reply.of(200, {"deliveries": [row.report() for row in _shop(world, shop).deliveries]})


def deliver_again(world: World, request: Request, shop: str) -> Reply:
    """Deliver an event about an order, `times` times with the same bytes, `parallel` or one after another."""
    wish, found = document(request), _shop(world, shop)
    order = found.order(whole(wish.get("order"), "order"))
    times, parallel = whole(wish.get("times", 1), "times"), bool(wish.get("parallel"))
    made = [found.delivery(hook, order) for hook in found.hooks_for(str(wish.get("event", "paid")))]
    for row in made:
        if world.sender:
            world.sender.repeat(row, times=times, parallel=parallel)
    return Reply.of(202, {"deliveries": [row.number for row in made]})


def _shop(world: World, number: str) -> Shop:
    return world.shop(whole(number, "shop"))
