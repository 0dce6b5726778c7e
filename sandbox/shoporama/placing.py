"""Placing an order: what a person or a test asks for becomes an Order with the right sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.routes import Refused, plain, whole
from sandbox.shoporama.orders import HUNDRED, ZERO, Address, Charges, Line, Order, rounded
from sandbox.shoporama.places import DELIVERIES, Gateway, country, gateway, moment
from sandbox.shoporama.products import Product

HOME_VAT = Decimal(25)
_WORDS = {"email": "kunde@example.com", "phone": "12345678", "ean": "", "cvr": "", "comments": ""}


def amount(value: object, name: str) -> Decimal:
    """A number or a text with point or comma as Decimal. Raises Refused 400."""
    try:
        return Decimal(str(value).replace(",", "."))
    except InvalidOperation as error:
        raise Refused(400, f"{name} must be a number, not {value!r}") from error


def build(wish: Mapping[str, Any], products: Mapping[int, Product], ids: Ids, gateways: Sequence[Gateway]) -> Order:
    """The order that `wish` describes (its fields: sandbox/README.md). Raises Refused 400 for what makes no sense."""
    lines = [_line(row, products, ids.line()) for row in wish.get("products", _one_of(products))]
    return Order(
        order_id=ids.order_id,
        number=ids.number,
        placed_at=moment(wish["time"]) if wish.get("time") else ids.now,
        modified_at=ids.now,
        currency=str(wish.get("currency", ids.currency)),
        lines=lines,
        charges=_charges(wish, lines),
        buyer=_address(wish),
        receiver=_address(wish["delivery"]) if wish.get("delivery") else None,
        gateway=gateway(wish.get("payment", "EAN-faktura" if wish.get("ean") else "Dankort"), gateways),
        extras=plain(wish.get("extras", {})),
        raw=plain(wish.get("raw", {})),
        drop=tuple(wish.get("drop", ())),
        **_words(wish),
    )


def _words(wish: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(wish.get(name, default)) for name, default in _WORDS.items()}


class Ids:
    """The numbers, the currency and the time for one new order."""

    def __init__(self, *, order_id: int, number: int, currency: str, now: float) -> None:
        self.order_id = order_id
        self.number = number
        self.currency = currency
        self.now = now
        self._lines = 0

    def line(self) -> int:
        """A new line id, unique over all orders."""
        self._lines += 1
        return self.order_id * 1000 + self._lines


def _one_of(products: Mapping[int, Product]) -> list[dict[str, Any]]:
    """What is ordered when nothing is said: one of the first product."""
    for product in products.values():
        return [{"product_id": product.product_id}]
    return []


def _line(row: Mapping[str, Any], products: Mapping[int, Product], line_id: int) -> Line:
    product = _find(row, products)
    default = product.vat if product and product.vat is not None else HOME_VAT
    name = row.get("name") or (product.name if product else "Vare")
    price = row.get("unit_price", product.price if product else None)
    return Line(
        line_id=line_id,
        product_id=product.product_id if product else whole(row.get("product_id", 0), "product_id"),
        own_id=str(row.get("own_id", product.own_id if product else "")),
        name=str(name),
        amount=amount(row.get("amount", 1), "amount"),
        unit_price=amount(price, "unit_price"),
        vat=amount(row.get("vat", default), "vat"),
        attributes=tuple((str(name), str(value)) for name, value in row.get("attributes", {}).items()),
    )


def _find(row: Mapping[str, Any], products: Mapping[int, Product]) -> Product | None:
    """The product of that id or SKU (a variant's too); None when the line names something the shop has not got."""
    for product in products.values():
        if product.product_id == row.get("product_id") or row.get("own_id") in product.skus():
            return product
    return None


def _charges(wish: Mapping[str, Any], lines: list[Line]) -> Charges:
    goods = sum((line.total for line in lines), ZERO)
    delivery = next((row for row in DELIVERIES if row.number == wish.get("shipping_id")), DELIVERIES[0])
    percent = amount(wish.get("voucher_percent", 0), "voucher_percent")
    discount = wish.get("voucher_amount", goods * percent / HUNDRED)
    # Goods sold without VAT (abroad) are sent without VAT too, unless the order says otherwise.
    rates = {line.vat for line in lines}
    return Charges(
        delivery=delivery._replace(name=str(wish.get("shipping_name", delivery.name))),
        shipping=rounded(amount(wish.get("shipping_price", 0), "shipping_price")),
        shipping_vat=amount(wish.get("shipping_vat", 0 if rates == {Decimal(0)} else HOME_VAT), "shipping_vat"),
        fee=rounded(amount(wish.get("fee", 0), "fee")),
        voucher_code=str(wish.get("voucher_code", "RABAT" if discount else "")),
        voucher_percent=percent,
        discount=rounded(amount(discount, "voucher_amount")),
        gift_card_code=str(wish.get("gift_card_code", "GAVE-1" if wish.get("gift_card") else "")),
        gift_card=rounded(amount(wish.get("gift_card", 0), "gift_card")),
    )


def _address(wish: Mapping[str, Any]) -> Address:
    return Address(
        country=country(wish.get("country", "DK")),
        name=str(wish.get("name", "Test Kunde")),
        company=str(wish.get("company", "")),
        address=str(wish.get("address", "Prøvevej 1")),
        zipcode=str(wish.get("zipcode", "8000")),
        city=str(wish.get("city", "Aarhus C")),
    )
