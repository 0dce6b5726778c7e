"""Document totals in integers: the sandbox's own reading of how e-conomic adds up.

Amounts are hundredths of the document's currency (øre), quantities are hundredths, discounts are
hundredths of a percent, and so are VAT rates: 25 % is 2500 and 25.5 % is 2550. Nothing here is a
float. The recorded figures it must reproduce, and the readings that nobody has settled, are in
the e-conomic fact sheet, section 14.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

PERCENT_SCALE = 10_000
"""A whole, in hundredths of a percent."""

LEVELS = ("total", "line")
MODES = ("half-up", "half-even")


class LineAmounts(NamedTuple):
    """What decides one line's amounts."""

    quantity_hundredths: int
    unit_net_price: int
    discount: int
    rate: int


class RateTotal(NamedTuple):
    """Net and VAT of all lines that share a rate."""

    net: int
    vat: int


@dataclass(frozen=True)
class Totals:
    """A document's sums; `gross` is `net + vat` and `by_rate` adds up to both."""

    net: int
    vat: int
    gross: int
    by_rate: dict[int, RateTotal]
    line_nets: tuple[int, ...]


def divide(numerator: int, denominator: int, mode: str = "half-up") -> int:
    """`numerator / denominator` rounded to an integer; a half goes away from zero or to the even neighbour."""
    quotient, rest = divmod(abs(numerator), denominator)
    twice = 2 * rest
    if twice > denominator or (twice == denominator and (mode == "half-up" or quotient % 2)):
        quotient += 1
    return quotient if numerator >= 0 else -quotient


def line_net(line: LineAmounts, mode: str = "half-up") -> int:
    """round2(quantity × price × (1 − discount)), in øre."""
    product = line.quantity_hundredths * line.unit_net_price * (PERCENT_SCALE - line.discount)
    return divide(product, 100 * PERCENT_SCALE, mode)


def document(
    lines: Iterable[tuple[int, int, int, int]], *, rounding_level: str = "total", rounding_mode: str = "half-up"
) -> Totals:
    """Add up a document.

    `lines` are (quantity in hundredths, unit net price in øre, discount in hundredths of a percent,
    VAT rate in hundredths of a percent). `rounding_level` says whether VAT is rounded on each line
    or on the sum per rate; `rounding_mode` is "half-up" (away from zero) or "half-even".
    """
    rows = [LineAmounts(*line) for line in lines]
    nets = tuple(line_net(row, rounding_mode) for row in rows)
    by_rate: dict[int, RateTotal] = {}
    for row, net in zip(rows, nets, strict=True):
        so_far = by_rate.get(row.rate, RateTotal(0, 0))
        line_vat = divide(net * row.rate, PERCENT_SCALE, rounding_mode) if rounding_level == "line" else 0
        by_rate[row.rate] = RateTotal(so_far.net + net, so_far.vat + line_vat)
    if rounding_level == "total":
        by_rate = {
            rate: RateTotal(sums.net, divide(sums.net * rate, PERCENT_SCALE, rounding_mode))
            for rate, sums in by_rate.items()
        }
    net, vat = sum(nets), sum(sums.vat for sums in by_rate.values())
    return Totals(net, vat, net + vat, by_rate, nets)


def to_base(amount: int, exchange_rate_millionths: int) -> int:
    """An amount in base currency; the rate is the price of 100 units, in millionths (section 9.1)."""
    return divide(amount * exchange_rate_millionths, 100 * 1_000_000)
