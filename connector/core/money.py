"""Amounts of money. The only module that rounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import total_ordering

ZERO = Decimal("0.00")
ORE = Decimal("0.01")
"""The smallest amount a document can hold."""

HALF_UP = ROUND_HALF_UP
HALF_EVEN = ROUND_HALF_EVEN
FLOOR = ROUND_FLOOR


def require_decimal(value: object) -> Decimal:
    """Return `value` if it is a finite Decimal. Raises TypeError for anything else: a float is never money."""
    if not isinstance(value, Decimal):
        raise TypeError(f"an amount must be a Decimal, not {type(value).__name__}")
    if not value.is_finite():
        raise TypeError("an amount must be finite")
    return value


def rounded(value: Decimal, mode: str = HALF_UP) -> Decimal:
    """Return `value` to two decimals."""
    return require_decimal(value).quantize(ORE, rounding=mode)


def in_ore(value: Decimal) -> int:
    """Return `value`, to two decimals, as a number of øre."""
    return int(rounded(value).scaleb(2))


def digits(value: Decimal) -> str:
    """Return `value` in plain digits without needless zeros: 25, 25.5, 0."""
    return f"{value.normalize():f}"


def plain(amount: Decimal) -> str:
    """Return `amount` in plain digits with two decimals, or all it has when it has more."""
    return str(rounded(amount) + ZERO) if amount == rounded(amount) else digits(amount)


def allocate(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Share `total` (two decimals) over `weights` so that the parts add up to it.

    Each part is the exact share cut to two decimals; the øre left over go to the largest remainders,
    the first of equals first. Weights of zero get nothing. Raises ValueError when there is nothing to share over.
    """
    whole = sum(weights, Decimal(0))
    if whole == 0:
        raise ValueError("nothing to share over")
    exact = [total * weight / whole for weight in weights]
    parts = [share.quantize(ORE, rounding=ROUND_DOWN) for share in exact]
    missing = total - sum(parts, ZERO)
    step = ORE.copy_sign(missing)
    order = sorted(range(len(parts)), key=lambda index: (-abs(exact[index] - parts[index]), index))
    for index in order[: int(abs(missing) / ORE)]:
        parts[index] += step
    return parts


@total_ordering
@dataclass(frozen=True)
class Money:
    """An amount in one currency. Mixing currencies is an error, and so is a float.

    `amount` is a Decimal of any precision; `currency` an ISO 4217 code in capitals.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        require_decimal(self.amount)
        if len(self.currency) != 3 or not self.currency.isalpha() or not self.currency.isupper():
            raise ValueError(f"not a currency code: {self.currency!r}")

    def _same(self, other: Money) -> Decimal:
        if not isinstance(other, Money):
            raise TypeError(f"cannot mix Money and {type(other).__name__}")
        if other.currency != self.currency:
            raise ValueError(f"cannot mix {self.currency} and {other.currency}")
        return other.amount

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.amount), self.currency)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __str__(self) -> str:
        return f"{rounded(self.amount)} {self.currency}"


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum of `amounts`, 0.00 when there are none."""
    return sum(amounts, ZERO)
