"""Orders and rules for tests: one usual order, changed where a test needs it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from connector.core.mapping import MappingRules
from connector.core.money import Money, total
from connector.core.order import LineKind, Order, OrderLine, Party, Payment, PaymentKind

RATES = tuple(Decimal(rate) for rate in ("25", "0", "12", "25.5", "19"))
PURPOSES = ("shipping", "fee", "discount", "gift_card", "total", "default")
SPREAD = Decimal(-1)
IDA = Party(name="Ida Holm", email="ida@example.dk", address="Vej 1", postcode="8000", city="Aarhus", country="DK")


def a_line(gross: str = "199.00", rate: str = "25", *, quantity: str = "1", **more: Any) -> OrderLine:
    """A line as charged; a T-shirt unless said otherwise."""
    facts = {"kind": LineKind.PRODUCT, "name": "T-shirt", "sku": "SKU-1"} | more
    return OrderLine(gross=Decimal(gross), vat_rate=Decimal(rate), quantity=Decimal(quantity), **facts)


def shipping(gross: str = "39.00", rate: str = "25") -> OrderLine:
    return a_line(gross, rate, kind=LineKind.SHIPPING, name="GLS", sku="")


def a_fee(gross: str = "10.00", rate: str = "25") -> OrderLine:
    return a_line(gross, rate, kind=LineKind.FEE, name="Gebyr", sku="")


def a_discount(gross: str = "-20.00", rate: str = "-1") -> OrderLine:
    """A discount of the whole order; at rate -1 the shop does not say which rates it lowers."""
    return a_line(gross, rate, kind=LineKind.DISCOUNT, name="Rabat", sku="")


def a_gift_card(amount: str = "100.00") -> Payment:
    return Payment(PaymentKind.GIFT_CARD, Decimal(amount), "Gavekort")


def by_card(amount: str = "199.00") -> Payment:
    return Payment(PaymentKind.CARD, Decimal(amount), "Dankort")


def an_order(*lines: OrderLine, **more: Any) -> Order:
    """Ida's order 10017; its total is what the lines add up to unless `total` (a string) says otherwise."""
    charged = lines or (a_line(),)
    amount = Decimal(more.pop("total")) if "total" in more else total(line.gross for line in charged)
    order = Order(
        shop_kind="shoporama",
        shop_id="7",
        id="10017",
        number="10017",
        total=Money(amount, more.pop("currency", "DKK")),
        lines=charged,
        buyer=IDA,
        placed_at=datetime(2026, 11, 20, 9, 16, tzinfo=UTC),
    )
    return replace(order, **more)


def rules(**more: Any) -> MappingRules:
    """Rules with everything chosen: items are named after what they stand for and their rate, SHIPPING-25."""
    items = {purpose: {rate: f"{purpose.upper()}-{rate}" for rate in RATES} for purpose in PURPOSES}
    facts: dict[str, Any] = {
        "rates": RATES,
        "items": items,
        "rounding_item": "ROUNDING",
        "groups": {rate: f"group-{rate}" for rate in RATES},
        "collective_customer": "9999",
        "choices": {"zone_domestic": "1", "zone_eu_business": "2", "zone_abroad": "3", "layout": "19"},
    }
    return MappingRules(**(facts | more))
