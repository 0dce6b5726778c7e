"""Credit notes: orders with negative amounts, each linked to the order that it credits (section 4). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from connector.core.errors import NeedsSetup
from connector.core.money import plain, total
from connector.core.order import Order
from shops.adapters.shoporama import fields
from shops.adapters.shoporama.facts import Facts, Item, Priced
from shops.adapters.shoporama.values import first, whole_id

Row = Mapping[str, Any]

_SUMS = ("lines", "paid", "difference")
"""The amounts of a total-off."""


# --- figures ----------------------------------------------------------------------------------------------------------
def is_credit(facts: Facts) -> bool:
    """By the total first (section 4). What all went back to a gift card may leave 0; then what it is made of tells."""
    if facts.total or not facts.gift_card:
        return facts.total < 0
    goods = total(item.quantity * item.unit_price for item in facts.items)
    return goods + facts.shipping.amount + total(fee.amount for fee in facts.fees) < 0


def as_sale(facts: Facts) -> Facts:
    """A credit note's figures as those of the sale that it mirrors, so that both are read in the same way.

    Whether the minus stands before the quantities or the prices, and whether the VAT and the percentage have one, is
    open: section 4 only says that the amounts are negative. Every quantity comes out positive.
    """
    return replace(
        facts,
        items=tuple(map(_sold, facts.items)),
        shipping=_turned(facts.shipping),
        fees=tuple(map(_turned, facts.fees)),
        voucher_percent=abs(facts.voucher_percent),
        vat=None if facts.vat is None else abs(facts.vat),
        total=-facts.total,
    )


def as_credit(order: Order, credited: str) -> Order:
    """The credit note whose mirror is `order`. It has received nothing."""
    lines = tuple(replace(line, gross=-line.gross) for line in order.lines)
    return replace(order, total=-order.total, lines=lines, payments=(), credits=credited)


def as_said(stop: NeedsSetup) -> NeedsSetup:
    """The stop of a credit note's mirror, with the sums that people compare as the shop writes them."""
    sums = {name: plain(-Decimal(stop.facts[name])) for name in _SUMS if name in stop.facts}
    return NeedsSetup(stop.code, **{**stop.facts, **sums})


def _sold(item: Item) -> Item:
    sign = Decimal(1).copy_sign(item.quantity)
    return replace(item, quantity=abs(item.quantity), unit_price=-sign * item.unit_price)


def _turned(charge: Priced) -> Priced:
    return replace(charge, amount=-charge.amount)


# --- which order ------------------------------------------------------------------------------------------------------
def credited(raw: Row, own_id: str) -> str:
    """The order that `raw` says it credits, `own_id` being its own; empty where it does not say."""
    returned = (raw[name] for name in fields.RETURN if isinstance(raw.get(name), dict))
    return _order_named(raw, fields.CREDITS, own_id) or _order_named(next(returned, {}), fields.RETURNED, own_id)


def return_of(raw: Row) -> str:
    """The return whose approval made the credit note, where it says so (section 4); else empty."""
    value = first(raw, fields.RETURN)
    return whole_id(first(value, fields.RETURN_ID) if isinstance(value, dict) else value)


def told_by_returns(rows: Iterable[Row], own_id: str, return_id: str) -> str:
    """The order that a return says was returned, when the return and the credit note name one another; else empty.

    Two returns that tell different orders tell nothing.
    """
    ours = [row for row in rows if _belongs(row, own_id, return_id)]
    found = {_order_named(row, (*fields.CREDITS, *fields.RETURNED), own_id) for row in ours}
    return found.pop() if len(found) == 1 else ""


def _belongs(row: Row, own_id: str, return_id: str) -> bool:
    made = _order_named(row, fields.CREDIT_MADE, "")
    return made == own_id or bool(return_id and not made and whole_id(first(row, fields.RETURN_ID)) == return_id)


def _order_named(raw: Row, names: Iterable[str], own_id: str) -> str:
    """The first order's id under one of `names`, alone or in an object; one that is `own_id` leads nowhere."""
    for name in names:
        value = raw.get(name)
        inside = first(value, fields.ID) if isinstance(value, dict) else value
        found = whole_id(inside)
        if found and found != own_id:
            return found
    return ""
