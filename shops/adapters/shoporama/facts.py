"""The figures of an order as the shop states them, before anything is decided about what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from connector.core.errors import NeedsSetup, Rejected
from connector.core.money import ZERO, rounded
from connector.core.order import Method
from shops.adapters.shoporama import fields
from shops.adapters.shoporama.values import amount, first, percent, text

PRICE = ("price", "amount", "total", "value", "cost")
_ONE = Decimal(1)


@dataclass(frozen=True)
class Item:
    """One line. `unit_price` with or without VAT is open; `rate` is its VAT in percent, None where it is not said."""

    name: str
    sku: str
    quantity: Decimal
    unit_price: Decimal
    rate: Decimal | None


@dataclass(frozen=True)
class Priced:
    """Something charged beside the goods; with or without VAT is open."""

    name: str
    amount: Decimal


@dataclass(frozen=True)
class Facts:
    """The money of one order, in its currency.

    `vat` is the amount that the whole order contains, None where it is not said. `voucher_percent` is what
    `voucher_discount` holds, which may be a percentage or an amount. `total` may be before or after `gift_card`.
    """

    items: tuple[Item, ...]
    shipping: Priced
    fees: tuple[Priced, ...]
    voucher_code: str
    voucher_percent: Decimal
    voucher_amount: Decimal
    gift_card: Decimal
    vat: Decimal | None
    total: Decimal


def read_facts(raw: Mapping[str, Any], order: str) -> Facts:
    """The figures of the order whose number for people is `order`.

    Raises NeedsSetup("fact-missing") without a total, Rejected("order-unreadable") for lines that are none.
    """
    total = amount(first(raw, fields.TOTAL))
    if total is None:
        raise NeedsSetup("fact-missing", fact="total", order=order)
    voucher = _object(raw, fields.VOUCHER)
    vat = amount(first(raw, fields.VAT))
    return Facts(
        items=tuple(_item(row, order) for row in rows(raw)),
        shipping=_shipping(raw),
        fees=tuple(_fees(raw)),
        voucher_code=text(first(raw, fields.VOUCHER_CODE) or voucher.get("code")),
        voucher_percent=_figure(first(raw, fields.VOUCHER_PERCENT) or first(voucher, fields.VOUCHER_PERCENT)),
        voucher_amount=rounded(_figure(first(raw, fields.VOUCHER_AMOUNT))),
        gift_card=abs(rounded(priced(first(raw, fields.GIFT_CARD)).amount)),
        vat=None if vat is None else rounded(vat),
        total=rounded(total),
    )


def priced(value: object) -> Priced:
    """An amount that stands alone or in an object with its name; 0 where there is none."""
    if isinstance(value, dict):
        return Priced(text(first(value, fields.NAME)), _figure(first(value, PRICE)))
    return Priced("", _figure(value))


def method(raw: Mapping[str, Any]) -> Method:
    """The payment method by id and name, flat or as an object; what is a number is no name."""
    value = first(raw, fields.METHOD)
    inside = value if isinstance(value, dict) else {}
    name = priced(value).name if inside else text(value)
    number = text(first(raw, fields.METHOD_ID)) or text(first(inside, (*fields.METHOD_ID, "id")))
    if amount(name) is not None:
        return Method(number or name, "")
    return Method(number, name)


def carrier(raw: Mapping[str, Any]) -> Method:
    """The way of sending by id and name."""
    inside = _object(raw, fields.SHIPPING)
    number = text(first(raw, fields.SHIPPING_ID)) or text(first(inside, (*fields.SHIPPING_ID, "id")))
    return Method("" if number == "0" else number, _shipping(raw).name)


def _figure(value: object) -> Decimal:
    found = amount(value)
    return ZERO if found is None else found


def _object(raw: Mapping[str, Any], names: tuple[str, ...]) -> Mapping[str, Any]:
    value = first(raw, names)
    return value if isinstance(value, dict) else {}


def _shipping(raw: Mapping[str, Any]) -> Priced:
    """Flat (`shipping_name`, `shipping_price`) or as an object; the theme's getters allow both (section 4)."""
    nested = priced(first(raw, fields.SHIPPING))
    price = amount(first(raw, fields.SHIPPING_PRICE))
    name = text(first(raw, fields.SHIPPING_NAME)) or nested.name
    return Priced(name, nested.amount if price is None else price)


def _fees(raw: Mapping[str, Any]) -> Iterator[Priced]:
    for name in fields.FEES:
        fee = priced(raw.get(name))
        if fee.amount:
            yield fee


def rows(raw: Mapping[str, Any]) -> list[Any]:
    """The lines as they stand in the JSON; PHP writes a list with gaps as an object."""
    value = first(raw, fields.ITEMS)
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _item(row: object, order: str) -> Item:
    if not isinstance(row, dict):
        raise Rejected("order-unreadable", order=order)
    quantity = amount(first(row, fields.QUANTITY))
    return Item(
        name=_named(row),
        sku=text(first(row, fields.SKU)),
        quantity=_ONE if quantity is None else quantity,
        unit_price=_figure(first(row, fields.UNIT_PRICE)),
        rate=percent(first(row, fields.RATE)),
    )


def _named(row: Mapping[str, Any]) -> str:
    """The line's name with its variant's words behind: `T-shirt (M)`."""
    name = text(first(row, fields.NAME))
    chosen = first(row, fields.ATTRIBUTES)
    values = chosen.values() if isinstance(chosen, dict) else chosen if isinstance(chosen, list) else ()
    words = [text(first(value, fields.ATTRIBUTE_VALUE) if isinstance(value, dict) else value) for value in values]
    variant = ", ".join(filter(None, words))
    return f"{name} ({variant})" if name and variant else name or variant
