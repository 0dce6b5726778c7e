"""Totals of an invoice in integers, by both readings of what the fact sheet (section 10) leaves open.

Prices and quantities are millionths, discounts millionths of a percent, rates hundredths of a percent, amounts øre.
Nothing here is a float; a half goes away from zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from sandbox.economic.totals import PERCENT_SCALE, divide

SCALE = 1_000_000
WHOLE_PERCENT = 100 * SCALE


class Priced(NamedTuple):
    """What decides a line's amount."""

    quantity: int
    price: int
    discount: int
    rate: int


class Amounts(NamedTuple):
    """Net and VAT, of a line or of all that share a rate."""

    net: int
    vat: int

    @property
    def gross(self) -> int:
        """Both together."""
        return self.net + self.vat


@dataclass(frozen=True)
class Totals:
    """An invoice's sums; `incl` is `excl + vat`, and `by_rate` adds up to both."""

    excl: int
    vat: int
    incl: int
    vatable: int
    by_rate: dict[int, Amounts]
    lines: tuple[Amounts, ...]


NOTHING = Totals(0, 0, 0, 0, {}, ())


def line_amount(line: Priced) -> int:
    """quantity × price × (1 − discount), rounded to the øre; including VAT or not, as the price is."""
    exact = line.quantity * line.price * (WHOLE_PERCENT - line.discount) * 100
    return divide(exact, SCALE * SCALE * WHOLE_PERCENT)


def split(amount: int, rate: int, *, incl: bool) -> Amounts:
    """An amount's net and VAT: `amount` is the gross when `incl`, else the net."""
    if not incl:
        return Amounts(amount, divide(amount * rate, PERCENT_SCALE))
    vat = divide(amount * rate, PERCENT_SCALE + rate)
    return Amounts(amount - vat, vat)


def document(lines: Iterable[Priced], *, incl: bool, rounding: str = "total") -> Totals:
    """Add up an invoice whose prices include VAT, or do not.

    `rounding` says whether VAT is rounded on the sum per rate ("total") or on each line ("line"). With prices that
    include VAT the gross is the sum of the lines' own amounts, whatever the rounding.
    """
    rows = tuple(lines)
    amounts = [line_amount(row) for row in rows]
    shown = tuple(split(amount, row.rate, incl=incl) for amount, row in zip(amounts, rows, strict=True))
    by_rate: dict[int, Amounts] = {}
    for rate in dict.fromkeys(row.rate for row in rows):
        of_rate = [index for index, row in enumerate(rows) if row.rate == rate]
        if rounding == "line":
            by_rate[rate] = Amounts(sum(shown[i].net for i in of_rate), sum(shown[i].vat for i in of_rate))
        else:
            by_rate[rate] = split(sum(amounts[i] for i in of_rate), rate, incl=incl)
    excl, vat = sum(sums.net for sums in by_rate.values()), sum(sums.vat for sums in by_rate.values())
    vatable = sum(sums.net for rate, sums in by_rate.items() if rate)
    return Totals(excl, vat, excl + vat, vatable, by_rate, shown)
