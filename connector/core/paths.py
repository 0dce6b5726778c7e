"""Ways to write charges as net lines: which of them bring books of a reading to the charges, and at what cost.

They are found line by line, keeping the cheapest path to each drift: there are few drifts, however many lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import product
from typing import NamedTuple

from connector.core.money import FLOOR, HALF_UP, ORE, ZERO, in_ore, rounded, total
from connector.core.readings import LINE, MODES, READINGS, TOTAL, Reading
from connector.core.vat import ideal_net, net_for, vat_of

WIDTHS = (1, 2)
"""How many øre a line may carry: two only where one does not make the document the same under every reading."""

REACH = 3
"""How far, in øre, the lines chosen so far may stray from what they should add up to; further is not followed."""


@dataclass(frozen=True)
class Charge:
    """What the shop charged for one line.

    `gross` is the whole line incl. VAT (two decimals), `rate` in percent, `quantity` has at most two decimals and is
    not 0.
    """

    gross: Decimal
    rate: Decimal
    quantity: Decimal = Decimal(1)

    @cached_property
    def ideal(self) -> Decimal:
        """The net that the charge holds, unrounded."""
        return ideal_net(self.gross, self.rate)

    @cached_property
    def nearest(self) -> Decimal:
        """The ideal net to two decimals."""
        return rounded(self.ideal)


class Piece(NamedTuple):
    """A line of the document, or a part of one: `quantity` × `unit_price`, both of at most two decimals."""

    quantity: Decimal
    unit_price: Decimal

    def amount(self, rounding: str = HALF_UP) -> Decimal:
        return rounded(self.quantity * self.unit_price, rounding)


class Cost(NamedTuple):
    """What a choice costs, the worst first.

    Nets whose rounding hangs on the mode, split lines, squared distance from the ideal nets, and of equals the small
    lines that were moved rather than large ones.
    """

    ties: int
    splits: int
    distance: Decimal
    moved: Decimal

    def plus(self, other: Cost) -> Cost:
        return Cost(
            self.ties + other.ties,
            self.splits + other.splits,
            self.distance + other.distance,
            self.moved + other.moved,
        )


FREE = Cost(0, 0, ZERO, ZERO)


class Drift(NamedTuple):
    """How far lines are, in øre, from their nearest nets, and from the charges where VAT is rounded on each line.

    None has strayed too far for a reading to be met.
    """

    net: int | None
    half_up: int | None
    half_even: int | None

    def plus(self, other: Drift, ahead: int) -> Drift:
        """`ahead`: how far the ideal nets of these lines are from their nearest ones."""
        net, half_up, half_even = self
        return Drift(
            None if net is None or other.net is None else _near(net + other.net, ahead),
            None if half_up is None or other.half_up is None else _near(half_up + other.half_up),
            None if half_even is None or other.half_even is None else _near(half_even + other.half_even),
        )

    def under(self, reading: Reading) -> int | None:
        """The drift that decides what books of this reading come to."""
        return self[_place(reading)]


def _place(reading: Reading) -> int:
    if reading.level == TOTAL:
        return 0
    return 1 if reading.rounding == HALF_UP else 2


def _near(drift: int, middle: int = 0) -> int | None:
    return drift if -REACH <= drift - middle <= REACH else None


@dataclass(frozen=True)
class Choice:
    """One way to write a charge."""

    pieces: tuple[Piece, ...]
    drift: Drift
    cost: Cost


@dataclass(frozen=True)
class Path:
    """The cheapest way to a drift, as a chain back to the first charge."""

    drift: Drift
    cost: Cost
    choice: Choice | None = None
    before: Path | None = None

    def backwards(self) -> Iterator[Choice]:
        """The choices made, the last first."""
        path: Path | None = self
        while path and path.choice:
            yield path.choice
            path = path.before


Goals = Mapping[Reading, int | None]


def goals_of(charges: Sequence[Charge], gap: Decimal) -> Goals:
    """The drift at which books of each reading come to the charges' gross less the gap; None where no net does."""
    gross, rate = total(charge.gross for charge in charges) - gap, charges[0].rate
    nearest = total(charge.nearest for charge in charges)
    nets = {mode: net_for(gross, rate, rounding) for mode, rounding in MODES.items()}
    at_once = {mode: None if net is None else in_ore(net - nearest) for mode, net in nets.items()}
    return {reading: -in_ore(gap) if reading.level == LINE else at_once[reading.mode] for reading in READINGS}


def agreeing(drift: Drift, goals: Goals) -> int:
    """How many readings come to the gross."""
    return sum(goal is not None and drift.under(reading) == goal for reading, goal in goals.items())


def best_path(charges: Sequence[Charge], goals: Goals, reading: Reading) -> Path | None:
    """Of the paths that come to the gross under this reading the one under which most do, the cheapest of equals."""
    best: Path | None = None
    goal = goals[reading]
    for width in WIDTHS if goal is not None else ():
        arrived = paths_to(charges, width, reading, goal or 0)
        best = min(arrived, key=lambda path: (-agreeing(path.drift, goals), path.cost), default=None)
        if best and agreeing(best.drift, goals) == _most(goals, reading):
            break
    return best


def _most(goals: Goals, reading: Reading) -> int:
    """How many readings a path can satisfy: those on the total only together where they want the same net."""
    wanted = Counter(goal for other, goal in goals.items() if other.level == TOTAL and goal is not None)
    mine = goals[reading] if reading.level == TOTAL else None
    together = max(wanted.values(), default=0) if mine is None else wanted[mine]
    return sum(other.level == LINE for other in goals) + together


def paths_to(charges: Sequence[Charge], width: int, reading: Reading, goal: int) -> list[Path]:
    """The cheapest path to every drift that ends at the reading's goal, each line at most `width` øre from its nearest
    net."""
    paths = [Path(Drift(0, 0, 0), FREE)]
    ahead = Decimal(0)
    for left, charge in zip(reversed(range(len(charges))), charges, strict=True):
        ahead += charge.ideal - charge.nearest
        middle = in_ore(ahead)
        choices = _choices(charge, width, reading.rounding)
        paths = _extended(paths, choices, middle, reading, _leading(left, width, reading, goal, middle))
    return paths


def _leading(left: int, width: int, reading: Reading, goal: int, middle: int) -> range:
    """The drifts that do not stray, and from which the lines that are left can still come to the goal."""
    # VAT follows the net by less than an øre for each, and is rounded on each of two parts.
    reach, around = (width, middle) if reading.level == TOTAL else (2 * width + 2, 0)
    return range(max(around - REACH, goal - left * reach), min(around + REACH, goal + left * reach) + 1)


def _extended(
    paths: Sequence[Path], choices: Sequence[Choice], ahead: int, reading: Reading, leading: range
) -> list[Path]:
    longer: dict[Drift, Path] = {}
    place = _place(reading)
    for path, choice in product(paths, choices):
        # Neither is None: paths that strayed under this reading are not followed.
        if (path.drift[place] or 0) + (choice.drift[place] or 0) not in leading:
            continue
        drift, cost = path.drift.plus(choice.drift, ahead), path.cost.plus(choice.cost)
        if drift not in longer or cost < longer[drift].cost:
            longer[drift] = Path(drift, cost, choice, path)
    return list(longer.values())


def _choices(charge: Charge, width: int, rounding: str) -> list[Choice]:
    """The charge at the nets around its nearest one; what was free stays free, and no price changes its sign."""
    steps = sorted(range(-width, width + 1), key=abs) if charge.gross else [0]
    nets = {step: charge.nearest + step * ORE for step in steps}
    written = {step: pieces_of(charge.quantity, net, rounding) for step, net in nets.items() if net * charge.gross >= 0}
    return [_choice(charge, step, nets[step], pieces) for step, pieces in written.items() if pieces]


def _choice(charge: Charge, step: int, net: Decimal, pieces: tuple[Piece, ...]) -> Choice:
    nets = [[piece.amount(rounding) for piece in pieces] for rounding in MODES.values()]
    half_up, half_even = (_off(charge, *written) for written in zip(nets, MODES.values(), strict=True))
    cost = Cost(int(nets[0] != nets[1]), len(pieces) - 1, (net - charge.ideal) ** 2, -abs(step * charge.gross))
    return Choice(pieces, Drift(step, half_up, half_even), cost)


def _off(charge: Charge, nets: Sequence[Decimal], rounding: str) -> int:
    """How far, in øre, the nets come from the charge where VAT is rounded on each line."""
    return in_ore(total(net + vat_of(net, charge.rate, rounding) for net in nets) - charge.gross)


def pieces_of(quantity: Decimal, amount: Decimal, rounding: str) -> tuple[Piece, ...]:
    """Write `amount` as the quantity at one price, else as two parts of it one øre apart; empty where neither gives it.

    From one price to the next, round(quantity × price) moves by at most the quantity in øre, rounded up; so whole units
    at the higher price, one øre each, meet every net between. Half to even a part may round otherwise than the whole:
    then the fraction goes to the other part. What is returned has a negative quantity throughout.
    """
    whole = Piece(quantity, rounded(amount / quantity))
    if whole.amount(rounding) == amount:
        return (whole,)
    low = Piece(quantity, rounded(amount / quantity, FLOOR))
    units = Decimal(in_ore(amount - low.amount(rounding)))
    for raised in (units, units + quantity % 1, units - 1 + quantity % 1):
        parts = Piece(quantity - raised, low.unit_price), Piece(raised, low.unit_price + ORE)
        if total(part.amount(rounding) for part in parts) == amount and all(
            part.quantity * quantity > 0 for part in parts
        ):
            return parts
    return ()
