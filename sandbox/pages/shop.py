"""The pages of one shop: place an order, pay, ship, cancel it, see what was told to whom."""

from __future__ import annotations

from typing import Any

from sandbox.pages.html import (
    Safe,
    act,
    badge,
    button,
    choice,
    field,
    form,
    kroner,
    link,
    page,
    posted,
    see_other,
    table,
    tag,
)
from sandbox.routes import Refused, Router, whole
from sandbox.shoporama import Delivery, Shop, returns
from sandbox.shoporama.orders import Order
from sandbox.shoporama.places import COUNTRIES, local
from sandbox.wire import Reply, Request
from sandbox.world import World

router: Router[World] = Router()
MOVES = {"ship": "sent", "cancel": "cancelled"}


@router.on("GET", "/shop/<shop>")
def shop_page(world: World, request: Request, shop: str) -> Reply:
    """The shop: its orders, a short form for a new one, its webhooks."""
    found = world.shop(whole(shop, "shop"))
    orders = [_order_row(found, order) for order in reversed(found.orders.values())]
    hooks = [(row.webhook_id, row.event, row.url, tag("code", row.secret)) for row in found.hooks.values()]
    return page(
        found.name,
        tag("h1", found.name, " ", tag("small", f"shop {found.webshop_id}", class_="muted")),
        _new_order(found),
        table("Ordrer", ("Ordre", "Tid", "Kunde", "Status", "Betaling", "Handling", "I alt"), orders, numbers=1),
        table("Webhooks", ("Nr.", "Hændelse", "Adresse", "Nøgle"), hooks),
        table("Leveringer", ("Nr.", "Hændelse", "Ordre", "Svar", "Handling"), _deliveries(found)),
    )


def _order_row(shop: Shop, order: Order) -> tuple[Any, ...]:
    return (
        link(f"/shop/{shop.webshop_id}/orders/{order.order_id}", order.number),
        local(order.placed_at),
        order.buyer.name,
        badge(order.status),
        badge("paid" if order.paid_at else "unpaid"),
        _acts(shop, order),
        kroner(order.total, order.currency),
    )


def _acts(shop: Shop, order: Order) -> Safe:
    """The buttons that the order's state allows; a credit note is done."""
    if order.credits is not None:
        return Safe("")
    base = f"/shop/{shop.webshop_id}/orders/{order.order_id}"
    allowed = {"pay": order.paid_at is None and order.status != "cancelled"}
    allowed |= {"ship": order.status == "new", "cancel": order.status == "new"}
    allowed["credit"] = order.status != "cancelled" and not _is_credited(shop, order)
    words = {"pay": "Betal", "ship": "Afsend", "cancel": "Annuller", "credit": "Krediter"}
    return Safe("".join(act(f"{base}/{name}", words[name]) for name, is_open in allowed.items() if is_open))


def _is_credited(shop: Shop, order: Order) -> bool:
    return any(note.credits == order.order_id for note in shop.orders.values())


def _new_order(shop: Shop) -> Safe:
    skus = {sku: row.name for row in shop.products.values() for sku in sorted(row.skus())}
    options = {sku: f"{sku} {name}" for sku, name in skus.items()}
    fields = tag(
        "div",
        choice("Vare", "own_id", options),
        field("Antal", "amount", "1", inputmode="decimal"),
        field("Fragt", "shipping_price", "39,00", inputmode="decimal"),
        field("Rabat i procent", "voucher_percent", "0", inputmode="decimal"),
        field("Gavekort", "gift_card", "0", inputmode="decimal"),
        field("Navn", "name", "Ida Holm"),
        field("E-mail", "email", "ida@example.dk"),
        choice("Land", "country", {row.code: row.name for row in COUNTRIES}),
        choice("Betalingsmåde", "payment", {row.name: row.name for row in shop.gateways}),
        choice("Betalt", "paid", {"yes": "Ja, med det samme", "": "Ikke endnu"}),
        class_="columns",
    )
    return tag("section", tag("h2", "Ny ordre"), form(f"/shop/{shop.webshop_id}/orders", fields, button("Afgiv ordre")))


@router.on("POST", "/shop/<shop>/orders")
def place(world: World, request: Request, shop: str) -> Reply:
    """Place the order of the form."""
    found, fields = world.shop(whole(shop, "shop")), posted(request)
    line = {"own_id": fields.pop("own_id", ""), "amount": fields.pop("amount", "1")}
    order = found.place(fields | {"products": [line]})
    return see_other(f"/shop/{found.webshop_id}/orders/{order.order_id}")


@router.on("GET", "/shop/<shop>/orders/<order>")
def order_page(world: World, request: Request, shop: str, order: str) -> Reply:
    """One order: lines, sums, what can be done with it."""
    found = world.shop(whole(shop, "shop"))
    row = found.order(whole(order, "order"))
    lines = [
        (
            line.own_id,
            line.name,
            f"{line.vat} %",
            line.amount,
            kroner(line.unit_price, row.currency),
            kroner(line.total),
        )
        for line in row.lines
    ]
    return page(
        f"Ordre {row.number}",
        tag("p", link(f"/shop/{found.webshop_id}", f"Til {found.name}")),
        tag("h1", f"Ordre {row.number} · {row.buyer.name} · ", kroner(row.total, row.currency)),
        tag(
            "p", badge(row.status), " ", badge("paid" if row.paid_at else "unpaid"), f" {row.gateway.name}, {row.email}"
        ),
        *_original(found, row),
        tag("div", _acts(found, row)),
        table("Linjer", ("Varenr.", "Vare", "Moms", "Antal", "Pris", "I alt"), lines, numbers=4),
        table("Sum", ("", "Beløb"), _sums(row), numbers=1),
    )


def _original(shop: Shop, order: Order) -> list[Safe]:
    """A credit note's link to its order, which may have been deleted."""
    credited = shop.orders.get(order.credits or 0)
    if credited is None:
        return []
    number = link(f"/shop/{shop.webshop_id}/orders/{credited.order_id}", credited.number)
    return [tag("p", "Kreditnota til ordre ", number)]


def _sums(order: Order) -> list[tuple[str, Safe]]:
    charges = order.charges
    sums = {
        "Varer": order.goods,
        f"Fragt, {charges.delivery.name}": charges.shipping,
        "Gebyr": charges.fee,
        "Rabat": -charges.discount,
        "Gavekort": -charges.gift_card,
        "I alt": order.total,
        "Heraf moms": order.vat,
    }
    return [(name, kroner(amount, order.currency)) for name, amount in sums.items() if amount or name == "I alt"]


@router.on("POST", "/shop/<shop>/orders/<order>/<act>")
def change(world: World, request: Request, shop: str, order: str, act: str) -> Reply:
    """pay, ship, cancel, or credit: a note of all that the order has."""
    found = world.shop(whole(shop, "shop"))
    row = found.order(whole(order, "order"))
    if act == "pay":
        found.pay(row)
    elif act in MOVES:
        found.move(row, MOVES[act])
    elif act == "credit":
        row = found.credit(row, returns.whole(row))
    else:
        raise Refused(404, act)
    return see_other(f"/shop/{found.webshop_id}/orders/{row.order_id}")


def _deliveries(shop: Shop) -> list[tuple[Any, ...]]:
    """The newest fifty deliveries."""
    return [
        (row.number, row.event, _number(shop, row), _answers(row), act(_again(shop, row), "Send igen"))
        for row in reversed(shop.deliveries[-50:])
    ]


def _number(shop: Shop, delivery: Delivery) -> object:
    order = shop.orders.get(delivery.order_id or 0)
    return order.number if order else "–"


def _answers(delivery: Delivery) -> str:
    return ", ".join(str(entry["status"] or entry["error"]) for entry in delivery.log) or "på vej"


def _again(shop: Shop, delivery: Delivery) -> str:
    return f"/shop/{shop.webshop_id}/deliveries/{delivery.number}/again"


@router.on("POST", "/shop/<shop>/deliveries/<number>/again")
def deliver_again(world: World, request: Request, shop: str, number: str) -> Reply:
    """Send the same bytes once more."""
    found = world.shop(whole(shop, "shop"))
    row = next((row for row in found.deliveries if row.number == whole(number)), None)
    if row is None:
        raise Refused(404, f"no delivery {number}")
    if world.sender:
        world.sender.repeat(row, times=1, parallel=False)
    return see_other(f"/shop/{found.webshop_id}")
