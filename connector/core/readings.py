"""The ways in which books may add up a document.

Nobody has settled whether e-conomic rounds VAT on each line or on the total of each rate, half up or half even
(fact sheet, section 14): recorded samples fit all four. Nor is it known where Dinero, whose lines hold prices including
VAT, rounds the VAT that it takes out of them (fact sheet, section 10). Billy's own specification rounds it once for the
whole invoice (fact sheet, 6.1). A draft's own figures tell which one holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from connector.core.money import HALF_EVEN, HALF_UP, rounded, total
from connector.core.vat import Taxed, split, vat_at_once, vat_of

TOTAL, LINE, DOCUMENT = "total", "line", "document"
NET, GROSS = "net", "gross"
MODES = {"half-up": HALF_UP, "half-even": HALF_EVEN}


@dataclass(frozen=True)
class Reading:
    """Where VAT is rounded (`level`: on each line, on the total per rate, or once for the whole document) and which way
    a half øre goes (`mode`).

    `prices` says whether a line's price excludes VAT, which is put on top, or includes it, which is taken out.
    """

    level: str
    mode: str
    prices: str = NET

    def __post_init__(self) -> None:
        if self.level not in (TOTAL, LINE, DOCUMENT) or self.mode not in MODES or self.prices not in (NET, GROSS):
            raise ValueError(f"no reading: {self.prices} {self.level} {self.mode}")

    @classmethod
    def named(cls, name: str) -> Reading:
        """The reading that a document names. Raises ValueError for another name."""
        prices, level, mode = [NET, *name.split("/")][-3:] if name.count("/") in (1, 2) else ("", "", name)
        return cls(level, mode, prices)

    @property
    def name(self) -> str:
        """What a document calls it: total/half-up, gross/total/half-up."""
        return f"{self.level}/{self.mode}" if self.prices == NET else f"{self.prices}/{self.level}/{self.mode}"

    @property
    def rounding(self) -> str:
        """The mode as `money.rounded` takes it."""
        return MODES[self.mode]


READINGS = tuple(Reading(level, mode) for level in (TOTAL, LINE) for mode in MODES)
GROSS_READINGS = tuple(Reading(level, mode, GROSS) for level in (TOTAL, LINE) for mode in MODES)
USUAL = READINGS[0]
"""What is taken for granted until a draft shows another: on the total, half up."""


class Priced(Protocol):
    """What a reading needs of a line: `quantity` × `unit_price`, at `vat_rate` percent."""

    @property
    def quantity(self) -> Decimal: ...
    @property
    def unit_price(self) -> Decimal: ...
    @property
    def vat_rate(self) -> Decimal: ...


def by_rate(lines: Sequence[Priced], reading: Reading) -> dict[Decimal, Taxed]:
    """Net and VAT per rate, the highest rate first, as books of this reading add them up."""
    rates = sorted({line.vat_rate for line in lines}, reverse=True)
    parts = {rate: _added(rate, [line for line in lines if line.vat_rate == rate], reading) for rate in rates}
    return _rounded_once(parts, reading) if reading.level == DOCUMENT and parts else parts


def _rounded_once(parts: dict[Decimal, Taxed], reading: Reading) -> dict[Decimal, Taxed]:
    """The highest rate takes what rounding once for all of them leaves."""
    is_gross = reading.prices == GROSS
    amounts = {rate: part.gross if is_gross else part.net for rate, part in parts.items()}
    vat = vat_at_once(amounts, reading.rounding, included=is_gross)
    off = vat - total(part.vat for part in parts.values())
    highest = max(parts)
    first = parts[highest]
    return {**parts, highest: Taxed(first.net - off if is_gross else first.net, first.vat + off)}


def _added(rate: Decimal, lines: Iterable[Priced], reading: Reading) -> Taxed:
    amounts = [rounded(line.quantity * line.unit_price, reading.rounding) for line in lines]
    rounded_at_once = amounts if reading.level == LINE else [total(amounts)]
    if reading.prices == GROSS:
        parts = [split(gross, rate, reading.rounding) for gross in rounded_at_once]
        return Taxed(total(part.net for part in parts), total(part.vat for part in parts))
    return Taxed(total(amounts), total(vat_of(net, rate, reading.rounding) for net in rounded_at_once))


def figures(lines: Sequence[Priced], reading: Reading) -> Taxed:
    """What the lines amount to in books of this reading."""
    parts = by_rate(lines, reading).values()
    return Taxed(total(part.net for part in parts), total(part.vat for part in parts))


def explain(
    lines: Sequence[Priced], gross: Decimal, vat: Decimal, among: Sequence[Reading] = READINGS
) -> tuple[Reading, ...]:
    """Those of the readings `among` under which the lines come to exactly this gross and this VAT; none where it is not
    the rounding."""
    found = ((reading, figures(lines, reading)) for reading in among)
    return tuple(reading for reading, made in found if (made.gross, made.vat) == (gross, vat))
