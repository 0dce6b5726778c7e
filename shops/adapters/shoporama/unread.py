"""Money that an order mentions and no reading uses: nothing is dropped silently (promise 4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import combinations
from typing import Any

from connector.core.money import ORE, total
from connector.core.vat import split
from shops.adapters.shoporama import fields
from shops.adapters.shoporama.facts import PRICE, Facts, rows
from shops.adapters.shoporama.readings import Reading
from shops.adapters.shoporama.values import amount, first

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_MONEY = re.compile(
    r"(^|_)(fees?|prices?|amounts?|discounts?|totals?|subtotals?|gifts?|giftcards?|surcharges?|costs?|charges?|tips?|sums?)(_|$)"
    r"|gebyr|rabat|gavekort|beløb|beloeb|tillæg|tillaeg"
)
_NO_MONEY = re.compile(
    r"(^|_)(ids?|codes?|names?|types?|groups?|count|qty|quantity|weight|products|items|percent|number)(_|$)"
)
_LINE_MONEY = re.compile(r"(^|_)(fees?|discounts?|gifts?|surcharges?)(_|$)|gebyr|rabat|tillæg|tillaeg")

_ALWAYS_READ = (*fields.FEES, *fields.VOUCHER_PERCENT, "price")
"""`price` is the goods' total, with or without shipping (section 4): it restates, whatever it is."""
_ONE_READ = (fields.TOTAL, fields.VAT, fields.SHIPPING_PRICE, fields.SHIPPING, fields.VOUCHER_AMOUNT, fields.GIFT_CARD)
_NOT_OF_THE_ORDER = frozenset({*fields.ITEMS, "extras", "customer", "webshop", "comments"})
"""Lines are looked at by themselves; extras are the checkout's own fields and never money lines (section 4)."""


def unread(raw: Mapping[str, Any], facts: Facts, reading: Reading) -> tuple[str, Decimal] | None:
    """The first field that looks like money, is not 0, was not read, and does not restate what was; with its amount."""
    known = _restated(reading) | {facts.total, facts.gift_card}
    for field, value in _of_order(raw):
        if not any(abs(abs(value) - abs(figure)) <= ORE for figure in known):
            return field, value
    return next(_of_lines(raw), None)


def explaining(raw: Mapping[str, Any], difference: Decimal) -> str:
    """The field that was not read and holds just what an order's sum lacks; empty when none does."""
    return next((field for field, value in _of_order(raw) if abs(value) == abs(difference)), "")


def _of_order(raw: Mapping[str, Any]) -> Iterator[tuple[str, Decimal]]:
    used = {_used(raw, names) for names in _ONE_READ}
    for name, value in raw.items():
        if name in used and isinstance(value, dict):
            price = _used(value, PRICE)
            yield from _money(name, {inner: found for inner, found in value.items() if inner != price}, _MONEY)
        elif name not in used and name not in _ALWAYS_READ and name not in _NOT_OF_THE_ORDER:
            yield from _money(name, value, _MONEY)


def _used(raw: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((name for name in names if first(raw, (name,)) is not None), "")


def _of_lines(raw: Mapping[str, Any]) -> Iterator[tuple[str, Decimal]]:
    """A line's further prices (bought for, before the sale) are nothing charged; a fee or a discount would be."""
    for row in rows(raw):
        for name, value in row.items():
            yield from _money(name, value, _LINE_MONEY)


def _money(name: str, value: object, pattern: re.Pattern[str]) -> Iterator[tuple[str, Decimal]]:
    """The non-zero amounts at or below a field whose names look like money, with their path."""
    if isinstance(value, dict):
        for inner, found in value.items():
            yield from _money(f"{name}.{inner}", found, pattern)
    elif isinstance(value, list):
        for found in value:
            yield from _money(name, found, pattern)
    elif (figure := amount(value)) and _looks_like(name, pattern):
        yield name, figure


def _looks_like(path: str, pattern: re.Pattern[str]) -> bool:
    words = _CAMEL.sub("_", path.replace(".", "_")).lower()
    return bool(pattern.search(words)) and not _NO_MONEY.search(words)


def _restated(reading: Reading) -> set[Decimal]:
    """What can be said of a reading without saying anything new: any sum of its parts, incl. VAT, excl., or the VAT."""
    figures = set()
    for size in range(1, len(reading.parted) + 1):
        for chosen in combinations(reading.parted, size):
            lines = [line for part in chosen for line in part]
            gross = total(line.gross for line in lines)
            vat = total(split(line.gross, line.vat_rate).vat for line in lines)
            figures |= {gross, vat, gross - vat}
    return figures
