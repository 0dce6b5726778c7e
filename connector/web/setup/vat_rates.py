"""VAT rates as people type them: saved as `25,25.5,0`; a Dane writes 25,5, so on the page they are `25; 25,5; 0`."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from connector.core.money import digits
from connector.sync import rules
from connector.web.frame.format import plain

BETWEEN = re.compile(r"[;\s]+")


def shown(saved: str) -> str:
    """`25,25.5,0` as the user's language writes it."""
    return "; ".join(plain(rate) for rate in rules.rates({"rates": saved}))


def typed(text: str) -> str:
    """What was typed, as it is saved: each rate once, highest first. Raises ValueError for what is no VAT rate."""
    parts = [part.strip("%,").replace(",", ".") for part in BETWEEN.split(text) if part.strip("%,")]
    try:
        rates = {Decimal(part) for part in parts}
    except InvalidOperation as error:
        raise ValueError("a VAT rate is a number") from error
    if not rates or any(not 0 <= rate < 100 for rate in rates):
        raise ValueError("a VAT rate is at least 0 and below 100 percent")
    return ",".join(digits(rate) for rate in sorted(rates, reverse=True))
