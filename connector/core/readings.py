"""The four ways in which books may add up a document.

Nobody has settled whether e-conomic rounds VAT on each line or on the total of each rate, half up or half even
(fact sheet, section 14): recorded samples fit all four. A draft's own figures tell which one holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from connector.core.money import HALF_EVEN, HALF_UP, rounded, total
from connector.core.vat import Taxed, vat_of

TOTAL, LINE = "total", "line"
MODES = {"half-up": HALF_UP, "half-even": HALF_EVEN}


@dataclass(frozen=True)
class Reading:
    """Where VAT is rounded (`level`: on each line, or on the total per rate) and which way a half øre goes (`mode`)."""

    level: str
    mode: str

    def __post_init__(self) -> None:
        if self.level not in (TOTAL, LINE) or self.mode not in MODES:
            raise ValueError(f"no reading: {self.level} {self.mode}")

    @classmethod
    def named(cls, name: str) -> Reading:
        """The reading that a document names. Raises ValueError for another name."""
        level, _, mode = name.partition("/")
        return cls(level, mode)

    @property
    def name(self) -> str:
        """What a document calls it: total/half-up."""
        return f"{self.level}/{self.mode}"

    @property
    def rounding(self) -> str:
        """The mode as `money.rounded` takes it."""
        return MODES[self.mode]


READINGS = tuple(Reading(level, mode) for level in (TOTAL, LINE) for mode in MODES)
USUAL = READINGS[0]
"""What is taken for granted until a draft shows another: on the total, half up."""


class Priced(Protocol):
    """What a reading needs of a line: `quantity` × `unit_net`, VAT at `vat_rate` percent on top."""

    @property
    def quantity(self) -> Decimal: ...
    @property
    def unit_net(self) -> Decimal: ...
    @property
    def vat_rate(self) -> Decimal: ...


def by_rate(lines: Sequence[Priced], reading: Reading) -> dict[Decimal, Taxed]:
    """Net and VAT per rate, the highest rate first, as books of this reading add them up."""
    rates = sorted({line.vat_rate for line in lines}, reverse=True)
    return {rate: _added(rate, [line for line in lines if line.vat_rate == rate], reading) for rate in rates}


def _added(rate: Decimal, lines: Iterable[Priced], reading: Reading) -> Taxed:
    nets = [rounded(line.quantity * line.unit_net, reading.rounding) for line in lines]
    rounded_at_once = nets if reading.level == LINE else [total(nets)]
    return Taxed(total(nets), total(vat_of(net, rate, reading.rounding) for net in rounded_at_once))


def figures(lines: Sequence[Priced], reading: Reading) -> Taxed:
    """What the lines amount to in books of this reading."""
    parts = by_rate(lines, reading).values()
    return Taxed(total(part.net for part in parts), total(part.vat for part in parts))


def explain(lines: Sequence[Priced], gross: Decimal, vat: Decimal) -> tuple[Reading, ...]:
    """The readings under which the lines come to exactly this gross and this VAT; none where it is not the rounding."""
    found = ((reading, figures(lines, reading)) for reading in READINGS)
    return tuple(reading for reading, made in found if (made.gross, made.vat) == (gross, vat))
