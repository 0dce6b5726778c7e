"""The fact sheet's order, changed where a test needs it, and what reading it gives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from connector.core.order import Order
from shops.adapters.shoporama.parse import read_order
from shops.base import ShopSettings

SAMPLES = Path(__file__).parent.parent / "samples" / "shoporama"
SHOP = ShopSettings(platform_id="4001")
COUNTRIES = {"1": "DK", "2": "SE", "3": "NO"}


class _Gone:
    """A key that the shop does not send; named in the tests' ids, which must be the same in every process."""

    def __repr__(self) -> str:
        return "GONE"


GONE = _Gone()
"""Changes a field into one that is not there."""


def sample(name: str = "order") -> dict[str, Any]:
    """A recorded order, read as the client reads it."""
    return json.loads(_text(name), parse_float=Decimal)


@cache
def _text(name: str) -> str:
    return (SAMPLES / f"{name}.json").read_text()


def an_order(**changes: Any) -> dict[str, Any]:
    """The usual order: two T-shirts at 199.00 and shipping at 39.00, VAT 87.40, total 437.00."""
    fields = sample() | changes
    return {name: value for name, value in fields.items() if value is not GONE}


def a_line(**changes: Any) -> dict[str, Any]:
    """The usual order's line."""
    fields = sample()["products"][0] | changes
    return {name: value for name, value in fields.items() if value is not GONE}


def read_all(raw: object, shop: ShopSettings = SHOP, countries: Mapping[str, str] = COUNTRIES) -> list[Order]:
    order_id = str((raw.get("order_id") or raw.get("id") or "912345") if isinstance(raw, dict) else "912345")
    return read_order(raw, shop, countries, order_id)


def read(raw: object, shop: ShopSettings = SHOP, countries: Mapping[str, str] = COUNTRIES) -> Order:
    """The one reading that an order has."""
    (found,) = read_all(raw, shop, countries)
    return found


def figures(order: Order) -> list[tuple[str, str, str]]:
    """(kind, gross, rate) of every line."""
    return [(line.kind.value, f"{line.gross:.2f}", f"{line.vat_rate:f}") for line in order.lines]


USUAL = [("product", "398.00", "25"), ("shipping", "39.00", "25")]
"""The usual order's figures."""
MIXED = [a_line(amount=1, unit_price=100, vat=25), a_line(amount=1, unit_price=100, vat=0)]
"""Lines of 100.00 at 25 % and at none."""
ABROAD = {"order_country": "Norge", "order_country_id": 3, "del_country_id": 3}
