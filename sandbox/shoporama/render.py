"""An order as the REST answer shows it, in the shape that the shop's switches ask for."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sandbox.shoporama import assumed
from sandbox.shoporama.orders import HUNDRED, Address, Line, Order, rounded
from sandbox.shoporama.places import Country, local

Switches = Mapping[str, Any]


def number(amount: Decimal, form: str = "number") -> float | int | str:
    """An amount on the wire: a JSON number, or text with a point or a comma.

    A float is right here and nowhere else: JSON has no decimals, and two decimals print back exactly.
    """
    if form == "number":
        return int(amount) if amount == amount.to_integral_value() else float(amount)
    text = f"{amount:.2f}" if amount.as_tuple().exponent in (0, -1, -2) else str(amount)
    return text.replace(".", ",") if form == "comma" else text


class Writer:
    """Writes orders in one shape: how numbers, names and keys look."""

    def __init__(self, switches: Switches) -> None:
        self.switches = switches
        self._renamed = switches["keys"] == "other"

    def order(self, order: Order, *, with_lines: bool = True) -> dict[str, Any]:
        """The order as `GET /order/{id}` answers it."""
        values = self._head(order) | self._people(order) | self._money(order)
        values["products"] = [self._line(self._signed(order, line)) for line in order.lines]
        if not with_lines:
            del values["products"]
        fields = {self._key(assumed.ORDER, name): value for name, value in values.items()} | self._link(order)
        if self.switches["unknown_money"]:
            fields |= {"packaging_price": self.number(Decimal("12.50")), "insurance_total": self.number(Decimal(5))}
        fields |= order.raw
        return {name: value for name, value in fields.items() if name not in order.drop}

    def number(self, amount: Decimal) -> float | int | str:
        """An amount in this shop's form."""
        return number(amount, self.switches["numbers"])

    def text(self, words: str) -> str:
        """A name in this shop's form."""
        if not self.switches["names_escaped"]:
            return words
        return html.escape(words).encode("ascii", "xmlcharrefreplace").decode()

    def _key(self, table: dict[str, assumed.Assumed], name: str) -> str:
        return assumed.key(table, name, renamed=self._renamed)

    def _head(self, order: Order) -> dict[str, Any]:
        head: dict[str, Any] = {
            "order_id": order.order_id,
            "number": order.number,
            "invoice_id": order.invoice_id,
            "status": order.status,
            "paid": PAID[self.switches["paid_form"]](order.paid_at),
            "time": local(order.placed_at),
            "last_modified": local(order.modified_at),
            "extras": dict(order.extras),
            "comments": order.comments,
            "tracking_number": order.tracking,
            "tracking_url": "",
        }
        if self.switches["currency_on_order"]:
            head["currency"] = order.currency
        if self.switches["extra_dates"]:
            head |= {
                "paid_at": order.paid_at and local(order.paid_at),
                "sent_at": order.sent_at and local(order.sent_at),
            }
        return head

    def _people(self, order: Order) -> dict[str, Any]:
        people = self._address(order.buyer, "")
        people |= self._address(order.receiver or Address(order.buyer.country, address="", zipcode="", city=""), "del_")
        return people | {"phone": order.phone, "email": order.email, "ean": order.ean, "cvr": order.cvr}

    def _address(self, address: Address, prefix: str) -> dict[str, Any]:
        words = {
            "name": self.text(address.name),
            "company": self.text(address.company),
            "address": self.text(address.address),
            "zipcode": address.zipcode,
            "city": self.text(address.city),
            "country_id": self._country(address.country),
            "country": address.country.name,
        }
        return {prefix + name: value for name, value in words.items()}

    def _country(self, country: Country) -> int | str:
        return country.code if self.switches["country_form"] == "code" else country.number

    def _money(self, order: Order) -> dict[str, Any]:
        charges = order.charges
        sign = -1 if self.switches["discount_sign"] == "negative" else 1
        total = order.sold if self.switches["gift_card"] == "payment" else order.total
        money: dict[str, Any] = self._shipping(order) | {
            "payment_id": order.gateway.number,
            "payment_name": order.gateway.name,
            "voucher_code": charges.voucher_code,
            "voucher_percent": self.number(charges.voucher_percent),
            "voucher_amount": self.number(charges.discount * sign),
            "total": self.number(total + Decimal(self.switches["total_off"])),
        }
        if charges.fee:
            money["fee"] = self.number(charges.fee)
        if charges.gift_card:
            money |= {"gift_card_code": charges.gift_card_code, "gift_card_amount": self.number(charges.gift_card)}
        return money | self._sums(order)

    def _shipping(self, order: Order) -> dict[str, Any]:
        charges = order.charges
        name, price = self.text(charges.delivery.name), self.number(charges.shipping)
        if self.switches["shipping_form"] == "object":
            return {"shipping_id": charges.delivery.number, "shipping": {"name": name, "price": price}}
        return {"shipping_id": charges.delivery.number, "shipping_name": name, "shipping_price": price}

    def _sums(self, order: Order) -> dict[str, Any]:
        sums: dict[str, Any] = {}
        if self.switches["order_vat"] == "present":
            is_turned = order.credits is not None and self.switches["credit_vat"] == "positive"
            sums["vat"] = self.number(-order.vat if is_turned else order.vat)
        if self.switches["goods_price"] == "goods":
            sums["goods"] = self.number(order.goods)
        if self.switches["goods_price"] == "with-shipping":
            sums["goods"] = self.number(order.goods + order.charges.shipping)
        return sums

    def _signed(self, order: Order, line: Line) -> Line:
        """A credit note's line with its minus where the switch wants it."""
        if order.credits is None or self.switches["credit_form"] == "negative-quantity":
            return line
        return replace(line, amount=-line.amount, unit_price=-line.unit_price)

    def _line(self, line: Line) -> dict[str, Any]:
        price = line.unit_price
        if self.switches["unit_price_ex_vat"]:
            price = rounded(price * HUNDRED / (HUNDRED + line.vat))
        word = self._key(assumed.LINE, "attribute_value")
        values = {
            "line_id": line.line_id,
            "product_id": line.product_id,
            "name": self.text(line.name),
            "amount": self.number(line.amount),
            "unit_price": self.number(price),
            "attributes": [{"name": self.text(name), word: self.text(value)} for name, value in line.attributes],
        }
        if self.switches["own_id"] == "present":
            values["own_id"] = line.own_id
        if self.switches["line_vat"] == "present":
            values["vat"] = self.number(line.vat)
        return {self._key(assumed.LINE, name): value for name, value in values.items()}

    def _link(self, order: Order) -> dict[str, Any]:
        """A credit note's link to the order that it credits, and to its return."""
        how, found = self.switches["credit_link"], {}
        if order.credits is not None and order.is_linked and how != "none":
            found[assumed.key(assumed.ORDER, "original", renamed=how == "other")] = order.credits
        if order.returned is not None and self.switches["return_link"] == "on-credit":
            found[assumed.key(assumed.ORDER, "returned")] = order.returned
        return found


PAID: dict[str, Callable[[float | None], Any]] = {
    "int": lambda paid_at: int(paid_at is not None),
    "bool": lambda paid_at: paid_at is not None,
    "text": lambda paid_at: str(int(paid_at is not None)),
    "date": lambda paid_at: None if paid_at is None else local(paid_at),
}
