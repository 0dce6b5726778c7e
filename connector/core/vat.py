"""VAT: the only module that splits an amount into net and VAT."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from connector.core.money import HALF_UP, require_decimal, rounded

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Taxed:
    """An amount with its VAT; `gross` is defined as net + vat, so the three can never disagree."""

    net: Decimal
    vat: Decimal

    def __post_init__(self) -> None:
        require_decimal(self.net)
        require_decimal(self.vat)

    @property
    def gross(self) -> Decimal:
        return self.net + self.vat


def vat_of(net: Decimal, rate: Decimal, mode: str = HALF_UP) -> Decimal:
    """The VAT on `net` at `rate` percent, to two decimals."""
    return rounded(net * rate / HUNDRED, mode)


def ideal_net(gross: Decimal, rate: Decimal) -> Decimal:
    """The net that `gross` holds at `rate` percent, unrounded."""
    return gross * HUNDRED / (HUNDRED + rate)


def split(gross: Decimal, rate: Decimal, mode: str = HALF_UP) -> Taxed:
    """Split `gross` (two decimals) at `rate` percent; the parts add up to it, the net is the rounded one."""
    net = rounded(ideal_net(gross, rate), mode)
    return Taxed(net, gross - net)


def net_for(gross: Decimal, rate: Decimal, mode: str = HALF_UP) -> Decimal | None:
    """The two-decimal net whose VAT brings it to exactly `gross`, or None where there is none.

    Rounding moves the VAT by at most half an øre, so such a net is nearer than that to the ideal one: only the
    nearest can be it. At 25 % totals ending in 2 or 7 øre have none.
    """
    net = rounded(ideal_net(gross, rate))
    return net if net + vat_of(net, rate, mode) == gross else None


def vat_at_once(amounts: Mapping[Decimal, Decimal], mode: str = HALF_UP, *, included: bool) -> Decimal:
    """The VAT of a whole document, rounded once: on, or `included` in, its `amounts` by rate in percent."""
    parts = (
        Fraction(amount) * Fraction(rate) / (Fraction(HUNDRED + rate) if included else Fraction(HUNDRED))
        for rate, amount in amounts.items()
    )
    exact = sum(parts, Fraction(0))
    # Only what ends is halfway between two øre, and such a quotient is exact.
    return rounded(Decimal(exact.numerator) / Decimal(exact.denominator), mode)
