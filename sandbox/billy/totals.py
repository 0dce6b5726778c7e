"""Totals of an invoice by Billy's own rounding specification (fact sheet, section 6.1), exact until they are rounded.

Amounts are øre, rates hundredths of a percent; a half goes away from zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

WHOLE = 10_000
"""A whole, in hundredths of a percent."""


class Amounts(NamedTuple):
    """Net and VAT of all lines that share a rate."""

    net: int
    vat: int


@dataclass(frozen=True)
class Totals:
    """An invoice's sums; `by_rate` adds up to both, `line_taxes` are each line's VAT as it is shown."""

    net: int
    tax: int
    by_rate: dict[int, Amounts]
    line_taxes: tuple[int, ...]

    @property
    def gross(self) -> int:
        """Both together."""
        return self.net + self.tax


NOTHING = Totals(0, 0, {}, ())


def half_up(exact: Fraction) -> int:
    """The nearest integer."""
    whole, rest = divmod(abs(exact.numerator), exact.denominator)
    whole += 2 * rest >= exact.denominator
    return whole if exact >= 0 else -whole


def line_amount(
    quantity: Decimal, price: Decimal, *, percent: Fraction = Fraction(0), cash: Decimal = Decimal(0)
) -> int:
    """quantity × price, rounded; less a fraction of it, or less kroner, and rounded again."""
    amount = half_up(Fraction(quantity) * Fraction(price) * 100)
    return half_up(amount * (1 - percent) - Fraction(cash) * 100)


def document(lines: Sequence[tuple[int, int]], *, incl: bool, rounding: str = "invoice") -> Totals:
    """Add up lines of (amount, rate); the amounts include VAT when `incl`.

    VAT is rounded once for the invoice ("invoice"), once for each rate ("rate"), or on each line ("line").
    """
    exact = [tax_of(amount, rate, incl=incl) for amount, rate in lines]
    shown = tuple(map(half_up, exact))
    by_rate: dict[int, int] = {}
    for rate in dict.fromkeys(rate for _, rate in lines):
        here = [index for index, line in enumerate(lines) if line[1] == rate]
        by_rate[rate] = sum(shown[i] for i in here) if rounding == "line" else half_up(_sum(exact[i] for i in here))
    tax = half_up(_sum(exact)) if rounding == "invoice" else sum(by_rate.values())
    first = next((rate for rate in by_rate if rate), None)
    if first is not None:
        # The first rate takes what rounding once for all has left (index.js).
        by_rate[first] += tax - sum(by_rate.values())
    amounts = {rate: sum(amount for amount, of in lines if of == rate) for rate in by_rate}
    nets = {rate: amounts[rate] - (vat if incl else 0) for rate, vat in by_rate.items()}
    split = {rate: Amounts(nets[rate], vat) for rate, vat in by_rate.items()}
    return Totals(sum(nets.values()), tax, split, shown)


def tax_of(amount: int, rate: int, *, incl: bool) -> Fraction:
    """The VAT in an amount, or on it, not rounded."""
    return Fraction(amount * rate, WHOLE + rate if incl else WHOLE)


def _sum(parts: object) -> Fraction:
    return sum(parts, Fraction(0))  # type: ignore[call-overload, no-any-return]
