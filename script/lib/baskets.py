"""Orders as customers of many kinds place them, the same for the same seed."""

from __future__ import annotations

import random
from typing import Any

Wish = dict[str, Any]

KNOWN, UNKNOWN, VAT_FREE = ("KOP-1", "BOG-1"), ("LYS-2", "KOP-7"), "FRI-0"
"""Goods of the sandbox's shops: the books know the first, not the second; the third is sold without VAT."""

MOST_LINES, MOST_OF_ONE = 3, 4
COUPONS = (0, 0, 0, 5, 10, 17)
"""In percent; half of the orders have none."""


def wish(dice: random.Random, customers: int) -> Wish:
    """One paid order of one of so many customers, in the words of the sandbox's control address."""
    goods = [_line(dice) for _ in range(dice.randint(1, MOST_LINES))]
    coupon = dice.choice(COUPONS)
    if not coupon and dice.random() < 0.3:
        # Never with a coupon: the shop splits a discount over two VAT rates in its own way, in parts of an øre.
        goods.append({"own_id": VAT_FREE, "amount": dice.randint(1, MOST_OF_ONE)})
    return {
        "products": goods,
        "voucher_percent": coupon,
        "shipping_price": dice.choice(("0", "39.00", "49.95")),
        "email": f"kunde{dice.randrange(customers)}@example.dk",
        "paid": True,
    }


def _line(dice: random.Random) -> Wish:
    price = f"{dice.randint(1, 999)}.{dice.randint(0, 99):02}"
    sku = dice.choice(KNOWN + UNKNOWN)
    return {"own_id": sku, "amount": dice.randint(1, MOST_OF_ONE), "unit_price": price}
