"""VAT rates as people type them: saved as `25,25.5,0`; a Dane writes 25,5, so on the page they are `25; 25,5; 0`."""

from __future__ import annotations

import re
from decimal import Decimal

from connector.core.money import digits
from connector.sync import rules
from connector.web.frame.format import plain

BETWEEN = re.compile(r"[;\s]+")
RATE = re.compile(r"\d{1,2}([.,]\d{1,2})?")


def shown(saved: str) -> str:
    """`25,25.5,0` as the user's language writes it."""
    return "; ".join(plain(rate) for rate in rules.rates({"rates": saved}))


def typed(text: str) -> str:
    """What was typed, as it is saved: each rate once, highest first. Raises ValueError for what is no VAT rate."""
    parts = [part.strip("%,") for part in BETWEEN.split(text) if part.strip("%,")]
    if not parts or not all(RATE.fullmatch(part) for part in parts):
        raise ValueError("a VAT rate is a number from 0 to below 100, in percent")
    rates = {Decimal(part.replace(",", ".")) for part in parts}
    return ",".join(digits(rate) for rate in sorted(rates, reverse=True))
