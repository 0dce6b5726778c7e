"""A product of a shop, its variants and its stock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sandbox.routes import Refused
from sandbox.shoporama import assumed
from sandbox.shoporama.places import local


@dataclass
class Product:
    """One product. The price includes VAT; `vat` in per cent, None for the shop's own rate; `stock` by variant name."""

    product_id: int
    own_id: str
    name: str
    price: Decimal
    vat: Decimal | None
    modified_at: float
    created_at: float
    stock: dict[str, int] = field(default_factory=lambda: {"": 100})
    variant_skus: Mapping[str, str] = field(default_factory=dict)
    removed_at: float | None = None
    fields: dict[str, Any] = field(default_factory=dict)

    def skus(self) -> set[str]:
        """Its own SKU and those of its variants."""
        return {self.own_id, *self.variant_skus.values()}

    def set_stock(self, count: int, variant: str | None, now: float) -> None:
        """Set the absolute count. Raises Refused 400 naming the variants when the variant is missing or unknown."""
        name = variant or ""
        if name not in self.stock:
            raise Refused(400, "variant_name must be one of: " + ", ".join(sorted(self.stock)))
        self.stock[name] = count
        self.modified_at = now

    def stock_rows(self) -> list[dict[str, Any]]:
        """What GET /stock/{id} answers."""
        names = assumed.key(assumed.STOCK, "variant"), assumed.key(assumed.STOCK, "count")
        return [dict(zip(names, row, strict=True)) for row in self.stock.items()]

    def document(self, number: Any) -> dict[str, Any]:
        """The product as GET answers it, the keys of the recorded response; `number` writes an amount."""
        return {
            "product_id": self.product_id,
            "own_id": self.own_id or str(self.product_id),
            "sec_own_id": None,
            "gtin": None,
            "mpn": None,
            "supplier_id": None,
            "brand_id": None,
            "main_category_id": "1",
            "created": local(self.created_at),
            "is_online": 1,
            "online_since": local(self.created_at),
            "removed_on": None,
            "name": self.name,
            "list_description": "",
            "description": "",
            "vat": None if self.vat is None else number(self.vat),
            "price": number(self.price),
            "sale_price": None,
            "purchase_price": None,
            "allow_negative_stock": 1,
            "weight": 0,
            "last_modified": local(self.modified_at),
            "stock_settings": self._variants(),
            "attributes": [],
            "images": [],
            "categories": [1],
            **self.fields,
        }

    def _variants(self) -> list[dict[str, Any]]:
        return [
            {"attribute_id": 1, "attribute_value_id": n, "own_id": sku, "sec_own_id": None, "purchase_price": None}
            for n, sku in enumerate(self.variant_skus.values(), start=1)
        ]
